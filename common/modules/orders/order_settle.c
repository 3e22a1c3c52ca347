/* From a known outcome to the end of an order. Every step may have been taken before, by the event, by the
 * reconciler, by another process: each is idempotent, and of two who finish an order only one touches its
 * row and publishes.
 *
 * The order of the steps is what makes a crash harmless. Places are confirmed or released before the order
 * says so: a crash in between leaves a pending order, which is settled again. Money is given back before
 * the order is rejected, for the same reason.
 */
#include "common/modules/orders/order_saga.h"

#include "common/base/log.h"
#include "common/modules/orders/order_pg.h"

#include <inttypes.h>

static void log_end(struct call *call, const struct order *order)
{
    if (order->state == ORDER_CONFIRMED)
        log_info("order_confirmed", call, LOG_INT("order_id", order->id),
                 LOG_INT("amount_cents", order->total_cents));
    else
        log_info("order_rejected", call, LOG_INT("order_id", order->id),
                 LOG_TEXT("reason", status_name(order->reason)));
}

/* Stores what the order has become and publishes it, unless somebody else has. */
static enum status finish(struct orders *orders, struct call *call, struct order *order)
{
    struct pg_tx *tx;
    bool changed = false;
    enum status status = pg_begin(orders->options.write, call, &tx);
    if (status == STATUS_OK) status = order_pg_finish(tx, order, &changed);
    if (status == STATUS_OK && changed) status = order_publish(orders, tx, order, NULL);
    if (status != STATUS_OK || !changed) {
        pg_rollback(tx);
        return status;
    }
    status = pg_commit(tx);
    if (status == STATUS_OK) log_end(call, order);
    return status;
}

static enum status reject(struct orders *orders, struct call *call, struct order *order,
                          enum status reason, const char *detail)
{
    order->state = ORDER_REJECTED;
    order->reason = reason;
    order->detail = detail;
    return finish(orders, call, order);
}

/* The money is there, the places are not: the hold ran out while the outcome was unknown. */
static enum status give_money_back(struct orders *orders, struct call *call, struct order *order)
{
    const char *key = arena_printf(call->arena, "order-%" PRId64 "-refund", order->id);
    call_forgive(call);
    log_warn("order_charged_too_late", call, LOG_INT("order_id", order->id),
             LOG_INT("amount_cents", order->total_cents));
    enum status status = STATUS_OK;
    if (order->total_cents > 0)
        status =
            payments_refund(orders->options.payments, call, order->id, key, order->total_cents);
    if (status != STATUS_OK) return status;
    return reject(orders, call, order, STATUS_CONFLICT,
                  "the places were no longer held when the payment came through; it was refunded");
}

static enum status confirm(struct orders *orders, struct call *call, struct order *order)
{
    enum status status = bookings_confirm(orders->options.bookings, call, order->id);
    if (status == STATUS_CONFLICT) return give_money_back(orders, call, order);
    if (status == STATUS_OK) status = order_add_bookings(orders, call, order); /* for the event */
    if (status != STATUS_OK) return status;
    order->state = ORDER_CONFIRMED;
    return finish(orders, call, order);
}

enum status order_settle(struct orders *orders, struct call *call, struct order *order,
                         enum payment_outcome outcome)
{
    if (outcome == PAYMENT_CHARGED) return confirm(orders, call, order);
    enum status status = bookings_release(orders->options.bookings, call, order->id);
    if (status != STATUS_OK) return status;
    if (outcome == PAYMENT_DECLINED)
        return reject(orders, call, order, STATUS_DECLINED, "the card was declined");
    return reject(orders, call, order, STATUS_TIMEOUT,
                  "the payment was not completed in time; nothing was charged");
}
