/* The port. Every read is the same four steps: hold the lease, look near, else take a flight, read the answer from
 * the bytes. The bytes are lent to the call's arena, so nothing is copied.
 */
#include "stages/03-caching/catalog_cache.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "stages/03-caching/catalog_cache_inside.h"
#include "stages/03-caching/counter.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { EARLY_LOOK = 20 /* times the cost: further ahead than that, the lot is never drawn */ };

double catalog_cache_random(struct catalog_cache *cache)
{
    uint64_t x = cache->random; /* xorshift: fast, and good enough to spread things */
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    cache->random = x;
    return (double)((x >> 11) + 1) / (double)(1ull << 53);
}

/* --- uses --- */

void catalog_cache_follow(struct catalog_cache *cache, struct catalog_use *use, struct call *call)
{
    *use = (struct catalog_use){.call = call, .next = cache->uses, .link = &cache->uses};
    if (cache->uses) cache->uses->link = &use->next;
    cache->uses = use;
}

void catalog_cache_unfollow(struct catalog_use *use)
{
    *use->link = use->next;
    if (use->next) use->next->link = use->link;
}

/* The newest comes first, and whoever asks is nearly always the newest. NULL: nobody wants to know. */
static struct catalog_use *use_of(struct catalog_cache *cache, const struct call *call)
{
    struct catalog_use *use = cache->uses;
    while (use && use->call != call)
        use = use->next;
    return use;
}

/* --- near --- */

static struct flight_plan plan_for(struct catalog_cache *cache, struct catalog_lookup *lookup)
{
    lookup->as_of = catalog_lease_seq(cache->options.lease);
    return (struct flight_plan){
        .key = lookup->key,
        .as_of = lookup->as_of,
        .about = lookup,
        .about_size = sizeof(*lookup),
        .run = catalog_fetch,
        .after = catalog_fetch_share,
        .owner = cache,
    };
}

/* XFetch: the nearer the end, and the longer it takes to compute, the likelier; so that one does it while all others
   still have the old value, and nobody waits. */
static bool is_due(struct catalog_cache *cache, const struct cached *cached)
{
    const int64_t left_us = (cached->facts.expires_ms - clock_wall_ms()) * 1000;
    if (left_us > EARLY_LOOK * cached->facts.cost_us) return false;
    return -log(catalog_cache_random(cache)) * (double)cached->facts.cost_us >= (double)left_us;
}

static bool is_good(struct catalog_cache *cache, const struct cached *cached)
{
    const struct catalog_tag tag = {cached->tag};
    return cached->facts.as_of >= catalog_lease_good_from(cache->options.lease, tag);
}

/* Copies of another history are none. */
static void meet_history(struct catalog_cache *cache)
{
    const uint64_t history = catalog_lease_history(cache->options.lease);
    if (history == cache->history) return;
    cache->history = history;
    near_empty(cache->options.near);
}

/* --- reading --- */

static struct cached *find_near(struct catalog_cache *cache, struct catalog_lookup *lookup,
                                struct near_ref *ref)
{
    struct near *near = cache->options.near;
    struct cached *cached = near_find(near, lookup->key, clock_monotonic_ms(), ref);
    if (!cached) return NULL;
    if (!is_good(cache, cached)) {
        counter_add(&cache->counters.invalidations, 1);
        near_drop(near, lookup->key, strlen(lookup->key));
        return NULL;
    }
    counter_add(&cache->counters.near_hits, 1);
    if (cached == cache->due || is_due(cache, cached)) {
        cache->due = NULL;
        cached_share(cached); /* the flight may replace it */
        lookup->early = true;
        const struct flight_plan plan = plan_for(cache, lookup);
        flights_begin(cache->options.flights, cache->options.loop, &plan);
        lookup->early = false;
        return cached;
    }
    return cached_share(cached);
}

