/* Orders when something breaks: the provider is silent or away, the process dies between two steps, a hold
 * runs out too early, the same request comes many times at once. In the end money and places always agree.
 */
#include "tests/ports/orders_cases.h"

#include "common/runtime/task.h"

#include <stdio.h>
#include <string.h>

/* Rounds of the reconciler while somebody does not answer: each says so, or had nothing to ask. */
static void reconcile_in_vain(struct harness *harness, struct orders_subject *subject, int rounds)
{
    for (int round = 0; round < rounds; round++) {
        struct call *call = harness_call(harness);
        int settled;
        enum status status = orders_reconcile(subject->orders, call, &settled);
        assert_true(status == STATUS_OK || status == STATUS_UNAVAILABLE ||
                    status == STATUS_TIMEOUT);
    }
}

/* What must hold at the end of every case: no order is open, and the provider holds exactly the money of
   the bookings that are confirmed. */
static void books_balance(struct harness *harness, struct orders_subject *subject)
{
    struct call *call = harness_call(harness);
    const struct booking_query query = {.limit = BOOKINGS_PAGE_MAX};
    struct booking_page page;
    int64_t cents = 0;
    assert_status(call, STATUS_OK, bookings_list(subject->bookings, call, &query, &page));
    assert_false(page.more);
    for (int i = 0; i < page.count; i++) {
        assert_int_not_equal(page.bookings[i].state, BOOKING_HELD);
        assert_int_not_equal(page.bookings[i].state, BOOKING_CANCELLING);
        if (page.bookings[i].state == BOOKING_CONFIRMED) cents += page.bookings[i].amount_cents;
    }
    assert_int_equal(stand_in_balance(subject->payments), cents);
}

/* --- the provider --- */

static void charged_but_silent_ends_confirmed(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct order order = place(harness, subject, "key-1", "card_silent", TOUR, 2);
    assert_int_equal(order.state, ORDER_PENDING);
    assert_int_equal(order.lines[0].booking, BOOKING_HELD);
    assert_int_equal(reconcile(harness, subject), 0); /* too young to be asked about */
    assert_int_equal(subject->payments->settled, 0);
    age_orders(harness);
    assert_int_equal(reconcile(harness, subject), 1);
    order = place(harness, subject, "key-1", "card_silent", TOUR, 2);
    assert_int_equal(order.state, ORDER_CONFIRMED);
    assert_true(order.replayed);
    assert_int_equal(published(subject, "order.confirmed", order.id), 1);
    assert_int_equal(left(harness, subject, TOUR), PLACES - 2);
    assert_int_equal(reconcile(harness, subject), 0);
    books_balance(harness, subject);
}

static void not_charged_ends_rejected(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    const char *const cards[] = {"card_lost", "card_away"};
    for (int i = 0; i < 2; i++) {
        struct order order = place(harness, subject, cards[i], cards[i], TOUR, 2);
        assert_int_equal(order.state, ORDER_PENDING);
        age_orders(harness);
        assert_int_equal(reconcile(harness, subject), 1);
        order = order_now(harness, subject, order.id);
        assert_int_equal(order.state, ORDER_REJECTED);
        assert_int_equal(order.reason, STATUS_TIMEOUT);
        assert_int_equal(order.lines[0].booking, BOOKING_RELEASED);
        assert_int_equal(stand_in_find(subject->payments, order.id)->outcome, PAYMENT_VOIDED);
        assert_int_equal(left(harness, subject, TOUR), PLACES);
    }
    books_balance(harness, subject);
}

static void while_the_provider_is_away_nothing_is_guessed(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = harness_call(harness);
    int settled;
    struct order silent = place(harness, subject, "key-1", "card_silent", TOUR, 2);
    struct order lost = place(harness, subject, "key-2", "card_lost", TOUR, 3);
    age_orders(harness);
    subject->payments->away = true;
    assert_status(call, STATUS_UNAVAILABLE, orders_reconcile(subject->orders, call, &settled));
    reconcile_in_vain(harness, subject, 3);
    assert_int_equal(order_now(harness, subject, silent.id).state, ORDER_PENDING);
    assert_int_equal(order_now(harness, subject, lost.id).state, ORDER_PENDING);
    assert_int_equal(left(harness, subject, TOUR), PLACES - 5);
    subject->payments->away = false;
    for (int round = 0; round < 2; round++)
        reconcile(harness, subject);
    assert_int_equal(order_now(harness, subject, silent.id).state, ORDER_CONFIRMED);
    assert_int_equal(order_now(harness, subject, lost.id).state, ORDER_REJECTED);
    books_balance(harness, subject);
}

