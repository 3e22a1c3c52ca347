/* What every implementation of the bookings port does when many call at once: it sells exactly what there
 * is, gives each place back exactly once, and never waits in a circle.
 */
#include "tests/ports/bookings_cases.h"

enum { PRODUCTS = 5, PLACES = 10, BUYERS = 200, CROSSING = 60, TWINS = 12 };

struct race {
    struct bookings_subject *subject;
    int won, lost, other;
    int round;
};

static void count(struct race *race, enum status status, enum status losing)
{
    if (status == STATUS_OK)
        race->won++;
    else if (status == losing)
        race->lost++;
    else
        race->other++;
}

static void buy_one(struct harness *harness, int index, void *context)
{
    struct race *race = context;
    struct call *call = harness_call(harness);
    count(race, try_hold(race->subject, call, 1000 + index, 1 + index % PRODUCTS, day_in(9), 1),
          STATUS_SOLD_OUT);
}

static void exactly_the_capacity_is_sold(struct harness *harness, void *context)
{
    struct race race = {.subject = context};
    for (int product = 1; product <= PRODUCTS; product++)
        give_places(harness, context, product, PLACES);
    harness_together(harness, BUYERS, buy_one, &race);
    assert_int_equal(race.won, PRODUCTS * PLACES);
    assert_int_equal(race.lost, BUYERS - PRODUCTS * PLACES);
    assert_int_equal(race.other, 0);
    for (int product = 1; product <= PRODUCTS; product++)
        assert_int_equal(places_left(harness, context, product, day_in(9)), 0);
}

/* Two products, half of the buyers name them the other way round. */
static void buy_crosswise(struct harness *harness, int index, void *context)
{
    struct race *race = context;
    struct call *call = harness_call(harness);
    const struct booking_line lines[] = {
        {index % 2 ? 1 : 2, day_in(9), 1, 10},
        {index % 2 ? 2 : 1, day_in(9), 1, 10},
        {1, day_in(8 + index % 2 * 2), 1, 10},
    };
    const struct booking_hold wanted = {2000 + index, 7, clock_wall_ms() + 60000, lines, 3};
    enum status status = bookings_hold(race->subject->bookings, call, &wanted);
    if (status == STATUS_OK && index % 3 == 0)
        status = bookings_release(race->subject->bookings, call, wanted.order_id);
    else if (status == STATUS_OK)
        status = bookings_confirm(race->subject->bookings, call, wanted.order_id);
    count(race, status, STATUS_SOLD_OUT);
}

static void crossing_orders_do_not_block_each_other(struct harness *harness, void *context)
{
    struct race race = {.subject = context};
    give_places(harness, context, 1, CROSSING);
    give_places(harness, context, 2, CROSSING);
    harness_together(harness, CROSSING, buy_crosswise, &race);
    assert_int_equal(race.won, CROSSING);
    assert_int_equal(places_left(harness, context, 1, day_in(9)), CROSSING / 3);
    assert_int_equal(places_left(harness, context, 2, day_in(9)), CROSSING / 3);
}

static void hold_the_same(struct harness *harness, int index, void *context)
{
    struct race *race = context;
    struct call *call = harness_call(harness);
    (void)index;
    count(race, try_hold(race->subject, call, 3000, 1, day_in(9), 2), STATUS_SOLD_OUT);
}

static void twins_hold_once(struct harness *harness, void *context)
{
    struct race race = {.subject = context};
    give_places(harness, context, 1, 3); /* enough for one of them */
    harness_together(harness, TWINS, hold_the_same, &race);
    assert_int_equal(race.won, TWINS);
    assert_int_equal(places_left(harness, context, 1, day_in(9)), 1);
}

static void confirm_or_release(struct harness *harness, int index, void *context)
{
    struct race *race = context;
    struct call *call = harness_call(harness);
    if (index % 2 == 0)
        assert_status(call, STATUS_OK, bookings_release(race->subject->bookings, call, 4000));
    else
        count(race, bookings_confirm(race->subject->bookings, call, 4000), STATUS_CONFLICT);
}

