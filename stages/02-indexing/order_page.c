/* What belongs to the orders of a page, for all of them at once: their lines in one statement, their bookings in
 * as many as they fill pages. Asked order by order, a page of twenty takes forty round trips, each of them quick
 * and all of them waiting.
 */
#include "common/modules/orders/order_pg.h"
#include "common/modules/orders/order_saga.h"
#include "statements.h"

static struct order *order_of(struct order_page *page, int64_t id)
{
    for (int i = 0; i < page->count; i++)
        if (page->orders[i].id == id) return &page->orders[i];
    return NULL;
}

static enum status add_lines(struct orders *orders, struct call *call, const char *ids,
                             struct order_page *page)
{
    struct pg_rows rows;
    enum status status =
        pg_read(orders->options.write, call, &orders_lines_many_sql, PG_ARGS(PG_TEXT(ids)), &rows);
    for (int i = 0; status == STATUS_OK && i < rows.count; i++) {
        struct order *order = order_of(page, pg_int64(&rows, i, 0));
        if (!order) continue;
        if (!order->lines)
            order->lines = arena_array(call->arena, struct order_line, BOOKINGS_LINES_MAX);
        if (order->line_count == BOOKINGS_LINES_MAX) continue;
        order->lines[order->line_count++] = (struct order_line){
            .product_id = pg_int64(&rows, i, 1),
            .title = pg_text(&rows, i, 2),
            .day = pg_day(&rows, i, 3),
            .quantity = (int32_t)pg_int64(&rows, i, 4),
            .unit_price_cents = pg_int64(&rows, i, 5),
            .amount_cents = pg_int64(&rows, i, 6),
        };
    }
    return status;
}

static void add_booking(struct order_page *page, const struct booking *booking)
{
    struct order *order = order_of(page, booking->order_id);
    if (!order || booking->line < 0 || booking->line >= order->line_count) return;
    order->lines[booking->line].booking_id = booking->id;
    order->lines[booking->line].booking = booking->state;
}

static enum status add_bookings(struct orders *orders, struct call *call, const int64_t *ids,
                                struct order_page *page)
{
    struct booking_query query = {
        .order_ids = ids, .order_count = page->count, .limit = BOOKINGS_PAGE_MAX};
    struct booking_page found = {.more = true};
    while (found.more) {
        enum status status = bookings_list(orders->options.bookings, call, &query, &found);
        if (status != STATUS_OK) return status;
        for (int i = 0; i < found.count; i++)
            add_booking(page, &found.bookings[i]);
        if (found.count == 0) break;
        query.after_day = found.bookings[found.count - 1].day;
        query.after_id = found.bookings[found.count - 1].id;
    }
    return STATUS_OK;
}

enum status order_fill_page(struct orders *orders, struct call *call, struct order_page *page)
{
    int64_t ids[ORDERS_PAGE_MAX];
    if (page->count == 0) return STATUS_OK;
    for (int i = 0; i < page->count; i++)
        ids[i] = page->orders[i].id;
    enum status status = add_lines(orders, call, pg_int64_array(call, ids, page->count), page);
    return status == STATUS_OK ? add_bookings(orders, call, ids, page) : status;
}
