/* The generator, and above all the shape of its Zipf law: it decides which rows are hot in every
 * later measurement.
 */
#include "infra/seed/random.h"
#include "tests/unit/seed/groups.h"

#include <stdlib.h>

enum { DRAWS = 400000 };

static void the_first_numbers_never_change(void **state)
{
    (void)state;
    struct random random;
    random_init(&random, 1, 2);
    assert_int_equal(random_next(&random), 0xE68E6FC01DF08360U);
    assert_int_equal(random_next(&random), 0x47B76C954434F7E4U);
}

/* Were seed 2 only seed 1 begun a step later, "another seed" would make nearly the same year. */
static void seeds_and_streams_are_strangers(void **state)
{
    (void)state;
    uint64_t seen[6][64];
    for (int i = 0; i < 6; i++) {
        struct random random;
        random_init(&random, (uint64_t)(i % 3), (uint64_t)(i / 3));
        for (int j = 0; j < 64; j++)
            seen[i][j] = random_next(&random);
    }
    for (int i = 0; i < 6; i++)
        for (int other = i + 1; other < 6; other++)
            for (int j = 0; j < 64; j++)
                for (int k = 0; k < 64; k++)
                    assert_int_not_equal(seen[i][j], seen[other][k]);
}

static void bounds_are_kept_and_reached(void **state)
{
    (void)state;
    struct random random;
    int below[7] = {0}, between[3] = {0};
    random_init(&random, 1, 1);
    for (int i = 0; i < 70000; i++) {
        below[random_below(&random, 7)]++;
        between[random_between(&random, -1, 1) + 1]++;
    }
    for (int i = 0; i < 7; i++)
        assert_in_range(below[i], 9600, 10400);
    for (int i = 0; i < 3; i++)
        assert_in_range(between[i], 22900, 23800);
    assert_int_equal(random_below(&random, 1), 0);
    assert_int_equal(random_between(&random, 5, 5), 5);
}

static void log2_is_right(void **state)
{
    (void)state;
    assert_int_equal(random_log2(1), 0);
    assert_int_equal(random_log2(2), 1 << 16);
    assert_int_equal(random_log2(1024), 10 << 16);
    assert_in_range(random_log2(3), 103871, 103873);        /* 1.58496 */
    assert_in_range(random_log2(100000), 1088528, 1088530); /* 16.60964 */
    assert_in_range(random_log2(UINT32_MAX), (32 << 16) - 1, 32 << 16);
}

/* Counts DRAWS ranks; the caller frees. */
static int *ranks_of(uint32_t count)
{
    struct random random;
    int *seen = calloc(count, sizeof(*seen));
    assert_non_null(seen);
    random_init(&random, 7, count);
    for (int i = 0; i < DRAWS; i++) {
        const uint32_t rank = random_zipf(&random, count);
        assert_true(rank < count);
        seen[rank]++;
    }
    return seen;
}

static int sum(const int *seen, uint32_t from, uint32_t to)
{
    int total = 0;
    for (uint32_t rank = from; rank < to; rank++)
        total += seen[rank];
    return total;
}

/* Ranks from 2^k - 1 to 2^(k+1) - 2 have the same share for every k: that is Zipf. */
static void every_doubling_of_the_rank_sells_the_same(void **state)
{
    (void)state;
    const uint32_t count = (1 << 16) - 1;
    int *seen = ranks_of(count);
    for (uint32_t rank = 1; rank < count; rank *= 2)
        assert_in_range(sum(seen, rank - 1, 2 * rank - 1), DRAWS / 16 * 97 / 100,
                        DRAWS / 16 * 103 / 100);
    assert_in_range(sum(seen, 0, 255), DRAWS * 49 / 100, DRAWS * 51 / 100); /* half on the root */
    free(seen);
}

/* No steps and gaps from the fixed point: far out, equal stretches are drawn about equally often.
 */
static void the_far_end_is_smooth(void **state)
{
    (void)state;
    const uint32_t count = 100000;
    int *seen = ranks_of(count);
    const int part = sum(seen, count - 20000, count - 10000);
    assert_in_range(part, DRAWS * 98 / 10000,
                    DRAWS * 107 / 10000); /* ln(9/8) / ln(10^5) = 1.02 % */
    for (uint32_t rank = 50000; rank < count; rank += 500)
        assert_true(sum(seen, rank, rank + 500) > 80);
    assert_true(sum(seen, count - 500, count) < 300); /* nothing piles up at the end */
    free(seen);
}

static void few_ranks_are_drawn_too(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= 12; count++) {
        int *seen = ranks_of(count);
        for (uint32_t rank = 1; rank < count; rank++) {
            assert_true(seen[rank] > 0);
            assert_true(seen[rank] < seen[rank - 1]);
        }
        free(seen);
    }
}

int test_random(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_numbers_never_change),
        cmocka_unit_test(seeds_and_streams_are_strangers),
        cmocka_unit_test(bounds_are_kept_and_reached),
        cmocka_unit_test(log2_is_right),
        cmocka_unit_test(every_doubling_of_the_rank_sells_the_same),
        cmocka_unit_test(the_far_end_is_smooth),
        cmocka_unit_test(few_ranks_are_drawn_too),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
