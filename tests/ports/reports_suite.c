/* Reading what was sold: every sale once and in order, and sums that are the sums of them.
 */
#include "tests/ports/reports_cases.h"

#include <stdio.h>
#include <string.h>

static void nothing_sold_is_an_answer(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    struct call *call = harness_call(harness);
    struct sales_walk place = {0};
    struct sales_page page;
    assert_status(call, STATUS_OK,
                  reports_read_sales(subject->reports, call,
                                     (struct report_range){SALE_DAY, SALE_DAY}, &place, &page));
    assert_int_equal(page.count, 0);
    assert_false(page.more);
    const struct report report = summary(harness, subject, SALE_DAY, SALE_DAY + 2);
    assert_int_equal(report.day_count, 3);
    assert_int_equal(report.totals.bookings, 0);
    assert_int_equal(report.days[2].sold_cents, 0);
    assert_int_equal(report.product_count, 0);
    assert_string_equal(report.currency, "EUR");
}

static void a_sale_belongs_to_its_utc_day(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    enter(harness, subject, 1, 7, -1);
    enter(harness, subject, 2, 7, 0);
    enter(harness, subject, 3, 7, DAY_MS - 1);
    enter(harness, subject, 4, 7, DAY_MS);
    assert_int_equal(walk(harness, subject, SALE_DAY, SALE_DAY), 2);
    assert_int_equal(subject->found[0].booking_id, 2);
    assert_int_equal(subject->found[1].booking_id, 3);
    assert_int_equal(walk(harness, subject, SALE_DAY - 1, SALE_DAY + 1), 4);
    const struct report report = summary(harness, subject, SALE_DAY - 1, SALE_DAY + 2);
    assert_int_equal(report.day_count, 4);
    assert_int_equal(report.days[0].bookings, 1);
    assert_int_equal(report.days[1].bookings, 2);
    assert_int_equal(report.days[2].bookings, 1);
    assert_int_equal(report.days[3].bookings, 0);
    assert_int_equal(report.totals.bookings, 4);
    assert_int_equal(report.totals.sold_cents, 4000);
}

static void a_refund_counts_on_the_day_of_its_sale(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    struct call *call = harness_call(harness);
    enter(harness, subject, 1, 7, 0);
    enter(harness, subject, 2, 7, 0);
    enter(harness, subject, 3, 7, DAY_MS);
    assert_status(call, STATUS_OK,
                  reports_cancel(subject->reports, call, 2, (SALE_DAY + 5) * (int64_t)DAY_MS));
    const struct report report = summary(harness, subject, SALE_DAY, SALE_DAY + 6);
    assert_int_equal(report.days[0].sold_cents, 2000);
    assert_int_equal(report.days[0].refunded_cents, 1000);
    assert_int_equal(report.days[0].cancelled_bookings, 1);
    assert_int_equal(report.days[5].refunded_cents, 0);
    assert_int_equal(report.totals.sold_cents, 3000);
    assert_int_equal(report.totals.refunded_cents, 1000);
    assert_int_equal(report.totals.cancelled_bookings, 1);
    assert_int_equal(report.totals.quantity, 3);
}

static void the_best_products_come_first(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    int64_t booking_id = 1;
    for (int product = 1; product <= 25;
         product++) /* product n is sold n times, 24 as often as 25 */
        for (int i = 0; i < (product == 24 ? 25 : product); i++)
            enter(harness, subject, booking_id++, product, 0);
    const struct report report = summary(harness, subject, SALE_DAY, SALE_DAY);
    assert_int_equal(report.product_count, REPORT_TOP_PRODUCTS);
    assert_int_equal(report.products[0].product_id, 24);
    assert_int_equal(report.products[1].product_id, 25);
    assert_int_equal(report.products[1].bookings, 25);
    assert_int_equal(report.products[1].sold_cents, 25000);
    assert_int_equal(report.products[2].product_id, 23);
    assert_int_equal(report.products[19].product_id, 6);
    char latest[32];
    snprintf(latest, sizeof(latest), "Title %d", (int)booking_id - 1);
    assert_string_equal(report.products[1].title, latest);
}

/* More rows than two windows, and a range whose sales are all at the end. */
static void large_books_are_walked_in_steps(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    harness_sql(harness, "INSERT INTO reports.sales SELECT 3 * n, n, 1 + n % 500, 'Walk ' || n,"
                         " timestamptz '2026-01-01 12:00Z' + (n / 45000) * interval '40 days',"
                         " '2026-06-01', 2, n, 'EUR', CASE WHEN n % 10 = 0 THEN now() END"
                         " FROM generate_series(1, 50000) n");
    const int32_t january = 20454, february = january + 40;
    assert_int_equal(walk(harness, subject, january, february), 50000);
    for (int i = 0; i < 50000; i++)
        if (subject->found[i].booking_id != 3 * (i + 1)) fail_msg("row %d is wrong", i);
    assert_int_equal(walk(harness, subject, february, february), 5001);
    assert_int_equal(subject->found[0].order_id, 45000);
    assert_int_equal(subject->found[0].sold_ms, february * (int64_t)DAY_MS + DAY_MS / 2);
    assert_true(subject->found[0].cancelled_ms > 0);
    assert_int_equal(subject->found[1].cancelled_ms, 0);
    assert_int_equal(subject->found[5000].order_id, 50000);
    assert_int_equal(walk(harness, subject, february + 1, february + 3000), 0);
    const struct report report = summary(harness, subject, january, february);
    assert_int_equal(report.totals.bookings, 50000);
    assert_int_equal(report.totals.quantity, 100000);
    assert_int_equal(report.totals.sold_cents, 50000LL * 50001 / 2);
    assert_int_equal(report.totals.cancelled_bookings, 5000);
    assert_int_equal(report.totals.refunded_cents, 10 * (5000LL * 5001 / 2));
    assert_int_equal(report.days[0].bookings, 44999);
    assert_int_equal(report.days[40].bookings, 5001);
    assert_int_equal(report.products[0].product_id, 1);
    assert_int_equal(report.products[0].bookings, 100);
    assert_string_equal(report.products[0].title, "Walk 50000");
}

static void too_many_products_are_refused(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    struct call *call = harness_call(harness);
    const struct report_range day = {SALE_DAY, SALE_DAY};
    struct report report;
    harness_sql(harness, "INSERT INTO reports.sales SELECT n, n, n, 'x', timestamptz 'epoch' +"
                         " 20700 * interval '1 day', '2026-06-01', 1, 1, 'EUR', NULL"
                         " FROM generate_series(1, 190001) n");
    assert_field(call, STATUS_UNPROCESSABLE, "from",
                 reports_summary(subject->reports, call, day, &report));
    harness_sql(harness, "DELETE FROM reports.sales WHERE booking_id = 1");
    assert_int_equal(summary(harness, subject, SALE_DAY, SALE_DAY).totals.bookings, 190000);
}

static const struct port_case cases[] = {
    {"nothing sold is an answer", nothing_sold_is_an_answer},
    {"a sale belongs to its UTC day", a_sale_belongs_to_its_utc_day},
    {"a refund counts on the day of its sale", a_refund_counts_on_the_day_of_its_sale},
    {"the best products come first", the_best_products_come_first},
    {"large books are walked in steps", large_books_are_walked_in_steps},
    {"too many products are refused", too_many_products_are_refused},
};
const struct port_suite reports_suite = {cases, sizeof(cases) / sizeof(cases[0])};
