/* Cancelling, in two steps: confirmed -> cancelling, then, when whoever drives the refund says that it is
 * made, cancelling -> cancelled. The second step tells others ("booking.cancelled"), in the transaction that
 * makes it true. Repeating it changes nothing and tells again, under the same id.
 */
#include "common/base/json.h"
#include "common/modules/bookings/bookings_pg.h"

#include "statements.h"

#include <inttypes.h>

enum { PAYLOAD_MAX = 1024 };

static enum status check_begun(struct call *call, const struct booking *booking)
{
    switch (booking->state) {
    case BOOKING_CANCELLING:
    case BOOKING_CANCELLED:
        return STATUS_OK;
    case BOOKING_CONFIRMED:
        return call_fail(call, STATUS_CONFLICT,
                         "a booking can be cancelled only before its day has come");
    default:
        return call_fail(call, STATUS_CONFLICT,
                         "the booking is %s, only confirmed ones can be "
                         "cancelled",
                         booking_state_name(booking->state));
    }
}

static const char *payload_of(struct call *call, const struct booking *booking)
{
    struct strbuf text;
    struct json_writer json;
    strbuf_init(&text, call->arena, PAYLOAD_MAX);
    json_writer_init(&json, &text);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "booking_id", booking->id);
    json_add_int64(&json, "order_id", booking->order_id);
    json_add_int64(&json, "user_id", booking->user_id);
    json_add_int64(&json, "product_id", booking->product_id);
    json_add_day(&json, "day", booking->day);
    json_add_int64(&json, "quantity", booking->quantity);
    json_add_int64(&json, "amount_cents", booking->amount_cents);
    json_add_int64(&json, "cancelled_ms", clock_wall_ms());
    json_end_object(&json);
    return text.text;
}

static enum status publish(struct bookings_pg *self, struct pg_tx *tx,
                           const struct booking *booking)
{
    struct call *call = pg_tx_call(tx);
    const struct event event = {
        .id = arena_printf(call->arena, "booking-%" PRId64 "-cancelled", booking->id),
        .topic = "booking.cancelled",
        .key = arena_printf(call->arena, "order-%" PRId64, booking->order_id),
        .payload = payload_of(call, booking),
    };
    return events_publish(self->events, tx, &event);
}

static enum status not_found(struct call *call, int64_t booking_id)
{
    return call_fail(call, STATUS_NOT_FOUND, "there is no booking %" PRId64, booking_id);
}

static enum status begin(struct bookings_pg *self, struct call *call, int64_t booking_id,
                         int64_t user_id, struct booking *out)
{
    struct pg_rows rows;
    enum status status = pg_write(
        self->write, call, &bookings_cancel_begin_sql,
        PG_ARGS(PG_INT(booking_id), PG_INT(user_id), bookings_pg_day(call, clock_today())), &rows);
    if (status != STATUS_OK) return status;
    if (rows.count == 0) return not_found(call, booking_id);
    bookings_pg_read_row(&rows, 0, out);
    return check_begun(call, out);
}

static enum status finish(struct bookings_pg *self, struct call *call, int64_t booking_id,
                          int64_t user_id, struct booking *out)
{
    struct pg_tx *tx;
    struct pg_rows rows = {0};
    enum status status = pg_begin(self->write, call, &tx);
    if (status == STATUS_OK)
        status = pg_exec(tx, &bookings_cancel_done_sql,
                         PG_ARGS(PG_INT(booking_id), PG_INT(user_id)), &rows);
    if (status == STATUS_OK && rows.count == 0) status = not_found(call, booking_id);
    if (status == STATUS_OK) bookings_pg_read_row(&rows, 0, out);
    if (status == STATUS_OK && out->state != BOOKING_CANCELLED)
        status = call_fail(call, STATUS_CONFLICT, "the booking is not being cancelled");
    if (status == STATUS_OK) status = publish(self, tx, out);
    if (status == STATUS_OK) return pg_commit(tx);
    pg_rollback(tx);
    return status;
}

enum status bookings_pg_cancel(struct bookings *bookings, struct call *call, int64_t booking_id,
                               int64_t user_id, bool done, struct booking *out)
{
    struct bookings_pg *self = (struct bookings_pg *)bookings;
    return done ? finish(self, call, booking_id, user_id, out)
                : begin(self, call, booking_id, user_id, out);
}
