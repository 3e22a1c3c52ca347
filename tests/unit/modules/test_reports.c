/* Which days may be asked for, and the sums by product at sizes a shop does not reach.
 */
#include "common/base/clock.h"
#include "common/modules/reports/product_sums.h"
#include "common/modules/reports/reports.h"
#include "tests/unit/modules/groups.h"

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

int test_reports(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_product_sums),
    };
    return cmocka_run_group_tests_name("reports", tests, NULL, NULL);
}
