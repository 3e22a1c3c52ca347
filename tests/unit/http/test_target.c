/* Request targets: decoded, or refused.
 */
#include "common/http/target.h"

#include "tests/unit/http/groups.h"
#include "tests/unit/http/made.h"

#include <stdio.h>

static void expect_path(const char *raw, const char *path)
{
    struct made made;
    made_init(&made, METHOD_GET, "");
    enum status status = target_read_path(&made.call, raw, &made.request);
    if (path) {
        assert_int_equal(status, STATUS_OK);
        expect_text(made.request.path, path);
    } else {
        if (status != STATUS_MALFORMED) fail_msg("'%s' was taken", raw);
        expect_text(made.request.path, "");
        assert_non_null(made.call.failure.message);
    }
    made_release(&made);
}

static void test_paths(void **state)
{
    (void)state;
    expect_path("/", "/");
    expect_path("/v1/products/7", "/v1/products/7");
    expect_path("/a+b", "/a+b");
    expect_path("/%7Euser/%e2%82%ac", "/~user/\xE2\x82\xAC");
    expect_path("/%25%32%35", "/%25"); /* decoded once */
    expect_path("/\xE2\x82\xAC", "/\xE2\x82\xAC");
    expect_path("http://example.test:80/v1/home", "/v1/home");
    expect_path("HTTPS://example.test", "/");
    expect_path("*", "*");
}

static void test_wrong_paths(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",       "v1/home", "//x%",  "/%",      "/%4",     "/%zz",   "/%4g", "/%00",
        "/a%00b", "/%ff",    "/a b",  "\t",      "/%c0%af", "/a%2Fb", "/%2f", "ftp://x/y",
        "/\xff",  "/a\x01",  "/\x7f", "/%u0041", "/%-1",    "/% 41",  "**"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        expect_path(wrong[i], NULL);
}

static void test_queries(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    struct request *request = &made.request;
    assert_int_equal(target_add_query(&made.call, "q", "tea%20h%C3%A4user", request), STATUS_OK);
    assert_int_equal(target_add_query(&made.call, "flag", NULL, request), STATUS_OK);
    assert_int_equal(target_add_query(&made.call, "", NULL, request), STATUS_OK);
    assert_int_equal(target_add_query(&made.call, "%66rom", "%2B1/2%3d", request), STATUS_OK);
    assert_int_equal(request->query_count, 3);
    expect_text(request_query(request, "q"), "tea h\xC3\xA4user");
    expect_text(request_query(request, "flag"), "");
    expect_text(request_query(request, "from"), "+1/2=");
    assert_int_equal(target_add_query(&made.call, "%71", "again", request), STATUS_MALFORMED);
    assert_int_equal(target_add_query(&made.call, "a", "%", request), STATUS_MALFORMED);
    assert_int_equal(target_add_query(&made.call, "%00", "", request), STATUS_MALFORMED);
    assert_int_equal(target_add_query(&made.call, "", "x", request), STATUS_MALFORMED);
    assert_int_equal(request->query_count, 3);
    made_release(&made);
}

static void test_too_many_parameters(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, METHOD_GET, "/");
    for (int i = 0; i <= REQUEST_QUERY_MAX; i++) {
        char name[16];
        snprintf(name, sizeof(name), "p%d", i);
        assert_int_equal(target_add_query(&made.call, name, "", &made.request),
                         i < REQUEST_QUERY_MAX ? STATUS_OK : STATUS_MALFORMED);
    }
    made_release(&made);
}

int test_target(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_wrong_paths),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_too_many_parameters),
    };
    return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
