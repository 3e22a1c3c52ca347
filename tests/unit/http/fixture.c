/* cmocka's assertions jump, so they may only run on the test's own thread: here nothing asserts
 * with them, and what a test wants to know of the server is fetched by a post to its loop.
 */
#include "tests/unit/http/fixture.h"

#include "common/http/metrics.h"
#include "common/http/router.h"
#include "common/runtime/task.h"
#include "tests/unit/http/streams.h"
#include "tests/unit/http/uploads.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status answer_ok(struct response *response)
{
    struct json_writer json;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "status", "ok");
    json_end_object(&json);
    return STATUS_OK;
}

static enum status get_ok(void *context, struct call *call, const struct request *request,
                          struct response *response)
{
    struct fixture *fixture = context;
    (void)call, (void)request;
    atomic_fetch_add(&fixture->handled, 1);
    return answer_ok(response);
}

static enum status get_sleep(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    struct fixture *fixture = context;
    int64_t duration_ms = 0;
    request_query_int64(call, request, "ms", 0, 10000, &duration_ms);
    enum status status = call_check_fields(call);
    if (status != STATUS_OK) return status;
    atomic_fetch_add(&fixture->begun, 1);
    task_sleep(fixture->loop, duration_ms);
    atomic_fetch_add(&fixture->handled, 1);
    response_header(response, "Slept-For", arena_strdup(call->arena, request->query[0].value));
    return answer_ok(response);
}

static enum status post_echo(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    struct fixture *fixture = context;
    (void)call;
    atomic_fetch_add(&fixture->handled, 1);
    response->content_type = "application/octet-stream";
    strbuf_add(&response->body, request->body, request->body_length);
    return STATUS_OK;
}

static enum status get_big(void *context, struct call *call, const struct request *request,
                           struct response *response)
{
    (void)context;
    int64_t bytes = 0;
    request_query_int64(call, request, "bytes", 0, RESPONSE_BODY_MAX, &bytes);
    response->content_type = "application/octet-stream";
    memset(strbuf_reserve(&response->body, (size_t)bytes), 'x', (size_t)bytes);
    strbuf_added(&response->body, (size_t)bytes);
    return call_check_fields(call);
}

static enum status get_thing(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    int64_t id = 0;
    (void)context;
    enum status status = request_id(call, request, "id", &id);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "id", id);
    json_add_text(&json, "q", request_query(request, "q"));
    json_add_text(&json, "peer", request->peer);
    json_add_text(&json, "trace", call->traceparent);
    json_end_object(&json);
    return STATUS_OK;
}

static enum status get_broken(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    (void)context, (void)request, (void)response;
    return call_fail(call, STATUS_INTERNAL, "column \"x\" does not exist");
}

static enum status put_none(void *context, struct call *call, const struct request *request,
                            struct response *response)
{
    (void)context, (void)call, (void)request;
    response->status = 204;
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/ok", ACCESS_PUBLIC, .run = get_ok},
    {METHOD_GET, "/sleep", ACCESS_PUBLIC, .run = get_sleep},
    {METHOD_POST, "/echo", ACCESS_PUBLIC, .run = post_echo, .body_max = ECHO_MAX},
    {METHOD_GET, "/big", ACCESS_PUBLIC, .run = get_big},
    {METHOD_GET, "/things/{id}", ACCESS_PUBLIC, .run = get_thing},
    {METHOD_GET, "/broken", ACCESS_PUBLIC, .run = get_broken},
    {METHOD_PUT, "/none", ACCESS_PUBLIC, .run = put_none},
};

static void *run_loop(void *argument)
{
    struct fixture *fixture = argument;
    loop_run(fixture->loop);
    return NULL;
}

_Noreturn static void die(const char *why)
{
    fprintf(stderr, "fixture: %s\n", why);
    abort();
}

void fixture_open(struct fixture *fixture, struct server_options options)
{
    char error[256] = "";
    memset(fixture, 0, sizeof(*fixture));
    arena_init(&fixture->arena, 16 << 20);
    options.address = "127.0.0.1";
    options.instance = "test-1";
    options.arena_max = 32 << 20;
    if (options.connections_max == 0) options.connections_max = 2000;
    if (options.idle_timeout_ms == 0) options.idle_timeout_ms = 60000;
    if (options.request_timeout_ms == 0) options.request_timeout_ms = 60000;
    if (loop_open(&fixture->loop) != STATUS_OK) die("no loop");
    struct router *router = router_new(&fixture->arena, uploads_identify, fixture);
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), fixture);
    streams_add(router, fixture);
    uploads_add(router, fixture);
    fixture->group = metrics_group_new(&fixture->arena, 1);
    struct metrics *metrics = metrics_new(fixture->group, &fixture->arena, router);
    if (server_open(fixture->loop, &options, router_handler(router), metrics, &fixture->server,
                    error) != STATUS_OK)
        die(error);
    fixture->port = server_port(fixture->server);
    if (pthread_create(&fixture->thread, NULL, run_loop, fixture) != 0) die("no thread");
}

/* Once the server is closed its tasks go on; the loop must live until the last has ended. */
static void stop_when_idle(void *context)
{
    struct fixture *fixture = context;
    while (task_count(fixture->loop) > 1)
        task_sleep(fixture->loop, 5);
    loop_stop(fixture->loop);
}

static void close_server(struct fixture *fixture)
{
    server_close(fixture->server);
    if (task_start(fixture->loop, stop_when_idle, fixture) != STATUS_OK) die("no task");
}

void fixture_close(struct fixture *fixture)
{
    fixture_on_loop(fixture, close_server);
    pthread_join(fixture->thread, NULL);
    loop_close(fixture->loop);
    arena_release(&fixture->arena);
}

struct errand {
    struct fixture *fixture;
    void (*run)(struct fixture *fixture);
    pthread_mutex_t lock;
    pthread_cond_t change;
    bool done;
};

static void run_errand(void *context)
{
    struct errand *errand = context;
    errand->run(errand->fixture);
    pthread_mutex_lock(&errand->lock);
    errand->done = true;
    pthread_cond_signal(&errand->change);
    pthread_mutex_unlock(&errand->lock);
}

void fixture_on_loop(struct fixture *fixture, void (*run)(struct fixture *fixture))
{
    struct errand errand = {.fixture = fixture, .run = run};
    pthread_mutex_init(&errand.lock, NULL);
    pthread_cond_init(&errand.change, NULL);
    struct loop_post post = {.run = run_errand, .context = &errand};
    loop_post(fixture->loop, &post);
    pthread_mutex_lock(&errand.lock);
    while (!errand.done)
        pthread_cond_wait(&errand.change, &errand.lock);
    pthread_mutex_unlock(&errand.lock);
    pthread_cond_destroy(&errand.change);
    pthread_mutex_destroy(&errand.lock);
}

static _Atomic int asked_active, asked_connections;

static void ask(struct fixture *fixture)
{
    atomic_store(&asked_active, server_active(fixture->server));
    atomic_store(&asked_connections, server_connections(fixture->server));
}

int fixture_active(struct fixture *fixture)
{
    fixture_on_loop(fixture, ask);
    return atomic_load(&asked_active);
}

int fixture_connections(struct fixture *fixture)
{
    fixture_on_loop(fixture, ask);
    return atomic_load(&asked_connections);
}

const char *fixture_metrics(struct fixture *fixture)
{
    struct strbuf out;
    strbuf_init(&out, &fixture->arena, 1 << 20);
    metrics_write(fixture->group, &out);
    return out.text;
}
