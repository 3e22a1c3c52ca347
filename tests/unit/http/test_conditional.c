/* Conditional requests: comparing tags, making them, and 304.
 */
#include "common/http/conditional.h"

#include "tests/unit/http/groups.h"
#include "tests/unit/http/made.h"

static void test_lists_of_tags(void **state)
{
    (void)state;
    assert_true(conditional_matches("*", "\"a\""));
    assert_true(conditional_matches(" * ", "\"a\""));
    assert_true(conditional_matches("\"a\"", "\"a\""));
    assert_true(conditional_matches("W/\"a\"", "\"a\""));
    assert_true(conditional_matches("\"a\"", "W/\"a\""));
    assert_true(conditional_matches("\"x\", \"y,z\" ,W/\"a\"", "\"a\""));
    assert_true(conditional_matches("\"x\",,\"a\"", "\"a\""));
    assert_false(conditional_matches("", "\"a\""));
    assert_false(conditional_matches("a", "\"a\""));
    assert_false(conditional_matches("\"b\"", "\"a\""));
    assert_false(conditional_matches("\"ab\"", "\"a\""));
    assert_false(conditional_matches("\"a", "\"a\""));
    assert_false(conditional_matches("w/\"a\"", "\"a\""));
    assert_false(conditional_matches("*x", "\"a\""));
    assert_false(conditional_matches("\"x, \"a\"", "\"a\""));
}

static void answer(struct made *made, enum method method, const char *if_none_match)
{
    struct json_writer json;
    made_init(made, method, "/");
    if (if_none_match) made_header(made, "If-None-Match", if_none_match);
    response_json(&made->response, 200, &json);
    json_add_text(&json, NULL, "body");
}

static void test_makes_a_tag_of_the_bytes(void **state)
{
    (void)state;
    struct made made, other;
    answer(&made, METHOD_GET, NULL);
    conditional_apply(&made.call, &made.request, &made.response);
    assert_int_equal(made.response.status, 200);
    const char *tag = response_find_header(&made.response, "ETag");
    assert_non_null(tag);
    answer(&other, METHOD_HEAD, tag);
    conditional_apply(&other.call, &other.request, &other.response);
    assert_int_equal(other.response.status, 304);
    assert_int_equal(other.response.body.length, 0);
    assert_null(other.response.content_type);
    expect_text(response_find_header(&other.response, "ETag"), tag);
    made_release(&other);
    made_release(&made);
}

static void test_keeps_the_handlers_tag(void **state)
{
    (void)state;
    struct made made;
    answer(&made, METHOD_GET, "\"p7-v2\"");
    response_header(&made.response, "Cache-Control", "no-store");
    response_header(&made.response, "etag", "\"p7-v2\"");
    conditional_apply(&made.call, &made.request, &made.response);
    assert_int_equal(made.response.status, 304);
    assert_int_equal(made.response.header_count, 2);
    made_release(&made);
}

static void expect_no_tag(struct made *made)
{
    conditional_apply(&made->call, &made->request, &made->response);
    assert_null(response_find_header(&made->response, "ETag"));
    assert_int_not_equal(made->response.status, 304);
    made_release(made);
}

static enum status no_part(void *context, struct call *call, struct strbuf *part, bool *more)
{
    (void)context, (void)call, (void)part, (void)more;
    return STATUS_OK;
}

static void test_leaves_others_alone(void **state)
{
    (void)state;
    struct made made;
    answer(&made, METHOD_GET, "*");
    response_header(&made.response, "Cache-Control", "private, No-Store");
    expect_no_tag(&made);
    answer(&made, METHOD_POST, "*");
    expect_no_tag(&made);
    answer(&made, METHOD_GET, "*");
    made.response.status = 404;
    expect_no_tag(&made);
    answer(&made, METHOD_GET, "*");
    made.response.content_type = "text/plain";
    expect_no_tag(&made);
    answer(&made, METHOD_GET, "*"); /* the bytes of a stream are not known yet */
    response_stream(&made.response, "application/json", no_part, NULL);
    expect_no_tag(&made);
}

int test_conditional(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_of_tags),
        cmocka_unit_test(test_makes_a_tag_of_the_bytes),
        cmocka_unit_test(test_keeps_the_handlers_tag),
        cmocka_unit_test(test_leaves_others_alone),
    };
    return cmocka_run_group_tests_name("conditional", tests, NULL, NULL);
}
