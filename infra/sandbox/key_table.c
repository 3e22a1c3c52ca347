/* Linear probing: a collision goes to the next slot, and the first free slot ends a search. Capacity is a
 * power of two, so that the hash is cut with a mask.
 */
#include "infra/sandbox/key_table.h"

#include "common/base/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 1024 };

void key_table_release(struct key_table *table)
{
    free(table->slots);
    *table = (struct key_table){0};
}

/* Where the key is, or where it would go. */
static struct key_slot *slot_of(const struct key_table *table, const char *key)
{
    size_t at = bytes_fnv1a(key, strlen(key)) & (table->capacity - 1);
    while (table->slots[at].key && strcmp(table->slots[at].key, key) != 0)
        at = (at + 1) & (table->capacity - 1);
    return &table->slots[at];
}

void *key_table_find(const struct key_table *table, const char *key)
{
    return table->capacity == 0 ? NULL : slot_of(table, key)->entry;
}

static bool grow(struct key_table *table)
{
    struct key_table larger = {.capacity = table->capacity ? 2 * table->capacity : FIRST_CAPACITY};
    larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
    if (!larger.slots) return false;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i].key) *slot_of(&larger, table->slots[i].key) = table->slots[i];
    larger.count = table->count;
    free(table->slots);
    *table = larger;
    return true;
}

bool key_table_add(struct key_table *table, const char *key, void *entry)
{
    if (2 * (table->count + 1) > table->capacity && !grow(table)) return false;
    *slot_of(table, key) = (struct key_slot){.key = key, .entry = entry};
    table->count++;
    return true;
}
