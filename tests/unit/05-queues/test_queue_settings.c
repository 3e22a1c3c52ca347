/* The list of delays, and what only several settings together can get wrong. */
#include "stages/05-queues/queue_settings.h"

#include "tests/unit/05-queues/groups.h"

#include <string.h>

static void delays_are_read(void **state)
{
    int64_t delays[WORKER_DELAYS_MAX];
    (void)state;
    assert_int_equal(queue_delays("1000,10000,60000", delays), 3);
    assert_int_equal(delays[0], 1000);
    assert_int_equal(delays[2], 60000);
    assert_int_equal(queue_delays("5", delays), 1);
    assert_int_equal(queue_delays("1,2,3,4,5,6,7,8", delays), 8);
}

static void what_is_no_list_of_delays_is_refused(void **state)
{
    static const char *const wrong[] = {"",     "0",     "-1",         "x",
                                        "1,",   ",1",    "1 2",        "10,5",
                                        "1,,2", "1000x", "1234567890", "1,2,3,4,5,6,7,8,9"};
    int64_t delays[WORKER_DELAYS_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (queue_delays(wrong[i], delays) != 0) fail_msg("'%s' was taken for a list", wrong[i]);
}

static void settings_must_agree(void **state)
{
    const struct queue_values good = {
        .role = "worker",
        .prefix = "shop.",
        .retry_delays = "1000",
        .keep_hours = 72,
        .inbox_hours = 168,
    };
    struct queue_values wrong[4] = {good, good, good, good};
    char error[256];
    (void)state;
    wrong[0].role = "waiter";
    wrong[1].prefix = "Shop ";
    wrong[2].retry_delays = "soon";
    wrong[3].inbox_hours = 72;
    assert_int_equal(queue_settings.check(&good, error), STATUS_OK);
    for (int i = 0; i < 4; i++) {
        error[0] = '\0';
        assert_int_equal(queue_settings.check(&wrong[i], error), STATUS_MALFORMED);
        assert_true(strlen(error) > 20);
    }
}

int test_queue_settings(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_are_read),
        cmocka_unit_test(what_is_no_list_of_delays_is_refused),
        cmocka_unit_test(settings_must_agree),
    };
    return cmocka_run_group_tests_name("queue settings", tests, NULL, NULL);
}
