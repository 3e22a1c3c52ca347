/* Placing and reading orders, when nothing breaks. What happens when something does is in
 * orders_trouble_suite.c.
 */
#include "tests/ports/orders_cases.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- placing --- */

static void an_order_is_confirmed(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct order order = place(harness, subject, "key-1", "card_ok", TOUR, 3);
    assert_true(order.id > 0);
    assert_int_equal(order.user_id, ADA);
    assert_int_equal(order.state, ORDER_CONFIRMED);
    assert_int_equal(order.reason, STATUS_OK);
    assert_null(order.detail);
    assert_int_equal(order.total_cents, 3 * TOUR_CENTS);
    assert_string_equal(order.currency, "EUR");
    assert_false(order.replayed);
    assert_int_equal(order.line_count, 1);
    assert_string_equal(order.lines[0].title, "Harbour \"by\" night, {1}");
    assert_int_equal(order.lines[0].unit_price_cents, TOUR_CENTS);
    assert_int_equal(order.lines[0].amount_cents, 3 * TOUR_CENTS);
    assert_true(order.lines[0].booking_id > 0);
    assert_int_equal(order.lines[0].booking, BOOKING_CONFIRMED);
    assert_int_equal(left(harness, subject, TOUR), PLACES - 3);
    assert_int_equal(stand_in_find(subject->payments, order.id)->amount_cents, 3 * TOUR_CENTS);
    assert_int_equal(published(subject, "order.placed", order.id), 1);
    assert_int_equal(published(subject, "order.confirmed", order.id), 1);

    struct order found = order_now(harness, subject, order.id);
    assert_int_equal(found.state, ORDER_CONFIRMED);
    assert_int_equal(found.updated_ms, order.updated_ms);
    assert_string_equal(found.lines[0].title, order.lines[0].title);
    assert_int_equal(found.lines[0].booking_id, order.lines[0].booking_id);
}

static void several_lines_are_one_order(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, ADA);
    struct order_request request = order_of(call, "key-1", "card_ok", TOUR, 2);
    request.lines[1] = (struct order_request_line){WORKSHOP, clock_today(), 3};
    request.lines[2] = (struct order_request_line){TOUR, clock_today() + ORDER_DAYS_AHEAD_MAX, 1};
    request.count = 3;
    struct order order;
    assert_status(call, STATUS_OK, orders_place(subject->orders, call, &request, &order));
    assert_int_equal(order.state, ORDER_CONFIRMED);
    assert_int_equal(order.total_cents, 3 * TOUR_CENTS + 3 * WORKSHOP_CENTS);
    order = order_now(harness, subject, order.id);
    assert_int_equal(order.line_count, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(order.lines[i].product_id, request.lines[i].product_id);
        assert_int_equal(order.lines[i].day, request.lines[i].day);
        assert_int_equal(order.lines[i].quantity, request.lines[i].quantity);
        assert_int_equal(order.lines[i].booking, BOOKING_CONFIRMED);
    }
    assert_string_equal(order.lines[1].title, "T\\pferei f\xc3\xbcr alle");
}

static void the_same_key_is_the_same_order(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct order first = place(harness, subject, "key-1", "card_ok", TOUR, 3);
    struct order again = place(harness, subject, "key-1", "card_ok", TOUR, 3);
    assert_int_equal(again.id, first.id);
    assert_true(again.replayed);
    assert_int_equal(again.state, ORDER_CONFIRMED);
    assert_int_equal(again.updated_ms, first.updated_ms);
    assert_int_equal(again.lines[0].booking_id, first.lines[0].booking_id);
    assert_int_equal(left(harness, subject, TOUR), PLACES - 3);
    assert_int_equal(stand_in_balance(subject->payments), 3 * TOUR_CENTS);
}

static void a_key_is_for_one_request(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, ADA);
    struct order order;
    place(harness, subject, "key-1", "card_ok", TOUR, 3);
    struct order_request other = order_of(call, "key-1", "card_ok", TOUR, 4);
    assert_field(call, STATUS_UNPROCESSABLE, "Idempotency-Key",
                 orders_place(subject->orders, call, &other, &order));
    other = order_of(call, "key-1", "card_other", TOUR, 3);
    assert_field(call, STATUS_UNPROCESSABLE, "Idempotency-Key",
                 orders_place(subject->orders, call, &other, &order));
}

static void keys_are_each_customers_own(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, BOB);
    const struct order_request request = order_of(call, "key-1", "card_ok", TOUR, 4);
    struct order first = place(harness, subject, "key-1", "card_ok", TOUR, 3), order;
    assert_status(call, STATUS_OK, orders_place(subject->orders, call, &request, &order));
    assert_int_not_equal(order.id, first.id);
    assert_false(order.replayed);
    assert_int_equal(left(harness, subject, TOUR), PLACES - 7);
}

