/* Counting is an addition to memory that only this loop writes: no lock prefix, no line shared with
 * another core. A scrape reads all loops' counters while they go on, so the numbers of one scrape
 * may be a request apart; Prometheus does not mind. Every label has few values, fixed at the start:
 * routes come from the tables, unknown paths share one row, status codes come from the list below.
 * A client cannot make the number of time series grow.
 */
#include "common/http/metrics.h"

#include "common/http/router.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { VALUES_MAX = 128, FAMILY_MAX = 64, STATUS_OTHER = 0 };

/* Anything else is counted as "other", the first. */
static const short statuses[] = {STATUS_OTHER, 200, 201, 202, 204, 304, 400, 401, 402,
                                 403,          404, 405, 408, 409, 412, 413, 414, 415,
                                 422,          431, 500, 501, 503, 504, 505};
enum { STATUSES = sizeof(statuses) / sizeof(statuses[0]) };

static const int64_t bounds_us[METRICS_BUCKETS] = {250,    500,     1000,    2500,    5000,
                                                   10000,  25000,   50000,   100000,  250000,
                                                   500000, 1000000, 2500000, 5000000, INT64_MAX};
static const char *const bounds_text[METRICS_BUCKETS] = {
    "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05",
    "0.1",     "0.25",   "0.5",   "1",      "2.5",   "5",    "+Inf"};

struct row {
    _Atomic int64_t by_status[STATUSES];
    _Atomic int64_t buckets[METRICS_BUCKETS]; /* each by itself, not cumulative */
    _Atomic int64_t sum_us;
};

struct metrics {
    struct metrics_group *group;
    const struct router *router;
    struct row *rows; /* one per route, then one for unknown paths */
};

/* A gauge or counter of somebody else, as each loop has it. */
struct value {
    const char *name, *type, *help;
    const _Atomic int64_t **per_loop;
    int count;
};

struct metrics_group {
    struct arena *arena;
    struct metrics **members;
    int loops, count;
    struct value values[VALUES_MAX];
    int value_count;
};

struct metrics_group *metrics_group_new(struct arena *arena, int loops)
{
    assert(loops > 0);
    struct metrics_group *group = arena_new(arena, struct metrics_group);
    group->arena = arena;
    group->members = arena_array(arena, struct metrics *, (size_t)loops);
    group->loops = loops;
    return group;
}

struct metrics *metrics_new(struct metrics_group *group, struct arena *arena,
                            const struct router *router)
{
    assert(group->count < group->loops);
    struct metrics *metrics = arena_new(arena, struct metrics);
    metrics->group = group;
    metrics->router = router;
    metrics->rows = arena_array(arena, struct row, (size_t)router_count(router) + 1);
    group->members[group->count++] = metrics;
    return metrics;
}

/* --- counting --- */

/* One writer: a load and a store are enough, and cheaper than an atomic addition. */
static void add(_Atomic int64_t *counter, int64_t amount)
{
    const int64_t now = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, now + amount, memory_order_relaxed);
}

static int status_slot(int status)
{
    for (int i = 1; i < STATUSES; i++)
        if (statuses[i] == status) return i;
    return 0;
}

void metrics_count(struct metrics *metrics, int route, int status, int64_t elapsed_us)
{
    struct row *row = &metrics->rows[route >= 0 ? route : router_count(metrics->router)];
    int bucket = 0;
    while (elapsed_us > bounds_us[bucket])
        bucket++;
    add(&row->by_status[status_slot(status)], 1);
    add(&row->buckets[bucket], 1);
    add(&row->sum_us, elapsed_us);
}

void metrics_add_value(struct metrics *metrics, const char *name, const char *type,
                       const char *help, const _Atomic int64_t *value)
{
    struct metrics_group *group = metrics->group;
    struct value *entry = group->values;
    while (entry < group->values + group->value_count && strcmp(entry->name, name) != 0)
        entry++;
    if (entry == group->values + group->value_count) {
        assert(group->value_count < VALUES_MAX);
        group->value_count++;
        *entry = (struct value){.name = name, .type = type, .help = help};
        entry->per_loop = arena_array(group->arena, const _Atomic int64_t *, (size_t)group->loops);
    }
    assert(entry->count < group->loops);
    entry->per_loop[entry->count++] = value;
}

/* --- writing --- */

/* One row of all loops together. */
struct total {
    int64_t by_status[STATUSES], buckets[METRICS_BUCKETS], sum_us, count;
};