static void one_stuck_order_keeps_nobody_waiting(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct order stuck = place(harness, subject, "key-1", "card_lost", TOUR, 1);
    struct order other = place(harness, subject, "key-2", "card_silent", TOUR, 1);
    age_orders(harness);
    subject->payments->mute_order = stuck.id;
    reconcile_in_vain(harness, subject, 4);
    assert_int_equal(order_now(harness, subject, stuck.id).state, ORDER_PENDING);
    assert_int_equal(order_now(harness, subject, other.id).state, ORDER_CONFIRMED);
    subject->payments->mute_order = 0;
    for (int round = 0; round < 2; round++)
        reconcile(harness, subject);
    assert_int_equal(order_now(harness, subject, stuck.id).state, ORDER_REJECTED);
    books_balance(harness, subject);
}

/* --- crashes --- */

static void a_crash_after_storing_is_settled(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    subject->lose_events = true;
    struct order order = place(harness, subject, "key-1", "card_ok", TOUR, 2);
    assert_int_equal(order.state, ORDER_PENDING);
    subject->lose_events = false;
    age_orders(harness);
    assert_int_equal(reconcile(harness, subject), 1);
    assert_int_equal(order_now(harness, subject, order.id).state, ORDER_REJECTED);
    assert_int_equal(left(harness, subject, TOUR), PLACES);
    books_balance(harness, subject);
}

static void a_crash_after_confirming_the_places_is_settled(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = harness_call(harness);
    struct order order = place(harness, subject, "key-1", "card_silent", TOUR, 2);
    assert_status(call, STATUS_OK, bookings_confirm(subject->bookings, call, order.id));
    age_orders(harness);
    assert_int_equal(reconcile(harness, subject), 1);
    assert_int_equal(order_now(harness, subject, order.id).state, ORDER_CONFIRMED);
    assert_int_equal(left(harness, subject, TOUR), PLACES - 2);
    books_balance(harness, subject);
}

static void a_hold_without_an_order_runs_out(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = harness_call(harness);
    const struct booking_line line = {TOUR, clock_today() + 2, 4, 10000};
    const struct booking_hold hold = {999, ADA, clock_wall_ms() + 60000, &line, 1};
    assert_status(call, STATUS_OK, bookings_hold(subject->bookings, call, &hold));
    reconcile(harness, subject);
    assert_int_equal(left(harness, subject, TOUR), PLACES - 4);
    end_holds(harness);
    reconcile(harness, subject);
    assert_int_equal(left(harness, subject, TOUR), PLACES);
}

static void charged_after_the_hold_ran_out_is_refunded(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = harness_call(harness);
    struct order order = place(harness, subject, "key-1", "card_silent", TOUR, 2);
    int settled;
    end_holds(harness);
    reconcile(harness, subject); /* gives the places back */
    place(harness, subject, "key-2", "card_ok", TOUR, PLACES);
    age_orders(harness);
    subject->payments->mute_order = order.id; /* the refund waits with it */
    assert_status(call, STATUS_TIMEOUT, orders_reconcile(subject->orders, call, &settled));
    assert_int_equal(order_now(harness, subject, order.id).state, ORDER_PENDING);
    subject->payments->mute_order = 0;
    reconcile(harness, subject);
    reconcile(harness, subject);
    order = order_now(harness, subject, order.id);
    assert_int_equal(order.state, ORDER_REJECTED);
    assert_int_equal(order.reason, STATUS_CONFLICT);
    assert_int_equal(stand_in_find(subject->payments, order.id)->refunded_cents, 2 * TOUR_CENTS);
    assert_int_equal(left(harness, subject, TOUR), 0);
    books_balance(harness, subject);
}

/* --- the same at once --- */

struct crowd {
    struct orders_subject *subject;
    int64_t first_id;
    int confirmed, pending, other;
};

