/* The near cache: values in the process itself, so that what everybody asks for costs no message at all. One per
 * loop, bounded in bytes; what was not asked for longest is forgotten first.
 *
 * It knows nothing of what its values mean. Whether one is still good is its user's question, each time.
 */
#ifndef STAGECRAFT_STAGES_NEAR_H
#define STAGECRAFT_STAGES_NEAR_H

#include "stages/03-caching/cached.h"

struct near;

/* Names one value in it; once that is gone, whatever may have come in its place, it names nothing. */
struct near_ref {
    uint32_t slot, generation;
};

struct near *near_new(struct arena *arena, size_t bytes_max);

/* Frees the values; the struct itself belongs to the arena. */
void near_close(struct near *near);

/* Keeps a share of the value, at most until `until_ms` (monotonic). */
struct near_ref near_put(struct near *near, const char *key, struct cached *cached,
                         int64_t until_ms);

/* Borrowed until the next call that puts or drops; NULL when there is none or its time is over. */
struct cached *near_find(struct near *near, const char *key, int64_t now_ms, struct near_ref *ref);
struct cached *near_at(struct near *near, struct near_ref ref, int64_t now_ms);

/* False when there was none. */
bool near_drop(struct near *near, const char *key, size_t length);
void near_empty(struct near *near);

#endif
