/* A hash table with open addressing: entries of forty bytes side by side, no pointers. It doubles when three
 * quarters are taken; what is left behind stays in the arena, together no more than the table itself.
 */
#include "common/modules/reports/product_sums.h"

enum { SIZE_FIRST = 1024 };

void product_sums_init(struct product_sums *sums, struct arena *arena)
{
    *sums = (struct product_sums){
        .arena = arena,
        .entries = arena_array(arena, struct product_sum, SIZE_FIRST),
        .size = SIZE_FIRST,
    };
}

/* Ids are dense and small: a multiplication spreads them over the high bits. */
static struct product_sum *find(struct product_sum *entries, int size, int64_t product_id)
{
    const uint64_t hash = (uint64_t)product_id * 0x9E3779B97F4A7C15u;
    int at = (int)((hash >> 32) & (uint64_t)(size - 1));
    while (entries[at].product_id != 0 && entries[at].product_id != product_id)
        at = (at + 1) & (size - 1);
    return &entries[at];
}

static void grow(struct product_sums *sums)
{
    const int size = sums->size * 2;
    struct product_sum *entries = arena_array(sums->arena, struct product_sum, (size_t)size);
    for (int i = 0; i < sums->size; i++)
        if (sums->entries[i].product_id != 0)
            *find(entries, size, sums->entries[i].product_id) = sums->entries[i];
    sums->entries = entries;
    sums->size = size;
}

struct product_sum *product_sums_at(struct product_sums *sums, int64_t product_id)
{
    if (sums->count >= sums->size / 4 * 3) grow(sums);
    struct product_sum *entry = find(sums->entries, sums->size, product_id);
    if (entry->product_id == 0) {
        entry->product_id = product_id;
        sums->count++;
    }
    return entry;
}

static int better(const struct product_sum *one, const struct product_sum *other)
{
    if (one->sold_cents != other->sold_cents) return one->sold_cents > other->sold_cents;
    return one->product_id < other->product_id;
}

int product_sums_top(const struct product_sums *sums, struct product_sum *out, int max)
{
    int count = 0;
    for (int i = 0; i < sums->size; i++) {
        const struct product_sum *entry = &sums->entries[i];
        if (entry->product_id == 0 || (count == max && !better(entry, &out[count - 1]))) continue;
        int at = count < max ? count++ : count - 1;
        for (; at > 0 && better(entry, &out[at - 1]); at--)
            out[at] = out[at - 1];
        out[at] = *entry;
    }
    return count;
}
