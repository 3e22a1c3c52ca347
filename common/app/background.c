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
#include "common/pg/pg.h"
#include "common/runtime/task.h"

#include <stdatomic.h>

enum { ROUND_ARENA_MAX = 4 << 20, ROUND_TIMEOUT_MS = 30000 };

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
    struct app *app = argument;
    while (!atomic_load_explicit(app->draining, memory_order_relaxed)) {
        task_sleep(app->loop, app->settings->shop.reconcile_every_ms);
        if (!pg_pool_ready(app->write)) continue;
        run_round(app, reconcile);
        run_round(app, send_receipts);
    }
}

enum status background_start(struct app *app)
{
    if (app->loop_index != 0) return STATUS_OK;
    return task_start(app->loop, rounds, app);
}
