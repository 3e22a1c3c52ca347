/* Reports are made as stage 01 makes them, on the events of the shop in orders_cases.c.
 */
#include "tests/ports/reports_cases.h"

#include "tests/ports/on_postgres.h"

enum { ROUNDS = 12 };

void *make_reports_pg(struct harness *harness)
{
    struct reports_subject *subject = arena_new(harness->arena, struct reports_subject);
    subject->shop = make_orders_pg(harness);
    const struct reports_options options = {
        .read = harness->pool,
        .write = harness->pool,
        .sold = sold_pg_new(harness->arena, harness->pool),
        .orders = subject->shop->orders,
        .events = subject->shop->events,
        .currency = "EUR",
        .press = make_press(harness, 1, DOCUMENTS_AT_ONCE),
        .seller_name = "Łódź Tours",
        .check_every_ms = 0,
    };
    subject->reports = reports_new(harness->arena, &options);
    return subject;
}

void *make_documents_pg(struct harness *harness)
{
    struct reports_subject *subject = make_reports_pg(harness);
    return reports_documents(subject->reports);
}

int walk(struct harness *harness, struct reports_subject *subject, int32_t from, int32_t to)
{
    const struct report_range range = {from, to};
    struct sales_walk place = {0};
    struct sales_page page = {.more = true};
    int count = 0;
    while (page.more) {
        struct call *call = harness_call(harness);
        assert_status(call, STATUS_OK,
                      reports_read_sales(subject->reports, call, range, &place, &page));
        assert_in_range(page.count, 0, SALES_PAGE_MAX);
        assert_true(count + page.count <= SALES_MAX);
        for (int i = 0; i < page.count; i++)
            subject->found[count++] = page.sales[i];
    }
    return count;
}

struct report summary(struct harness *harness, struct reports_subject *subject, int32_t from,
                      int32_t to)
{
    struct call *call = harness_call(harness);
    struct report report;
    assert_status(
        call, STATUS_OK,
        reports_summary(subject->reports, call, (struct report_range){from, to}, &report));
    return report;
}

void enter(struct harness *harness, struct reports_subject *subject, int64_t booking_id,
           int64_t product_id, int64_t after_midnight_ms)
{
    struct call *call = harness_call(harness);
    const struct sale sale = {
        .booking_id = booking_id,
        .order_id = booking_id + 5000,
        .product_id = product_id,
        .title = arena_printf(harness->arena, "Title %d", (int)booking_id),
        .sold_ms = SALE_DAY * (int64_t)DAY_MS + after_midnight_ms,
        .day = SALE_DAY + 10,
        .quantity = 1,
        .amount_cents = 1000,
        .currency = "EUR",
    };
    assert_status(call, STATUS_OK, reports_record(subject->reports, call, &sale, 1));
}

int catch_up(struct harness *harness, struct reports_subject *subject)
{
    int total = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct call *call = harness_call(harness);
        int recovered = -1;
        assert_status(call, STATUS_OK, reports_catch_up(subject->reports, call, &recovered));
        total += recovered;
    }
    return total;
}
