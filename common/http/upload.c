/* Large bodies. A small one is read as it comes: what all connections may bring is bounded by their
 * number. A large one must ask first, as soon as its first bytes are here: the handler says whether
 * this client may send it (a stranger's megabytes are not read), and the server whether there is room
 * among those under way. Then it gets its memory at once, untouched pages cost nothing, and as much
 * time as a slow line needs: only who was let in may take long.
 */
#include "common/http/server_internal.h"
#include "common/runtime/task.h"

#include <stdatomic.h>

enum { SMALL_BODY_MAX = 64 * 1024 };

static void take_room(struct server *server, size_t bytes)
{
    server->large_bytes += bytes;
    atomic_store_explicit(&server->large_gauge, (int64_t)server->large_bytes, memory_order_relaxed);
}

/* The most that may still come. */
static size_t upload_size(const struct exchange *exchange)
{
    return exchange->body_announced > 0 ? exchange->body_announced : exchange->body_max;
}

void upload_init(struct exchange *exchange)
{
    const bool large = exchange->has_body && upload_size(exchange) > SMALL_BODY_MAX;
    exchange->upload = large ? UPLOAD_LARGE : UPLOAD_WELCOME;
}

static enum status make_room(struct exchange *exchange)
{
    struct server *server = exchange->server;
    const size_t size = upload_size(exchange);
    if (size > server->options.large_bodies_max - server->large_bytes)
        return call_fail(&exchange->call, STATUS_UNAVAILABLE,
                         "too many large requests are on their way, try again soon");
    take_room(server, size);
    exchange->room = size;
    strbuf_reserve(&exchange->body, size);
    return STATUS_OK;
}

static void ask(void *argument)
{
    struct exchange *exchange = argument;
    struct server *server = exchange->server;
    enum status status = handler_admit(server->handler, &exchange->call, &exchange->request);
    if (status == STATUS_OK) status = make_room(exchange);
    exchange->refusal = status;
    exchange->upload = status == STATUS_OK ? UPLOAD_WELCOME : UPLOAD_REFUSED;
    exchange->running = false;
    if (exchange->connection)
        guard_uploading(&server->guard, exchange->client, exchange->room,
                        loop_now_ms(server->loop));
    if (!exchange->parked) return;
    exchange->parked = false;
    exchange_resume(exchange); /* the library gives us the first bytes again */
}

bool upload_may_go_on(struct exchange *exchange, bool *wait)
{
    struct server *server = exchange->server;
    *wait = false;
    if (exchange->upload == UPLOAD_LARGE) {
        exchange->upload = UPLOAD_ASKING;
        exchange->running = true;
        guard_working(exchange->client);
        if (task_start(server->loop, ask, exchange) != STATUS_OK) {
            exchange->running = false;
            exchange->upload = UPLOAD_REFUSED;
            exchange->refusal = call_fail(&exchange->call, STATUS_UNAVAILABLE,
                                          "too many requests are being worked on");
        } else if (exchange->upload == UPLOAD_ASKING) {
            exchange->parked = *wait = true;
            MHD_suspend_connection(exchange->connection);
        }
    }
    if (exchange->upload != UPLOAD_REFUSED) return true;
    reply_farewell(server, exchange->client, exchange->refusal, exchange->call.failure.message);
    return false;
}

void upload_release(struct exchange *exchange)
{
    take_room(exchange->server, -exchange->room);
    exchange->room = 0;
}
