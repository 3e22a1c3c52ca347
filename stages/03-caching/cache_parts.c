/* Settings to option structs, and what there is to be seen in /metrics. */
#include "stages/03-caching/cache_parts.h"

#include "common/app/gauges.h"
#include "common/app/parts.h"
#include "stages/03-caching/answers.h"
#include "stages/03-caching/cache_settings.h"

#include <stdio.h>

static void close_kv(void *kv)
{
    kv_redis_close(kv);
}

enum status cache_open_kv(struct app *app, struct kv **out, char error[256])
{
    const struct cache_values *values = settings_of(app->settings, &cache_settings);
    const struct kv_redis_options options = {
        .url = values->redis_url,
        .timeout_ms = values->redis_timeout_ms,
        .retry_max_ms = values->redis_retry_max_ms,
    };
    enum status status = kv_redis_open(app->loop, &options, out);
    if (status != STATUS_OK) {
        snprintf(error, 256,
                 "cannot use cache.redis_url: it must be redis://:password@host:port/0");
        return status;
    }
    app_at_close(app, close_kv, *out);
    const struct kv_counters *counters = kv_redis_counters(*out);
    gauges_add(app, "shop_redis_up", "gauge", "loops that Redis answers", &counters->up);
    gauges_add(app, "shop_redis_commands_total", "counter", "commands sent to Redis",
               &counters->commands);
    gauges_add(app, "shop_redis_refused_total", "counter",
               "commands not sent because Redis was away", &counters->refused);
    gauges_add(app, "shop_redis_failures_total", "counter", "commands that got no good answer",
               &counters->failures);
    gauges_add(app, "shop_redis_breaks_total", "counter", "connections to Redis lost or given up",
               &counters->breaks);
    return STATUS_OK;
}

static void add_counters(struct app *app, const struct catalog_cache_counters *counters)
{
    const struct {
        const char *name, *help;
        const _Atomic int64_t *value;
    } rows[] = {
        {"shop_cache_near_hits_total", "answered from a near copy", &counters->near_hits},
        {"shop_cache_shared_hits_total", "answered from Redis", &counters->shared_hits},
        {"shop_cache_joined_total", "answered from what another caller fetched or computed",
         &counters->joined},
        {"shop_cache_misses_total", "answered by computing it", &counters->misses},
        {"shop_cache_passed_total", "lookups that are not cached", &counters->passed},
        {"shop_cache_computations_total", "values computed", &counters->computations},
        {"shop_cache_early_total", "of these, ahead of their time", &counters->early},
        {"shop_cache_invalidations_total", "copies refused because of a change",
         &counters->invalidations},
        {"shop_cache_dropped_total", "near copies dropped on news from Redis", &counters->dropped},
        {"shop_cache_wrong_total", "values in Redis that were none of ours", &counters->wrong},
        {"shop_cache_changes_total", "changes acknowledged after a lease", &counters->changes},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        gauges_add(app, rows[i].name, "counter", rows[i].help, rows[i].value);
}

static void close_near(void *near)
{
    near_close(near);
}

struct catalog_cache *cache_catalog(struct app *app, struct kv *kv, struct catalog *inner)
{
    const struct cache_values *values = settings_of(app->settings, &cache_settings);
    if (!*app->shared) *app->shared = flights_new(app->arena); /* of all loops */
    const struct catalog_cache_options options = {
        .inner = inner,
        .kv = kv,
        .lease = catalog_lease_new(app->arena, app->loop, app->write),
        .near = near_new(app->arena, (size_t)values->near_kilobytes * 1024),
        .flights = *app->shared,
        .loop = app->loop,
        .currency = app->settings->shop.currency,
        .home_ms = values->home_seconds * 1000,
        .lists_ms = values->lists_seconds * 1000,
        .product_ms = values->product_seconds * 1000,
        .missing_ms = values->missing_seconds * 1000,
    };
    struct catalog_cache *cache = catalog_cache_new(app->arena, &options);
    app_at_close(app, close_near, options.near);
    gauges_add(app, "shop_cache_lease_polls_total", "counter",
               "questions to the database what has changed", catalog_lease_polls(options.lease));
    add_counters(app, catalog_cache_counters(cache));
    return cache;
}

static void close_answers(void *answers)
{
    answers_close(answers);
}

struct handler *cache_answers(struct app *app, struct catalog_cache *cache, struct handler *inner)
{
    const struct cache_values *values = settings_of(app->settings, &cache_settings);
    struct answers *answers =
        answers_around(app->arena, inner, cache, (size_t)values->near_kilobytes * 1024);
    app_at_close(app, close_answers, answers);
    gauges_add(app, "shop_cache_answers_total", "counter", "finished answers sent again",
               answers_repeated(answers));
    return answers_handler(answers);
}
