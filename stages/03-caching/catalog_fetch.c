/* A value that is not near: look in Redis, look hard at what is there, and if it will not do, compute it.
 *
 * A near copy may only be kept if Redis will tell when the value is replaced. News travel on another connection than
 * the value itself, so they can overtake it: when some have come for this key (or one that shares its bucket)
 * since the value was asked for, it is used once and not kept.
 */
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "stages/03-caching/catalog_cache_inside.h"
#include "stages/03-caching/counter.h"

#include <string.h>

enum {
    ALONE_MS = 1000, /* a near copy of which no news will come */
    BODY_MAX = 8 << 20,
};

static uint32_t *news_of(struct catalog_cache *cache, const char *key, size_t length)
{
    return &cache->news[bytes_fnv1a(key, length) % NEWS_BUCKETS];
}

static void keep_near(struct catalog_cache *cache, const char *key, struct cached *cached)
{
    int64_t left_ms = cached->facts.expires_ms - clock_wall_ms();
    if (!kv_is_up(cache->options.kv) && left_ms > ALONE_MS) left_ms = ALONE_MS;
    if (left_ms > 0) near_put(cache->options.near, key, cached, clock_monotonic_ms() + left_ms);
}

/* --- from Redis --- */

/* Good as of now? What has seen changes that we have not heard of makes us ask first. */
static bool is_good(struct catalog_cache *cache, struct call *call,
                    const struct catalog_lookup *lookup, const struct cached *cached)
{
    struct catalog_lease *lease = cache->options.lease;
    const int64_t as_of = cached->facts.as_of;
    if (cached->facts.expires_ms <= clock_wall_ms()) return false;
    if (as_of > catalog_lease_seq(lease) && catalog_lease_renew(lease, call) != STATUS_OK) {
        call_forgive(call);
        return false;
    }
    const bool good =
        as_of >= catalog_lease_good_from(lease, lookup->tag) && as_of <= catalog_lease_seq(lease);
    if (!good) counter_add(&cache->counters.invalidations, 1);
    return good;
}

/* NULL when there is none that will do. */
static struct cached *from_store(struct catalog_cache *cache, struct call *call,
                                 const struct catalog_lookup *lookup)
{
    const char *key = lookup->key, *bytes;
    size_t length;
    const uint32_t *news = news_of(cache, key, strlen(key));
    const uint32_t news_before = *news;
    if (!kv_is_up(cache->options.kv)) return NULL;
    if (kv_get(cache->options.kv, call, key, &bytes, &length) != STATUS_OK) {
        call_forgive(call);
        return NULL;
    }
    struct cached *cached = cached_from(key, bytes, length);
    if (!cached) {
        counter_add(&cache->counters.wrong, 1);
        return NULL;
    }
    cached->tag = lookup->tag.hash;
    if (!is_good(cache, call, lookup, cached)) {
        cached_release(cached);
        return NULL;
    }
    if (*news == news_before && kv_is_up(cache->options.kv)) keep_near(cache, key, cached);
    return cached;
}

/* --- from the catalog behind --- */

static int64_t lifetime_ms(struct catalog_cache *cache, const struct catalog_lookup *lookup,
                           bool missing)
{
    const struct catalog_cache_options *options = &cache->options;
    int64_t ms = options->lists_ms;
    if (lookup->kind == LOOKUP_HOME || lookup->kind == LOOKUP_CATEGORIES) ms = options->home_ms;
    if (lookup->kind == LOOKUP_PRODUCT) ms = missing ? options->missing_ms : options->product_ms;
    return (int64_t)((double)ms * (0.9 + 0.2 * catalog_cache_random(cache)));
}

static enum status compute(struct catalog_cache *cache, struct call *call,
                           struct catalog_lookup *lookup, struct cached **out)
{
    const int64_t began_us = clock_monotonic_us();
    bool missing;
    struct strbuf body;
    strbuf_init(&body, call->arena, BODY_MAX);
    counter_add(&cache->counters.computations, 1);
    enum status status = catalog_lookup_ask(lookup, cache->options.inner, call, &body, &missing);
    if (status != STATUS_OK) return status;
    const struct cached_facts facts = {
        .as_of = lookup->as_of,
        .expires_ms = clock_wall_ms() + lifetime_ms(cache, lookup, missing),
        .cost_us = clock_monotonic_us() - began_us,
    };
    *out = cached_new(lookup->key, &facts, body.text, body.length);
    if (!*out) return call_fail(call, STATUS_UNAVAILABLE, "no memory");
    (*out)->tag = lookup->tag.hash;
    lookup->computed = true;
    keep_near(cache, lookup->key, *out);
    return STATUS_OK;
}

enum status catalog_fetch(void *owner, struct call *call, void *about, struct cached **out)
{
    struct catalog_cache *cache = owner;
    struct catalog_lookup *lookup = about;
    *out = lookup->early ? NULL : from_store(cache, call, lookup);
    if (*out) {
        counter_add(&cache->counters.shared_hits, 1);
        return STATUS_OK;
    }
    counter_add(lookup->early ? &cache->counters.early : &cache->counters.misses, 1);
    return compute(cache, call, lookup, out);
}

void catalog_fetch_share(void *owner, struct call *call, void *about, struct cached *cached)
{
    struct catalog_cache *cache = owner;
    const struct catalog_lookup *lookup = about;
    const int64_t left_ms = cached->facts.expires_ms - clock_wall_ms();
    const bool fits = cached->length <= KV_VALUE_MAX;
    if (!lookup->computed || !fits || left_ms < 1 || !kv_is_up(cache->options.kv)) return;
    if (kv_set(cache->options.kv, call, lookup->key, cached->bytes, cached->length, left_ms) !=
        STATUS_OK)
        call_forgive(call); /* the others will compute it themselves */
}

void catalog_fetch_news(void *owner, enum kv_news news, const char *key, size_t length)
{
    struct catalog_cache *cache = owner;
    if (news == KV_CHANGED) {
        ++*news_of(cache, key, length);
        if (near_drop(cache->options.near, key, length)) counter_add(&cache->counters.dropped, 1);
        return;
    }
    for (int i = 0; i < NEWS_BUCKETS; i++)
        cache->news[i]++;
    near_empty(cache->options.near);
}