static int64_t read_counter(const _Atomic int64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void add_up(const struct metrics_group *group, int route, struct total *total)
{
    *total = (struct total){0};
    for (int loop = 0; loop < group->count; loop++) {
        const struct row *row = &group->members[loop]->rows[route];
        for (int i = 0; i < STATUSES; i++)
            total->by_status[i] += read_counter(&row->by_status[i]);
        for (int i = 0; i < METRICS_BUCKETS; i++) {
            total->buckets[i] += read_counter(&row->buckets[i]);
            total->count += read_counter(&row->buckets[i]);
        }
        total->sum_us += read_counter(&row->sum_us);
    }
}

struct labels {
    const char *route, *method;
};

static struct labels labels_of(const struct router *router, int route)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "none"};
    if (route == router_count(router)) return (struct labels){"none", "none"};
    const struct route *row = router_route(router, route);
    return (struct labels){row->pattern, names[row->method]};
}

static void write_head(struct strbuf *out, const char *name, const char *type, const char *help)
{
    strbuf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_requests(const struct total *total, struct labels labels, struct strbuf *out)
{
    for (int i = 0; i < STATUSES; i++) {
        if (total->by_status[i] == 0) continue;
        strbuf_printf(out, "shop_http_requests_total{route=\"%s\",method=\"%s\",status=\"",
                      labels.route, labels.method);
        if (statuses[i] == STATUS_OTHER)
            strbuf_add_text(out, "other");
        else
            strbuf_add_int64(out, statuses[i]);
        strbuf_printf(out, "\"} %" PRId64 "\n", total->by_status[i]);
    }
}

static void write_duration(const struct total *total, struct labels labels, struct strbuf *out)
{
    static const char name[] = "shop_http_request_duration_seconds";
    if (total->count == 0) return;
    int64_t below = 0;
    for (int i = 0; i < METRICS_BUCKETS; i++) {
        below += total->buckets[i];
        strbuf_printf(out, "%s_bucket{route=\"%s\",method=\"%s\",le=\"%s\"} %" PRId64 "\n", name,
                      labels.route, labels.method, bounds_text[i], below);
    }
    strbuf_printf(out, "%s_sum{route=\"%s\",method=\"%s\"} %" PRId64 ".%06" PRId64 "\n", name,
                  labels.route, labels.method, total->sum_us / 1000000, total->sum_us % 1000000);
    strbuf_printf(out, "%s_count{route=\"%s\",method=\"%s\"} %" PRId64 "\n", name, labels.route,
                  labels.method, total->count);
}

/* Of "shop_events_lag{subscriber=\"sale\"}" the part before the labels. */
static size_t family_length(const struct value *value)
{
    return strcspn(value->name, "{");
}

static bool same_family(const struct value *a, const struct value *b)
{
    const size_t length = family_length(a);
    return length == family_length(b) && strncmp(a->name, b->name, length) == 0;
}

static void write_value(const struct value *value, struct strbuf *out)
{
    int64_t sum = 0;
    for (int loop = 0; loop < value->count; loop++)
        sum += read_counter(value->per_loop[loop]);
    strbuf_printf(out, "%s %" PRId64 "\n", value->name, sum);
}

/* All of one family stand together, below one head, in whatever order they were added. */
static void write_values(const struct metrics_group *group, struct strbuf *out)
{
    for (int i = 0; i < group->value_count; i++) {
        const struct value *first = &group->values[i];
        char family[FAMILY_MAX];
        int before = 0;
        while (before < i && !same_family(first, &group->values[before]))
            before++;
        if (before < i) continue; /* written there */
        snprintf(family, sizeof(family), "%.*s", (int)family_length(first), first->name);
        write_head(out, family, first->type, first->help);
        for (int k = i; k < group->value_count; k++)
            if (same_family(first, &group->values[k])) write_value(&group->values[k], out);
    }
}

void metrics_write(const struct metrics_group *group, struct strbuf *out)
{
    if (group->count > 0) {
        const struct router *router = group->members[0]->router;
        struct total total;
        write_head(out, "shop_http_requests_total", "counter", "requests answered");
        for (int route = 0; route <= router_count(router); route++) {
            add_up(group, route, &total);
            write_requests(&total, labels_of(router, route), out);
        }
        write_head(out, "shop_http_request_duration_seconds", "histogram",
                   "from the complete request to its answer");
        for (int route = 0; route <= router_count(router); route++) {
            add_up(group, route, &total);
            write_duration(&total, labels_of(router, route), out);
        }
    }
    write_values(group, out);
}
