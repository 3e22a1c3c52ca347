/* key_table.c: what was added is found, through every growth, and nothing else is.
 */
#include "infra/sandbox/key_table.h"

#include "tests/unit/sandbox/groups.h"

#include <stdio.h>

enum { KEYS = 20000 };

static void an_empty_table_has_nothing(void **state)
{
    struct key_table table = {0};
    (void)state;
    assert_null(key_table_find(&table, "order-1"));
    key_table_release(&table);
}

static void all_that_was_added_is_found(void **state)
{
    static char keys[KEYS][24];
    struct key_table table = {0};
    (void)state;
    for (int i = 0; i < KEYS; i++) {
        snprintf(keys[i], sizeof(keys[i]), "order-%d", i);
        assert_null(key_table_find(&table, keys[i]));
        assert_true(key_table_add(&table, keys[i], keys[i]));
    }
    assert_int_equal(table.count, KEYS);
    for (int i = 0; i < KEYS; i++)
        assert_ptr_equal(key_table_find(&table, keys[i]), keys[i]);
    assert_null(key_table_find(&table, "order-"));
    assert_null(key_table_find(&table, ""));
    key_table_release(&table);
    assert_null(key_table_find(&table, "order-1"));
}

int test_key_table(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_table_has_nothing),
        cmocka_unit_test(all_that_was_added_is_found),
    };
    return cmocka_run_group_tests_name("key_table", tests, NULL, NULL);
}
