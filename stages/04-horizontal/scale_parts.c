/* Settings to option structs, and what there is to be seen in /metrics. */
#include "stages/04-horizontal/scale_parts.h"

#include "common/app/gauges.h"
#include "common/app/parts.h"
#include "common/pg/budget.h"
#include "stages/03-caching/kv.h"
#include "stages/04-horizontal/replica_reads.h"
#include "stages/04-horizontal/scale_settings.h"
#include "stages/04-horizontal/sessions_redis.h"

#include <stdio.h>

enum { REPLICA_EXCLUSIVE = 1 }; /* a pool has at least one; nobody begins transactions there */

/* --- the replica --- */

static enum status check_budget(struct app *app, const struct scale_values *values, char error[256])
{
    const struct pg_budget budget = {
        .processes = app->settings->process.instances,
        .loops = app->settings->process.loops,
        .connections = values->replica_connections + REPLICA_EXCLUSIVE,
    };
    char reason[256];
    if (app->loop_index > 0) return STATUS_OK;
    enum status status = pg_budget_check(values->replica_url, &budget, reason);
    if (status != STATUS_OK) snprintf(error, 256, "the replica: %.240s", reason);
    return status;
}

static void add_replica_gauges(struct app *app, const struct replica_counters *counters)
{
    gauges_add(app, "shop_replica_reads_total", "counter", "reads that the replica answered",
               &counters->here);
    gauges_add(app, "shop_replica_waited_total", "counter",
               "reads that waited for the replica to catch up", &counters->waited);
    gauges_add(app, "shop_replica_behind_total", "counter",
               "reads that went to the primary because the replica was behind", &counters->behind);
    gauges_add(app, "shop_replica_away_total", "counter",
               "reads that went to the primary because the replica was away", &counters->away);
}

enum status scale_open_replica(struct app *app, struct pg_pool **out, char error[256])
{
    const struct scale_values *values = settings_of(app->settings, &scale_settings);
    struct pg_options options = app_pool_options(app);
    options.url = values->replica_url;
    options.shared_connections = (int)values->replica_connections;
    options.exclusive_connections = REPLICA_EXCLUSIVE;
    enum status status = check_budget(app, values, error);
    if (status == STATUS_OK) status = app_open_pool_with(app, &options, out, error);
    if (status != STATUS_OK) return status;
    const struct replica_limits limits = {values->replica_wait_ms, values->replica_question_ms};
    add_replica_gauges(app, replica_follow(app->arena, app->loop, *out, app->write, &limits));
    return STATUS_OK;
}

/* --- sessions --- */

static void close_kv(void *kv)
{
    kv_redis_close(kv);
}

enum status scale_open_sessions(struct app *app, struct sessions *stored, struct sessions **out,
                                char error[256])
{
    const struct scale_values *values = settings_of(app->settings, &scale_settings);
    const struct kv_redis_options options = {
        .url = values->sessions_url,
        .timeout_ms = values->sessions_timeout_ms,
        .retry_max_ms = values->sessions_retry_max_ms,
    };
    struct kv *kv;
    enum status status = kv_redis_open(app->loop, &options, &kv);
    if (status != STATUS_OK) {
        snprintf(error, 256,
                 "cannot use sessions.redis_url: it must be redis://:password@host:port/0");
        return status;
    }
    app_at_close(app, close_kv, kv);
    const struct sessions_redis_counters *counters;
    *out = sessions_redis_new(app->arena, app->loop, stored, kv, app->write, &counters);
    gauges_add(app, "shop_sessions_remembered_total", "counter",
               "sessions found without asking the primary", &counters->remembered);
    gauges_add(app, "shop_sessions_stored_total", "counter",
               "sessions for which the primary was asked", &counters->stored);
    gauges_add(app, "shop_sessions_generations_total", "counter",
               "times that all that was remembered was declared void", &counters->generations);
    return STATUS_OK;
}
