/* What every implementation of the bookings port does, one caller at a time. Many callers at once are in
 * bookings_race_suite.c, lists in bookings_list_suite.c.
 */
#include "tests/ports/bookings_cases.h"

#include <string.h>

enum { TOUR = 1, WORKSHOP = 2 };

/* --- hold --- */

static void a_hold_takes_places(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    give_places(harness, subject, TOUR, 10);
    struct booking booking = hold(harness, subject, 100, TOUR, day_in(5), 3);
    assert_true(booking.id > 0);
    assert_int_equal(booking.order_id, 100);
    assert_int_equal(booking.user_id, 7);
    assert_int_equal(booking.product_id, TOUR);
    assert_int_equal(booking.line, 0);
    assert_int_equal(booking.day, day_in(5));
    assert_int_equal(booking.quantity, 3);
    assert_int_equal(booking.amount_cents, 3000);
    assert_int_equal(booking.state, BOOKING_HELD);
    assert_true(booking.expires_ms > clock_wall_ms() + 50000);
    assert_true(booking.expires_ms < clock_wall_ms() + 70000);
    assert_true(booking.created_ms > clock_wall_ms() - 60000);
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 7);
    assert_int_equal(places_left(harness, subject, TOUR, day_in(6)), 10);
}

static void a_repeated_hold_changes_nothing(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 5);
    struct booking first = hold(harness, subject, 100, TOUR, day_in(5), 4);
    struct booking again = hold(harness, subject, 100, TOUR, day_in(5), 4);
    assert_int_equal(again.id, first.id);
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 1);

    assert_status(call, STATUS_OK, bookings_release(subject->bookings, call, 100));
    again = hold(harness, subject, 100, TOUR, day_in(5), 4);
    assert_int_equal(again.state, BOOKING_RELEASED);
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 5);
}

static void what_does_not_fit_is_sold_out(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 10);
    assert_field(call, STATUS_SOLD_OUT, "lines[0].quantity",
                 try_hold(subject, call, 100, TOUR, day_in(5), 11)); /* a day nobody has touched */
    hold(harness, subject, 101, TOUR, day_in(5), 8);
    enum status status = try_hold(subject, call, 102, TOUR, day_in(5), 3);
    assert_int_equal(status, STATUS_SOLD_OUT);
    assert_non_null(strstr(call->failure.fields->message, "2 left"));
    call_forgive(call);
    hold(harness, subject, 103, TOUR, day_in(5), 2);
    assert_status(call, STATUS_SOLD_OUT, try_hold(subject, call, 104, TOUR, day_in(5), 1));
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 0);
}

static void a_product_without_capacity_cannot_be_held(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    assert_field(call, STATUS_UNPROCESSABLE, "lines[0].product_id",
                 try_hold(subject, call, 100, 99, day_in(5), 1));
}

static void a_day_of_its_own_may_be_larger(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    struct capacity_day day;
    give_places(harness, subject, TOUR, 3);
    assert_status(call, STATUS_OK,
                  capacity_set_day(subject->capacity, call, TOUR, day_in(5), 20, &day));
    hold(harness, subject, 100, TOUR, day_in(5), 20); /* in one piece, above the daily number */
    assert_status(call, STATUS_SOLD_OUT, try_hold(subject, call, 101, TOUR, day_in(5), 1));
}

static enum status hold_two(struct bookings_subject *subject, struct call *call, int64_t order_id,
                            int32_t tours, int32_t workshops)
{
    const struct booking_line lines[] = {
        {WORKSHOP, day_in(5), workshops, 100},
        {TOUR, day_in(5), tours, 200},
    };
    const struct booking_hold wanted = {
        .order_id = order_id,
        .user_id = 7,
        .expires_ms = clock_wall_ms() + 60000,
        .lines = lines,
        .count = 2,
    };
    return bookings_hold(subject->bookings, call, &wanted);
}

static void all_lines_or_none(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 5);
    give_places(harness, subject, WORKSHOP, 5);
    assert_field(call, STATUS_SOLD_OUT, "lines[1].quantity", hold_two(subject, call, 100, 6, 2));
    assert_field(call, STATUS_SOLD_OUT, "lines[0].quantity", hold_two(subject, call, 100, 2, 6));
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 5);
    assert_int_equal(places_left(harness, subject, WORKSHOP, day_in(5)), 5);

    assert_status(call, STATUS_OK, hold_two(subject, call, 100, 5, 4));
    assert_status(call, STATUS_OK, hold_two(subject, call, 100, 5, 4));
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 0);
    assert_int_equal(places_left(harness, subject, WORKSHOP, day_in(5)), 1);
}

/* --- confirm, release --- */

