/* Makes caches as the stage's wire.c does. The lease is shorter than in a shop, so that a suite full of changes does
 * not spend its time waiting them out.
 *
 * The mistakes: a database that does not number its changes, which is a cache without invalidation; and a writer
 * that does not wait for the lease to end, which is the one line that is easy to leave out.
 */
#include "tests/ports/03-caching/on_cache.h"

#include "common/base/clock.h"
#include "common/runtime/task.h"
#include "tests/ports/on_postgres.h"

#include <stdlib.h>

enum { UP_WITHIN_MS = 10000, NEAR_BYTES = 1 << 20 };

/* --- behind --- */

static void meet(struct behind *behind)
{
    behind->reads++;
    if (!behind->hold) return;
    behind->hold = false;
    behind->held = task_current(behind->loop);
    while (behind->held)
        (void)task_park(behind->loop, INT64_MAX);
}

static enum status home(struct catalog *catalog, struct call *call, struct home *out)
{
    struct behind *behind = (struct behind *)catalog;
    enum status status = catalog_home(behind->catalog, call, out);
    meet(behind);
    return status;
}

static enum status categories(struct catalog *catalog, struct call *call, struct category **out,
                              int *count)
{
    struct behind *behind = (struct behind *)catalog;
    enum status status = catalog_categories(behind->catalog, call, out, count);
    meet(behind);
    return status;
}

static enum status list(struct catalog *catalog, struct call *call,
                        const struct product_query *query, struct product_page *out)
{
    struct behind *behind = (struct behind *)catalog;
    enum status status = catalog_list(behind->catalog, call, query, out);
    meet(behind);
    return status;
}

static enum status find(struct catalog *catalog, struct call *call, int64_t id, struct product *out)
{
    struct behind *behind = (struct behind *)catalog;
    enum status status = catalog_find(behind->catalog, call, id, out);
    meet(behind);
    return status;
}

static enum status create(struct catalog *catalog, struct call *call,
                          const struct product_change *change, struct product *out)
{
    return catalog_create(((struct behind *)catalog)->catalog, call, change, out);
}

static enum status change(struct catalog *catalog, struct call *call, int64_t id, int64_t version,
                          const struct product_change *wanted, struct product *out)
{
    return catalog_change(((struct behind *)catalog)->catalog, call, id, version, wanted, out);
}

static const struct catalog_ops behind_ops = {home, categories, list, find, create, change};

/* --- caches --- */

static const char nowhere[] = "redis://127.0.0.1:1/0"; /* a port on which nobody listens */

static const char *redis_url(void)
{
    const char *url = getenv("TEST_REDIS_URL");
    if (url == NULL || url[0] == '\0') fail_msg("TEST_REDIS_URL must name a Redis for tests");
    return url;
}

static void close_kv(void *kv)
{
    kv_redis_close(kv);
}

static void close_near(void *near)
{
    near_close(near);
}

/* What goes on behind a caller's back (storing, polling) ends before its parts are closed. */
static void settle(void *loop)
{
    while (task_count(loop) > 1)
        task_sleep(loop, 1);
}

static struct kv *open_kv(struct harness *harness, const char *url)
{
    const struct kv_redis_options options = {.url = url, .timeout_ms = 2000, .retry_max_ms = 1000};
    struct kv *kv;
    assert_int_equal(kv_redis_open(harness->loop, &options, &kv), STATUS_OK);
    harness_at_end(harness, close_kv, kv);
    return kv;
}

static void wait_until_up(struct harness *harness, struct kv *kv)
{
    const int64_t until_ms = clock_monotonic_ms() + UP_WITHIN_MS;
    while (!kv_is_up(kv)) {
        if (clock_monotonic_ms() > until_ms) fail_msg("Redis does not get connected");
        task_sleep(harness->loop, 1);
    }
}

