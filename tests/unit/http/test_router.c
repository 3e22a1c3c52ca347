/* The router: which row answers, with which parameters, for whom, and with which headers.
 */
#include "common/http/router.h"

#include "common/base/clock.h"
#include "tests/unit/http/groups.h"
#include "tests/unit/http/made.h"

#include <inttypes.h>
#include <string.h>

/* Writes the row's name (its context) and the parameters it was given. */
static enum status run_row(void *context, struct call *call, const struct request *request,
                           struct response *response)
{
    struct json_writer json;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "table", context);
    for (int i = 0; i < request->parameter_count; i++)
        json_add_text(&json, request->parameters[i].name, request->parameters[i].value);
    if (call->user_id != 0) json_add_int64(&json, "user", call->user_id);
    json_end_object(&json);
    return STATUS_OK;
}

static enum status fail_row(void *context, struct call *call, const struct request *request,
                            struct response *response)
{
    (void)context, (void)request, (void)response;
    return call_fail(call, STATUS_CONFLICT, "no");
}

static enum status cached_row(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    response_header(response, "Cache-Control", "public, max-age=0");
    return run_row(context, call, request, response);
}

static enum status identify(void *context, struct call *call, const char *token)
{
    (void)context;
    if (strcmp(token, "broken") == 0) return call_fail(call, STATUS_UNAVAILABLE, "no database");
    if (strcmp(token, "customer") != 0 && strcmp(token, "admin") != 0)
        return call_fail(call, STATUS_UNAUTHENTICATED, "this token does not hold");
    call->user_id = 42;
    call->role = token[0] == 'a' ? ROLE_ADMIN : ROLE_CUSTOMER;
    return STATUS_OK;
}

static const struct route first[] = {
    {METHOD_GET, "/v1/products", ACCESS_PUBLIC, .run = run_row},
    {METHOD_GET, "/v1/products/{id}", ACCESS_PUBLIC, .run = run_row, .timeout_ms = 60000},
    {METHOD_PATCH, "/v1/products/{product_id}", ACCESS_ADMIN, .run = run_row},
    {METHOD_GET, "/v1/products/{id}/availability", ACCESS_PUBLIC, .run = run_row, .quiet = true},
    {METHOD_GET, "/v1/products/featured", ACCESS_PUBLIC, .run = cached_row},
};
static const struct route second[] = {
    {METHOD_POST, "/v1/orders", ACCESS_CUSTOMER, .run = run_row, .body_max = 1000},
    {METHOD_PUT, "/v1/products/{id}/capacity/{day}", ACCESS_ADMIN, .run = run_row},
    {METHOD_DELETE, "/v1/sessions/current", ACCESS_CUSTOMER, .run = run_row},
    {METHOD_GET, "/", ACCESS_PUBLIC, .run = run_row},
    {METHOD_GET, "/fail", ACCESS_PUBLIC, .run = fail_row},
    {METHOD_GET, "/cached", ACCESS_CUSTOMER, .run = cached_row},
};

struct fixture {
    struct arena arena;
    struct router *router;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena, 1 << 20);
    fixture.router = router_new(&fixture.arena, identify, NULL);
    router_add(fixture.router, first, sizeof(first) / sizeof(first[0]), (char *)"first");
    router_add(fixture.router, second, sizeof(second) / sizeof(second[0]), (char *)"second");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_release(&fixture->arena);
    return 0;
}

/* Asks the router; the caller releases `made`. */
static enum status ask(void **state, struct made *made, enum method method, const char *path,
                       const char *authorization)
{
    struct fixture *fixture = *state;
    made_init(made, method, path);
    if (authorization) made_header(made, "Authorization", authorization);
    return handler_handle(router_handler(fixture->router), &made->call, &made->request,
                          &made->response);
}

static void expect_row(void **state, enum method method, const char *path, const char *route,
                       const char *body)
{
    struct made made;
    assert_int_equal(ask(state, &made, method, path, "Bearer admin"), STATUS_OK);
    expect_text(made.response.route, route);
    expect_text(made.response.body.text, body);
    struct fixture *fixture = *state;
    assert_ptr_equal(router_route(fixture->router, made.response.route_index)->pattern,
                     made.response.route);
    made_release(&made);
}

