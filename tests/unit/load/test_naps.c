/* naps.c: nobody wakes early, everybody in order, and all at the end.
 */
#include "tests/load/naps.h"

#include "common/base/clock.h"
#include "infra/seed/random.h"
#include "tests/unit/load/groups.h"

enum { SLEEPERS = 500 };

struct dormitory {
    struct loop *loop;
    struct naps *naps;
    int64_t woken_at_us[SLEEPERS];
    int64_t order[SLEEPERS]; /* when each was to be woken, in the order it happened */
    int woken, interrupted;
};

struct sleeper {
    struct dormitory *dormitory;
    int64_t until_us;
};

static void doze(void *argument)
{
    const struct sleeper self = *(struct sleeper *)argument;
    struct dormitory *dormitory = self.dormitory;
    if (!naps_until(dormitory->naps, self.until_us)) dormitory->interrupted++;
    dormitory->woken_at_us[dormitory->woken] = clock_monotonic_us();
    dormitory->order[dormitory->woken++] = self.until_us;
    if (dormitory->woken == SLEEPERS) loop_stop(dormitory->loop);
}

static int open_dormitory(void **state)
{
    static struct dormitory dormitory;
    dormitory = (struct dormitory){0};
    *state = &dormitory;
    return loop_open(&dormitory.loop) == STATUS_OK &&
                   naps_open(&dormitory.naps, dormitory.loop) == STATUS_OK
               ? 0
               : -1;
}

static int close_dormitory(void **state)
{
    struct dormitory *dormitory = *state;
    naps_close(dormitory->naps);
    loop_close(dormitory->loop);
    return 0;
}

static void all_wake_and_never_early(void **state)
{
    struct dormitory *dormitory = *state;
    struct random dice;
    random_init(&dice, 1, 1);
    const int64_t begin_us = clock_monotonic_us();
    for (int i = 0; i < SLEEPERS; i++) {
        struct sleeper sleeper = {dormitory, begin_us + 20000 + random_below(&dice, 50000)};
        assert_int_equal(task_start(dormitory->loop, doze, &sleeper), STATUS_OK);
    }
    loop_run(dormitory->loop);
    assert_int_equal(dormitory->woken, SLEEPERS);
    assert_int_equal(dormitory->interrupted, 0);
    for (int i = 0; i < SLEEPERS; i++)
        assert_true(dormitory->woken_at_us[i] >= dormitory->order[i]);
}

static void a_time_that_has_passed_is_no_nap(void **state)
{
    struct dormitory *dormitory = *state;
    struct sleeper sleeper = {dormitory, clock_monotonic_us() - 1};
    assert_int_equal(task_start(dormitory->loop, doze, &sleeper), STATUS_OK);
    assert_int_equal(dormitory->woken, 1); /* it has run through at once */
}

static void end_them(void *context)
{
    naps_end(((struct dormitory *)context)->naps);
}

static void stop(void *context)
{
    loop_stop(((struct dormitory *)context)->loop);
}

static void the_end_wakes_everybody_in_order(void **state)
{
    struct dormitory *dormitory = *state;
    struct loop_timer timer = {.run = end_them, .context = dormitory};
    struct random dice;
    random_init(&dice, 2, 1);
    const int64_t in_an_hour_us = clock_monotonic_us() + 3600 * INT64_C(1000000);
    for (int i = 0; i < SLEEPERS - 1; i++) {
        struct sleeper sleeper = {dormitory, in_an_hour_us + random_below(&dice, 1000)};
        assert_int_equal(task_start(dormitory->loop, doze, &sleeper), STATUS_OK);
    }
    loop_timer_start(dormitory->loop, &timer, clock_monotonic_ms() + 5);
    struct loop_timer last = {.run = stop, .context = dormitory};
    loop_timer_start(dormitory->loop, &last, clock_monotonic_ms() + 10);
    loop_run(dormitory->loop);
    assert_int_equal(dormitory->interrupted, SLEEPERS - 1);
    for (int i = 1; i < SLEEPERS - 1; i++)
        assert_true(dormitory->order[i] >= dormitory->order[i - 1]);
    struct sleeper late = {dormitory, clock_monotonic_us() + 3600 * INT64_C(1000000)};
    assert_int_equal(task_start(dormitory->loop, doze, &late), STATUS_OK);
    assert_int_equal(dormitory->interrupted, SLEEPERS); /* nobody naps any more */
}

int test_naps(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_wake_and_never_early, open_dormitory, close_dormitory),
        cmocka_unit_test_setup_teardown(a_time_that_has_passed_is_no_nap, open_dormitory,
                                        close_dormitory),
        cmocka_unit_test_setup_teardown(the_end_wakes_everybody_in_order, open_dormitory,
                                        close_dormitory),
    };
    return cmocka_run_group_tests_name("naps", tests, NULL, NULL);
}
