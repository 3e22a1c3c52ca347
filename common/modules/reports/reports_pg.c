/* Rows in and out of reports.sales. A range of days becomes two moments here, because sold_at is a moment.
 */
#include "common/modules/reports/reports_pg.h"

#include "common/base/clock.h"
#include "statements.h"

#include <assert.h>
#include <inttypes.h>

enum { DAY_MS = 86400000 };

/* --- writing --- */

enum status reports_record(struct reports *reports, struct call *call, const struct sale *sales,
                           int count)
{
    int64_t bookings[BOOKINGS_LINES_MAX], products[BOOKINGS_LINES_MAX];
    int64_t quantities[BOOKINGS_LINES_MAX], amounts[BOOKINGS_LINES_MAX];
    const char *titles[BOOKINGS_LINES_MAX], *days[BOOKINGS_LINES_MAX];
    char texts[BOOKINGS_LINES_MAX][CLOCK_DAY_TEXT];
    assert(count >= 1 && count <= BOOKINGS_LINES_MAX);
    for (int i = 0; i < count; i++) {
        bookings[i] = sales[i].booking_id;
        products[i] = sales[i].product_id;
        quantities[i] = sales[i].quantity;
        amounts[i] = sales[i].amount_cents;
        titles[i] = sales[i].title;
        clock_format_day(sales[i].day, texts[i]);
        days[i] = texts[i];
    }
    return pg_write(reports->options.write, call, &reports_add_sql,
                    PG_ARGS(PG_TEXT(pg_int64_array(call, bookings, count)),
                            PG_INT(sales[0].order_id), PG_INT(sales[0].sold_ms),
                            PG_TEXT(sales[0].currency),
                            PG_TEXT(pg_int64_array(call, products, count)),
                            PG_TEXT(pg_text_array(call, titles, count)),
                            PG_TEXT(pg_text_array(call, days, count)),
                            PG_TEXT(pg_int64_array(call, quantities, count)),
                            PG_TEXT(pg_int64_array(call, amounts, count))),
                    NULL);
}

enum status reports_cancel(struct reports *reports, struct call *call, int64_t booking_id,
                           int64_t cancelled_ms)
{
    struct pg_rows rows;
    enum status status = pg_write(reports->options.write, call, &reports_cancel_sql,
                                  PG_ARGS(PG_INT(booking_id), PG_INT(cancelled_ms)), &rows);
    if (status != STATUS_OK || rows.affected == 1) return status;
    return call_fail(call, STATUS_NOT_FOUND, "there is no sale of booking %" PRId64, booking_id);
}

/* --- windows --- */

#define WINDOW_AND_RANGE(window, range)                                                   \
    PG_INT((window).after), PG_INT((window).last), PG_INT((range).from *(int64_t)DAY_MS), \
        PG_INT(((range).to + 1) * (int64_t)DAY_MS)

enum status reports_pg_window(struct pg_pool *pool, struct call *call, int64_t after,
                              struct reports_window *out)
{
    struct pg_rows rows;
    enum status status = pg_read(pool, call, &reports_window_sql,
                                 PG_ARGS(PG_INT(after), PG_INT(REPORTS_WINDOW)), &rows);
    if (status != STATUS_OK) return status;
    const int64_t last = pg_int64(&rows, 0, 0), count = pg_int64(&rows, 0, 1);
    *out = (struct reports_window){
        .after = after,
        .last = count > 0 ? last : after,
        .final = count < REPORTS_WINDOW,
    };
    return STATUS_OK;
}