static void an_order_is_confirmed_or_released_never_both(struct harness *harness, void *context)
{
    struct race race = {.subject = context};
    struct call *call = harness_call(harness);
    const struct booking_line lines[] = {
        {1, day_in(9), 2, 10},
        {1, day_in(8), 2, 10},
        {1, day_in(7), 2, 10},
    };
    const struct booking_hold wanted = {4000, 7, clock_wall_ms() + 60000, lines, 3};
    give_places(harness, context, 1, 3);
    assert_status(call, STATUS_OK, bookings_hold(race.subject->bookings, call, &wanted));
    harness_together(harness, TWINS, confirm_or_release, &race);
    assert_int_equal(race.won + race.lost, TWINS / 2);
    assert_true(race.won == 0 || race.lost == 0);
    for (int day = 7; day <= 9; day++)
        assert_int_equal(places_left(harness, context, 1, day_in(day)), race.won ? 1 : 3);
}

static void cancel_all_the_way(struct harness *harness, int index, void *context)
{
    struct race *race = context;
    struct call *call = harness_call(harness);
    struct booking booking = booking_of(harness, race->subject, 5000), after;
    (void)index;
    enum status status =
        bookings_cancel(race->subject->bookings, call, booking.id, 7, false, &after);
    if (status == STATUS_OK)
        status = bookings_cancel(race->subject->bookings, call, booking.id, 7, true, &after);
    count(race, status, STATUS_CONFLICT);
}

static void a_place_is_given_back_once(struct harness *harness, void *context)
{
    struct race race = {.subject = context};
    struct call *call = harness_call(harness);
    give_places(harness, context, 1, 3);
    hold(harness, context, 5000, 1, day_in(9), 2);
    hold(harness, context, 5001, 1, day_in(9), 1);
    assert_status(call, STATUS_OK, bookings_confirm(race.subject->bookings, call, 5000));
    harness_together(harness, TWINS, cancel_all_the_way, &race);
    assert_int_equal(race.won, TWINS);
    assert_int_equal(places_left(harness, context, 1, day_in(9)), 2);
}

/* In each round task 3 changes the daily number, the others each touch a new day. */
static void hold_or_change(struct harness *harness, int index, void *context)
{
    struct race *race = context;
    struct call *call = harness_call(harness);
    if (index == 3)
        assert_status(call, STATUS_OK,
                      capacity_set_daily(race->subject->capacity, call, 1, 50 + race->round));
    else
        assert_status(call, STATUS_OK,
                      try_hold(race->subject, call, 6000 + race->round * 10 + index, 1,
                               day_in(race->round * 6 + index), 1));
}

/* Holds touch days for the first time while the daily number changes: whichever comes first, afterwards
   every day has the new one. */
static void a_new_day_never_keeps_an_old_number(struct harness *harness, void *context)
{
    enum { ROUNDS = 15, TASKS = 6 };
    struct race race = {.subject = context};
    give_places(harness, context, 1, 50);
    for (race.round = 1; race.round <= ROUNDS; race.round++) {
        struct call *call = harness_call(harness);
        struct capacity_day *days;
        int found;
        harness_together(harness, TASKS, hold_or_change, &race);
        const int32_t from = day_in(race.round * 6);
        assert_status(
            call, STATUS_OK,
            capacity_days(race.subject->capacity, call, 1, from, from + TASKS - 1, &days, &found));
        for (int i = 0; i < found; i++)
            assert_int_equal(days[i].capacity, 50 + race.round);
    }
}

static const struct port_case cases[] = {
    {"exactly the capacity is sold", exactly_the_capacity_is_sold},
    {"crossing orders do not block each other", crossing_orders_do_not_block_each_other},
    {"twins hold once", twins_hold_once},
    {"an order is confirmed or released, never both", an_order_is_confirmed_or_released_never_both},
    {"a place is given back once", a_place_is_given_back_once},
    {"a new day never keeps an old number", a_new_day_never_keeps_an_old_number},
};
const struct port_suite bookings_race_suite = {cases, sizeof(cases) / sizeof(cases[0])};
