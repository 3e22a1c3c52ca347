/* A hash table of chains over a fixed number of slots, and one list through the slots from the last used to the
 * first. Slots are numbers, not pointers, so that a near_ref is small and can be checked.
 */
#include "stages/03-caching/near.h"

#include "common/base/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 8192, CHAINS = 8192, NONE = 0 /* slot 0 is the list's own */, OVERHEAD = 160 };

struct slot {
    char *key; /* NULL: free */
    struct cached *cached;
    int64_t until_ms;
    size_t bytes;
    uint32_t generation, chain;
    uint32_t next_in_chain;
    uint32_t newer, older; /* free slots are chained by `older` */
};

struct near {
    struct slot slots[SLOTS];
    uint32_t chains[CHAINS];
    uint32_t free; /* first of the free slots */
    size_t bytes, bytes_max;
};

static void unlink_used(struct near *near, uint32_t i)
{
    struct slot *slot = &near->slots[i];
    near->slots[slot->newer].older = slot->older;
    near->slots[slot->older].newer = slot->newer;
}

static void link_newest(struct near *near, uint32_t i)
{
    struct slot *slot = &near->slots[i], *list = &near->slots[NONE];
    slot->newer = NONE;
    slot->older = list->older;
    near->slots[list->older].newer = i;
    list->older = i;
}

static void drop(struct near *near, uint32_t i)
{
    struct slot *slot = &near->slots[i];
    uint32_t *at = &near->chains[slot->chain];
    while (*at != i)
        at = &near->slots[*at].next_in_chain;
    *at = slot->next_in_chain;
    unlink_used(near, i);
    near->bytes -= slot->bytes;
    free(slot->key);
    cached_release(slot->cached);
    slot->key = NULL;
    slot->cached = NULL;
    slot->generation++;
    slot->older = near->free;
    near->free = i;
}

static uint32_t chain_of(const char *key, size_t length)
{
    return (uint32_t)(bytes_fnv1a(key, length) % CHAINS);
}

static uint32_t find(const struct near *near, const char *key, size_t length)
{
    uint32_t i = near->chains[chain_of(key, length)];
    while (i != NONE &&
           (strncmp(near->slots[i].key, key, length) != 0 || near->slots[i].key[length] != '\0'))
        i = near->slots[i].next_in_chain;
    return i;
}

static struct cached *use(struct near *near, uint32_t i, int64_t now_ms)
{
    if (now_ms >= near->slots[i].until_ms) {
        drop(near, i);
        return NULL;
    }
    unlink_used(near, i);
    link_newest(near, i);
    return near->slots[i].cached;
}

struct near_ref near_put(struct near *near, const char *key, struct cached *cached,
                         int64_t until_ms)
{
    const size_t length = strlen(key), bytes = length + cached->length + OVERHEAD;
    (void)near_drop(near, key, length);
    if (bytes > near->bytes_max) return (struct near_ref){0};
    while (near->free == NONE || near->bytes + bytes > near->bytes_max)
        drop(near, near->slots[NONE].newer); /* the list is a ring: behind its end is the oldest */
    char *copy = strdup(key);
    if (!copy) return (struct near_ref){0};
    const uint32_t i = near->free;
    struct slot *slot = &near->slots[i];
    near->free = slot->older;
    slot->key = copy;
    slot->cached = cached_share(cached);
    slot->until_ms = until_ms;
    slot->bytes = bytes;
    slot->chain = chain_of(key, length);
    slot->next_in_chain = near->chains[slot->chain];
    near->chains[slot->chain] = i;
    link_newest(near, i);
    near->bytes += bytes;
    return (struct near_ref){i, slot->generation};
}

struct cached *near_find(struct near *near, const char *key, int64_t now_ms, struct near_ref *ref)
{
    const uint32_t i = find(near, key, strlen(key));
    if (i == NONE) return NULL;
    *ref = (struct near_ref){i, near->slots[i].generation};
    return use(near, i, now_ms);
}

struct cached *near_at(struct near *near, struct near_ref ref, int64_t now_ms)
{
    const struct slot *slot = &near->slots[ref.slot];
    if (ref.slot == NONE || !slot->key || slot->generation != ref.generation) return NULL;
    return use(near, ref.slot, now_ms);
}

bool near_drop(struct near *near, const char *key, size_t length)
{
    const uint32_t i = find(near, key, length);
    if (i == NONE) return false;
    drop(near, i);
    return true;
}

void near_empty(struct near *near)
{
    while (near->slots[NONE].older != NONE)
        drop(near, near->slots[NONE].older);
}

struct near *near_new(struct arena *arena, size_t bytes_max)
{
    struct near *near = arena_new(arena, struct near);
    near->bytes_max = bytes_max;
    for (uint32_t i = SLOTS - 1; i > NONE; i--) {
        near->slots[i].older = near->free;
        near->free = i;
    }
    return near;
}

void near_close(struct near *near)
{
    near_empty(near);
}