enum status reports_pg_days(struct pg_pool *pool, struct call *call, struct reports_window window,
                            struct report_range range, struct report_sums *days)
{
    struct pg_rows rows;
    enum status status =
        pg_read(pool, call, &reports_days_sql, PG_ARGS(WINDOW_AND_RANGE(window, range)), &rows);
    if (status != STATUS_OK) return status;
    for (int i = 0; i < rows.count; i++) {
        const int32_t day = pg_day(&rows, i, 0);
        assert(day >= range.from && day <= range.to);
        struct report_sums *sums = &days[day - range.from];
        sums->bookings += pg_int64(&rows, i, 1);
        sums->quantity += pg_int64(&rows, i, 2);
        sums->sold_cents += pg_int64(&rows, i, 3);
        sums->cancelled_bookings += pg_int64(&rows, i, 4);
        sums->refunded_cents += pg_int64(&rows, i, 5);
    }
    return STATUS_OK;
}

enum status reports_pg_products(struct pg_pool *pool, struct call *call,
                                struct reports_window window, struct report_range range,
                                struct pg_rows *out)
{
    return pg_read(pool, call, &reports_products_sql, PG_ARGS(WINDOW_AND_RANGE(window, range)),
                   out);
}

enum status reports_pg_titles(struct pg_pool *pool, struct call *call, const int64_t *booking_ids,
                              int count, const char **titles)
{
    struct pg_rows rows;
    enum status status = pg_read(pool, call, &reports_titles_sql,
                                 PG_ARGS(PG_TEXT(pg_int64_array(call, booking_ids, count))), &rows);
    if (status != STATUS_OK) return status;
    for (int i = 0; i < count; i++) {
        titles[i] = "";
        for (int row = 0; row < rows.count; row++)
            if (pg_int64(&rows, row, 0) == booking_ids[i]) titles[i] = pg_text(&rows, row, 1);
    }
    return STATUS_OK;
}

enum status reports_pg_sales(struct pg_pool *pool, struct call *call, struct reports_window window,
                             struct report_range range, const struct sale **out, int *count)
{
    struct pg_rows rows;
    enum status status =
        pg_read(pool, call, &reports_sales_sql,
                PG_ARGS(WINDOW_AND_RANGE(window, range), PG_INT(SALES_PAGE_MAX)), &rows);
    if (status != STATUS_OK) return status;
    struct sale *sales = arena_array(call->arena, struct sale, (size_t)rows.count);
    for (int i = 0; i < rows.count; i++)
        sales[i] = (struct sale){
            .booking_id = pg_int64(&rows, i, 0),
            .order_id = pg_int64(&rows, i, 1),
            .product_id = pg_int64(&rows, i, 2),
            .title = pg_text(&rows, i, 3),
            .sold_ms = pg_time_ms(&rows, i, 4),
            .day = pg_day(&rows, i, 5),
            .quantity = (int32_t)pg_int64(&rows, i, 6),
            .amount_cents = pg_int64(&rows, i, 7),
            .currency = pg_text(&rows, i, 8),
            .cancelled_ms = pg_time_ms(&rows, i, 9),
        };
    *out = sales;
    *count = rows.count;
    return STATUS_OK;
}

/* --- comparing --- */

enum status reports_pg_count(struct pg_pool *pool, struct call *call, struct reports_window window,
                             int64_t *sold, int64_t *cancelled)
{
    struct pg_rows rows;
    enum status status = pg_read(pool, call, &reports_count_sql,
                                 PG_ARGS(PG_INT(window.after), PG_INT(window.last)), &rows);
    if (status != STATUS_OK) return status;
    *sold = pg_int64(&rows, 0, 0);
    *cancelled = pg_int64(&rows, 0, 1);
    return STATUS_OK;
}

enum status reports_pg_known(struct pg_pool *pool, struct call *call, struct reports_window window,
                             struct sold_booking *out, int *count)
{
    struct pg_rows rows;
    enum status status =
        pg_read(pool, call, &reports_known_sql,
                PG_ARGS(PG_INT(window.after), PG_INT(window.last), PG_INT(SOLD_PAGE_MAX)), &rows);
    if (status != STATUS_OK) return status;
    *count = rows.count;
    for (int i = 0; i < rows.count; i++)
        out[i] =
            (struct sold_booking){.id = pg_int64(&rows, i, 0), .cancelled = pg_bool(&rows, i, 1)};
    return STATUS_OK;
}