static enum status take_flight(struct catalog_cache *cache, struct call *call,
                               struct catalog_lookup *lookup, struct cached **out)
{
    const struct catalog_cache_options *options = &cache->options;
    const struct flight_plan plan = plan_for(cache, lookup);
    bool own;
    enum status status =
        flights_take(options->flights, options->loop, call, &plan,
                     catalog_lease_good_from(options->lease, lookup->tag), out, &own);
    if (status == STATUS_OK && !own) counter_add(&cache->counters.joined, 1);
    return status;
}

/* The value, lent to the call's arena. STATUS_OK with NULL: nothing may be kept, ask the catalog behind. */
static enum status obtain(struct catalog_cache *cache, struct call *call,
                          struct catalog_lookup *lookup, struct cached **out)
{
    struct catalog_use *use = use_of(cache, call);
    struct near_ref ref = {0};
    *out = NULL;
    enum status status = catalog_lease_hold(cache->options.lease, call);
    if (status != STATUS_OK) return status;
    meet_history(cache);
    const char *log_id = catalog_lease_log_id(cache->options.lease);
    if (log_id[0] == '\0') return STATUS_OK;
    catalog_lookup_name(lookup, log_id);
    struct cached *cached = find_near(cache, lookup, &ref);
    if (!cached) {
        status = take_flight(cache, call, lookup, &cached);
        if (status != STATUS_OK) return status;
        if (near_find(cache->options.near, lookup->key, clock_monotonic_ms(), &ref) != cached)
            ref = (struct near_ref){0};
    }
    if (use) {
        use->values++;
        use->ref = ref;
    }
    cached_lend(cached, call->arena);
    cached_release(cached);
    *out = cached;
    return STATUS_OK;
}

static struct codec_bytes bytes_of(const struct catalog_cache *cache, struct call *call,
                                   const struct cached *cached)
{
    return (struct codec_bytes){
        .arena = call->arena,
        .currency = cache->options.currency,
        .bytes = cached->body,
        .length = cached->body_length,
    };
}

/* The bytes were whole and are not what they should be: written by a program that forgot to count its version. */
static void cannot_read(struct catalog_cache *cache)
{
    counter_add(&cache->counters.wrong, 1);
}

static enum status read_home(struct catalog *catalog, struct call *call, struct home *out)
{
    struct catalog_cache *cache = (struct catalog_cache *)catalog;
    struct catalog_lookup lookup;
    struct cached *cached;
    catalog_lookup_home(&lookup);
    enum status status = obtain(cache, call, &lookup, &cached);
    if (status != STATUS_OK) return status;
    if (cached) {
        const struct codec_bytes bytes = bytes_of(cache, call, cached);
        if (codec_read_home(&bytes, out)) return STATUS_OK;
        cannot_read(cache);
    }
    return catalog_home(cache->options.inner, call, out);
}

static enum status read_categories(struct catalog *catalog, struct call *call,
                                   struct category **out, int *count)
{
    struct catalog_cache *cache = (struct catalog_cache *)catalog;
    struct catalog_lookup lookup;
    struct cached *cached;
    catalog_lookup_categories(&lookup);
    enum status status = obtain(cache, call, &lookup, &cached);
    if (status != STATUS_OK) return status;
    if (cached) {
        const struct codec_bytes bytes = bytes_of(cache, call, cached);
        if (codec_read_categories(&bytes, out, count)) return STATUS_OK;
        cannot_read(cache);
    }
    return catalog_categories(cache->options.inner, call, out, count);
}

static enum status read_list(struct catalog *catalog, struct call *call,
                             const struct product_query *query, struct product_page *out)
{
    struct catalog_cache *cache = (struct catalog_cache *)catalog;
    struct catalog_lookup lookup;
    struct cached *cached;
    if (!catalog_lookup_list(&lookup, query)) {
        counter_add(&cache->counters.passed, 1);
        return catalog_list(cache->options.inner, call, query, out);
    }
    enum status status = obtain(cache, call, &lookup, &cached);
    if (status != STATUS_OK) return status;
    if (cached) {
        const struct codec_bytes bytes = bytes_of(cache, call, cached);
        if (codec_read_page(&bytes, out)) return STATUS_OK;
        cannot_read(cache);
    }
    return catalog_list(cache->options.inner, call, query, out);
}

