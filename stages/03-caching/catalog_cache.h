/* The catalog with a cache in front of it: a decorator, so whoever uses the port does not know.
 *
 * Reads look in the process (near.h), then in Redis (kv.h), then ask the catalog behind; whatever is found must be
 * good as of now (catalog_lease.h), or it is computed again, by one for all who wait (flights.h). Writes go
 * through; then the catalog waits one lease before it answers. From the answer on, nobody anywhere is told
 * anything older:
 *
 * - A copy in the process or in Redis carries the number of the last change it has seen and is refused when
 *   what it depends on has a later one. Dependencies: a product on itself; a page of a category on that
 *   category; home page, categories and other pages on the whole catalog.
 * - A reader that read the database before a change and stores its copy after it stores one that is refused.
 * - A reader that comes after a change does not share the computation of one who came before.
 * - A change made while Redis is away, or cut off from some processes, needs nothing of Redis: the number is in
 *   the database, committed with the change.
 *
 * Copies have an end, so that what no change announces (who sells best) is not kept for long: each at another
 * moment (jitter of 10 %), and computed anew a little before, by whoever draws the lot (XFetch: Vattani,
 * Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015).
 *
 * Redis tells when another process replaces a value, or one is evicted: the near copy then goes too, so that
 * all processes show the same home page. That is for looks and is not exact; being current does not rest
 * on it. While Redis is away near copies are kept for a second at most, and the database is asked by one
 * caller a second for each thing that is wanted.
 *
 * Not cached: searches and price ranges (hardly ever asked twice), and everything, while the database keeps no
 * numbers. When the database does not answer, nothing is known to be current, and the answer is 503 as before.
 */
#ifndef STAGECRAFT_STAGES_CATALOG_CACHE_H
#define STAGECRAFT_STAGES_CATALOG_CACHE_H

#include "common/modules/catalog/catalog.h"
#include "stages/03-caching/catalog_lease.h"
#include "stages/03-caching/flights.h"
#include "stages/03-caching/kv.h"
#include "stages/03-caching/near.h"

struct catalog_cache_options { /* everything borrowed */
    struct catalog *inner;     /* must read where it writes: a replica that lags would be cached */
    struct kv *kv;
    struct catalog_lease *lease;
    struct near *near;
    struct flights *flights; /* of all loops together */
    struct loop *loop;
    const char *currency;
    int64_t home_ms, lists_ms, product_ms, missing_ms;
};

struct catalog_cache_counters {    /* only grow; written by one loop */
    _Atomic int64_t near_hits;     /* answered from the process */
    _Atomic int64_t shared_hits;   /* … from Redis */
    _Atomic int64_t joined;        /* … from what another caller was computing or fetching */
    _Atomic int64_t misses;        /* … by computing it */
    _Atomic int64_t passed;        /* not cached: searches and price ranges */
    _Atomic int64_t computations;  /* for a miss, or ahead of time */
    _Atomic int64_t early;         /* of these, ahead of time */
    _Atomic int64_t invalidations; /* copies refused because of a change */
    _Atomic int64_t dropped;       /* near copies dropped because Redis said so */
    _Atomic int64_t wrong;         /* values in Redis that were none of ours */
    _Atomic int64_t changes;       /* acknowledged after a lease */
};

struct catalog_cache; /* its first member is a struct catalog */

struct catalog_cache *catalog_cache_new(struct arena *arena,
                                        const struct catalog_cache_options *options);
struct catalog *catalog_cache_port(struct catalog_cache *cache);
const struct catalog_cache_counters *catalog_cache_counters(const struct catalog_cache *cache);

/* --- for whoever keeps something that was made of a cached value (answers.h) --- */

/* Notes what one call is answered from; on the caller's stack. */
struct catalog_use {
    struct call *call;
    int values;          /* how many */
    struct near_ref ref; /* the last one; 0: it is not in the near cache */
    struct catalog_use *next, **link;
};

void catalog_cache_follow(struct catalog_cache *cache, struct catalog_use *use, struct call *call);
void catalog_cache_unfollow(struct catalog_use *use);

/* Is the value still there, and good as of now? Counts as a hit. May wait. */
bool catalog_cache_confirm(struct catalog_cache *cache, struct call *call, struct near_ref ref);

#endif
