/* Problem answers: their members, their headers, and what they keep to themselves.
 */
#include "common/http/problem.h"

#include "tests/unit/http/groups.h"
#include "tests/unit/http/made.h"

#include <string.h>

static void fail_with(struct made *made, enum status status, const char *message)
{
    made_init(made, METHOD_GET, "/");
    strcpy(made->call.request_id, "r-1");
    problem_write(&made->call, call_fail(&made->call, status, "%s", message), &made->response);
}

static void test_members(void **state)
{
    (void)state;
    struct made made;
    fail_with(&made, STATUS_NOT_FOUND, "there is no product 7");
    assert_int_equal(made.response.status, 404);
    expect_text(made.response.content_type, "application/problem+json");
    expect_text(made.response.body.text,
                "{\"type\":\"/problems/not-found\",\"title\":\"Not found\",\"status\":404,"
                "\"detail\":\"there is no product 7\",\"request_id\":\"r-1\"}");
    assert_int_equal(made.response.header_count, 0);
    made_release(&made);
}

static void test_fields(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_POST, "/");
    call_fail_field(&made.call, "lines[0].day", "must be a \"day\"");
    call_fail_field(&made.call, "email", "is required");
    problem_write(&made.call, call_check_fields(&made.call), &made.response);
    assert_int_equal(made.response.status, 422);
    expect_part(made.response.body.text,
                "\"errors\":[{\"field\":\"lines[0].day\",\"message\":\"must be a \\\"day\\\"\"},"
                "{\"field\":\"email\",\"message\":\"is required\"}]}");
    made_release(&made);
}

static void test_internal_failures_stay_inside(void **state)
{
    (void)state;
    struct made made;
    fail_with(&made, STATUS_INTERNAL, "relation \"users.secrets\" does not exist");
    assert_int_equal(made.response.status, 500);
    expect_no_part(made.response.body.text, "users.secrets");
    expect_part(made.response.body.text, "\"request_id\":\"r-1\"");
    made_release(&made);
}

static void test_headers(void **state)
{
    (void)state;
    static const struct {
        enum status status;
        const char *name, *value;
    } cases[] = {
        {STATUS_UNAUTHENTICATED, "WWW-Authenticate", "Bearer"},
        {STATUS_UNAVAILABLE, "Retry-After", "1"},
        {STATUS_TIMEOUT, "Retry-After", "1"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct made made;
        fail_with(&made, cases[i].status, "no");
        expect_text(response_find_header(&made.response, cases[i].name), cases[i].value);
        made_release(&made);
    }
}

static void test_replaces_the_answer_but_keeps_headers(void **state)
{
    (void)state;
    struct made made;
    struct json_writer json;
    made_init(&made, METHOD_GET, "/");
    response_json(&made.response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "half", "an answer");
    response_header(&made.response, "Retry-After", "30");
    problem_write(&made.call, call_fail(&made.call, STATUS_UNAVAILABLE, "full"), &made.response);
    expect_no_part(made.response.body.text, "half");
    assert_int_equal(made.response.header_count, 1);
    expect_text(response_find_header(&made.response, "Retry-After"), "30");
    made_release(&made);
}

static void test_no_message_no_detail(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    problem_write(&made.call, STATUS_CONFLICT, &made.response);
    expect_no_part(made.response.body.text, "detail");
    made_release(&made);
}

int test_problem(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_internal_failures_stay_inside),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_replaces_the_answer_but_keeps_headers),
        cmocka_unit_test(test_no_message_no_detail),
    };
    return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
