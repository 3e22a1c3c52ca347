/* A hash table from text keys to entries: open addressing, never more than half full, nothing is removed.
 */
#ifndef STAGECRAFT_SANDBOX_KEY_TABLE_H
#define STAGECRAFT_SANDBOX_KEY_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct key_slot {
    const char *key; /* NULL: free */
    void *entry;
};

struct key_table {
    struct key_slot *slots;
    size_t capacity, count;
};

void key_table_release(struct key_table *table);

/* NULL when there is none. */
void *key_table_find(const struct key_table *table, const char *key);

/* The key must not be there yet; it is borrowed. False when memory is out. */
bool key_table_add(struct key_table *table, const char *key, void *entry);

#endif
