/* Looking at orders. An order has its own row, its lines, and its bookings in the module next door: three
 * questions, asked one after the other.
 */
#include "common/modules/orders/order_pg.h"
#include "common/modules/orders/order_saga.h"

#include <inttypes.h>

enum status order_add_bookings(struct orders *orders, struct call *call, struct order *order)
{
    const struct booking_query query = {.order_id = order->id, .limit = BOOKINGS_LINES_MAX};
    struct booking_page page;
    enum status status = bookings_list(orders->options.bookings, call, &query, &page);
    if (status != STATUS_OK) return status;
    for (int i = 0; i < page.count; i++) {
        const struct booking *booking = &page.bookings[i];
        if (booking->line < 0 || booking->line >= order->line_count) continue;
        order->lines[booking->line].booking_id = booking->id;
        order->lines[booking->line].booking = booking->state;
    }
    return STATUS_OK;
}

enum status order_add_lines(struct orders *orders, struct call *call, struct order *order)
{
    enum status status = order_pg_lines(orders->options.write, call, order);
    return status == STATUS_OK ? order_add_bookings(orders, call, order) : status;
}

enum status orders_find_any(struct orders *orders, struct call *call, int64_t id, struct order *out)
{
    enum status status = order_pg_find(orders->options.write, call, id, out);
    return status == STATUS_OK ? order_add_lines(orders, call, out) : status;
}

/* Somebody else's order does not exist as far as the caller can tell. */
enum status orders_find(struct orders *orders, struct call *call, int64_t id, struct order *out)
{
    enum status status = order_pg_find(orders->options.write, call, id, out);
    if (status != STATUS_OK) return status;
    if (call->role != ROLE_ADMIN && out->user_id != call->user_id)
        return call_fail(call, STATUS_NOT_FOUND, "there is no order %" PRId64, id);
    return order_add_lines(orders, call, out);
}

enum status orders_history(struct orders *orders, struct call *call, int64_t before_id, int limit,
                           struct order_page *out)
{
    *out = (struct order_page){0};
    enum status status =
        order_pg_history(orders->options.write, call, call->user_id, before_id, limit, out);
    return status == STATUS_OK ? order_fill_page(orders, call, out) : status;
}