static enum status find_product(struct catalog *catalog, struct call *call, int64_t id,
                                struct product *out)
{
    struct catalog_cache *cache = (struct catalog_cache *)catalog;
    struct catalog_lookup lookup;
    struct cached *cached;
    catalog_lookup_product(&lookup, id);
    enum status status = obtain(cache, call, &lookup, &cached);
    if (status != STATUS_OK) return status;
    if (cached) {
        const struct codec_bytes bytes = bytes_of(cache, call, cached);
        if (codec_is_missing(&bytes))
            return call_fail(call, STATUS_NOT_FOUND, "there is no product %" PRId64, id);
        if (codec_read_product(&bytes, out)) return STATUS_OK;
        cannot_read(cache);
    }
    return catalog_find(cache->options.inner, call, id, out);
}

bool catalog_cache_confirm(struct catalog_cache *cache, struct call *call, struct near_ref ref)
{
    if (catalog_lease_hold(cache->options.lease, call) != STATUS_OK) {
        call_forgive(call); /* it is described again where the answer is computed */
        return false;
    }
    meet_history(cache);
    const struct cached *cached = near_at(cache->options.near, ref, clock_monotonic_ms());
    if (!cached || !is_good(cache, cached)) return false;
    if (is_due(cache, cached)) {
        cache->due = cached; /* the caller now asks the port, which knows what to compute */
        return false;
    }
    counter_add(&cache->counters.near_hits, 1);
    return true;
}

/* --- writing --- */

/* From here on nobody rests on what was known before the commit. */
static void acknowledge(struct catalog_cache *cache)
{
    catalog_lease_wait_out(cache->options.lease);
    counter_add(&cache->counters.changes, 1);
}

static enum status create_product(struct catalog *catalog, struct call *call,
                                  const struct product_change *change, struct product *out)
{
    struct catalog_cache *cache = (struct catalog_cache *)catalog;
    enum status status = catalog_lease_hold(cache->options.lease, call); /* knows how long it is */
    if (status == STATUS_OK) status = catalog_create(cache->options.inner, call, change, out);
    if (status == STATUS_OK) acknowledge(cache);
    return status;
}

static enum status change_product(struct catalog *catalog, struct call *call, int64_t id,
                                  int64_t version, const struct product_change *change,
                                  struct product *out)
{
    struct catalog_cache *cache = (struct catalog_cache *)catalog;
    enum status status = catalog_lease_hold(cache->options.lease, call);
    if (status == STATUS_OK)
        status = catalog_change(cache->options.inner, call, id, version, change, out);
    if (status == STATUS_OK) acknowledge(cache);
    return status;
}

/* --- life --- */

struct catalog_cache *catalog_cache_new(struct arena *arena,
                                        const struct catalog_cache_options *options)
{
    static const struct catalog_ops ops = {
        .home = read_home,
        .categories = read_categories,
        .list = read_list,
        .find = find_product,
        .create = create_product,
        .change = change_product,
    };
    struct catalog_cache *cache = arena_new(arena, struct catalog_cache);
    cache->port.ops = &ops;
    cache->options = *options;
    cache->random = (uint64_t)clock_monotonic_us() * 2654435761u + (uintptr_t)cache;
    cache->random |= 1;
    kv_track(options->kv, CATALOG_KEYS, catalog_fetch_news, cache);
    return cache;
}

struct catalog *catalog_cache_port(struct catalog_cache *cache)
{
    return &cache->port;
}

const struct catalog_cache_counters *catalog_cache_counters(const struct catalog_cache *cache)
{
    return &cache->counters;
}
