/* The answer leaves. Its body is not copied: the library sends it from the exchange's arena, which
 * lives until the library says that it is done. Every answer is counted and logged here and nowhere
 * else.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/http/metrics.h"
#include "common/http/problem.h"
#include "common/http/refusal.h"
#include "common/http/server_internal.h"

#include <string.h>

enum { FAREWELL_ARENA_MAX = 64 * 1024 };

static void add_header(struct MHD_Response *reply, const struct call *call, const char *name,
                       const char *value)
{
    if (MHD_add_response_header(reply, name, value) == MHD_YES) return;
    log_warn("header_refused", call, LOG_TEXT("name", name)); /* empty, or no memory */
}

static void add_headers(struct MHD_Response *reply, const struct exchange *exchange)
{
    const struct response *response = &exchange->response;
    const struct call *call = &exchange->call;
    if (exchange->server->draining) add_header(reply, call, "Connection", "close");
    if (response->content_type) add_header(reply, call, "Content-Type", response->content_type);
    for (int i = 0; i < response->header_count; i++)
        add_header(reply, call, response->headers[i].name, response->headers[i].value);
    add_header(reply, call, "X-Request-Id", call->request_id);
    add_header(reply, call, "Server-Instance", exchange->server->options.instance);
}

static void write_log(const struct exchange *exchange, int64_t elapsed_us, int64_t bytes,
                      const char *broken)
{
    const struct request *request = &exchange->request;
    const struct response *response = &exchange->response;
    const bool failed = response->status >= 500;
    const char *error = broken ? broken : exchange->call.failure.message;
    if (response->quiet && !failed && !broken) return;
    const struct log_value values[] = {
        LOG_TEXT("method", request->method_name),
        response->route ? LOG_TEXT("route", response->route) : LOG_TEXT("path", request->path),
        LOG_INT("status", response->status),
        LOG_INT("us", elapsed_us),
        LOG_INT("bytes", bytes),
        LOG_TEXT("peer", request->peer),
        LOG_TEXT("error", error),
    };
    const int count = (int)(sizeof(values) / sizeof(values[0]));
    log_write(failed ? LOG_ERROR : LOG_INFO, "request", &exchange->call, values,
              failed || broken ? count : count - 1);
}

void reply_account(const struct exchange *exchange, int64_t bytes, const char *broken)
{
    const struct response *response = &exchange->response;
    const int64_t elapsed_us =
        exchange->started_us > 0 ? clock_monotonic_us() - exchange->started_us : 0;
    if (exchange->server->metrics)
        metrics_count(exchange->server->metrics, response->route_index, response->status,
                      elapsed_us);
    write_log(exchange, elapsed_us, bytes, broken);
}

bool reply_queue(struct exchange *exchange)
{
    const struct response *response = &exchange->response;
    struct server *server = exchange->server;
    struct MHD_Response *reply =
        response->next_part
            ? stream_reply(exchange)
            : MHD_create_response_from_buffer(response->body.length, response->body.text,
                                              MHD_RESPMEM_PERSISTENT);
    if (!reply) return false;
    add_headers(reply, exchange);
    guard_answering(&server->guard, exchange->client, response->body.length,
                    loop_now_ms(server->loop));
    const enum MHD_Result queued =
        refusal_pass(exchange->connection, (unsigned)response->status, reply);
    MHD_destroy_response(reply); /* our reference; the connection has its own */
    if (!response->next_part) reply_account(exchange, (int64_t)response->body.length, NULL);
    return queued == MHD_YES;
}

void reply_farewell(struct server *server, struct client *client, enum status status,
                    const char *message)
{
    struct arena arena;
    arena_init(&arena, FAREWELL_ARENA_MAX);
    struct call call;
    call_init(&call, &arena, 0);
    if (client->exchange) { /* the client may have named its request already */
        const struct call *known = &client->exchange->call;
        memcpy(call.request_id, known->request_id, sizeof(call.request_id));
    }
    struct response response;
    response_init(&response, &call);
    problem_write(&call, call_fail(&call, status, "%s", message), &response);
    farewell_send(client->fd, &call, &response, server->options.instance);
    farewell_linger(&server->farewells, client->fd);
    if (server->metrics) metrics_count(server->metrics, -1, response.status, 0);
    log_info("request_cut", &call, LOG_INT("status", response.status),
             LOG_TEXT("peer", client->peer));
    arena_release(&arena);
}