static void place_the_same(struct harness *harness, int index, void *context)
{
    struct crowd *crowd = context;
    (void)index;
    struct order order = place(harness, crowd->subject, "key-1", "card_ok", TOUR, 1);
    if (crowd->first_id == 0) crowd->first_id = order.id;
    assert_int_equal(order.id, crowd->first_id);
    if (order.state == ORDER_CONFIRMED)
        crowd->confirmed++;
    else if (order.state == ORDER_PENDING)
        crowd->pending++; /* asked while the first was still charging */
    else
        crowd->other++;
}

static void a_key_used_at_once_is_one_order(struct harness *harness, void *context)
{
    struct crowd crowd = {.subject = context};
    /* as many as there are places for a moment: one more, and one of them might find it sold out */
    harness_together(harness, PLACES, place_the_same, &crowd);
    assert_int_equal(crowd.other, 0);
    assert_true(crowd.confirmed >= 1);
    assert_int_equal(left(harness, crowd.subject, TOUR), PLACES - 1);
    assert_int_equal(stand_in_balance(crowd.subject->payments), TOUR_CENTS);
    books_balance(harness, crowd.subject);
}

static void place_or_reconcile(struct harness *harness, int index, void *context)
{
    struct crowd *crowd = context;
    static const char *const cards[] = {"card_ok", "card_silent", "card_declined", "card_lost"};
    char key[32];
    if (index % 5 == 4) {
        for (int round = 0; round < 3; round++) {
            task_sleep(harness->loop, 2);
            age_orders(harness);
            reconcile(harness, crowd->subject);
        }
        return;
    }
    struct call *call = call_by(harness, ADA);
    snprintf(key, sizeof(key), "crowd-%d", index);
    const struct order_request request = order_of(call, key, cards[index % 5], TOUR, 1);
    struct order order;
    assert_status(call, STATUS_OK, orders_place(crowd->subject->orders, call, &request, &order));
}

static void reconcile_too(struct harness *harness, int index, void *context)
{
    struct crowd *crowd = context;
    (void)index;
    reconcile(harness, crowd->subject);
}

/* Several processes have one each. */
static void many_reconcilers_settle_an_order_once(struct harness *harness, void *context)
{
    struct crowd crowd = {.subject = context};
    struct order silent = place(harness, context, "key-1", "card_silent", TOUR, 2);
    struct order lost = place(harness, context, "key-2", "card_lost", TOUR, 2);
    age_orders(harness);
    harness_together(harness, 6, reconcile_too, &crowd);
    assert_int_equal(published(context, "order.confirmed", silent.id), 1);
    assert_int_equal(published(context, "order.rejected", lost.id), 1);
    assert_int_equal(left(harness, context, TOUR), PLACES - 2);
    books_balance(harness, context);
}

/* Reconcilers that come far too early, while charges are under way: wrong times cost orders, not money. */
static void an_early_reconciler_loses_no_money(struct harness *harness, void *context)
{
    struct crowd crowd = {.subject = context};
    harness_together(harness, 40, place_or_reconcile, &crowd);
    age_orders(harness);
    for (int round = 0; round < 3; round++)
        reconcile(harness, crowd.subject);
    for (int64_t id = 1; id < 1000; id++)
        assert_true(published(context, "order.confirmed", id) +
                        published(context, "order.rejected", id) <=
                    1);
    books_balance(harness, crowd.subject);
}

/* --- cancelling --- */

static void a_cancelled_booking_is_refunded_once(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, ADA), *bob = call_by(harness, BOB);
    struct booking booking;
    const int64_t id = place(harness, subject, "key-1", "card_ok", TOUR, 4).lines[0].booking_id;
    assert_status(bob, STATUS_NOT_FOUND, orders_cancel_booking(subject->orders, bob, id, &booking));
    for (int twice = 0; twice < 2; twice++) {
        assert_status(call, STATUS_OK, orders_cancel_booking(subject->orders, call, id, &booking));
        assert_int_equal(booking.state, BOOKING_CANCELLED);
    }
    assert_int_equal(subject->payments->refund_count, 1);
    assert_int_equal(stand_in_balance(subject->payments), 0);
    assert_int_equal(left(harness, subject, TOUR), PLACES);
    assert_int_equal(published(subject, "booking.cancelled", id), 1);
    books_balance(harness, subject);
}

