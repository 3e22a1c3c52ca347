/* The query parameters and the answer that all lists share. */
#include "common/http/list.h"

#include "tests/unit/http/groups.h"
#include "tests/unit/http/made.h"

static void test_defaults(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    int limit = 0;
    const char *cursor = "left over";
    list_read(&made.call, &made.request, 100, &limit, &cursor);
    assert_int_equal(limit, LIST_LIMIT_DEFAULT);
    assert_null(cursor);
    assert_int_equal(made.call.failure.field_count, 0);
    made_release(&made);
}

static void test_given(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    made_query(&made, "limit", "50");
    made_query(&made, "cursor", "MTc");
    int limit = 0;
    const char *cursor = NULL;
    list_read(&made.call, &made.request, 50, &limit, &cursor);
    assert_int_equal(limit, 50);
    expect_text(cursor, "MTc");
    assert_int_equal(made.call.failure.field_count, 0);
    made_release(&made);
}

static void test_wrong(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    made_query(&made, "limit", "51");
    made_query(&made, "cursor", "");
    int limit = 0;
    const char *cursor = NULL;
    list_read(&made.call, &made.request, 50, &limit, &cursor);
    assert_null(cursor);
    expect_text(made_fields(&made),
                "limit: must be a whole number from 1 to 50; cursor: must not be empty");
    made_release(&made);
}

static void test_long_cursor(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    char text[258];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = 'a';
    text[257] = '\0';
    made_query(&made, "cursor", text);
    int limit;
    const char *cursor;
    list_read(&made.call, &made.request, 50, &limit, &cursor);
    expect_text(made_fields(&made), "cursor: must have at most 256 characters");
    made_release(&made);
}

static void answer(struct made *made, int items, const char *next_cursor)
{
    struct json_writer json;
    list_begin(&made->response, &json);
    for (int i = 1; i <= items; i++)
        json_add_int64(&json, NULL, i);
    list_end(&json, next_cursor);
}

static void test_answer(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    answer(&made, 2, "Mg");
    assert_int_equal(made.response.status, 200);
    expect_text(made.response.content_type, "application/json");
    expect_text(made.response.body.text, "{\"items\":[1,2],\"next_cursor\":\"Mg\"}");
    answer(&made, 0, NULL);
    expect_text(made.response.body.text, "{\"items\":[],\"next_cursor\":null}");
    made_release(&made);
}

int test_list(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_given),
        cmocka_unit_test(test_wrong),    cmocka_unit_test(test_long_cursor),
        cmocka_unit_test(test_answer),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
