/* Filling answers: defaults, headers, and the frame of HTTP that no value may break.
 */
#include "tests/unit/http/groups.h"
#include "tests/unit/http/made.h"

static void test_starts_as_empty_200(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    assert_int_equal(made.response.status, 200);
    assert_null(made.response.content_type);
    assert_int_equal(made.response.body.length, 0);
    assert_int_equal(made.response.route_index, -1);
    made_release(&made);
}

static void test_json_replaces_what_was_there(void **state)
{
    (void)state;
    struct made made;
    struct json_writer json;
    made_init(&made, METHOD_GET, "/");
    strbuf_add_text(&made.response.body, "half an answer");
    response_json(&made.response, 201, &json);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "id", 7);
    json_end_object(&json);
    assert_int_equal(made.response.status, 201);
    expect_text(made.response.content_type, "application/json");
    expect_text(made.response.body.text, "{\"id\":7}");
    made_release(&made);
}

static enum status no_part(void *context, struct call *call, struct strbuf *part, bool *more)
{
    (void)context, (void)call, (void)part, (void)more;
    return STATUS_OK;
}

/* A problem that is found after the handler has asked to stream is not streamed. */
static void test_json_replaces_a_stream(void **state)
{
    (void)state;
    struct made made;
    struct json_writer json;
    made_init(&made, METHOD_GET, "/");
    response_stream(&made.response, "text/csv", no_part, &made);
    assert_true(made.response.next_part == no_part && made.response.part_context == &made);
    expect_text(made.response.content_type, "text/csv");
    response_json(&made.response, 503, &json);
    assert_null(made.response.next_part);
    made_release(&made);
}

static void test_header_values_cannot_break_the_frame(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    response_header(&made.response, "Location", "/x\r\nSet-Cookie: a=b\x7f\t");
    expect_text(response_find_header(&made.response, "location"), "/x  Set-Cookie: a=b  ");
    assert_null(response_find_header(&made.response, "Set-Cookie"));
    made_release(&made);
}

int test_response(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts_as_empty_200),
        cmocka_unit_test(test_json_replaces_what_was_there),
        cmocka_unit_test(test_json_replaces_a_stream),
        cmocka_unit_test(test_header_values_cannot_break_the_frame),
    };
    return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}