static void sold_out_is_remembered(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, ADA);
    struct order first = place(harness, subject, "key-1", "card_ok", TOUR, 8);
    struct order order = place(harness, subject, "key-2", "card_ok", TOUR, 3);
    assert_int_equal(order.state, ORDER_REJECTED);
    assert_int_equal(order.reason, STATUS_SOLD_OUT);
    assert_string_equal(order.field, "lines[0].quantity");
    assert_non_null(strstr(order.detail, "2 left"));
    assert_int_equal(order.lines[0].booking_id, 0);
    assert_null(stand_in_find(subject->payments, order.id));
    assert_int_equal(published(subject, "order.rejected", order.id), 1);

    struct booking booking;
    assert_status(
        call, STATUS_OK,
        orders_cancel_booking(subject->orders, call, first.lines[0].booking_id, &booking));
    struct order again = place(harness, subject, "key-2", "card_ok", TOUR, 3);
    assert_int_equal(again.id, order.id);
    assert_int_equal(again.state, ORDER_REJECTED);
    assert_string_equal(again.field, "lines[0].quantity");
    assert_string_equal(again.detail, order.detail);
    order = place(harness, subject, "key-3", "card_ok", TOUR, 3);
    assert_int_equal(order.state, ORDER_CONFIRMED);
}

static void declined_gives_the_places_back(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct order order = place(harness, subject, "key-1", "card_declined", TOUR, 8);
    assert_int_equal(order.state, ORDER_REJECTED);
    assert_int_equal(order.reason, STATUS_DECLINED);
    assert_null(order.field);
    assert_int_equal(order.lines[0].booking, BOOKING_RELEASED);
    assert_int_equal(left(harness, subject, TOUR), PLACES);
    assert_int_equal(published(subject, "order.rejected", order.id), 1);
    assert_int_equal(published(subject, "order.confirmed", order.id), 0);
    order = place(harness, subject, "key-1", "card_declined", TOUR, 8);
    assert_int_equal(order.reason, STATUS_DECLINED);
    assert_true(order.replayed);
}

static void what_is_free_is_not_charged(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, ADA);
    struct order order = place(harness, subject, "key-1", "card_declined", FREE_WALK, 2);
    assert_int_equal(order.state, ORDER_CONFIRMED);
    assert_int_equal(order.total_cents, 0);
    assert_null(stand_in_find(subject->payments, order.id));
    struct booking booking;
    assert_status(
        call, STATUS_OK,
        orders_cancel_booking(subject->orders, call, order.lines[0].booking_id, &booking));
    assert_int_equal(booking.state, BOOKING_CANCELLED);
    assert_int_equal(subject->payments->refund_count, 0);
}

static void what_cannot_be_ordered(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, ADA);
    struct order order;
    const int64_t products[] = {HIDDEN, PLACELESS, 99};
    for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
        const struct order_request request = order_of(call, "key-1", "card_ok", products[i], 1);
        assert_field(call, STATUS_UNPROCESSABLE, "lines[0].product_id",
                     orders_place(subject->orders, call, &request, &order));
    }
    struct order_request late = order_of(call, "key-1", "card_ok", TOUR, 1);
    late.lines[0].day = clock_today() - 1;
    assert_field(call, STATUS_UNPROCESSABLE, "lines[0].day",
                 orders_place(subject->orders, call, &late, &order));
    assert_int_equal(left(harness, subject, TOUR), PLACES);
    order = place(harness, subject, "key-1", "card_ok", TOUR, 1); /* the key is still free */
    assert_int_equal(order.state, ORDER_CONFIRMED);
}

/* A client that repeats its request after midnight asks about an order, it does not order for yesterday. */
static void a_repeat_may_be_about_a_day_gone_by(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, ADA);
    struct order_request request = order_of(call, "key-1", "card_ok", TOUR, 1);
    struct order order;
    request.lines[0].day = clock_today() - 1;
    request.body_hash = orders_body_hash(call, &request);
    harness_sql(harness,
                arena_printf(harness->arena,
                             "INSERT INTO orders.orders (id, user_id, key, body_hash, state,"
                             " total_cents, currency) VALUES (nextval('orders.order_ids'),"
                             " %d, 'key-1', '%s', 'confirmed', 2500, 'EUR')",
                             ADA, request.body_hash));
    assert_status(call, STATUS_OK, orders_place(subject->orders, call, &request, &order));
    assert_true(order.replayed);
}

/* --- reading --- */

