/* The table below is the list of gauges and counters; `sample` fills them from their owners.
 */
#include "common/app/gauges.h"

#include "common/pg/pg.h"
#include "common/runtime/task.h"

#include <stdatomic.h>

enum { SAMPLE_EVERY_MS = 1000 };

enum gauge {
    GAUGE_LAG,
    GAUGE_TASKS,
    GAUGE_PG_CONNECTED,
    GAUGE_PG_SHARED_BUSY,
    GAUGE_PG_EXCLUSIVE_BUSY,
    GAUGE_PG_WAITING,
    GAUGE_PG_STATEMENTS,
    GAUGE_PG_BATCHES,
    GAUGE_PG_RESENT,
    GAUGE_PG_RECONNECTS,
    GAUGE_PG_FAILURES,
    GAUGE_COUNT
};

static const struct {
    const char *name, *type, *help;
} descriptions[GAUGE_COUNT] = {
    [GAUGE_LAG] = {"shop_loop_lag_microseconds", "gauge",
                   "longest turn of the event loop in the last second, added up over loops"},
    [GAUGE_TASKS] = {"shop_tasks", "gauge", "tasks alive"},
    [GAUGE_PG_CONNECTED] = {"shop_pg_connections", "gauge", "database connections that are up"},
    [GAUGE_PG_SHARED_BUSY] = {"shop_pg_shared_busy", "gauge", "shared connections with work"},
    [GAUGE_PG_EXCLUSIVE_BUSY] = {"shop_pg_exclusive_busy", "gauge", "borrowed connections"},
    [GAUGE_PG_WAITING] = {"shop_pg_waiting", "gauge", "callers waiting for a connection"},
    [GAUGE_PG_STATEMENTS] = {"shop_pg_statements_total", "counter", "statements sent"},
    [GAUGE_PG_BATCHES] = {"shop_pg_batches_total", "counter", "pipeline batches (Syncs) sent"},
    [GAUGE_PG_RESENT] = {"shop_pg_resent_total", "counter", "reads sent again after an abort"},
    [GAUGE_PG_RECONNECTS] = {"shop_pg_reconnects_total", "counter", "connections made again"},
    [GAUGE_PG_FAILURES] = {"shop_pg_failures_total", "counter", "statements that failed"},
};

struct gauges {
    struct app *app;
    struct loop_timer timer;
    _Atomic int64_t values[GAUGE_COUNT];
};

static void set(struct gauges *gauges, enum gauge gauge, int64_t value)
{
    atomic_store_explicit(&gauges->values[gauge], value, memory_order_relaxed);
}

static void sample(void *context)
{
    struct gauges *gauges = context;
    struct app *app = gauges->app;
    struct pg_stats pg;
    pg_pool_stats(app->write, &pg);
    set(gauges, GAUGE_LAG, loop_take_lag_us(app->loop));
    set(gauges, GAUGE_TASKS, (int64_t)task_count(app->loop));
    set(gauges, GAUGE_PG_CONNECTED, pg.connected);
    set(gauges, GAUGE_PG_SHARED_BUSY, pg.shared_busy);
    set(gauges, GAUGE_PG_EXCLUSIVE_BUSY, pg.exclusive_busy);
    set(gauges, GAUGE_PG_WAITING, pg.waiting);
    set(gauges, GAUGE_PG_STATEMENTS, (int64_t)pg.statements);
    set(gauges, GAUGE_PG_BATCHES, (int64_t)pg.batches);
    set(gauges, GAUGE_PG_RESENT, (int64_t)pg.resent);
    set(gauges, GAUGE_PG_RECONNECTS, (int64_t)pg.reconnects);
    set(gauges, GAUGE_PG_FAILURES, (int64_t)pg.failures);
    loop_timer_start(app->loop, &gauges->timer, loop_now_ms(app->loop) + SAMPLE_EVERY_MS);
}

/* One that has been added. */
struct gauge_added {
    const char *name, *type, *help;
    const _Atomic int64_t *value;
    struct gauge_added *next;
};

void gauges_add(struct app *app, const char *name, const char *type, const char *help,
                const _Atomic int64_t *value)
{
    struct gauge_added *added = arena_new(app->arena, struct gauge_added);
    *added = (struct gauge_added){name, type, help, value, app->gauges};
    app->gauges = added;
}

void gauges_start(struct app *app)
{
    struct gauges *gauges = arena_new(app->arena, struct gauges);
    gauges->app = app;
    gauges->timer.run = sample;
    gauges->timer.context = gauges;
    for (int i = 0; i < GAUGE_COUNT; i++)
        metrics_add_value(app->metrics, descriptions[i].name, descriptions[i].type,
                          descriptions[i].help, &gauges->values[i]);
    for (const struct gauge_added *at = app->gauges; at; at = at->next)
        metrics_add_value(app->metrics, at->name, at->type, at->help, at->value);
    sample(gauges);
}