static void make_cache(struct harness *harness, struct catalog *catalog, const char *url,
                       struct one_cache *out)
{
    out->behind = (struct behind){.port = {&behind_ops}, .catalog = catalog, .loop = harness->loop};
    out->kv = open_kv(harness, url);
    out->near = near_new(harness->arena, NEAR_BYTES);
    harness_at_end(harness, close_near, out->near);
    out->lease = catalog_lease_new(harness->arena, harness->loop, harness->pool);
    const struct catalog_cache_options options = {
        .inner = &out->behind.port,
        .kv = out->kv,
        .lease = out->lease,
        .near = out->near,
        .flights = flights_new(harness->arena),
        .loop = harness->loop,
        .currency = "EUR",
        .home_ms = 60000,
        .lists_ms = 60000,
        .product_ms = 60000,
        .missing_ms = 60000,
    };
    out->cache = catalog_cache_new(harness->arena, &options);
    out->catalog = catalog_cache_port(out->cache);
}

/* `numbered`: whether the database notes changes. A mistaken suite before may have left it not to. */
static void prepare(struct harness *harness, bool numbered)
{
    harness_sql(harness, "UPDATE catalog.change_clock SET lease_ms = 30");
    harness_sql(harness, numbered ? "ALTER TABLE catalog.products ENABLE TRIGGER USER"
                                  : "ALTER TABLE catalog.products DISABLE TRIGGER USER");
}

static struct catalog_subject *make_one(struct harness *harness, const char *url, bool numbered)
{
    prepare(harness, numbered);
    struct catalog_subject *subject = make_catalog_pg(harness);
    struct one_cache *one = arena_new(harness->arena, struct one_cache);
    make_cache(harness, subject->catalog, url, one);
    subject->catalog = one->catalog;
    if (url != nowhere) wait_until_up(harness, one->kv);
    harness_at_end(harness, settle, harness->loop);
    return subject;
}

static void *make_cached(struct harness *harness)
{
    return make_one(harness, redis_url(), true);
}

static void *make_cached_alone(struct harness *harness)
{
    return make_one(harness, nowhere, true);
}

static void *make_blind(struct harness *harness)
{
    return make_one(harness, redis_url(), false);
}

static struct caches_subject *make_both(struct harness *harness)
{
    prepare(harness, true);
    const struct catalog_subject *on_pg = make_catalog_pg(harness);
    struct caches_subject *subject = arena_new(harness->arena, struct caches_subject);
    make_cache(harness, on_pg->catalog, redis_url(), &subject->one);
    make_cache(harness, on_pg->catalog, redis_url(), &subject->other);
    subject->kv = open_kv(harness, redis_url());
    subject->writer = subject->one.catalog;
    harness_at_end(harness, settle, harness->loop);
    wait_until_up(harness, subject->one.kv);
    wait_until_up(harness, subject->other.kv);
    wait_until_up(harness, subject->kv);
    return subject;
}

static void *make_caches(struct harness *harness)
{
    return make_both(harness);
}

static void *make_hasty(struct harness *harness)
{
    struct caches_subject *subject = make_both(harness);
    subject->writer = subject->one.behind.catalog;
    return subject;
}

static const struct implementation rows[] = {
    {"catalog on the cache", &catalog_suite, make_cached},
    {"catalog lists on the cache", &catalog_list_suite, make_cached},
    {"catalog changes on the cache", &catalog_change_suite, make_cached},
    {"catalog on the cache without Redis", &catalog_suite, make_cached_alone},
    {"catalog lists on the cache without Redis", &catalog_list_suite, make_cached_alone},
    {"catalog changes on the cache without Redis", &catalog_change_suite, make_cached_alone},
    {"catalog on a cache without invalidation", &catalog_change_suite, make_blind, true},
    {"two caches", &caches_suite, make_caches},
    {"two caches and a writer that does not wait", &caches_suite, make_hasty, true},
};
const struct implementation_table ports_03_caching = {rows, sizeof(rows) / sizeof(rows[0])};
