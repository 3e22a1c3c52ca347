/* Healthy means "this process answers": restart it when not. Ready means "send it traffic": false while
 * the database is away or the process is draining. Mixing the two up restarts every instance at once
 * when the database hiccups.
 */
#include "common/app/operations_http.h"

#include "common/app/generated.h"
#include "common/pg/pg.h"

#include <stdatomic.h>

static enum status get_health(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    (void)context, (void)call, (void)request;
    struct json_writer json;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "status", "ok");
    json_end_object(&json);
    response_header(response, "Cache-Control", "no-store");
    return STATUS_OK;
}

static enum status get_readiness(void *context, struct call *call, const struct request *request,
                                 struct response *response)
{
    struct app *app = context;
    (void)request;
    if (atomic_load_explicit(app->draining, memory_order_relaxed))
        return call_fail(call, STATUS_UNAVAILABLE, "this instance is shutting down");
    if (!pg_pool_ready(app->write)) /* what a pool for reads cannot answer, this one can */
        return call_fail(call, STATUS_UNAVAILABLE, "the database cannot be reached");
    struct json_writer json;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "status", "ready");
    json_end_object(&json);
    response_header(response, "Cache-Control", "no-store");
    return STATUS_OK;
}

static enum status get_metrics(void *context, struct call *call, const struct request *request,
                               struct response *response)
{
    struct app *app = context;
    (void)call, (void)request;
    metrics_write(app->metrics_group, &response->body);
    response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    response_header(response, "Cache-Control", "no-store");
    return STATUS_OK;
}

static enum status get_stage(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    struct app *app = context;
    (void)call, (void)request;
    struct json_writer json;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "stage", build_stage);
    json_add_text(&json, "version", build_version);
    json_add_text(&json, "instance", app->instance);
    json_end_object(&json);
    response_header(response, "Cache-Control", "no-store");
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/healthz", ACCESS_PUBLIC, get_health, .quiet = true},
    {METHOD_GET, "/readyz", ACCESS_PUBLIC, get_readiness, .quiet = true},
    {METHOD_GET, "/metrics", ACCESS_PUBLIC, get_metrics, .quiet = true},
    {METHOD_GET, "/v1/stage", ACCESS_PUBLIC, .run = get_stage},
};

void operations_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
}
