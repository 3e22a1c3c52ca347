/* One cached value: bytes that never change, shared by whoever uses them, with a head that says what they are.
 *
 * The same bytes lie in Redis and in the process, and what the catalog answers is read straight from them. The
 * head has a version and a checksum over the key and everything behind it: a value that another version wrote,
 * that was cut short, or that lies under the wrong key is no value. (It is not a signature: who may write to
 * Redis can write what they like.)
 */
#ifndef STAGECRAFT_STAGES_CACHED_H
#define STAGECRAFT_STAGES_CACHED_H

#include "common/base/arena.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cached_facts {
    int64_t as_of;      /* the last change of the catalog that it has seen */
    int64_t expires_ms; /* wall clock */
    int64_t cost_us;    /* what it took to compute */
};

struct cached {
    _Atomic int users;
    struct cached_facts facts;
    uint64_t tag;     /* for its user, set before it is shared; not part of the bytes */
    size_t length;    /* of all bytes, the head included */
    const char *body; /* behind the head */
    size_t body_length;
    char bytes[];
};

/* Makes a value with one user; NULL without memory. */
struct cached *cached_new(const char *key, const struct cached_facts *facts, const char *body,
                          size_t body_length);

/* From what a store has under the key; NULL when that is no value of ours for this key. */
struct cached *cached_from(const char *key, const char *bytes, size_t length);

/* Any thread. */
struct cached *cached_share(struct cached *cached);
void cached_release(struct cached *cached);

/* Keeps it until the arena is released. */
void cached_lend(struct cached *cached, struct arena *arena);

#endif
