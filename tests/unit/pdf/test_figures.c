/* Figures as people read them, at the ends of their ranges too.
 */
#include "common/pdf/figures.h"

#include "tests/unit/pdf/groups.h"

static void groups_digits(void **state)
{
    (void)state;
    char text[FIGURE_TEXT];
    assert_string_equal(figure_count(text, 0), "0");
    assert_string_equal(figure_count(text, 999), "999");
    assert_string_equal(figure_count(text, 1000), "1,000");
    assert_string_equal(figure_count(text, 1234567), "1,234,567");
    assert_string_equal(figure_count(text, -100000), "-100,000");
    assert_string_equal(figure_count(text, INT64_MAX), "9,223,372,036,854,775,807");
    assert_string_equal(figure_count(text, INT64_MIN), "-9,223,372,036,854,775,808");
}

static void writes_money(void **state)
{
    (void)state;
    char text[FIGURE_TEXT];
    assert_string_equal(figure_money(text, 0, "EUR"), "€ 0.00");
    assert_string_equal(figure_money(text, 5, "USD"), "$ 0.05");
    assert_string_equal(figure_money(text, 99999, "GBP"), "£ 999.99");
    assert_string_equal(figure_money(text, 123450, "CHF"), "CHF 1,234.50");
    assert_string_equal(figure_money(text, -50, "EUR"), "-€ 0.50");
    assert_string_equal(figure_money(text, INT64_MAX, "EUR"), "€ 92,233,720,368,547,758.07");
}

static void writes_days(void **state)
{
    (void)state;
    char text[FIGURE_TEXT];
    assert_string_equal(figure_day(text, 0), "1 Jan 1970");
    assert_string_equal(figure_day(text, 20781), "24 Nov 2026");
    assert_string_equal(figure_day(text, 19782), "29 Feb 2024");
    assert_string_equal(figure_day_of(text, INT64_C(20781) * 86400000), "24 Nov 2026");
    assert_string_equal(figure_day_of(text, INT64_C(20782) * 86400000 - 1), "24 Nov 2026");
}

int test_pdf_figures(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_digits),
        cmocka_unit_test(writes_money),
        cmocka_unit_test(writes_days),
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