static void test_finds_the_row(void **state)
{
    expect_row(state, METHOD_GET, "/", "/", "{\"table\":\"second\"}");
    expect_row(state, METHOD_GET, "/v1/products", "/v1/products", "{\"table\":\"first\"}");
    expect_row(state, METHOD_GET, "/v1/products/7", "/v1/products/{id}",
               "{\"table\":\"first\",\"id\":\"7\"}");
    expect_row(state, METHOD_PATCH, "/v1/products/7", "/v1/products/{product_id}",
               "{\"table\":\"first\",\"product_id\":\"7\",\"user\":42}");
    expect_row(state, METHOD_PUT, "/v1/products/7/capacity/2026-01-01",
               "/v1/products/{id}/capacity/{day}",
               "{\"table\":\"second\",\"id\":\"7\",\"day\":\"2026-01-01\",\"user\":42}");
}

static void test_fixed_text_wins_over_names(void **state)
{
    expect_row(state, METHOD_GET, "/v1/products/featured", "/v1/products/featured",
               "{\"table\":\"first\"}");
    /* a dead end below the fixed text, or no such method there: the name is tried */
    expect_row(state, METHOD_GET, "/v1/products/featured/availability",
               "/v1/products/{id}/availability", "{\"table\":\"first\",\"id\":\"featured\"}");
    expect_row(state, METHOD_PATCH, "/v1/products/featured", "/v1/products/{product_id}",
               "{\"table\":\"first\",\"product_id\":\"featured\",\"user\":42}");
}

static void test_head_is_get(void **state)
{
    expect_row(state, METHOD_HEAD, "/v1/products", "/v1/products", "{\"table\":\"first\"}");
}

static void test_unknown_paths(void **state)
{
    static const char *const paths[] = {"/v1",
                                        "/v1/",
                                        "/v1/products/",
                                        "/v1/products//availability",
                                        "/v1/Products",
                                        "/v1/products/7/availability/",
                                        "",
                                        "*",
                                        "/v1/orders/1"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct made made;
        assert_int_equal(ask(state, &made, METHOD_GET, paths[i], NULL), STATUS_NOT_FOUND);
        assert_int_equal(made.response.route_index, -1);
        made_release(&made);
    }
}

static void test_wrong_methods_are_told_the_right_ones(void **state)
{
    struct made made;
    assert_int_equal(ask(state, &made, METHOD_DELETE, "/v1/products/7", NULL), STATUS_METHOD);
    expect_text(response_find_header(&made.response, "Allow"), "GET, HEAD, PATCH");
    made_release(&made);
    assert_int_equal(ask(state, &made, METHOD_OTHER, "/v1/orders", NULL), STATUS_METHOD);
    expect_text(response_find_header(&made.response, "Allow"), "POST");
    made_release(&made);
    assert_int_equal(ask(state, &made, METHOD_HEAD, "/v1/orders", NULL), STATUS_METHOD);
    made_release(&made);
}

