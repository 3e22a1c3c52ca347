/* One request and its answer. The library calls exchange_on_access() when the head is complete, for
 * each part of the body, and when the request is complete; then the task starts. Most tasks end
 * before task_start() returns, and are answered on the spot. One that waits has its connection
 * suspended: the library forgets it, notices nothing of it, not even its end, until the task hands
 * over the answer and resumes it. So a client that goes away meanwhile is no special case: its task
 * runs to the end, the answer cannot be sent, and the exchange is freed like any other.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/http/metrics.h"
#include "common/http/problem.h"
#include "common/http/server_internal.h"
#include "common/runtime/task.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
    DEADLINE_MS = 5000,        /* until the handler sets a better one */
    BODY_RESERVED = 16 * 1024, /* room made at once on the word of a client that has sent little */
};

static const char *find_header(const struct header_source *source, const char *name)
{
    const struct exchange *exchange = (const struct exchange *)source;
    if (!exchange->connection) return NULL;
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static struct exchange *exchange_new(struct server *server, struct MHD_Connection *connection)
{
    struct exchange *exchange = calloc(1, sizeof(*exchange));
    if (!exchange) return NULL;
    exchange->headers.find = find_header;
    exchange->server = server;
    exchange->connection = connection;
    exchange->client = server_client(connection);
    exchange->client->exchange = exchange;
    arena_init(&exchange->arena, server->options.arena_max);
    call_init(&exchange->call, &exchange->arena, DEADLINE_MS);
    response_init(&exchange->response, &exchange->call);
    exchange->next = server->exchanges;
    if (server->exchanges) server->exchanges->previous = exchange;
    server->exchanges = exchange;
    server->active++;
    atomic_store_explicit(&server->active_gauge, server->active, memory_order_relaxed);
    return exchange;
}

static void exchange_free(struct exchange *exchange)
{
    struct server *server = exchange->server;
    *(exchange->previous ? &exchange->previous->next : &server->exchanges) = exchange->next;
    if (exchange->next) exchange->next->previous = exchange->previous;
    server->active--;
    atomic_store_explicit(&server->active_gauge, server->active, memory_order_relaxed);
    arena_release(&exchange->arena);
    upload_release(exchange);
    free(exchange);
    if (server->closed && server->active == 0) server_free(server);
}

void exchange_resume(struct exchange *exchange)
{
    if (!exchange->connection) {
        exchange_free(exchange);
        return;
    }
    MHD_resume_connection(exchange->connection);
    server_turn_soon(exchange->server);
}

/* --- the task --- */

static void run(void *argument)
{
    struct exchange *exchange = argument;
    struct call *call = &exchange->call;
    enum status status = exchange->refusal;
    if (status == STATUS_OK)
        status = handler_handle(exchange->server->handler, call, &exchange->request,
                                &exchange->response);
    if (status == STATUS_OK && exchange->response.next_part) status = stream_begin(exchange);
    if (status != STATUS_OK) problem_write(call, status, &exchange->response);
    exchange->running = false;
    exchange->ended = true;
    if (!exchange->parked) return; /* the callback that started us answers */
    if (exchange->connection)
        reply_queue(exchange); /* if it fails, the library asks again and is told to close */
    exchange_resume(exchange);
}

static enum MHD_Result start(struct exchange *exchange)
{
    struct server *server = exchange->server;
    exchange->request.body = exchange->body.text;
    exchange->request.body_length = exchange->body.length;
    exchange->started_us = clock_monotonic_us();
    exchange->running = true;
    guard_working(exchange->client);
    if (exchange->refusal == STATUS_OK) {
        const enum status status = task_start(server->loop, run, exchange);
        if (status != STATUS_OK)
            exchange->refusal =
                call_fail(&exchange->call, status, "too many requests are being worked on");
    }
    if (exchange->refusal != STATUS_OK) run(exchange); /* only writes the problem */
    if (exchange->ended) return reply_queue(exchange) ? MHD_YES : MHD_NO;
    exchange->parked = true;
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}

/* --- the request arrives --- */

/* The head is refused and there is a body we do not want: answer now; the library then closes. */
static enum MHD_Result refuse_early(struct exchange *exchange)
{
    exchange->started_us = clock_monotonic_us();
    run(exchange);
    farewell_linger(&exchange->server->farewells, exchange->client->fd);
    return reply_queue(exchange) ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(struct server *server, struct MHD_Connection *connection,
                             const char *url, const char *method, const char *version,
                             void **context)
{
    struct exchange *exchange = exchange_new(server, connection);
    if (!exchange) return MHD_NO;
    *context = exchange;
    bool must_close;
    exchange->refusal = head_read(exchange, url, method, version, &must_close);
    strbuf_init(&exchange->body, &exchange->arena, exchange->body_max);
    if (exchange->refusal == STATUS_HEADERS_LARGE) { /* the pool may be too full for an answer */
        reply_farewell(server, exchange->client, exchange->refusal, exchange->call.failure.message);
        return MHD_NO;
    }
    if (exchange->refusal != STATUS_OK && (must_close || exchange->has_body))
        return refuse_early(exchange);
    upload_init(exchange);
    return MHD_YES;
}

static enum MHD_Result take_body(struct exchange *exchange, const char *bytes, size_t *length)
{
    struct strbuf *body = &exchange->body;
    bool wait;
    if (!upload_may_go_on(exchange, &wait)) return MHD_NO;
    if (wait) return MHD_YES;
    if (*length > exchange->body_max - body->length) { /* chunked: nobody could know before */
        reply_farewell(exchange->server, exchange->client, STATUS_TOO_LARGE,
                       "the body is larger than this operation allows");
        return MHD_NO;
    }
    if (body->capacity == 0 && exchange->body_announced > *length)
        strbuf_reserve(body, exchange->body_announced < BODY_RESERVED ? exchange->body_announced
                                                                      : BODY_RESERVED);
    strbuf_add(body, bytes, *length);
    *length = 0;
    return MHD_YES;
}

enum MHD_Result exchange_on_access(void *cls, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **context)
{
    struct exchange *exchange = *context;
    if (!exchange) return begin(cls, connection, url, method, version, context);
    if (*upload_size > 0) return take_body(exchange, upload, upload_size);
    if (exchange->ended) return MHD_NO; /* its answer could not be handed over */
    return start(exchange);
}

/* --- the end --- */

/* The library has answered by itself: a request line or headers it could not take. */
static void account_foreign(struct server *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
    if (!info) return; /* no answer at all: the client went away */
    const int status = (int)info->http_status;
    if (server->metrics) metrics_count(server->metrics, -1, status, 0);
    log_info("request_refused", NULL, LOG_INT("status", status),
             LOG_TEXT("peer", server_client(connection)->peer));
}

void exchange_on_completed(void *cls, struct MHD_Connection *connection, void **context,
                           enum MHD_RequestTerminationCode reason)
{
    struct server *server = cls;
    struct exchange *exchange = *context;
    struct client *client = server_client(connection);
    *context = NULL;
    client->exchange = NULL;
    client->target = NULL;
    guard_idle(&server->guard, client, loop_now_ms(server->loop));
    if (!exchange || !exchange->ended) account_foreign(server, connection);
    if (exchange && exchange->stream)
        stream_end(exchange, reason == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    if (exchange && !exchange->running) exchange_free(exchange);
}

void exchange_orphan_all(struct server *server)
{
    for (struct exchange *exchange = server->exchanges; exchange; exchange = exchange->next) {
        stream_cut(exchange);
        if (!exchange->running) continue;
        struct MHD_Connection *connection = exchange->connection;
        exchange->connection = NULL;
        exchange->client = NULL;
        exchange->request.peer = "-";
        MHD_resume_connection(connection); /* none may be suspended when the daemon is stopped */
    }
}
