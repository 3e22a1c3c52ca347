/* tally.c: what counts, and what only was.
 */
#include "tests/load/tally.h"

#include "tests/unit/load/groups.h"

enum { BEGIN_US = 1000000 };

static const struct tally_request good = {.name = 0,
                                          .due_us = BEGIN_US,
                                          .done_us = BEGIN_US + 250,
                                          .status = 200,
                                          .bytes = 10,
                                          .error = TALLY_NO_ERROR};

struct books {
    struct arena arena;
    struct tally tally;
};

static int make(void **state)
{
    static struct books books;
    arena_init(&books.arena, 16 << 20);
    tally_init(&books.tally, &books.arena, 2);
    books.tally.begin_us = BEGIN_US;
    *state = &books;
    return 0;
}

static int drop(void **state)
{
    arena_release(&((struct books *)*state)->arena);
    return 0;
}

static void warm_up_does_not_count(void **state)
{
    struct tally *tally = &((struct books *)*state)->tally;
    struct tally_request early = good;
    early.due_us = BEGIN_US - 1;
    tally_add(tally, &early);
    assert_int_equal(tally->requests, 0);
    assert_int_equal(tally->last_us, 0);
    assert_int_equal(tally->recent.count, 1); /* the progress line shows it nevertheless */
    tally_add(tally, &good);
    assert_int_equal(tally->requests, 1);
    assert_int_equal(tally->named[0].latencies.least, 250);
}

static void failures_are_in_the_latencies_and_not_in_the_rate(void **state)
{
    struct tally *tally = &((struct books *)*state)->tally;
    struct tally_request slow = good, lost = good;
    slow.status = 503;
    slow.error = TALLY_STATUS;
    slow.done_us = BEGIN_US + 2000000;
    lost.name = 1;
    lost.status = 0;
    lost.error = TALLY_TIMEOUT;
    lost.done_us = BEGIN_US + 9000000; /* no answer: the run does not last until then */
    tally_add(tally, &good);
    tally_add(tally, &slow);
    tally_add(tally, &lost);
    assert_int_equal(tally->requests, 3);
    assert_int_equal(tally->responses, 2);
    assert_int_equal(tally->failed, 2);
    assert_int_equal(tally->errors[TALLY_TIMEOUT], 1);
    assert_int_equal(tally->error_statuses[503], 1);
    assert_true(tally_seconds(tally) == 2.0);
    assert_true(tally_rate(tally) == 0.5);
    static struct tally_named sum;
    sum = (struct tally_named){0};
    tally_sum(tally, &sum);
    assert_int_equal(sum.latencies.count, 3);
    assert_int_equal(sum.latencies.most, 9000000);
    assert_int_equal(sum.failed, 2);
    assert_int_equal(sum.statuses[200], 1);
    assert_int_equal(sum.statuses[503], 1);
    assert_int_equal(sum.bytes, 30);
}

static void a_run_without_answers_has_no_rate(void **state)
{
    struct tally *tally = &((struct books *)*state)->tally;
    assert_true(tally_seconds(tally) == 0 && tally_rate(tally) == 0);
}

int test_tally(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(warm_up_does_not_count, make, drop),
        cmocka_unit_test_setup_teardown(failures_are_in_the_latencies_and_not_in_the_rate, make,
                                        drop),
        cmocka_unit_test_setup_teardown(a_run_without_answers_has_no_rate, make, drop),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
