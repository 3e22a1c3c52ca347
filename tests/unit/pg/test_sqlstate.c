/* The translation table, code by code. */
#include "common/pg/pg_internal.h"
#include "tests/unit/pg/cmocka_group.h"

static void test_codes(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum status status;
    } cases[] = {
        {"23505", STATUS_CONFLICT},    {"23503", STATUS_CONFLICT},    {"23514", STATUS_CONFLICT},
        {"23P01", STATUS_CONFLICT},    {"57014", STATUS_TIMEOUT},     {"40001", STATUS_UNAVAILABLE},
        {"40P01", STATUS_UNAVAILABLE}, {"55P03", STATUS_UNAVAILABLE}, {"57P01", STATUS_UNAVAILABLE},
        {"57P03", STATUS_UNAVAILABLE}, {"53300", STATUS_UNAVAILABLE}, {"53100", STATUS_UNAVAILABLE},
        {"25P03", STATUS_UNAVAILABLE}, {"23502", STATUS_INTERNAL},    {"42P01", STATUS_INTERNAL},
        {"08P01", STATUS_INTERNAL},    {"22P02", STATUS_INTERNAL},    {"XX000", STATUS_INTERNAL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(pg_sqlstate_status(cases[i].code), cases[i].status);
    assert_int_equal(pg_sqlstate_status(NULL), STATUS_UNAVAILABLE);
}

int test_sqlstate(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes)};
    return cmocka_run_group_tests_name("pg sqlstate", tests, NULL, NULL);
}
