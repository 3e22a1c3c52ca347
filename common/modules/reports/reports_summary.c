/* A summary of any range, and the walk over its sales. There is no index on the moment of a sale, so both
 * look at every row there is, window by window along the primary key. One statement over five million rows
 * takes longer than any statement is allowed to when the machine is busy, and then there is no answer at all;
 * two hundred and fifty small ones take a little longer together and always arrive. Between them other
 * requests have their turn.
 *
 * The database adds up within a window, this file adds up the windows. Each window has an arena of its
 * own, because together their results would be hundreds of megabytes.
 */
#include "common/modules/reports/product_sums.h"
#include "common/modules/reports/reports_pg.h"

enum { WINDOW_ARENA_MAX = 4 << 20, WINDOWS_PER_PAGE = 10 };

static enum status add_products(struct call *call, const struct pg_rows *rows,
                                struct product_sums *sums)
{
    for (int i = 0; i < rows->count; i++) {
        if (sums->count >= REPORT_PRODUCTS_MAX) {
            call_fail_field(call, "from", "more than %d different products: ask for fewer days",
                            REPORT_PRODUCTS_MAX);
            return call_check_fields(call);
        }
        struct product_sum *sum = product_sums_at(sums, pg_int64(rows, i, 0));
        sum->bookings += pg_int64(rows, i, 1);
        sum->quantity += pg_int64(rows, i, 2);
        sum->sold_cents += pg_int64(rows, i, 3);
        sum->last_booking_id = pg_int64(rows, i, 4); /* windows go upwards */
    }
    return STATUS_OK;
}

static enum status add_window(struct reports *reports, struct call *call,
                              struct reports_window *window, struct report *report,
                              struct product_sums *products)
{
    struct pg_pool *pool = reports->options.read;
    struct pg_rows rows;
    enum status status = reports_pg_window(pool, call, window->last, window);
    if (status != STATUS_OK) return status;
    status = reports_pg_days(pool, call, *window, report->range, report->days);
    if (status == STATUS_OK)
        status = reports_pg_products(pool, call, *window, report->range, &rows);
    if (status == STATUS_OK) status = add_products(call, &rows, products);
    return status;
}

/* The failure of a call whose arena is about to go, told to the one that stays. */
static enum status pass_on(struct call *call, const struct call *inner, enum status status)
{
    for (const struct call_field *field = inner->failure.fields; field; field = field->next)
        call_fail_field(call, field->field, "%s", field->message);
    return call_fail(call, status, "%s", inner->failure.message);
}

static enum status add_all(struct reports *reports, struct call *call, struct report *report,
                           struct product_sums *products)
{
    struct reports_window window = {0};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !window.final) {
        struct arena arena;
        struct call inner = *call;
        arena_init(&arena, WINDOW_ARENA_MAX);
        inner.arena = &arena;
        status = add_window(reports, &inner, &window, report, products);
        if (status != STATUS_OK) status = pass_on(call, &inner, status);
        arena_release(&arena);
    }
    return status;
}

static enum status choose_products(struct reports *reports, struct call *call,
                                   const struct product_sums *products, struct report *report)
{
    struct product_sum top[REPORT_TOP_PRODUCTS];
    int64_t booking_ids[REPORT_TOP_PRODUCTS];
    const char *titles[REPORT_TOP_PRODUCTS];
    const int count = product_sums_top(products, top, REPORT_TOP_PRODUCTS);
    if (count == 0) return STATUS_OK;
    for (int i = 0; i < count; i++)
        booking_ids[i] = top[i].last_booking_id;
    enum status status = reports_pg_titles(reports->options.read, call, booking_ids, count, titles);
    for (int i = 0; i < count && status == STATUS_OK; i++)
        report->products[i] = (struct report_product){
            .product_id = top[i].product_id,
            .title = titles[i],
            .bookings = top[i].bookings,
            .quantity = top[i].quantity,
            .sold_cents = top[i].sold_cents,
        };
    report->product_count = count;
    return status;
}

static void add_totals(struct report *report)
{
    struct report_sums *totals = &report->totals;
    for (int i = 0; i < report->day_count; i++) {
        const struct report_sums *day = &report->days[i];
        totals->bookings += day->bookings;
        totals->quantity += day->quantity;
        totals->sold_cents += day->sold_cents;
        totals->cancelled_bookings += day->cancelled_bookings;
        totals->refunded_cents += day->refunded_cents;
    }
}

enum status reports_summary(struct reports *reports, struct call *call, struct report_range range,
                            struct report *out)
{
    struct product_sums products;
    *out = (struct report){
        .range = range,
        .currency = reports->options.currency,
        .day_count = range.to - range.from + 1,
    };
    out->days = arena_array(call->arena, struct report_sums, (size_t)out->day_count);
    product_sums_init(&products, call->arena);
    enum status status = add_all(reports, call, out, &products);
    if (status == STATUS_OK) status = choose_products(reports, call, &products, out);
    add_totals(out);
    return status;
}

enum status reports_read_sales(struct reports *reports, struct call *call,
                               struct report_range range, struct sales_walk *walk,
                               struct sales_page *out)
{
    struct pg_pool *pool = reports->options.read;
    *out = (struct sales_page){.more = true};
    for (int i = 0; i < WINDOWS_PER_PAGE && out->count == 0 && out->more; i++) {
        struct reports_window window = {walk->after, walk->window_end, walk->final};
        enum status status = STATUS_OK;
        if (walk->after == walk->window_end)
            status = reports_pg_window(pool, call, walk->after, &window);
        if (status == STATUS_OK)
            status = reports_pg_sales(pool, call, window, range, &out->sales, &out->count);
        if (status != STATUS_OK) return status;
        const bool full = out->count == SALES_PAGE_MAX;
        walk->after = full ? out->sales[out->count - 1].booking_id : window.last;
        walk->window_end = window.last;
        walk->final = window.final;
        out->more = walk->after < window.last || !window.final;
    }
    return STATUS_OK;
}