static void a_held_order_is_confirmed_once(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 5);
    give_places(harness, subject, WORKSHOP, 5);
    assert_status(call, STATUS_OK, hold_two(subject, call, 100, 1, 2));
    assert_status(call, STATUS_OK, bookings_confirm(subject->bookings, call, 100));
    assert_status(call, STATUS_OK, bookings_confirm(subject->bookings, call, 100));
    struct booking booking = booking_of(harness, subject, 100);
    assert_int_equal(booking.state, BOOKING_CONFIRMED);
    assert_int_equal(booking.expires_ms, 0);
    assert_int_equal(places_left(harness, subject, WORKSHOP, day_in(5)), 3);
}

static void what_is_not_held_cannot_be_confirmed(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 5);
    assert_status(call, STATUS_CONFLICT, bookings_confirm(subject->bookings, call, 100));
    hold(harness, subject, 100, TOUR, day_in(5), 2);
    assert_status(call, STATUS_OK, bookings_release(subject->bookings, call, 100));
    assert_status(call, STATUS_CONFLICT, bookings_confirm(subject->bookings, call, 100));
}

/* A sweep may have met one line of an order and not yet the other. */
static void an_order_half_gone_is_not_confirmed(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    struct booking_page stuck;
    int released;
    give_places(harness, subject, TOUR, 5);
    give_places(harness, subject, WORKSHOP, 5);
    assert_status(call, STATUS_OK, hold_two(subject, call, 100, 1, 2));
    harness_sql(harness, "UPDATE bookings.bookings SET expires_at = now() - interval '1 second'"
                         " WHERE order_id = 100 AND line = 1");
    assert_status(call, STATUS_OK, bookings_sweep(subject->bookings, call, 0, &released, &stuck));
    assert_int_equal(released, 1);
    assert_status(call, STATUS_CONFLICT, bookings_confirm(subject->bookings, call, 100));
    assert_int_equal(booking_of(harness, subject, 100).state, BOOKING_HELD);
    assert_status(call, STATUS_OK, bookings_release(subject->bookings, call, 100));
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 5);
    assert_int_equal(places_left(harness, subject, WORKSHOP, day_in(5)), 5);
}

static void a_release_gives_back_once(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 5);
    hold(harness, subject, 100, TOUR, day_in(5), 2);
    hold(harness, subject, 101, TOUR, day_in(5), 2);
    assert_status(call, STATUS_OK, bookings_release(subject->bookings, call, 100));
    assert_status(call, STATUS_OK, bookings_release(subject->bookings, call, 100));
    assert_status(call, STATUS_OK, bookings_release(subject->bookings, call, 999));
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 3);
    assert_int_equal(booking_of(harness, subject, 100).state, BOOKING_RELEASED);
}

static void a_release_leaves_confirmed_ones(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 5);
    hold(harness, subject, 100, TOUR, day_in(5), 2);
    assert_status(call, STATUS_OK, bookings_confirm(subject->bookings, call, 100));
    assert_status(call, STATUS_OK, bookings_release(subject->bookings, call, 100));
    assert_int_equal(booking_of(harness, subject, 100).state, BOOKING_CONFIRMED);
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 3);
}

/* --- cancel --- */

static struct booking confirmed(struct harness *harness, struct bookings_subject *subject,
                                int64_t order_id, int32_t day)
{
    struct call *call = harness_call(harness);
    hold(harness, subject, order_id, TOUR, day, 2);
    assert_status(call, STATUS_OK, bookings_confirm(subject->bookings, call, order_id));
    return booking_of(harness, subject, order_id);
}

static void a_booking_is_cancelled_in_two_steps(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct bookings *bookings = subject->bookings;
    struct call *call = harness_call(harness);
    struct booking after;
    give_places(harness, subject, TOUR, 5);
    struct booking booking = confirmed(harness, subject, 100, day_in(1));
    assert_status(call, STATUS_CONFLICT,
                  bookings_cancel(bookings, call, booking.id, 7, true, &after));
    for (int twice = 0; twice < 2; twice++) {
        assert_status(call, STATUS_OK,
                      bookings_cancel(bookings, call, booking.id, 7, false, &after));
        assert_int_equal(after.state, BOOKING_CANCELLING);
        assert_int_equal(after.id, booking.id);
        assert_int_equal(after.amount_cents, 2000);
        assert_int_equal(places_left(harness, subject, TOUR, day_in(1)), 3);
    }
    for (int twice = 0; twice < 2; twice++) {
        assert_status(call, STATUS_OK,
                      bookings_cancel(bookings, call, booking.id, 0, true, &after));
        assert_int_equal(after.state, BOOKING_CANCELLED);
        assert_int_equal(places_left(harness, subject, TOUR, day_in(1)), 5);
    }
    assert_status(call, STATUS_OK, bookings_cancel(bookings, call, booking.id, 7, false, &after));
    assert_int_equal(after.state, BOOKING_CANCELLED);
    assert_status(call, STATUS_OK, bookings_confirm(bookings, call, 100)); /* it was confirmed */
}

