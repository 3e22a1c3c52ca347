/* The mark never passes an open row or a young one, and one stuck row does not stop the walk. */
#include "common/base/low_water.h"
#include "tests/unit/base/groups.h"

static void test_an_empty_table_moves_nothing(void **state)
{
    struct low_water water = {0};
    const struct low_water_window nothing = {0};
    (void)state;
    assert_false(low_water_advance(&water, &nothing, 1));
    assert_int_equal(water.mark, 0);
    assert_int_equal(water.next, 0);
}

static void test_the_mark_follows_old_rows_only(void **state)
{
    struct low_water water = {0};
    const struct low_water_window window = {.last = 90, .last_old = 70};
    (void)state;
    assert_false(low_water_advance(&water, &window, 1));
    assert_int_equal(water.mark, 70);
    assert_int_equal(water.next, 70);
}

static void test_the_mark_stops_below_an_open_row(void **state)
{
    struct low_water water = {0};
    const struct low_water_window window = {.last = 90, .first_open = 41, .last_old = 90};
    (void)state;
    (void)low_water_advance(&water, &window, 1);
    assert_int_equal(water.mark, 40);
    assert_int_equal(water.next, 40);
}

static void test_a_young_open_row_does_not_hold_it(void **state)
{
    struct low_water water = {0};
    const struct low_water_window window = {.last = 90, .first_open = 80, .last_old = 60};
    (void)state;
    (void)low_water_advance(&water, &window, 1);
    assert_int_equal(water.mark, 60);
}

static void test_a_stuck_row_holds_the_mark_but_not_the_walk(void **state)
{
    struct low_water water = {0};
    const struct low_water_window stuck = {
        .last = 100, .first_open = 5, .last_old = 100, .full = true};
    const struct low_water_window second = {.last = 200, .last_old = 200, .full = true};
    const struct low_water_window end = {.last = 230, .last_old = 220};
    (void)state;
    assert_true(low_water_advance(&water, &stuck, 1));
    assert_int_equal(water.mark, 4);
    assert_int_equal(water.next, 100);
    assert_true(low_water_advance(&water, &second, 1));
    assert_int_equal(water.mark, 4);
    assert_int_equal(water.next, 200);
    assert_false(low_water_advance(&water, &end, 1));
    assert_int_equal(water.mark, 4);
    assert_int_equal(water.next, 4);
}

static void test_full_windows_carry_the_mark_along(void **state)
{
    struct low_water water = {0};
    const struct low_water_window first = {.last = 100, .last_old = 100, .full = true};
    const struct low_water_window second = {.last = 200, .last_old = 200, .full = true};
    (void)state;
    assert_true(low_water_advance(&water, &first, 1));
    assert_true(low_water_advance(&water, &second, 1));
    assert_int_equal(water.mark, 200);
    assert_int_equal(water.next, 200);
}

static void test_the_mark_is_doubted_after_an_hour(void **state)
{
    struct low_water water = {0};
    const struct low_water_window full = {.last = 100, .last_old = 100, .full = true};
    const struct low_water_window end = {.last = 130, .last_old = 120};
    const int64_t began_ms = 7, later_ms = began_ms + LOW_WATER_BELIEVED_MS;
    (void)state;
    (void)low_water_advance(&water, &end, began_ms);
    (void)low_water_advance(&water, &end, later_ms - 1);
    assert_int_equal(water.mark, 120);
    (void)low_water_advance(&water, &full, later_ms); /* only at the end of a walk */
    assert_int_equal(water.next, 100);
    assert_false(low_water_advance(&water, &end, later_ms));
    assert_int_equal(water.mark, 0);
    assert_int_equal(water.next, 0);
    (void)low_water_advance(&water, &end, later_ms + 1); /* and believed again */
    assert_int_equal(water.mark, 120);
}

int test_low_water(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_table_moves_nothing),
        cmocka_unit_test(test_the_mark_follows_old_rows_only),
        cmocka_unit_test(test_the_mark_stops_below_an_open_row),
        cmocka_unit_test(test_a_young_open_row_does_not_hold_it),
        cmocka_unit_test(test_a_stuck_row_holds_the_mark_but_not_the_walk),
        cmocka_unit_test(test_full_windows_carry_the_mark_along),
        cmocka_unit_test(test_the_mark_is_doubted_after_an_hour),
    };
    return cmocka_run_group_tests_name("low_water", tests, NULL, NULL);
}
