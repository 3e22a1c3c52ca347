/* Cancelling one booking of an order: mark it, refund it, give its places back. Between the first step and
 * the last it is "cancelling": it keeps its places until the money is on its way, so that a place is never
 * sold twice while the first buyer still has their money out. Repeating the refund is safe, its key is the
 * booking's.
 */
#include "common/base/log.h"
#include "common/modules/orders/order_saga.h"

#include <inttypes.h>

enum status order_finish_cancelling(struct orders *orders, struct call *call,
                                    struct booking *booking)
{
    const char *key = arena_printf(call->arena, "booking-%" PRId64 "-refund", booking->id);
    enum status status = STATUS_OK;
    if (booking->amount_cents > 0)
        status = payments_refund(orders->options.payments, call, booking->order_id, key,
                                 booking->amount_cents);
    if (status == STATUS_OK)
        status = bookings_cancel(orders->options.bookings, call, booking->id, 0, true, booking);
    return status;
}

enum status orders_cancel_booking(struct orders *orders, struct call *call, int64_t booking_id,
                                  struct booking *out)
{
    const int64_t owner = call->role == ROLE_ADMIN ? 0 : call->user_id;
    enum status status =
        bookings_cancel(orders->options.bookings, call, booking_id, owner, false, out);
    if (status != STATUS_OK || out->state == BOOKING_CANCELLED) return status;
    const int64_t deadline_ms = order_shorten_deadline(call);
    status = order_finish_cancelling(orders, call, out);
    call->deadline_ms = deadline_ms;
    if (status == STATUS_OK) {
        log_info("booking_cancelled", call, LOG_INT("booking_id", booking_id),
                 LOG_INT("refund_cents", out->amount_cents));
        return STATUS_OK;
    }
    /* it has begun and will be finished: the customer need not do anything */
    log_warn("cancellation_waits", call, LOG_INT("booking_id", booking_id),
             LOG_TEXT("status", status_name(status)), LOG_TEXT("detail", call->failure.message));
    call_forgive(call);
    return STATUS_OK;
}