static void what_may_not_be_cancelled(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct bookings *bookings = subject->bookings;
    struct call *call = harness_call(harness);
    struct booking after;
    give_places(harness, subject, TOUR, 5);
    struct booking today = confirmed(harness, subject, 100, day_in(0));
    struct booking held = hold(harness, subject, 101, TOUR, day_in(5), 1);
    struct booking fine = confirmed(harness, subject, 102, day_in(5));
    assert_status(call, STATUS_CONFLICT,
                  bookings_cancel(bookings, call, today.id, 7, false, &after));
    assert_status(call, STATUS_CONFLICT,
                  bookings_cancel(bookings, call, held.id, 7, false, &after));
    assert_status(call, STATUS_NOT_FOUND,
                  bookings_cancel(bookings, call, fine.id, 8, false, &after));
    assert_status(call, STATUS_NOT_FOUND,
                  bookings_cancel(bookings, call, fine.id + 1000, 0, false, &after));
    assert_int_equal(booking_of(harness, subject, 102).state, BOOKING_CONFIRMED);
}

/* --- sweep --- */

static void a_sweep_releases_what_has_run_out(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    struct booking_page stuck;
    int released = -1;
    give_places(harness, subject, TOUR, 9);
    hold(harness, subject, 100, TOUR, day_in(5), 1);
    const struct booking_line line = {TOUR, day_in(5), 2, 10};
    const struct booking_hold past = {101, 7, clock_wall_ms() - 1000, &line, 1};
    assert_status(call, STATUS_OK, bookings_hold(subject->bookings, call, &past));
    confirmed(harness, subject, 102, day_in(5));
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 4);

    assert_status(call, STATUS_OK,
                  bookings_sweep(subject->bookings, call, clock_wall_ms(), &released, &stuck));
    assert_int_equal(released, 1);
    assert_int_equal(stuck.count, 0);
    assert_int_equal(places_left(harness, subject, TOUR, day_in(5)), 6);
    assert_int_equal(booking_of(harness, subject, 100).state, BOOKING_HELD);
    assert_int_equal(booking_of(harness, subject, 101).state, BOOKING_RELEASED);
    assert_int_equal(booking_of(harness, subject, 102).state, BOOKING_CONFIRMED);
    assert_status(call, STATUS_OK,
                  bookings_sweep(subject->bookings, call, clock_wall_ms(), &released, &stuck));
    assert_int_equal(released, 0);
}

static void a_sweep_finds_cancellations_that_got_stuck(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    struct booking_page stuck;
    struct booking after;
    int released;
    give_places(harness, subject, TOUR, 9);
    struct booking booking = confirmed(harness, subject, 100, day_in(5));
    assert_status(call, STATUS_OK,
                  bookings_cancel(subject->bookings, call, booking.id, 7, false, &after));
    assert_status(
        call, STATUS_OK,
        bookings_sweep(subject->bookings, call, clock_wall_ms() - 60000, &released, &stuck));
    assert_int_equal(stuck.count, 0);
    assert_status(
        call, STATUS_OK,
        bookings_sweep(subject->bookings, call, clock_wall_ms() + 60000, &released, &stuck));
    assert_int_equal(stuck.count, 1);
    assert_int_equal(stuck.bookings[0].id, booking.id);
    assert_int_equal(stuck.bookings[0].state, BOOKING_CANCELLING);
    assert_int_equal(stuck.bookings[0].amount_cents, 2000);
    assert_status(call, STATUS_OK,
                  bookings_cancel(subject->bookings, call, booking.id, 0, true, &after));
    assert_status(
        call, STATUS_OK,
        bookings_sweep(subject->bookings, call, clock_wall_ms() + 60000, &released, &stuck));
    assert_int_equal(stuck.count, 0);
}

static const struct port_case cases[] = {
    {"a hold takes places", a_hold_takes_places},
    {"a repeated hold changes nothing", a_repeated_hold_changes_nothing},
    {"what does not fit is sold out", what_does_not_fit_is_sold_out},
    {"a product without capacity cannot be held", a_product_without_capacity_cannot_be_held},
    {"a day of its own may be larger", a_day_of_its_own_may_be_larger},
    {"all lines or none", all_lines_or_none},
    {"a held order is confirmed once", a_held_order_is_confirmed_once},
    {"what is not held cannot be confirmed", what_is_not_held_cannot_be_confirmed},
    {"an order half gone is not confirmed", an_order_half_gone_is_not_confirmed},
    {"a release gives back once", a_release_gives_back_once},
    {"a release leaves confirmed ones", a_release_leaves_confirmed_ones},
    {"a booking is cancelled in two steps", a_booking_is_cancelled_in_two_steps},
    {"what may not be cancelled", what_may_not_be_cancelled},
    {"a sweep releases what has run out", a_sweep_releases_what_has_run_out},
    {"a sweep finds cancellations that got stuck", a_sweep_finds_cancellations_that_got_stuck},
};
const struct port_suite bookings_suite = {cases, sizeof(cases) / sizeof(cases[0])};
