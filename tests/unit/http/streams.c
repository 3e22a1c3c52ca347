/* The reader counts instead of keeping, because the interesting answers are larger than memory.
 */
#include "tests/unit/http/streams.h"

#include "common/runtime/task.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* --- the server's side --- */

struct plan {
    struct fixture *fixture;
    int64_t parts, bytes, ms, fail, empty;
    int64_t made;
};

static enum status make_part(void *context, struct call *call, struct strbuf *part, bool *more)
{
    struct plan *plan = context;
    const int64_t number = plan->made++;
    const int letter = (int)((plan->empty ? number / 2 : number) % 26);
    if (call_remaining_ms(call) < STREAM_PART_MS - 100)
        return call_fail(call, STATUS_TIMEOUT, "the part has no time of its own");
    arena_alloc(call->arena, 100000); /* adds up to too much unless it is freed with the part */
    if (plan->ms > 0) task_sleep(plan->fixture->loop, plan->ms);
    atomic_fetch_add(&plan->fixture->parts, 1);
    if (number == plan->fail) return call_fail(call, STATUS_UNAVAILABLE, "no database today");
    if (!plan->empty || number % 2 == 0) {
        memset(strbuf_reserve(part, (size_t)plan->bytes), 'a' + letter, (size_t)plan->bytes);
        strbuf_added(part, (size_t)plan->bytes);
    }
    *more = plan->made < plan->parts;
    return STATUS_OK;
}

static enum status get_stream(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    struct plan *plan = arena_new(call->arena, struct plan);
    *plan = (struct plan){.fixture = context, .parts = 1, .fail = -1};
    request_query_int64(call, request, "parts", 1, 1 << 20, &plan->parts);
    request_query_int64(call, request, "bytes", 0, RESPONSE_PART_MAX, &plan->bytes);
    request_query_int64(call, request, "ms", 0, 10000, &plan->ms);
    request_query_int64(call, request, "fail", 0, 1 << 20, &plan->fail);
    request_query_int64(call, request, "empty", 0, 1, &plan->empty);
    response_stream(response, "text/plain", make_part, plan);
    return call_check_fields(call);
}

static const struct route routes[] = {
    {METHOD_GET, "/stream", ACCESS_PUBLIC, .run = get_stream, .timeout_ms = STREAM_PART_MS},
};

void streams_add(struct router *router, struct fixture *fixture)
{
    router_add(router, routes, 1, fixture);
}

/* --- the client's side --- */

/* Takes `wanted` bytes, as far as there are any: 1 when it has them, 0 at an orderly end of the
   connection, -1 at any other. */
static int take(int fd, size_t wanted, struct streamed *out, char *letter)
{
    static _Thread_local char bytes[64 * 1024];
    while (wanted > 0) {
        const ssize_t count = recv(fd, bytes, wanted < sizeof(bytes) ? wanted : sizeof(bytes), 0);
        if (count <= 0) return (int)count;
        for (ssize_t i = 0; i < count; i++) {
            if (bytes[i] != *letter && bytes[i] != (*letter - 'a' + 1) % 26 + 'a' && out->bytes > 0)
                out->in_order = false;
            *letter = bytes[i];
            out->bytes++;
        }
        wanted -= (size_t)count;
    }
    return 1;
}

/* The line that begins a chunk; -1 at the end of the connection. */
static long chunk_size(int fd)
{
    char line[32] = "";
    for (size_t length = 0; length < sizeof(line) - 1; length++) {
        if (recv(fd, line + length, 1, 0) <= 0) return -1;
        if (line[length] == '\n') return strtol(line, NULL, 16);
    }
    return -1;
}

static void read_chunks(int fd, struct streamed *out)
{
    char letter = 'a', end[2];
    out->end = STREAM_CUT;
    for (;;) {
        const long size = chunk_size(fd);
        if (size < 0 || take(fd, (size_t)size, out, &letter) != 1) return;
        if (recv(fd, end, 2, MSG_WAITALL) != 2 || memcmp(end, "\r\n", 2) != 0) return;
        if (size == 0) break;
        out->chunks++;
    }
    out->end = STREAM_COMPLETE;
}

void streams_read(int fd, const struct answer *answer, struct streamed *out)
{
    char letter = 'a';
    *out = (struct streamed){.in_order = true};
    if (answer_header(answer, "Transfer-Encoding")) {
        read_chunks(fd, out);
        return;
    }
    const bool orderly = take(fd, SIZE_MAX, out, &letter) == 0;
    out->end = orderly ? STREAM_COMPLETE : STREAM_CUT;
}

int streams_get(int port, const char *query, const char *version, struct answer *answer,
                struct streamed *out)
{
    const int fd = client_connect(port);
    client_send(fd, "GET /stream?%s HTTP/%s\r\nHost: t\r\n\r\n", query, version);
    client_read(fd, answer, true);
    streams_read(fd, answer, out);
    return fd;
}
