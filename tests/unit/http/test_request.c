/* Reading requests: ids, query values, JSON bodies, and the sentences about what is wrong with
   them. */
#include "tests/unit/http/groups.h"
#include "tests/unit/http/made.h"

#include <string.h>

static enum status read_id(const char *text, int64_t *out)
{
    struct made made;
    made_init(&made, METHOD_GET, "/");
    made.request.parameters[0] = (struct request_pair){"id", text};
    made.request.parameter_count = 1;
    enum status status = request_id(&made.call, &made.request, "id", out);
    made_release(&made);
    return status;
}

static void test_ids(void **state)
{
    (void)state;
    static const char *const wrong[] = {"0",
                                        "-1",
                                        "+1",
                                        "01",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "abc",
                                        "",
                                        "0x1",
                                        "1e3",
                                        "9223372036854775808",
                                        "99999999999999999999"};
    int64_t id = 0;
    assert_int_equal(read_id("7", &id), STATUS_OK);
    assert_int_equal(id, 7);
    assert_int_equal(read_id("9223372036854775807", &id), STATUS_OK);
    assert_true(id == INT64_MAX);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(read_id(wrong[i], &id), STATUS_NOT_FOUND);
}

static void test_query_int64(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    made_query(&made, "limit", "20");
    made_query(&made, "offset", "-5");
    made_query(&made, "page", "ten");
    made_query(&made, "size", "101");
    int64_t limit = 1, offset = 1, page = 1, size = 1, absent = 1;
    request_query_int64(&made.call, &made.request, "limit", 1, 100, &limit);
    request_query_int64(&made.call, &made.request, "offset", -10, 10, &offset);
    request_query_int64(&made.call, &made.request, "absent", 1, 100, &absent);
    assert_int_equal(made.call.failure.field_count, 0);
    request_query_int64(&made.call, &made.request, "page", 1, INT64_MAX, &page);
    request_query_int64(&made.call, &made.request, "size", 1, 100, &size);
    assert_int_equal(limit, 20);
    assert_int_equal(offset, -5);
    assert_int_equal(page + size + absent, 3);
    expect_text(made_fields(&made), "page: must be a whole number, at least 1; "
                                    "size: must be a whole number from 1 to 100");
    made_release(&made);
}

static void test_query_day_and_text(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    made_query(&made, "from", "1970-01-02");
    made_query(&made, "to", "2026-02-30");
    made_query(&made, "q", "tea house");
    made_query(&made, "empty", "");
    made_query(&made, "long", "\xC3\xA4\xC3\xA4\xC3\xA4");
    int32_t from = -1, to = -1;
    const char *q = NULL, *empty = NULL, *text = NULL, *absent = NULL;
    request_query_day(&made.call, &made.request, "from", &from);
    request_query_day(&made.call, &made.request, "to", &to);
    request_query_text(&made.call, &made.request, "q", 100, &q);
    request_query_text(&made.call, &made.request, "empty", 100, &empty);
    request_query_text(&made.call, &made.request, "long", 2, &text);
    request_query_text(&made.call, &made.request, "absent", 2, &absent);
    assert_int_equal(from, 1);
    assert_int_equal(to, -1);
    expect_text(q, "tea house");
    assert_null(empty);
    assert_null(text);
    assert_null(absent);
    expect_text(made_fields(&made), "to: must be a day such as 2026-11-23; empty: must not be "
                                    "empty; long: must have at most 2 characters");
    text = NULL;
    request_query_text(&made.call, &made.request, "long", 3, &text); /* characters, not bytes */
    expect_text(text, "\xC3\xA4\xC3\xA4\xC3\xA4");
    made_release(&made);
}

static void test_unknown_query_names(void **state)
{
    (void)state;
    static const char *const names[] = {"limit", "cursor", NULL};
    struct made made;
    made_init(&made, METHOD_GET, "/");
    made_query(&made, "limit", "1");
    request_query_only(&made.call, &made.request, names);
    assert_int_equal(made.call.failure.field_count, 0);
    made_query(&made, "limits", "1");
    request_query_only(&made.call, &made.request, names);
    expect_text(made_fields(&made), "limits: is not a parameter of this operation");
    made_release(&made);
}

static enum status read_json(const char *content_type, const char *body)
{
    struct made made;
    made_init(&made, METHOD_POST, "/");
    if (content_type) made_header(&made, "content-type", content_type);
    made_body(&made, body);
    json_t *json = NULL;
    enum status status = request_json(&made.call, &made.request, &json);
    if (status == STATUS_OK) assert_non_null(json);
    made_release(&made);
    return status;
}

static void test_json_bodies(void **state)
{
    (void)state;
    assert_int_equal(read_json("application/json", "{}"), STATUS_OK);
    assert_int_equal(read_json("Application/JSON; charset=utf-8", "{}"), STATUS_OK);
    assert_int_equal(read_json("application/json ;charset=utf-8", "[1]"), STATUS_OK);
    assert_int_equal(read_json("application/jsonp", "{}"), STATUS_MEDIA_TYPE);
    assert_int_equal(read_json("text/plain", "{}"), STATUS_MEDIA_TYPE);
    assert_int_equal(read_json(NULL, "{}"), STATUS_MEDIA_TYPE);
    assert_int_equal(read_json("application/json", "{"), STATUS_MALFORMED);
    assert_int_equal(read_json("application/json", ""), STATUS_MALFORMED);
}

static void test_headers(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    made_header(&made, "If-Match", "\"1\"");
    expect_text(request_header(&made.request, "if-match"), "\"1\"");
    assert_null(request_header(&made.request, "If-None-Match"));
    made.request.headers = NULL;
    assert_null(request_header(&made.request, "If-Match"));
    made_release(&made);
}

int test_request(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_query_int64),
        cmocka_unit_test(test_query_day_and_text),
        cmocka_unit_test(test_unknown_query_names),
        cmocka_unit_test(test_json_bodies),
        cmocka_unit_test(test_headers),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
