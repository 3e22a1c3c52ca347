/* Which days may be asked for, the sums by product at sizes a shop does not reach, and the longest document.
 */
#include "common/base/clock.h"
#include "common/modules/reports/product_sums.h"
#include "common/modules/reports/report_layout.h"
#include "common/modules/reports/reports.h"
#include "tests/unit/modules/groups.h"

#include <stdlib.h>
#include <string.h>

static void expect_range(struct report_range given, int32_t from, int32_t to)
{
    struct call *call = call_new();
    reports_check_range(call, &given, REPORT_DAYS_MAX);
    assert_int_equal(call->failure.field_count, 0);
    assert_int_equal(given.from, from);
    assert_int_equal(given.to, to);
    call_done(call);
}

static void expect_wrong(struct report_range given, int days_max)
{
    struct call *call = call_new();
    reports_check_range(call, &given, days_max);
    assert_true(has_field(call, "to"));
    call_done(call);
}

static void test_ranges(void **state)
{
    (void)state;
    const int32_t today = clock_today();
    expect_range((struct report_range){0}, today - 29, today);
    expect_range((struct report_range){.to = 20000}, 19971, 20000);
    expect_range((struct report_range){.from = 20000}, 20000, 20029);
    expect_range((struct report_range){.from = today - 3}, today - 3, today);
    expect_range((struct report_range){.from = today + 3}, today + 3, today + 3);
    expect_range((struct report_range){20000, 20000}, 20000, 20000);
    expect_range((struct report_range){20000, 20365}, 20000, 20365);
    expect_wrong((struct report_range){20000, 20366}, REPORT_DAYS_MAX);
    expect_wrong((struct report_range){20000, 19999}, REPORT_DAYS_MAX);
    expect_wrong((struct report_range){10000, 13660}, REPORT_EXPORT_DAYS_MAX);
}

enum { PRODUCTS = 50000 };

static void test_product_sums(void **state)
{
    (void)state;
    struct arena arena;
    struct product_sums sums;
    struct product_sum top[5];
    arena_init(&arena, 32 << 20);
    product_sums_init(&sums, &arena);
    assert_int_equal(product_sums_top(&sums, top, 5), 0);
    for (int round = 0; round < 2; round++)
        for (int64_t id = 1; id <= PRODUCTS; id++) {
            struct product_sum *sum = product_sums_at(&sums, id * 4096); /* the same low bits */
            sum->bookings++;
            sum->sold_cents += id == 77 ? PRODUCTS : id; /* 77 is as good as the last */
        }
    assert_int_equal(sums.count, PRODUCTS);
    for (int64_t id = 1; id <= PRODUCTS; id++)
        assert_int_equal(product_sums_at(&sums, id * 4096)->bookings, 2);
    assert_int_equal(product_sums_top(&sums, top, 5), 5);
    assert_int_equal(top[0].product_id, 77 * 4096);
    for (int i = 1; i < 5; i++) {
        assert_int_equal(top[i].product_id, (PRODUCTS + 1 - i) * 4096);
        assert_int_equal(top[i].sold_cents, 2 * (PRODUCTS + 1 - i));
    }
    arena_release(&arena);
}

enum { DOCUMENT_BYTES_MAX = 300 * 1024 };

/* A year of the largest figures and titles that need two fonts: what a document needs at most. */
static void test_the_longest_document(void **state)
{
    (void)state;
    struct arena arena;
    struct pdf_fonts *fonts;
    struct report_sums days[REPORT_DAYS_MAX];
    char error[PDF_ERROR_TEXT], title[201], *bytes;
    size_t length;
    arena_init(&arena, 8 << 20);
    assert_int_equal(pdf_fonts_open(&arena, &fonts, error), STATUS_OK);
    for (size_t i = 0; i + 2 < sizeof(title); i += 2)
        memcpy(title + i, i % 20 == 0 ? "W " : "ż", 3);
    struct report report = {.range = {20000, 20365},
                            .currency = "EUR",
                            .days = days,
                            .day_count = REPORT_DAYS_MAX,
                            .product_count = REPORT_TOP_PRODUCTS};
    const struct report_sums most = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    for (int i = 0; i < REPORT_DAYS_MAX; i++)
        days[i] = most;
    for (int i = 0; i < REPORT_TOP_PRODUCTS; i++)
        report.products[i] = (struct report_product){i + 1, title, INT64_MAX, INT64_MAX, INT64_MAX};
    report.totals = most;
    const struct report_paper paper = {&report, title, 0};
    assert_int_equal(report_layout(fonts, &paper, &bytes, &length), STATUS_OK);
    assert_in_range(length, 1000, DOCUMENT_BYTES_MAX);
    assert_memory_equal(bytes, "%PDF-", 5);
    free(bytes);
    arena_release(&arena);
}

int test_reports(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_product_sums),
        cmocka_unit_test(test_the_longest_document),
    };
    return cmocka_run_group_tests_name("reports", tests, NULL, NULL);
}
