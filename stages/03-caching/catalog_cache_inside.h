/* What the two files of the cache know of each other: catalog_cache.c is the port, catalog_fetch.c gets a value that
 * is not near. Nobody else includes this.
 */
#ifndef STAGECRAFT_STAGES_CATALOG_CACHE_INSIDE_H
#define STAGECRAFT_STAGES_CATALOG_CACHE_INSIDE_H

#include "stages/03-caching/catalog_cache.h"
#include "stages/03-caching/catalog_lookup.h"

enum { NEWS_BUCKETS = 256 };

struct catalog_cache {
    struct catalog port; /* first: the port is this */
    struct catalog_cache_options options;
    struct catalog_cache_counters counters;
    struct catalog_use *uses;
    uint64_t history;            /* that the near copies belong to */
    uint32_t news[NEWS_BUCKETS]; /* how often Redis had news of a key in it */
    const struct cached *due;    /* drew the lot in catalog_cache_confirm(); only compared */
    uint64_t random;
};

/* A number from 0 (exclusive) to 1. */
double catalog_cache_random(struct catalog_cache *cache);

/* What a flight does: from Redis if it is there and good, else computed; and kept near. */
enum status catalog_fetch(void *cache, struct call *call, void *lookup, struct cached **out);

/* And then, when everybody has it: into Redis, for the other processes. */
void catalog_fetch_share(void *cache, struct call *call, void *lookup, struct cached *cached);

/* What Redis has to say about our keys. */
kv_news_fn catalog_fetch_news;

#endif
