/* The calendar against libc's, day by day, and the strictness of what counts as a day.
 */
#include "common/base/clock.h"

#include "tests/unit/base/groups.h"

#include <string.h>
#include <time.h>

static void test_monotonic_moves_forward(void **state)
{
    (void)state;
    int64_t start_us = clock_monotonic_us(), start_ms = clock_monotonic_ms();
    nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
    assert_true(clock_monotonic_us() - start_us >= 3000);
    assert_in_range(clock_monotonic_ms() - start_ms, 2, 60000);
}

static void test_wall_is_libc_time(void **state)
{
    (void)state;
    time_t before = time(NULL);
    int64_t now_ms = clock_wall_ms();
    int32_t today = clock_today();
    time_t after = time(NULL);
    assert_in_range(now_ms / 1000, before - 1, after + 1);
    assert_in_range(today, before / 86400, after / 86400);
}

static void test_every_day_from_1970_to_2999(void **state)
{
    (void)state;
    int32_t day = 0;
    for (;; day++) {
        char text[CLOCK_DAY_TEXT], expected[CLOCK_DAY_TEXT];
        time_t seconds = (time_t)day * 86400;
        struct tm parts;
        gmtime_r(&seconds, &parts);
        strftime(expected, sizeof(expected), "%Y-%m-%d", &parts);
        if (parts.tm_year + 1900 == 3000) break;
        clock_format_day(day, text);
        int32_t back = -1;
        bool parsed = clock_parse_day(text, &back);
        if (strcmp(text, expected) != 0 || !parsed || back != day)
            fail_msg("day %d: '%s', libc says '%s', parsed back to %d", day, text, expected, back);
    }
    assert_int_equal(day, 376200); /* 1030 years of 365 days, 250 leap days */
}

static void test_days_outside(void **state)
{
    (void)state;
    static const struct {
        int32_t day;
        const char *text;
    } rows[] = {
        {-1, "1969-12-31"},        {-719528, "0000-01-01"},   {-719468, "0000-03-01"},
        {-719469, "0000-02-29"},   {2932896, "9999-12-31"},   {2932897, "9999-12-31"},
        {INT32_MAX, "9999-12-31"}, {INT32_MIN, "0000-01-01"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[CLOCK_DAY_TEXT];
        clock_format_day(rows[i].day, text);
        expect_text(text, rows[i].text);
    }
}

static void test_parse_day_is_strict(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",           "2026",       "2026-1-1",    "2026-01-1",   "2026-01-010",
        "2026/01/01", "2026-00-01", "2026-13-01",  "2026-01-00",  "2026-01-32",
        "2026-02-29", "2100-02-29", "2026-04-31",  "1969-12-31",  "3000-01-01",
        "+026-01-01", "2026-01-0x", " 2026-01-01", "2026-01-01 ", "2026-01--1",
        "20260101",   "0000-01-01", "-026-01-01",  "2026-01-01T",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int32_t day = 4711;
        if (clock_parse_day(wrong[i], &day)) fail_msg("'%s' was taken for a day", wrong[i]);
        assert_int_equal(day, 4711);
    }
    int32_t day;
    assert_true(clock_parse_day("2028-02-29", &day));
    assert_true(clock_parse_day("2000-02-29", &day));
    assert_true(clock_parse_day("1970-01-01", &day));
    assert_int_equal(day, 0);
    assert_true(clock_parse_day("2999-12-31", &day));
}

static void test_format_time(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1795467000123, "2026-11-23T20:50:00.123Z"},
        {951782399999, "2000-02-28T23:59:59.999Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        {253402300800000, "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[CLOCK_TIME_TEXT];
        clock_format_time(rows[i].ms, text);
        expect_text(text, rows[i].text);
    }
}

int test_clock(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_monotonic_moves_forward),
        cmocka_unit_test(test_wall_is_libc_time),
        cmocka_unit_test(test_every_day_from_1970_to_2999),
        cmocka_unit_test(test_days_outside),
        cmocka_unit_test(test_parse_day_is_strict),
        cmocka_unit_test(test_format_time),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