static void a_refund_that_got_stuck_is_driven_on(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = call_by(harness, ADA);
    struct booking booking;
    int settled;
    const struct order order = place(harness, subject, "key-1", "card_ok", TOUR, 4);
    subject->payments->away = true;
    assert_status(
        call, STATUS_OK,
        orders_cancel_booking(subject->orders, call, order.lines[0].booking_id, &booking));
    assert_int_equal(booking.state, BOOKING_CANCELLING);
    assert_int_equal(published(subject, "booking.cancelled", booking.id), 0);
    assert_int_equal(left(harness, subject, TOUR), PLACES - 4);
    harness_sql(harness, "UPDATE bookings.cancellations SET since = since - interval '1 hour'");
    assert_status(call, STATUS_UNAVAILABLE, orders_reconcile(subject->orders, call, &settled));
    subject->payments->away = false;
    assert_int_equal(reconcile(harness, subject), 1);
    assert_int_equal(order_now(harness, subject, order.id).lines[0].booking, BOOKING_CANCELLED);
    assert_int_equal(published(subject, "booking.cancelled", booking.id), 1);
    assert_int_equal(left(harness, subject, TOUR), PLACES);
    books_balance(harness, subject);
}

/* --- receipts --- */

static int due(struct harness *harness, struct orders_subject *subject, int64_t older_than_ms,
               int64_t *ids)
{
    struct call *call = harness_call(harness);
    int count = -1;
    assert_status(call, STATUS_OK,
                  orders_receipts_due(subject->orders, call, older_than_ms, 10, ids, &count));
    return count;
}

static void receipts_are_due_until_they_are_sent(struct harness *harness, void *context)
{
    struct orders_subject *subject = context;
    struct call *call = harness_call(harness);
    int64_t ids[10];
    const int64_t first = place(harness, subject, "key-1", "card_ok", TOUR, 1).id;
    const int64_t second = place(harness, subject, "key-2", "card_ok", TOUR, 1).id;
    place(harness, subject, "key-3", "card_declined", TOUR, 1);
    place(harness, subject, "key-4", "card_silent", TOUR, 1);
    assert_int_equal(due(harness, subject, 25000, ids), 0);
    age_orders(harness);
    assert_int_equal(due(harness, subject, 25000, ids), 2);
    assert_int_equal(ids[0], first);
    assert_int_equal(ids[1], second);
    assert_int_equal(due(harness, subject, 25000, ids), 0); /* claimed */
    assert_status(call, STATUS_OK, orders_receipt_sent(subject->orders, call, first));
    harness_sql(harness, "UPDATE orders.orders SET receipt_after = now()");
    assert_int_equal(due(harness, subject, 25000, ids), 1);
    assert_int_equal(ids[0], second);
    assert_true(order_now(harness, subject, first).receipt_sent);
    assert_false(order_now(harness, subject, second).receipt_sent);
}

static const struct port_case cases[] = {
    {"charged but silent ends confirmed", charged_but_silent_ends_confirmed},
    {"not charged ends rejected", not_charged_ends_rejected},
    {"while the provider is away nothing is guessed",
     while_the_provider_is_away_nothing_is_guessed},
    {"one stuck order keeps nobody waiting", one_stuck_order_keeps_nobody_waiting},
    {"a crash after storing is settled", a_crash_after_storing_is_settled},
    {"a crash after confirming the places is settled",
     a_crash_after_confirming_the_places_is_settled},
    {"a hold without an order runs out", a_hold_without_an_order_runs_out},
    {"charged after the hold ran out is refunded", charged_after_the_hold_ran_out_is_refunded},
    {"a key used at once is one order", a_key_used_at_once_is_one_order},
    {"many reconcilers settle an order once", many_reconcilers_settle_an_order_once},
    {"an early reconciler loses no money", an_early_reconciler_loses_no_money},
    {"a cancelled booking is refunded once", a_cancelled_booking_is_refunded_once},
    {"a refund that got stuck is driven on", a_refund_that_got_stuck_is_driven_on},
    {"receipts are due until they are sent", receipts_are_due_until_they_are_sent},
};
const struct port_suite orders_trouble_suite = {cases, sizeof(cases) / sizeof(cases[0])};
