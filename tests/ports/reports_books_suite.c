/* Keeping the books: from events, each once, and complete whatever became of the events.
 */
#include "tests/ports/reports_cases.h"

#include <string.h>

static int sales_today(struct harness *harness, struct reports_subject *subject)
{
    const int32_t today = clock_today();
    return walk(harness, subject, today - 2, today);
}

static void cancel_booking(struct harness *harness, struct reports_subject *subject,
                           const struct order *order, int line)
{
    struct call *call = call_by(harness, ADA);
    struct booking booking;
    assert_status(call, STATUS_OK,
                  orders_cancel_booking(subject->shop->orders, call, order->lines[line].booking_id,
                                        &booking));
    assert_int_equal(booking.state, BOOKING_CANCELLED);
}

static struct order place_two(struct harness *harness, struct reports_subject *subject)
{
    struct call *call = call_by(harness, ADA);
    struct order_request request = order_of(call, "key-two", "card_ok", TOUR, 2);
    struct order order;
    request.lines[1] = (struct order_request_line){WORKSHOP, clock_today() + 3, 3};
    request.count = 2;
    assert_status(call, STATUS_OK, orders_place(subject->shop->orders, call, &request, &order));
    assert_int_equal(order.state, ORDER_CONFIRMED);
    return order;
}

static void check_sale(const struct sale *sale, const struct order *order, int line)
{
    assert_int_equal(sale->booking_id, order->lines[line].booking_id);
    assert_int_equal(sale->order_id, order->id);
    assert_int_equal(sale->product_id, order->lines[line].product_id);
    assert_string_equal(sale->title, order->lines[line].title);
    assert_int_equal(sale->sold_ms, order->updated_ms);
    assert_int_equal(sale->day, order->lines[line].day);
    assert_int_equal(sale->quantity, order->lines[line].quantity);
    assert_int_equal(sale->amount_cents, order->lines[line].amount_cents);
    assert_string_equal(sale->currency, "EUR");
}

static void a_confirmed_order_is_entered(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    const struct order order = place_two(harness, subject);
    place(harness, subject->shop, "key-no", "card_declined", TOUR, 1);
    assert_int_equal(sales_today(harness, subject), 2);
    for (int i = 0; i < 2; i++) {
        check_sale(&subject->found[i], &order, i);
        assert_int_equal(subject->found[i].cancelled_ms, 0);
    }
    cancel_booking(harness, subject, &order, 1);
    assert_int_equal(sales_today(harness, subject), 2);
    assert_int_equal(subject->found[0].cancelled_ms, 0);
    assert_in_range(subject->found[1].cancelled_ms, clock_wall_ms() - 60000, clock_wall_ms());
    assert_int_equal(catch_up(harness, subject), 0); /* nothing was missing */
}

static void entering_again_changes_nothing(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    struct call *call = harness_call(harness);
    enter(harness, subject, 1, 7, 0);
    enter(harness, subject, 1, 8, DAY_MS);
    assert_int_equal(walk(harness, subject, SALE_DAY, SALE_DAY + 1), 1);
    assert_int_equal(subject->found[0].product_id, 7);
    for (int i = 1; i <= 2; i++)
        assert_status(call, STATUS_OK, reports_cancel(subject->reports, call, 1, 1000000 * i));
    enter(harness, subject, 1, 7, 0);
    assert_int_equal(walk(harness, subject, SALE_DAY, SALE_DAY + 1), 1);
    assert_int_equal(subject->found[0].cancelled_ms, 1000000);
    assert_status(call, STATUS_NOT_FOUND, reports_cancel(subject->reports, call, 2, 1000000));
}

static void lost_sales_are_found(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    const struct order before = place(harness, subject->shop, "key-1", "card_ok", TOUR, 1);
    subject->shop->lose_topic = "order.confirmed";
    const struct order order = place_two(harness, subject);
    assert_int_equal(sales_today(harness, subject), 1);
    assert_int_equal(catch_up(harness, subject), 2);
    assert_int_equal(sales_today(harness, subject), 3);
    check_sale(&subject->found[0], &before, 0);
    check_sale(&subject->found[1], &order, 0);
    check_sale(&subject->found[2], &order, 1);
    assert_int_equal(catch_up(harness, subject), 0);
}

static void lost_cancellations_are_found(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    const struct order order = place_two(harness, subject);
    subject->shop->lose_topic = "booking.cancelled";
    cancel_booking(harness, subject, &order, 0);
    sales_today(harness, subject);
    assert_int_equal(subject->found[0].cancelled_ms, 0);
    assert_int_equal(catch_up(harness, subject), 1);
    sales_today(harness, subject);
    assert_true(subject->found[0].cancelled_ms > 0);
    assert_int_equal(subject->found[1].cancelled_ms, 0);
    assert_int_equal(catch_up(harness, subject), 0);
}

