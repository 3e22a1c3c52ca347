/* One handler instead of a router: whatever is asked, the next answer of the script is given.
 */
#include "tests/ports/provider_double.h"

#include "common/base/clock.h"
#include "common/modules/payments/signature.h"
#include "common/runtime/task.h"

#include <stdio.h>

static void note(struct provider_double *provider, struct call *call, const struct request *request)
{
    struct provider_request *noted = &provider->requests[provider->request_count];
    const char *key = request_header(request, "Idempotency-Key");
    snprintf(noted->line, sizeof(noted->line), "%s %s", request->method_name, request->path);
    snprintf(noted->key, sizeof(noted->key), "%s", key ? key : "");
    snprintf(noted->body, sizeof(noted->body), "%s", request->body);
    noted->signature_holds =
        signature_holds(call->arena, PROVIDER_SIGNING_KEY, request_header(request, "X-Timestamp"),
                        request_header(request, "X-Signature"), request->method_name, request->path,
                        request->body, request->body_length, clock_wall_ms() / 1000);
}

static enum status double_handle(struct handler *handler, struct call *call,
                                 struct request *request, struct response *response)
{
    struct provider_double *provider = (struct provider_double *)handler;
    const int at = provider->request_count;
    if (at == PROVIDER_REQUESTS_MAX) return call_fail(call, STATUS_INTERNAL, "asked too often");
    note(provider, call, request);
    provider->request_count++;
    response->status = at < provider->answer_count ? provider->answers[at].status : 500;
    response->content_type = "application/json";
    if (response->status == 0) {
        task_sleep(provider->harness->loop, PROVIDER_SILENCE_MS);
        response->status = 500;
    }
    if (at < provider->answer_count && provider->answers[at].body)
        strbuf_add_text(&response->body, provider->answers[at].body);
    return STATUS_OK;
}

static size_t double_body_max(struct handler *handler, const struct request *request)
{
    (void)handler, (void)request;
    return 4096;
}

void provider_vanishes(struct provider_double *provider)
{
    if (!provider->server) return;
    while (server_active(provider->server) > 0)
        task_sleep(provider->harness->loop, 5);
    server_close(provider->server);
    provider->server = NULL;
}

static void close_double(void *context)
{
    provider_vanishes(context);
}

struct provider_double *provider_double_new(struct harness *harness)
{
    static const struct handler_ops ops = {.handle = double_handle, .body_max = double_body_max};
    struct provider_double *provider = arena_new(harness->arena, struct provider_double);
    const struct server_options options = {
        .address = "127.0.0.1",
        .connections_max = 64,
        .idle_timeout_ms = 20000,
        .request_timeout_ms = 20000,
        .arena_max = 1 << 20,
        .instance = "provider",
    };
    char error[256];
    provider->handler.ops = &ops;
    provider->harness = harness;
    assert_int_equal(
        server_open(harness->loop, &options, &provider->handler, NULL, &provider->server, error),
        STATUS_OK);
    harness_at_end(harness, close_double, provider);
    return provider;
}

const char *provider_double_url(struct provider_double *provider)
{
    return arena_printf(provider->harness->arena, "http://127.0.0.1:%d",
                        server_port(provider->server));
}

void provider_answers(struct provider_double *provider, int status, const char *body)
{
    assert_true(provider->answer_count < PROVIDER_ANSWERS_MAX);
    provider->answers[provider->answer_count].status = status;
    provider->answers[provider->answer_count++].body = body;
}
