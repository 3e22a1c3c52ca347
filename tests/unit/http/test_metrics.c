/* Metrics: what is counted where, and that two loops' numbers are added up into text Prometheus
   can read. */
#include "common/http/metrics.h"

#include "common/http/router.h"
#include "tests/unit/http/groups.h"

static enum status run_row(void *context, struct call *call, const struct request *request,
                           struct response *response)
{
    (void)context, (void)call, (void)request, (void)response;
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/v1/products/{id}", ACCESS_PUBLIC, .run = run_row},
    {METHOD_POST, "/v1/orders", ACCESS_PUBLIC, .run = run_row},
};

struct fixture {
    struct arena arena;
    struct metrics_group *group;
    struct metrics *loops[2];
};

static int set_up(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena, 4 << 20);
    fixture.group = metrics_group_new(&fixture.arena, 2);
    for (int i = 0; i < 2; i++) {
        struct router *router = router_new(&fixture.arena, NULL, NULL);
        router_add(router, routes, sizeof(routes) / sizeof(routes[0]), NULL);
        fixture.loops[i] = metrics_new(fixture.group, &fixture.arena, router);
    }
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_release(&fixture->arena);
    return 0;
}

static const char *scrape(struct fixture *fixture)
{
    struct strbuf out;
    strbuf_init(&out, &fixture->arena, 1 << 20);
    metrics_write(fixture->group, &out);
    return out.text;
}

static void test_counts_by_route_and_status(void **state)
{
    struct fixture *fixture = *state;
    metrics_count(fixture->loops[0], 0, 200, 100);
    metrics_count(fixture->loops[1], 0, 200, 100);
    metrics_count(fixture->loops[1], 0, 404, 100);
    metrics_count(fixture->loops[0], 1, 299, 100);
    metrics_count(fixture->loops[0], -1, 404, 100);
    const char *text = scrape(fixture);
    expect_part(text, "# TYPE shop_http_requests_total counter\n");
    expect_part(text, "shop_http_requests_total{route=\"/v1/products/{id}\",method=\"GET\","
                      "status=\"200\"} 2\n");
    expect_part(text, "method=\"GET\",status=\"404\"} 1\n");
    expect_part(text, "shop_http_requests_total{route=\"/v1/orders\",method=\"POST\","
                      "status=\"other\"} 1\n");
    expect_part(text, "{route=\"none\",method=\"none\",status=\"404\"} 1\n");
    expect_no_part(text, "status=\"500\"");
}

static void test_histogram_is_cumulative(void **state)
{
    struct fixture *fixture = *state;
    metrics_count(fixture->loops[0], 1, 201, 250);     /* on the bound: within */
    metrics_count(fixture->loops[0], 1, 201, 251);     /* next bucket */
    metrics_count(fixture->loops[1], 1, 201, 9000000); /* 9 s: only +Inf */
    const char *text = scrape(fixture);
#define BUCKET "shop_http_request_duration_seconds_bucket{route=\"/v1/orders\",method=\"POST\",le="
    expect_part(text, BUCKET "\"0.00025\"} 1\n");
    expect_part(text, BUCKET "\"0.0005\"} 2\n");
    expect_part(text, BUCKET "\"5\"} 2\n");
    expect_part(text, BUCKET "\"+Inf\"} 3\n");
#undef BUCKET
    expect_part(text, "_sum{route=\"/v1/orders\",method=\"POST\"} 9.000501\n");
    expect_part(text, "_count{route=\"/v1/orders\",method=\"POST\"} 3\n");
    expect_no_part(text, "duration_seconds_count{route=\"/v1/products");
}

static void test_values_of_loops_are_added_up(void **state)
{
    struct fixture *fixture = *state;
    static _Atomic int64_t one = 3, two = 4, other = -1;
    metrics_add_value(fixture->loops[0], "shop_things", "gauge", "things there are", &one);
    metrics_add_value(fixture->loops[0], "shop_others", "counter", "others", &other);
    metrics_add_value(fixture->loops[1], "shop_things", "gauge", "things there are", &two);
    expect_part(scrape(fixture), "# HELP shop_things things there are\n"
                                 "# TYPE shop_things gauge\nshop_things 7\n"
                                 "# HELP shop_others others\n"
                                 "# TYPE shop_others counter\nshop_others -1\n");
}

int test_metrics(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_counts_by_route_and_status, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_histogram_is_cumulative, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_of_loops_are_added_up, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
