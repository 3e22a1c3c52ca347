/* What every implementation of the capacity port does. */
#include "tests/ports/bookings_cases.h"

enum { TOUR = 1 };

static struct capacity_day *days_of(struct harness *harness, struct bookings_subject *subject,
                                    int from, int to)
{
    struct call *call = harness_call(harness);
    struct capacity_day *days;
    int count = 0;
    assert_status(
        call, STATUS_OK,
        capacity_days(subject->capacity, call, TOUR, day_in(from), day_in(to), &days, &count));
    assert_int_equal(count, to - from + 1);
    for (int i = 0; i < count; i++)
        assert_int_equal(days[i].day, day_in(from + i));
    return days;
}

static void set_day(struct harness *harness, struct bookings_subject *subject, int day,
                    int32_t places, enum status wanted)
{
    struct call *call = harness_call(harness);
    struct capacity_day out;
    assert_status(call, wanted,
                  capacity_set_day(subject->capacity, call, TOUR, day_in(day), places, &out));
    if (wanted != STATUS_OK) return;
    assert_int_equal(out.day, day_in(day));
    assert_int_equal(out.capacity, places);
    assert_int_equal(out.available, places_left(harness, subject, TOUR, day_in(day)));
}

static void a_product_without_capacity_is_not_found(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    struct capacity_day *days;
    int count;
    assert_status(
        call, STATUS_NOT_FOUND,
        capacity_days(subject->capacity, call, TOUR, day_in(0), day_in(0), &days, &count));
}

static void the_daily_number_is_of_every_day(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    give_places(harness, subject, TOUR, 12);
    struct capacity_day *days = days_of(harness, subject, 0, CAPACITY_RANGE_DAYS_MAX - 1);
    for (int i = 0; i < CAPACITY_RANGE_DAYS_MAX; i++) {
        assert_int_equal(days[i].capacity, 12);
        assert_int_equal(days[i].available, 12);
    }
    give_places(harness, subject, TOUR, 0);
    assert_int_equal(days_of(harness, subject, 3, 3)->capacity, 0);
}

static void a_day_may_have_its_own_number(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    give_places(harness, subject, TOUR, 12);
    set_day(harness, subject, 2, 3, STATUS_OK);
    set_day(harness, subject, 3, 30, STATUS_OK);
    give_places(harness, subject, TOUR, 8);
    struct capacity_day *days = days_of(harness, subject, 1, 4);
    assert_int_equal(days[0].capacity, 8);
    assert_int_equal(days[1].capacity, 3);
    assert_int_equal(days[2].capacity, 30);
    assert_int_equal(days[3].capacity, 8);
}

static void a_first_day_makes_the_product_known(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    set_day(harness, subject, 2, 3, STATUS_OK);
    struct capacity_day *days = days_of(harness, subject, 1, 2);
    assert_int_equal(days[0].capacity, 0);
    assert_int_equal(days[1].capacity, 3);
}

static void what_is_taken_is_not_available(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    give_places(harness, subject, TOUR, 10);
    hold(harness, subject, 100, TOUR, day_in(2), 4);
    struct capacity_day *days = days_of(harness, subject, 1, 2);
    assert_int_equal(days[0].available, 10);
    assert_int_equal(days[1].available, 6);
    give_places(harness, subject, TOUR, 15);
    assert_int_equal(days_of(harness, subject, 2, 2)->available, 11);
    give_places(harness, subject, TOUR, 4);
    assert_int_equal(days_of(harness, subject, 2, 2)->available, 0);
}

static void no_number_falls_below_what_is_taken(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 10);
    hold(harness, subject, 100, TOUR, day_in(2), 4);
    hold(harness, subject, 101, TOUR, day_in(3), 2);
    assert_status(call, STATUS_CONFLICT, capacity_set_daily(subject->capacity, call, TOUR, 3));
    struct capacity_day *days = days_of(harness, subject, 1, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(days[i].capacity, 10);
    set_day(harness, subject, 2, 3, STATUS_CONFLICT);
    set_day(harness, subject, 2, 4, STATUS_OK);
    assert_status(call, STATUS_OK, capacity_set_daily(subject->capacity, call, TOUR, 3));
    assert_int_equal(days_of(harness, subject, 2, 2)->capacity, 4);
    assert_int_equal(days_of(harness, subject, 3, 3)->capacity, 3);
}

static void days_gone_by_keep_their_number(struct harness *harness, void *context)
{
    struct bookings_subject *subject = context;
    struct call *call = harness_call(harness);
    give_places(harness, subject, TOUR, 10);
    hold(harness, subject, 100, TOUR, day_in(-1), 4);
    assert_status(call, STATUS_OK, capacity_set_daily(subject->capacity, call, TOUR, 2));
    assert_int_equal(days_of(harness, subject, -1, -1)->capacity, 10);
    assert_int_equal(days_of(harness, subject, 0, 0)->capacity, 2);
}

static const struct port_case cases[] = {
    {"a product without capacity is not found", a_product_without_capacity_is_not_found},
    {"the daily number is of every day", the_daily_number_is_of_every_day},
    {"a day may have its own number", a_day_may_have_its_own_number},
    {"a first day makes the product known", a_first_day_makes_the_product_known},
    {"what is taken is not available", what_is_taken_is_not_available},
    {"no number falls below what is taken", no_number_falls_below_what_is_taken},
    {"days gone by keep their number", days_gone_by_keep_their_number},
};
const struct port_suite capacity_suite = {cases, sizeof(cases) / sizeof(cases[0])};