static void orders_are_private(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct order mine = place(harness, subject, "key-1", "card_ok", TOUR, 1), found;
    struct call *ada = call_by(harness, ADA), *bob = call_by(harness, BOB);
    struct call *admin = call_by(harness, 99);
    admin->role = ROLE_ADMIN;
    assert_status(ada, STATUS_OK, orders_find(subject->orders, ada, mine.id, &found));
    assert_status(bob, STATUS_NOT_FOUND, orders_find(subject->orders, bob, mine.id, &found));
    assert_status(admin, STATUS_OK, orders_find(subject->orders, admin, mine.id, &found));
    assert_status(admin, STATUS_NOT_FOUND, orders_find(subject->orders, admin, 4711, &found));
}

static void history_is_newest_first(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    enum { ORDERS = 7, PAGE = 3 };
    int64_t ids[ORDERS], before_id = 0;
    for (int i = 0; i < ORDERS; i++) {
        char key[16];
        snprintf(key, sizeof(key), "key-%d", i);
        ids[i] = place(harness, subject, key, i == 2 ? "card_declined" : "card_ok", TOUR, 1).id;
    }
    struct call *call = call_by(harness, ADA);
    int seen = 0;
    for (;;) {
        struct order_page page;
        assert_status(call, STATUS_OK,
                      orders_history(subject->orders, call, before_id, PAGE, &page));
        for (int i = 0; i < page.count; i++) {
            assert_int_equal(page.orders[i].id, ids[ORDERS - 1 - seen]);
            assert_int_equal(page.orders[i].line_count, 1);
            struct order alone; /* a page shows what each order shows alone */
            assert_status(call, STATUS_OK,
                          orders_find(subject->orders, call, page.orders[i].id, &alone));
            assert_true(page.orders[i].lines[0].booking_id > 0);
            assert_int_equal(page.orders[i].lines[0].booking_id, alone.lines[0].booking_id);
            assert_int_equal(page.orders[i].lines[0].booking, alone.lines[0].booking);
            assert_string_equal(page.orders[i].lines[0].title, alone.lines[0].title);
            seen++;
        }
        if (!page.more) break;
        assert_int_equal(page.count, PAGE);
        const char *cursor = orders_cursor(call, &page.orders[PAGE - 1]);
        assert_status(call, STATUS_OK, orders_read_cursor(call, cursor, &before_id));
    }
    assert_int_equal(seen, ORDERS);
    struct order_page none;
    struct call *bob = call_by(harness, BOB);
    assert_status(bob, STATUS_OK, orders_history(subject->orders, bob, 0, PAGE, &none));
    assert_int_equal(none.count, 0);
}

/* --- events --- */

static void events_carry_what_a_worker_needs(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct order order = place(harness, subject, "key-1", "card_ok", TOUR, 2);
    assert_int_equal(subject->recorded_count, 2);
    const char *placed = subject->recorded[0].payload, *confirmed = subject->recorded[1].payload;
    char id[64];
    snprintf(id, sizeof(id), "\"order_id\":%" PRId64, order.id);
    assert_non_null(strstr(placed, id));
    assert_non_null(strstr(placed, "\"user_id\":7"));
    assert_non_null(strstr(placed, "\"amount_cents\":5000"));
    assert_non_null(strstr(placed, "\"currency\":\"EUR\""));
    assert_non_null(strstr(placed, "\"card_token\":\"card_ok\""));
    assert_non_null(strstr(placed, "\"quantity\":2"));
    assert_non_null(strstr(confirmed, id));
    assert_null(strstr(confirmed, "card_token"));
    snprintf(id, sizeof(id), "\"confirmed_ms\":%" PRId64, order.updated_ms);
    assert_non_null(strstr(confirmed, id));
    assert_null(strstr(placed, "confirmed_ms"));
    snprintf(id, sizeof(id), "\"booking_id\":%" PRId64, order.lines[0].booking_id);
    assert_non_null(strstr(confirmed, id));
}

static const struct port_case cases[] = {
    {"an order is confirmed", an_order_is_confirmed},
    {"several lines are one order", several_lines_are_one_order},
    {"the same key is the same order", the_same_key_is_the_same_order},
    {"a key is for one request", a_key_is_for_one_request},
    {"keys are each customer's own", keys_are_each_customers_own},
    {"sold out is remembered", sold_out_is_remembered},
    {"declined gives the places back", declined_gives_the_places_back},
    {"what is free is not charged", what_is_free_is_not_charged},
    {"what cannot be ordered", what_cannot_be_ordered},
    {"a repeat may be about a day gone by", a_repeat_may_be_about_a_day_gone_by},
    {"orders are private", orders_are_private},
    {"history is newest first", history_is_newest_first},
    {"events carry what a worker needs", events_carry_what_a_worker_needs},
};
const struct port_suite orders_suite = {cases, sizeof(cases) / sizeof(cases[0])};
