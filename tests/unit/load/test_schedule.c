/* schedule.c: the rate is kept to the last arrival, whatever its shape.
 */
#include "tests/load/schedule.h"

#include "tests/unit/load/groups.h"

#include <math.h>

enum { ARRIVALS = 200000, BEGIN_US = 7000000 };

static void constant_distances_do_not_drift(void **state)
{
    struct schedule schedule;
    (void)state;
    schedule_init(&schedule, SCHEDULE_CONSTANT, 3, BEGIN_US, 1); /* 333333.3… µs */
    assert_int_equal(schedule_next(&schedule), BEGIN_US);
    for (int i = 1; i < 3 * 3600; i++) {
        /* floating point may fall just short of a whole microsecond */
        const int64_t exact = BEGIN_US + (int64_t)i * 1000000 / 3;
        assert_in_range(schedule_next(&schedule), exact - 1, exact);
    }
}

static void high_rates_have_more_than_one_in_a_microsecond(void **state)
{
    struct schedule schedule;
    (void)state;
    schedule_init(&schedule, SCHEDULE_CONSTANT, 4e6, BEGIN_US, 1);
    int64_t last = 0;
    for (int i = 0; i < 4001; i++)
        last = schedule_next(&schedule);
    assert_int_equal(last, BEGIN_US + 1000);
}

/* The distances' mean and standard deviation are both 1/rate: that is what "independent" looks like. */
static void poisson_has_the_rate_and_the_spread(void **state)
{
    struct schedule schedule;
    (void)state;
    schedule_init(&schedule, SCHEDULE_POISSON, 1000, BEGIN_US, 3);
    int64_t last = BEGIN_US;
    double sum = 0, squares = 0;
    for (int i = 0; i < ARRIVALS; i++) {
        const int64_t next = schedule_next(&schedule);
        assert_true(next >= last);
        sum += (double)(next - last);
        squares += (double)(next - last) * (double)(next - last);
        last = next;
    }
    const double mean = sum / ARRIVALS, deviation = sqrt(squares / ARRIVALS - mean * mean);
    assert_true(fabs(mean - 1000) < 15);
    assert_true(fabs(deviation - 1000) < 25);
}

static void a_seed_draws_the_same_again(void **state)
{
    struct schedule one, same, other;
    (void)state;
    schedule_init(&one, SCHEDULE_POISSON, 50, 0, 9);
    schedule_init(&same, SCHEDULE_POISSON, 50, 0, 9);
    schedule_init(&other, SCHEDULE_POISSON, 50, 0, 10);
    bool differs = false;
    for (int i = 0; i < 100; i++) {
        const int64_t at_us = schedule_next(&one);
        assert_int_equal(schedule_next(&same), at_us);
        differs |= schedule_next(&other) != at_us;
    }
    assert_true(differs);
}

static void pauses_are_bounded(void **state)
{
    struct random dice;
    double sum = 0;
    (void)state;
    random_init(&dice, 1, 1);
    for (int i = 0; i < ARRIVALS; i++) {
        const double pause = schedule_exponential(&dice, 100);
        assert_true(pause >= 0 && pause <= 800);
        sum += pause;
    }
    assert_true(fabs(sum / ARRIVALS - 100) < 1.5);
}

int test_schedule(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_distances_do_not_drift),
        cmocka_unit_test(high_rates_have_more_than_one_in_a_microsecond),
        cmocka_unit_test(poisson_has_the_rate_and_the_spread),
        cmocka_unit_test(a_seed_draws_the_same_again),
        cmocka_unit_test(pauses_are_bounded),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
