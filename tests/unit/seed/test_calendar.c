/* When things happen: who was there, which days are busy, at what hour people order.
 */
#include "infra/seed/calendar.h"

#include "common/base/clock.h"
#include "infra/seed/growth.h"
#include "infra/seed/sizes.h"
#include "infra/seed/words.h"
#include "tests/unit/seed/groups.h"

#include <string.h>

static void ids_rise_with_time(void **state)
{
    (void)state;
    const struct growth growth = growth_of(YEAR_TODAY, 1000, 70);
    struct random random;
    random_init(&random, 1, 1);
    int64_t before_ms = 0;
    for (int64_t i = 0; i < 1000; i++) {
        const int64_t time_ms = growth_time(&growth, i, &random);
        assert_true(time_ms >= before_ms);
        assert_true(time_ms >= growth.first_ms && time_ms < growth.end_ms);
        assert_true(growth_count(&growth, time_ms) <= i); /* not there before its time */
        assert_true((i < 700) == (time_ms < growth.story_ms));
        before_ms = time_ms;
    }
    assert_int_equal(growth_count(&growth, growth.first_ms), 0);
    assert_int_equal(growth_count(&growth, growth.story_ms), 700);
    assert_int_equal(growth_count(&growth, growth.end_ms), 1000);
    assert_int_equal(growth_count(&growth, 0), 0);
}

static void whoever_is_counted_was_there(void **state)
{
    (void)state;
    const struct growth growth = growth_of(YEAR_TODAY, 997, 33);
    for (int step = 0; step < 5000; step++) {
        const int64_t time_ms = growth.first_ms + (growth.end_ms - growth.first_ms) * step / 5000;
        const int64_t count = growth_count(&growth, time_ms);
        struct random random;
        random_init(&random, 3, (uint64_t)step);
        if (count > 0) assert_true(growth_time(&growth, count - 1, &random) < time_ms);
    }
}

static void saturdays_and_summer_are_busy(void **state)
{
    (void)state;
    int32_t saturday = 0, monday = 0, january = 0;
    assert_true(clock_parse_day("2026-08-01", &saturday) &&
                clock_parse_day("2026-08-03", &monday) && clock_parse_day("2026-01-03", &january));
    assert_int_equal(calendar_visit_weight(saturday), CALENDAR_VISIT_MAX);
    assert_true(calendar_visit_weight(saturday) > 2 * calendar_visit_weight(monday));
    assert_true(calendar_visit_weight(saturday) > 3 * calendar_visit_weight(january));
    for (int32_t day = YEAR_TODAY - 800; day < YEAR_TODAY; day++) {
        assert_in_range(calendar_visit_weight(day), 1, CALENDAR_VISIT_MAX);
        assert_true(calendar_order_weight(day) > 0);
    }
}

static void the_hours_of_a_day_are_in_order(void **state)
{
    (void)state;
    int32_t before = -1;
    int by_hour[24] = {0};
    for (int32_t position = 0; position < CALENDAR_POSITIONS; position += 16) {
        const int32_t time_ms = calendar_time_of_day(position);
        assert_true(time_ms >= before && time_ms < MS_PER_DAY - 60000);
        by_hour[time_ms / 3600000]++;
        before = time_ms;
    }
    assert_true(by_hour[20] > 20 * by_hour[3] && by_hour[3] > 0);
}

static void sizes_have_names(void **state)
{
    (void)state;
    assert_int_equal(size_named("small")->users, 1000);
    const struct size *large = size_named("large");
    assert_int_equal(large->bookings, 5000000);
    for (int share = 100; share > 1; share /= 10) { /* the same shop, younger */
        const struct size *part = size_named(share == 100 ? "10k" : "100k");
        assert_int_equal(part->users * share, large->users);
        assert_int_equal(part->products * share, large->products);
        assert_int_equal(part->bookings * share, large->bookings);
    }
    assert_null(size_named("medium"));
}

static void texts_fit_their_columns(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 5, 5);
    for (int i = 0; i < 20000; i++) {
        char title[PLAN_TITLE_MAX], summary[301], description[801];
        word_title(&random, &word_categories[i % word_category_count], title, sizeof(title));
        word_summary(&random, summary, sizeof(summary));
        word_description(&random, title, description, sizeof(description));
        assert_in_range(strlen(title), 10, PLAN_TITLE_MAX - 2); /* nothing cut off */
        assert_in_range(strlen(summary), 20, 200);
        assert_in_range(strlen(description), 100, 700);
    }
}

int test_calendar(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_rise_with_time),
        cmocka_unit_test(whoever_is_counted_was_there),
        cmocka_unit_test(saturdays_and_summer_are_busy),
        cmocka_unit_test(the_hours_of_a_day_are_in_order),
        cmocka_unit_test(sizes_have_names),
        cmocka_unit_test(texts_fit_their_columns),
    };
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
