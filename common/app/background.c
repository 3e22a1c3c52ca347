/* One task per loop wakes at a fixed interval and does its rounds.
 *
 * A round that fails is logged by its status and tried again at the next wake: nothing here is needed
 * for a request to be answered, and everything here is safe to repeat. Two instances may reconcile at
 * once; each step is idempotent in the database.
 */
#include "common/app/background.h"

#include "common/base/log.h"
#include "common/modules/notifications/notifications.h"
#include "common/modules/orders/orders.h"
#include "common/modules/reports/reports.h"
#include "common/pg/pg.h"
#include "common/runtime/task.h"

enum { ROUND_ARENA_MAX = 4 << 20, ROUND_TIMEOUT_MS = 30000 };

struct background {
    struct app *app;
    struct task *task; /* NULL when it has ended */
    bool stopping;
};

static void reconcile(struct app *app, struct call *call)
{
    int settled = 0;
    enum status status = orders_reconcile(app->orders, call, &settled);
    if (status != STATUS_OK)
        log_warn("reconcile_failed", call, LOG_TEXT("status", status_name(status)),
                 LOG_TEXT("detail", call->failure.message));
    else if (settled > 0)
        log_info("orders_settled", call, LOG_INT("count", settled));
}

static void send_receipts(struct app *app, struct call *call)
{
    int sent = 0;
    enum status status = notifications_retry(
        app->notifications, call, app->settings->shop.settle_after_seconds * 1000, &sent);
    if (status != STATUS_OK)
        log_warn("receipts_failed", call, LOG_TEXT("status", status_name(status)),
                 LOG_TEXT("detail", call->failure.message));
    else if (sent > 0)
        log_info("receipts_sent", call, LOG_INT("count", sent));
}

static void find_missing_sales(struct app *app, struct call *call)
{
    int recovered = 0;
    enum status status = reports_catch_up(app->reports, call, &recovered);
    if (status != STATUS_OK)
        log_warn("sales_check_failed", call, LOG_TEXT("status", status_name(status)),
                 LOG_TEXT("detail", call->failure.message));
    if (recovered > 0) log_info("sales_recovered", call, LOG_INT("count", recovered));
}

static void run_round(struct app *app, void (*round)(struct app *app, struct call *call))
{
    struct arena arena;
    struct call call;
    arena_init(&arena, ROUND_ARENA_MAX);
    call_init(&call, &arena, ROUND_TIMEOUT_MS);
    round(app, &call);
    arena_release(&arena);
}

static void rounds(void *argument)
{
    struct background *background = argument;
    struct app *app = background->app;
    background->task = task_current(app->loop);
    while (!background->stopping) {
        const int64_t next_ms = loop_now_ms(app->loop) + app->settings->shop.reconcile_every_ms;
        if (task_park(app->loop, next_ms) == STATUS_OK) continue; /* woken: told to stop */
        if (!pg_pool_ready(app->write)) continue;
        run_round(app, reconcile);
        if (!background->stopping) run_round(app, send_receipts);
        if (!background->stopping) run_round(app, find_missing_sales);
    }
    background->task = NULL;
}

struct background *background_start(struct app *app)
{
    if (app->loop_index != 0 || app->rounds_elsewhere) return NULL;
    struct background *background = arena_new(app->arena, struct background);
    background->app = app;
    if (task_start(app->loop, rounds, background) == STATUS_OK) return background;
    log_warn("background_jobs_not_started", NULL, LOG_INT("loop", app->loop_index));
    return NULL;
}

void background_stop(struct background *background)
{
    if (background == NULL || background->stopping) return;
    background->stopping = true;
    if (background->task) task_wake(background->task);
}