static void test_access(void **state)
{
    static const struct {
        const char *authorization;
        enum status customer, admin;
    } cases[] = {
        {NULL, STATUS_UNAUTHENTICATED, STATUS_UNAUTHENTICATED},
        {"customer", STATUS_UNAUTHENTICATED, STATUS_UNAUTHENTICATED},
        {"Basic customer", STATUS_UNAUTHENTICATED, STATUS_UNAUTHENTICATED},
        {"Bearer ", STATUS_UNAUTHENTICATED, STATUS_UNAUTHENTICATED},
        {"Bearer customer x", STATUS_UNAUTHENTICATED, STATUS_UNAUTHENTICATED},
        {"Bearer stranger", STATUS_UNAUTHENTICATED, STATUS_UNAUTHENTICATED},
        {"Bearer customer", STATUS_OK, STATUS_FORBIDDEN},
        {"bearer  customer", STATUS_OK, STATUS_FORBIDDEN},
        {"Bearer admin", STATUS_OK, STATUS_OK},
        {"Bearer broken", STATUS_UNAVAILABLE, STATUS_UNAVAILABLE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct made made;
        assert_int_equal(ask(state, &made, METHOD_POST, "/v1/orders", cases[i].authorization),
                         cases[i].customer);
        expect_text(made.response.route, "/v1/orders"); /* counted under its route */
        made_release(&made);
        assert_int_equal(ask(state, &made, METHOD_PATCH, "/v1/products/7", cases[i].authorization),
                         cases[i].admin);
        made_release(&made);
        /* whoever may not be known may still look at what is public */
        assert_int_equal(ask(state, &made, METHOD_GET, "/v1/products", cases[i].authorization),
                         STATUS_OK);
        assert_int_equal(made.call.user_id, 0);
        made_release(&made);
    }
}

static void test_a_token_has_a_maximum(void **state)
{
    char header[1024] = "Bearer ";
    memset(header + 7, 'x', 600);
    struct made made;
    assert_int_equal(ask(state, &made, METHOD_POST, "/v1/orders", header), STATUS_UNAUTHENTICATED);
    made_release(&made);
}

static void test_cache_headers(void **state)
{
    struct made made;
    (void)ask(state, &made, METHOD_POST, "/v1/orders", "Bearer admin");
    expect_text(response_find_header(&made.response, "Cache-Control"), "no-store");
    made_release(&made);
    (void)ask(state, &made, METHOD_POST, "/v1/orders", NULL);
    expect_text(response_find_header(&made.response, "Cache-Control"), "no-store");
    made_release(&made);
    (void)ask(state, &made, METHOD_GET, "/cached", "Bearer admin");
    expect_text(response_find_header(&made.response, "Cache-Control"), "public, max-age=0");
    made_release(&made);
    (void)ask(state, &made, METHOD_GET, "/v1/products", NULL);
    assert_null(response_find_header(&made.response, "Cache-Control"));
    assert_non_null(response_find_header(&made.response, "ETag"));
    made_release(&made);
    assert_int_equal(ask(state, &made, METHOD_GET, "/fail", NULL), STATUS_CONFLICT);
    assert_null(response_find_header(&made.response, "ETag"));
    made_release(&made);
}

static void test_deadlines(void **state)
{
    struct made made;
    (void)ask(state, &made, METHOD_GET, "/v1/products/7", NULL);
    assert_in_range(call_remaining_ms(&made.call), 59000, 60000);
    assert_false(made.response.quiet);
    made_release(&made);
    (void)ask(state, &made, METHOD_GET, "/v1/products/7/availability", NULL);
    assert_in_range(call_remaining_ms(&made.call), ROUTE_TIMEOUT_MS - 1000, ROUTE_TIMEOUT_MS);
    assert_true(made.response.quiet);
    made_release(&made);
}

static size_t body_max(void **state, enum method method, const char *path)
{
    struct fixture *fixture = *state;
    struct made made;
    made_init(&made, method, path);
    const size_t max = handler_body_max(router_handler(fixture->router), &made.request);
    made_release(&made);
    return max;
}

static void test_body_limits(void **state)
{
    assert_int_equal(body_max(state, METHOD_POST, "/v1/orders"), 1000);
    assert_int_equal(body_max(state, METHOD_PATCH, "/v1/products/7"), ROUTE_BODY_MAX);
    assert_int_equal(body_max(state, METHOD_GET, "/v1/products/7"), 0);
    assert_int_equal(body_max(state, METHOD_DELETE, "/v1/sessions/current"), 0);
    assert_int_equal(body_max(state, METHOD_POST, "/nowhere"), ROUTE_BODY_MAX);
    assert_int_equal(body_max(state, METHOD_POST, "/v1/products"), ROUTE_BODY_MAX);
}

static void test_lists_its_rows(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(router_count(fixture->router), 11);
    expect_text(router_route(fixture->router, 0)->pattern, "/v1/products");
    expect_text(router_route(fixture->router, 10)->pattern, "/cached");
}

int test_router(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_row),
        cmocka_unit_test(test_fixed_text_wins_over_names),
        cmocka_unit_test(test_head_is_get),
        cmocka_unit_test(test_unknown_paths),
        cmocka_unit_test(test_wrong_methods_are_told_the_right_ones),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_a_token_has_a_maximum),
        cmocka_unit_test(test_cache_headers),
        cmocka_unit_test(test_deadlines),
        cmocka_unit_test(test_body_limits),
        cmocka_unit_test(test_lists_its_rows),
    };
    return cmocka_run_group_tests_name("router", tests, set_up, tear_down);
}
