/* histogram.c against the plain way: keep all values, sort them, count.
 */
#include "tests/load/histogram.h"

#include "infra/seed/random.h"
#include "tests/unit/load/groups.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS = 20000 };

static const int64_t longest = ((int64_t)HISTOGRAM_EXACT << HISTOGRAM_DOUBLINGS) - 1;

static int make(void **state)
{
    *state = calloc(2, sizeof(struct histogram));
    return *state ? 0 : -1;
}

static int drop(void **state)
{
    free(*state);
    return 0;
}

static void an_empty_one_answers_zero(void **state)
{
    const struct histogram *histogram = *state;
    assert_int_equal(histogram_quantile(histogram, 0.5), 0);
    assert_int_equal(histogram_quantile(histogram, 1), 0);
    assert_true(histogram_mean(histogram) == 0);
}

static void buckets_meet_without_gap_or_overlap(void **state)
{
    (void)state;
    assert_int_equal(histogram_low(0), 0);
    for (int i = 0; i + 1 < HISTOGRAM_BUCKETS; i++) {
        assert_true(histogram_high(i) >= histogram_low(i));
        assert_int_equal(histogram_low(i + 1), histogram_high(i) + 1);
    }
    assert_int_equal(histogram_high(HISTOGRAM_BUCKETS - 1), longest);
}

static void no_bucket_is_wider_than_a_thousandth(void **state)
{
    (void)state;
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        const int64_t width = histogram_high(i) - histogram_low(i) + 1;
        assert_true(width == 1 || width * 1024 <= histogram_low(i));
    }
}

static void a_value_falls_into_its_bucket(void **state)
{
    struct histogram *histogram = *state;
    static const int64_t values[] = {0, 1, 2047, 2048, 2049, 4095, 4096, 123456789};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        histogram_clear(histogram);
        histogram_add(histogram, values[i]);
        int found = 0;
        for (int j = 0; j < HISTOGRAM_BUCKETS; j++)
            if (histogram->buckets[j] > 0) {
                found++;
                assert_true(histogram_low(j) <= values[i] && values[i] <= histogram_high(j));
            }
        assert_int_equal(found, 1);
        assert_int_equal(histogram_quantile(histogram, 0.5), values[i]); /* not its bucket's end */
    }
}

static void what_is_out_of_range_is_cut(void **state)
{
    struct histogram *histogram = *state;
    histogram_add(histogram, -5);
    assert_int_equal(histogram->least, 0);
    histogram_add(histogram, INT64_MAX);
    assert_int_equal(histogram->most, longest);
    assert_int_equal(histogram->count, 2);
    assert_int_equal(histogram_quantile(histogram, 1), longest);
}

static int by_value(const void *a, const void *b)
{
    const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

/* From a microsecond to an hour, small ones more often, as latencies are. */
static int64_t draw(struct random *dice)
{
    return (int64_t)(random_next(dice) >> (32 + random_below(dice, 32)));
}

static void quantiles_are_the_exact_ones_within_a_thousandth(void **state)
{
    static const double shares[] = {0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1};
    static int64_t values[DRAWS];
    struct histogram *histogram = *state;
    struct random dice;
    double sum = 0;
    random_init(&dice, 1, 1);
    for (int i = 0; i < DRAWS; i++) {
        values[i] = draw(&dice);
        sum += (double)values[i];
        histogram_add(histogram, values[i]);
    }
    qsort(values, DRAWS, sizeof(values[0]), by_value);
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        const double rank = ceil(shares[i] * DRAWS);
        const int64_t exact = values[rank < 1 ? 0 : (int)rank - 1];
        const int64_t got = histogram_quantile(histogram, shares[i]);
        assert_true(got >= exact); /* never flatters */
        assert_true(got - exact <= exact / 1024);
    }
    assert_true(fabs(histogram_mean(histogram) - sum / DRAWS) < 1e-6 * sum / DRAWS);
    assert_int_equal(histogram->least, values[0]);
    assert_int_equal(histogram->most, values[DRAWS - 1]);
}

static void merging_is_as_if_all_had_gone_into_one(void **state)
{
    struct histogram *merged = *state, *other = merged + 1;
    struct histogram *all = calloc(1, sizeof(*all));
    struct random dice;
    assert_non_null(all);
    random_init(&dice, 2, 1);
    for (int i = 0; i < DRAWS; i++) {
        const int64_t value = draw(&dice) + 10;
        histogram_add(i % 3 == 0 ? merged : other, value);
        histogram_add(all, value);
    }
    histogram_merge(merged, other);
    assert_true(fabs(merged->sum - all->sum) < 1e-6 * all->sum);
    merged->sum = all->sum; /* added in another order */
    assert_memory_equal(merged, all, sizeof(*all));
    histogram_clear(other);
    histogram_merge(merged, other); /* an empty one has no least */
    assert_memory_equal(merged, all, sizeof(*all));
    free(all);
}

int test_histogram(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_one_answers_zero, make, drop),
        cmocka_unit_test(buckets_meet_without_gap_or_overlap),
        cmocka_unit_test(no_bucket_is_wider_than_a_thousandth),
        cmocka_unit_test_setup_teardown(a_value_falls_into_its_bucket, make, drop),
        cmocka_unit_test_setup_teardown(what_is_out_of_range_is_cut, make, drop),
        cmocka_unit_test_setup_teardown(quantiles_are_the_exact_ones_within_a_thousandth, make,
                                        drop),
        cmocka_unit_test_setup_teardown(merging_is_as_if_all_had_gone_into_one, make, drop),
    };
    return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
