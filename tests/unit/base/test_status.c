/* Every status has its row, and the three columns agree with the HTTP API.
 */
#include "common/base/status.h"

#include "tests/unit/base/groups.h"

#include <string.h>

static void test_every_status_is_complete(void **state)
{
    (void)state;
    for (int i = STATUS_OK; i < STATUS_COUNT; i++) {
        const char *name = status_name((enum status)i);
        assert_non_null(name);
        assert_true(name[0] != '\0');
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
        assert_non_null(status_title((enum status)i));
        assert_true(status_title((enum status)i)[0] != '\0');
        int code = status_http((enum status)i);
        assert_true(i == STATUS_OK ? code == 200 : code >= 400 && code <= 505);
    }
}

static void test_names_are_unique(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(status_name((enum status)i), status_name((enum status)j));
}

static void test_codes_on_the_wire(void **state)
{
    (void)state;
    static const int codes[STATUS_COUNT] = {200, 400, 401, 402, 403, 404, 405, 408, 409, 409,
                                            412, 413, 414, 415, 422, 431, 500, 503, 504, 505};
    for (int i = 0; i < STATUS_COUNT; i++)
        assert_int_equal(status_http((enum status)i), codes[i]);
    expect_text(status_name(STATUS_SOLD_OUT), "sold-out");
    expect_text(status_title(STATUS_SOLD_OUT), "Sold out");
    expect_text(status_name(STATUS_NOT_FOUND), "not-found");
}

int test_status(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_status_is_complete),
        cmocka_unit_test(test_names_are_unique),
        cmocka_unit_test(test_codes_on_the_wire),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
