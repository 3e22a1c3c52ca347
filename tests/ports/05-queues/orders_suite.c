/* The checkout when nobody delivers inside it: pending until the event arrives, and the same end whether it arrives
 * late, twice, or when it is too late.
 */
#include "tests/ports/05-queues/cases.h"

static void it_is_pending_until_the_event_arrives(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    struct order order = place(harness, shop, "key-1", "card_ok", TOUR, 3);
    assert_int_equal(order.state, ORDER_PENDING);
    assert_int_equal(order.lines[0].booking, BOOKING_HELD);
    assert_null(stand_in_find(shop->payments, order.id));
    assert_int_equal(left(harness, shop, TOUR), PLACES - 3);
    assert_int_equal(waiting(harness), 1);

    assert_int_equal(bring_all(harness, orders->way), 0);
    order = order_now(harness, shop, order.id);
    assert_int_equal(order.state, ORDER_CONFIRMED);
    assert_int_equal(order.lines[0].booking, BOOKING_CONFIRMED);
    assert_int_equal(stand_in_balance(shop->payments), 3 * TOUR_CENTS);
    assert_int_equal(published(shop, "order.confirmed", order.id), 1);
    assert_int_equal(waiting(harness), 0);
}

static void meanwhile_the_key_answers_the_same(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    struct order first = place(harness, shop, "key-1", "card_ok", TOUR, 3);
    struct order again = place(harness, shop, "key-1", "card_ok", TOUR, 3);
    assert_int_equal(again.id, first.id);
    assert_int_equal(again.state, ORDER_PENDING);
    assert_true(again.replayed);
    assert_int_equal(waiting(harness), 1);
    (void)bring_all(harness, orders->way);
    again = place(harness, shop, "key-1", "card_ok", TOUR, 3);
    assert_int_equal(again.state, ORDER_CONFIRMED);
    assert_int_equal(left(harness, shop, TOUR), PLACES - 3);
}

static void sold_out_needs_no_worker(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    (void)place(harness, shop, "key-1", "card_ok", TOUR, 8);
    struct order order = place(harness, shop, "key-2", "card_ok", TOUR, 3);
    assert_int_equal(order.state, ORDER_REJECTED);
    assert_int_equal(order.reason, STATUS_SOLD_OUT);
}

static void declined_gives_the_places_back(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    struct order order = place(harness, shop, "key-1", "card_declined", TOUR, 8);
    assert_int_equal(order.state, ORDER_PENDING);
    assert_int_equal(bring_all(harness, orders->way), 0);
    order = order_now(harness, shop, order.id);
    assert_int_equal(order.reason, STATUS_DECLINED);
    assert_int_equal(left(harness, shop, TOUR), PLACES);
    assert_int_equal(published(shop, "order.rejected", order.id), 1);
}

static void brought_twice_is_done_once(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    struct order order = place(harness, shop, "key-1", "card_ok", TOUR, 2);
    orders->way->times = 3;
    assert_int_equal(bring_all(harness, orders->way), 0);
    assert_int_equal(order_now(harness, shop, order.id).state, ORDER_CONFIRMED);
    assert_int_equal(stand_in_balance(shop->payments), 2 * TOUR_CENTS);
    assert_int_equal(published(shop, "order.confirmed", order.id), 1);
    assert_int_equal(left(harness, shop, TOUR), PLACES - 2);
}

static void an_unknown_outcome_is_asked_again(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    struct order order = place(harness, shop, "key-1", "card_silent", TOUR, 2);
    assert_int_equal(bring_all(harness, orders->way), 1); /* not done: a broker brings it again */
    assert_int_equal(order_now(harness, shop, order.id).state, ORDER_PENDING);
    age_orders(harness);
    assert_int_equal(reconcile(harness, shop), 1);
    assert_int_equal(order_now(harness, shop, order.id).state, ORDER_CONFIRMED);
}

/* The workers were away for longer than an order may wait. Nobody is charged for what has been given up. */
static void too_late_is_left_to_the_reconciler(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    struct order order = place(harness, shop, "key-1", "card_ok", TOUR, 2);
    age_orders(harness);
    assert_int_equal(reconcile(harness, shop), 1);
    assert_int_equal(order_now(harness, shop, order.id).state, ORDER_REJECTED);
    assert_int_equal(bring_all(harness, orders->way), 0);
    order = order_now(harness, shop, order.id);
    assert_int_equal(order.state, ORDER_REJECTED);
    assert_int_equal(stand_in_balance(shop->payments), 0);
    assert_int_equal(left(harness, shop, TOUR), PLACES);
    assert_int_equal(published(shop, "order.rejected", order.id), 1);
}

/* It would only race with the reconciler, which may be asking the provider just now. */
static void an_old_event_charges_nothing(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    struct order order = place(harness, shop, "key-1", "card_ok", TOUR, 2);
    harness_sql(harness,
                "UPDATE events.outbox SET payload = jsonb_set(payload::jsonb, '{placed_ms}',"
                " to_jsonb((payload::jsonb ->> 'placed_ms')::bigint - 30000))::text");
    assert_int_equal(bring_all(harness, orders->way), 0);
    assert_int_equal(order_now(harness, shop, order.id).state, ORDER_PENDING);
    assert_null(stand_in_find(shop->payments, order.id));
}

static void what_was_cancelled_is_not_bought_again(struct harness *harness, void *context)
{
    struct queued_orders *orders = context;
    struct orders_subject *shop = orders->shop;
    struct order order = place(harness, shop, "key-1", "card_ok", TOUR, 2);
    harness_sql(harness, "CREATE TEMPORARY TABLE IF NOT EXISTS kept AS TABLE events.outbox");
    assert_int_equal(bring_all(harness, orders->way), 0);
    struct call *call = call_by(harness, ADA);
    struct booking booking;
    order = order_now(harness, shop, order.id);
    assert_status(call, STATUS_OK,
                  orders_cancel_booking(shop->orders, call, order.lines[0].booking_id, &booking));
    harness_sql(harness, "INSERT INTO events.outbox (event_id, topic, key, payload)"
                         " SELECT event_id, topic, key, payload FROM kept");
    harness_sql(harness, "DROP TABLE kept");
    assert_int_equal(bring_all(harness, orders->way), 0);
    assert_int_equal(stand_in_balance(shop->payments), 0);
    assert_int_equal(left(harness, shop, TOUR), PLACES);
}

static const struct port_case cases[] = {
    {"it is pending until the event arrives", it_is_pending_until_the_event_arrives},
    {"meanwhile the key answers the same", meanwhile_the_key_answers_the_same},
    {"sold out needs no worker", sold_out_needs_no_worker},
    {"declined gives the places back", declined_gives_the_places_back},
    {"brought twice is done once", brought_twice_is_done_once},
    {"an unknown outcome is asked again", an_unknown_outcome_is_asked_again},
    {"too late is left to the reconciler", too_late_is_left_to_the_reconciler},
    {"an old event charges nothing", an_old_event_charges_nothing},
    {"what was cancelled is not bought again", what_was_cancelled_is_not_bought_again},
};
const struct port_suite queued_orders_suite = {cases, sizeof(cases) / sizeof(cases[0])};