/* The sale is lost, then its cancellation arrives. */
static void a_cancellation_without_its_sale_is_not_lost(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    subject->shop->lose_topic = "order.confirmed";
    const struct order order = place_two(harness, subject);
    cancel_booking(harness, subject, &order, 1);
    assert_int_equal(sales_today(harness, subject), 0);
    assert_int_equal(catch_up(harness, subject), 2);
    assert_int_equal(sales_today(harness, subject), 2);
    assert_int_equal(subject->found[0].cancelled_ms, 0);
    assert_true(subject->found[1].cancelled_ms > 0);
}

/* Its places are confirmed, it is not yet: it will have its event. */
static void an_unfinished_order_is_no_sale(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    const struct order order = place(harness, subject->shop, "key-1", "card_ok", TOUR, 1);
    harness_sql(harness, "UPDATE orders.orders SET state = 'pending'; DELETE FROM reports.sales");
    const struct order after = place(harness, subject->shop, "key-2", "card_ok", WORKSHOP, 1);
    harness_sql(harness, "DELETE FROM reports.sales");
    assert_int_equal(catch_up(harness, subject), 1);
    assert_int_equal(sales_today(harness, subject), 1);
    assert_int_equal(subject->found[0].order_id, after.id);
    harness_sql(harness, "UPDATE orders.orders SET state = 'confirmed'");
    assert_int_equal(catch_up(harness, subject), 1);
    assert_int_equal(sales_today(harness, subject), 2);
    assert_int_equal(subject->found[0].order_id, order.id);
}

/* Bookings that nobody ordered, which no code of ours makes, do not stop the rest. */
static void strangers_are_passed_over(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    harness_sql(harness, "INSERT INTO bookings.bookings (order_id, line, user_id, product_id, day,"
                         " quantity, amount_cents, state) VALUES"
                         " (900, 0, 7, 1, '2026-12-01', 1, 5, 'confirmed')");
    subject->shop->lose_topic = "order.confirmed";
    place(harness, subject->shop, "key-1", "card_ok", TOUR, 1);
    assert_int_equal(catch_up(harness, subject), 1);
}

/* A shop with a history, and reports new: more than one window of bookings, more than a round's orders. */
static void a_history_is_entered_round_by_round(struct harness *harness, void *context)
{
    struct reports_subject *subject = context;
    struct call *call = harness_call(harness);
    harness_sql(
        harness,
        "INSERT INTO orders.orders (id, user_id, key, body_hash, state, total_cents, currency)"
        " SELECT n, 7, 'old-' || n, 'x', 'confirmed', 10, 'EUR' FROM generate_series(1, 11000) n;"
        " INSERT INTO orders.lines SELECT n, 0, 1, 'Old tour', '2026-12-01', 1, 10, 10"
        " FROM generate_series(1, 11000) n;"
        " INSERT INTO bookings.bookings (id, order_id, line, user_id, product_id, day, quantity,"
        " amount_cents, state) SELECT n, n, 0, 7, 1, '2026-12-01', 1, 10,"
        " CASE n % 10 WHEN 3 THEN 'cancelled' WHEN 4 THEN 'released' ELSE 'confirmed' END"
        " FROM generate_series(1, 11000) n;"
        " INSERT INTO reports.sales SELECT b.id, b.order_id, 1, 'Old tour', now(), b.day, 1, 10, "
        "'EUR',"
        " CASE WHEN b.state = 'cancelled' THEN now() END FROM bookings.bookings b"
        " WHERE b.state <> 'released' AND b.id NOT BETWEEN 9800 AND 10199");
    int recovered = -1;
    assert_status(call, STATUS_OK, reports_catch_up(subject->reports, call, &recovered));
    assert_int_equal(recovered, 200);
    assert_int_equal(catch_up(harness, subject), 360 - 200);
    assert_int_equal(sales_today(harness, subject), 9900);
    int cancelled = 0;
    for (int i = 0; i < 9900; i++)
        if (subject->found[i].cancelled_ms > 0) cancelled++;
    assert_int_equal(cancelled, 1100);
}

static const struct port_case cases[] = {
    {"a confirmed order is entered", a_confirmed_order_is_entered},
    {"entering again changes nothing", entering_again_changes_nothing},
    {"lost sales are found", lost_sales_are_found},
    {"lost cancellations are found", lost_cancellations_are_found},
    {"a cancellation without its sale is not lost", a_cancellation_without_its_sale_is_not_lost},
    {"an unfinished order is no sale", an_unfinished_order_is_no_sale},
    {"strangers are passed over", strangers_are_passed_over},
    {"a history is entered round by round", a_history_is_entered_round_by_round},
};
const struct port_suite reports_books_suite = {cases, sizeof(cases) / sizeof(cases[0])};
