/* The background work: every pending order comes to an end, every refund is made, every hold that was
 * abandoned is let go, every receipt is found.
 *
 * An order is pending because a process died, or because the provider's answer never came. Nothing is
 * guessed from that: payments_settle() asks the provider, and closes the charge there if it has not been
 * made. When the provider cannot be reached the round ends, so that a hundred orders do not wait a
 * hundred time-outs, and the next round goes on behind the order that failed, so that one the provider
 * cannot make up its mind about keeps nobody else waiting.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/modules/orders/order_pg.h"
#include "common/modules/orders/order_saga.h"

enum { SETTLE_PER_STEP = 10, STEPS_PER_ROUND = 20 };

static enum status settle_one(struct orders *orders, struct call *call, int64_t id)
{
    struct order order;
    enum payment_outcome outcome = PAYMENT_CHARGED;
    enum status status = orders_find_any(orders, call, id, &order);
    if (status != STATUS_OK || order.state != ORDER_PENDING) return status;
    if (order.total_cents > 0)
        status = payments_settle(orders->options.payments, call, id, &outcome);
    if (status == STATUS_OK) status = order_settle(orders, call, &order, outcome);
    return status;
}

static enum status settle_pending(struct orders *orders, struct call *call, int *settled)
{
    bool more = true;
    for (int step = 0; step < STEPS_PER_ROUND && more; step++) {
        int64_t ids[SETTLE_PER_STEP];
        int count = 0;
        struct low_water *walk = &orders->pending;
        enum status status = order_pg_find_work(orders->options.write, call, ORDER_WORK_PENDING,
                                                walk, orders->options.settle_after_ms,
                                                SETTLE_PER_STEP, ids, &count, &more);
        for (int i = 0; i < count && status == STATUS_OK; i++) {
            status = settle_one(orders, call, ids[i]);
            if (status == STATUS_OK) {
                (*settled)++;
                continue;
            }
            log_warn("order_not_settled", call, LOG_INT("order_id", ids[i]),
                     LOG_TEXT("status", status_name(status)));
            walk->next = ids[i]; /* the next round goes on behind it */
        }
        if (status != STATUS_OK) return status;
    }
    return STATUS_OK;
}

static enum status finish_cancellations(struct orders *orders, struct call *call,
                                        struct booking_page *stuck, int *settled)
{
    enum status first = STATUS_OK;
    for (int i = 0; i < stuck->count; i++) {
        enum status status = order_finish_cancelling(orders, call, &stuck->bookings[i]);
        if (status == STATUS_OK) (*settled)++;
        if (status != STATUS_OK) first = status;
        if (status == STATUS_UNAVAILABLE || status == STATUS_TIMEOUT) break;
    }
    return first;
}

enum status orders_reconcile(struct orders *orders, struct call *call, int *settled)
{
    struct booking_page stuck = {0};
    int released = 0;
    *settled = 0;
    enum status status =
        bookings_sweep(orders->options.bookings, call,
                       clock_wall_ms() - orders->options.settle_after_ms, &released, &stuck);
    if (status == STATUS_OK && released > 0)
        log_info("holds_expired", call, LOG_INT("count", released));
    if (status == STATUS_OK) status = settle_pending(orders, call, settled);
    if (status == STATUS_OK) status = finish_cancellations(orders, call, &stuck, settled);
    return status;
}

/* --- receipts --- */

enum status orders_receipts_due(struct orders *orders, struct call *call, int64_t older_than_ms,
                                int limit, int64_t *ids, int *count)
{
    bool more = true;
    enum status status = STATUS_OK;
    *count = 0;
    for (int step = 0; step < STEPS_PER_ROUND && more && *count == 0 && status == STATUS_OK; step++)
        status = order_pg_find_work(orders->options.write, call, ORDER_WORK_RECEIPTS,
                                    &orders->receipts, older_than_ms, limit, ids, count, &more);
    return status;
}

enum status orders_receipt_sent(struct orders *orders, struct call *call, int64_t id)
{
    return order_pg_receipt_sent(orders->options.write, call, id);
}
