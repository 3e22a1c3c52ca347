/* When things came into being: the n-th user registered, the n-th product was opened.
 *
 * Some came in the two years before the story begins, the rest in the year it tells, evenly in
 * each. Ids rise with time, so "who was there at that moment" is a division and not a search.
 */
#ifndef STAGECRAFT_SEED_GROWTH_H
#define STAGECRAFT_SEED_GROWTH_H

#include "infra/seed/random.h"

enum { STORY_DAYS = 365, PROLOGUE_DAYS = 730, AHEAD_DAYS = 90, MS_PER_DAY = 86400000 };

struct growth {
    int64_t first_ms, story_ms, end_ms; /* wall clock */
    int64_t before, count;              /* there when the story begins, and at its end */
};

/* The story ends with the beginning of day `today`. */
struct growth growth_of(int32_t today, int64_t count, int before_percent);

/* When number `index` (from 0) came, somewhere in its own stretch of time. */
int64_t growth_time(const struct growth *growth, int64_t index, struct random *random);

/* How many have surely come by then: 0 … index < growth_count(t) implies growth_time(index) < t. */
int64_t growth_count(const struct growth *growth, int64_t time_ms);

#endif
