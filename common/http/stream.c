/* Answers in parts. The library asks for bytes whenever the socket has room for more. As long as there
 * are some left of the part at hand it gets them; when there are none, the next part is made in a task,
 * with the connection suspended if that has to wait. So the client sets the pace, one part is all the
 * memory an answer of any length takes, and while a slow client reads, nothing of ours waits for it: no
 * task, no database connection. The slow guard's clock starts anew with each part.
 *
 * An answer without a length ends with an empty chunk, which is left out when a part cannot be made.
 * HTTP/1.0 has no chunks; there the end of the connection is the end of the answer, and an orderly end
 * would turn half a report into a whole one. So a broken answer ends with a reset instead, which every
 * client sees as an error.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/http/server_internal.h"
#include "common/runtime/task.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    PART_ARENA_MAX = 16 << 20,
    PLAIN_BLOCK_BYTES = 16 * 1024, /* at a time to a client that does not know chunks */
    UNSENT_BYTES_MAX = 256 * 1024, /* what the kernel may keep for a client that does not read */
};

struct stream {
    struct exchange *exchange;
    struct arena arena;  /* while a part is being made */
    struct call call;    /* the same */
    struct arena packed; /* the part at hand, and nothing else */
    struct strbuf part;
    size_t taken;          /* bytes of the part that the library has got */
    int64_t bytes;         /* of all parts */
    int64_t timeout_ms;    /* for one part */
    bool more, parked;     /* parked: the connection is suspended until the part is there */
    bool complete, broken; /* the library has been told that it is all, or that it never will be */
    enum status status;    /* of the part at hand */
    char why[160];
};

static void release(void *object)
{
    struct stream *stream = object;
    arena_release(&stream->arena);
    arena_release(&stream->packed);
}

/* --- making parts --- */

/* A part may wait long for its reader: then its text alone is kept, not the several times as much that it
   was made of. */
static void pack(struct stream *stream)
{
    struct strbuf *part = &stream->part;
    part->text = arena_memdup(&stream->packed, part->text, part->length);
    part->arena = &stream->packed;
    part->capacity = part->length;
    arena_release(&stream->arena);
}

static void make_part(struct stream *stream)
{
    const struct response *response = &stream->exchange->response;
    arena_release(&stream->packed);
    stream->call = stream->exchange->call;
    stream->call.arena = &stream->arena;
    stream->call.deadline_ms = clock_monotonic_ms() + stream->timeout_ms;
    strbuf_init(&stream->part, &stream->arena, RESPONSE_PART_MAX);
    stream->taken = 0;
    stream->status =
        response->next_part(response->part_context, &stream->call, &stream->part, &stream->more);
    if (stream->status == STATUS_OK) pack(stream);
}

enum status stream_begin(struct exchange *exchange)
{
    struct response *response = &exchange->response;
    struct stream *stream = arena_new(&exchange->arena, struct stream);
    *stream = (struct stream){
        .exchange = exchange,
        .timeout_ms = exchange->call.deadline_ms - exchange->started_us / 1000,
        .more = true,
    };
    arena_init(&stream->arena, PART_ARENA_MAX);
    arena_init(&stream->packed, RESPONSE_PART_MAX + 1);
    arena_on_release(&exchange->arena, release, stream);
    make_part(stream);
    if (stream->status != STATUS_OK) {
        exchange->call.failure = stream->call.failure;
    } else if (stream->more) {
        exchange->stream = stream;
    } else { /* all of it is here: an answer like any other */
        response->body = stream->part;
        response->next_part = NULL;
    }
    return stream->status;
}

static void run(void *argument)
{
    struct stream *stream = argument;
    make_part(stream);
    stream->exchange->running = false;
    if (!stream->parked) return; /* whoever started us goes on */
    stream->parked = false;
    exchange_resume(stream->exchange);
}

/* False: the part is being made, and the connection suspended until it is. */
static bool next_part(struct stream *stream)
{
    struct exchange *exchange = stream->exchange;
    exchange->running = true;
    guard_working(exchange->client);
    const enum status status = task_start(exchange->server->loop, run, stream);
    if (status != STATUS_OK) {
        exchange->running = false;
        stream->status = call_fail(&stream->call, status, "too many requests are being worked on");
    }
    if (!exchange->running) return true;
    stream->parked = true;
    MHD_suspend_connection(exchange->connection);
    return false;
}

/* --- handing them over --- */

static void note_broken(struct stream *stream, const char *why)
{
    _Atomic int64_t *counter = &stream->exchange->server->broken_counter;
    if (stream->broken) return;
    stream->broken = true;
    snprintf(stream->why, sizeof(stream->why), "%s", why ? why : "no reason given");
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

static ssize_t fail(struct stream *stream)
{
    log_error("stream_failed", &stream->call, LOG_TEXT("route", stream->exchange->response.route),
              LOG_TEXT("status", status_name(stream->status)),
              LOG_TEXT("detail", stream->call.failure.message), LOG_INT("bytes", stream->bytes));
    stream_cut(stream->exchange);
    note_broken(stream, stream->call.failure.message);
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static ssize_t read_more(void *cls, uint64_t position, char *out, size_t max)
{
    struct stream *stream = cls;
    struct exchange *exchange = stream->exchange;
    (void)position;
    if (!exchange->connection || stream->broken) return MHD_CONTENT_READER_END_WITH_ERROR;
    while (stream->status == STATUS_OK && stream->taken == stream->part.length && stream->more)
        if (!next_part(stream)) return 0;
    if (stream->status != STATUS_OK) return fail(stream);
    if (stream->taken == 0)
        guard_answering(&exchange->server->guard, exchange->client, stream->part.length,
                        loop_now_ms(exchange->server->loop));
    const size_t left = stream->part.length - stream->taken;
    if (left == 0) {
        stream->complete = true;
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    const size_t count = left < max ? left : max;
    memcpy(out, stream->part.text + stream->taken, count);
    stream->taken += count;
    stream->bytes += (int64_t)count;
    return (ssize_t)count;
}

/* Left alone the kernel takes megabytes ahead of a slow client, and then has room again only when a third
   of them has been read: a steady reader would look to the slow guard as if it had stopped. */
static void bound_unsent(const struct exchange *exchange)
{
    const int bytes = UNSENT_BYTES_MAX;
    if (setsockopt(exchange->client->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof(bytes)) !=
        0)
        log_warn("unsent_not_bounded", &exchange->call, LOG_INT("errno", errno));
}

struct MHD_Response *stream_reply(struct exchange *exchange)
{
    bound_unsent(exchange);
    struct MHD_Response *reply = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, PLAIN_BLOCK_BYTES, read_more, exchange->stream, NULL);
    /* To HEAD the library would send the last chunk, and the client take it for the next answer. */
    if (reply && exchange->request.method == METHOD_HEAD)
        MHD_set_response_options(reply, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    return reply;
}

/* --- the end --- */

bool stream_cut(struct exchange *exchange)
{
    const struct stream *stream = exchange->stream;
    if (!stream || stream->complete || stream->broken || !exchange->client) return false;
    /* Dissolving the association is the one way to reset a connection that somebody else is going
       to shut down and close in good order. */
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    return connect(exchange->client->fd, &nobody, sizeof(nobody)) == 0;
}

void stream_end(struct exchange *exchange, bool sent)
{
    struct stream *stream = exchange->stream;
    if (!sent) note_broken(stream, "the client did not take all of it");
    reply_account(exchange, stream->bytes, stream->broken ? stream->why : NULL);
    exchange->stream = NULL;
}
