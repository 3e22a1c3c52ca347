/* The whole server: the first byte says how the bytes arrive (how many at a time, and whether the client
 * hangs up at once), the rest is what arrives. A client on the same loop sends them, reads, and goes.
 *
 * Whatever came, every answer is one that a client can read, the handler sees only what its header promises,
 * and when the client has gone nothing of it is left.
 */
#include "common/base/bytes.h"
#include "common/http/router.h"
#include "common/http/server_internal.h"
#include "common/runtime/task.h"
#include "tests/fuzz/fuzz.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MAX = 256 * 1024, QUIET_TURNS = 6, BODY_LIMIT = 600, LEFT_MAX = 200 };

static struct loop *loop;
static struct server *server;
static struct arena arena;

/* The client. */
static struct {
    struct loop_watch watch;
    struct loop_timer tick;
    const char *at, *end;
    size_t step;
    bool hasty;      /* hangs up when it has sent everything */
    int quiet_turns; /* since something was sent or received */
    int fd;
    size_t length;
    char reply[REPLY_MAX + 1];
} client;

/* --- what requests reach --- */

static void check_request(const struct call *call, const struct request *request)
{
    MUST(request->path[0] == '/' && bytes_is_utf8(request->path, strlen(request->path)));
    MUST(request->query_count >= 0 && request->query_count <= REQUEST_QUERY_MAX);
    MUST(request->body && request->body[request->body_length] == '\0');
    MUST(request->body_length <= BODY_LIMIT);
    const size_t id = strlen(call->request_id);
    MUST(id >= 1 && id <= CALL_ID_MAX && !strpbrk(call->request_id, " \"\\\n\r\t=;"));
    MUST(call->traceparent[0] == '\0' || strlen(call->traceparent) == CALL_TRACEPARENT_MAX - 1);
    const char *host = request_header(request, "Host");
    MUST(!host || strlen(host) < CONNECTION_POOL_BYTES);
}

static enum status echo(void *context, struct call *call, const struct request *request,
                        struct response *response)
{
    (void)context;
    check_request(call, request);
    response->content_type = "text/plain";
    strbuf_add_char(&response->body, '>'); /* no answer begins inside an answer */
    strbuf_add(&response->body, request->body, request->body_length);
    return STATUS_OK;
}

static enum status echo_later(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    task_sleep(loop, 0);
    return echo(context, call, request, response);
}

static enum status refuse(void *context, struct call *call, const struct request *request,
                          struct response *response)
{
    (void)context, (void)response;
    check_request(call, request);
    return call_fail(call, STATUS_CONFLICT, "not now");
}

static enum status next_part(void *context, struct call *call, struct strbuf *part, bool *more)
{
    int *left = context;
    (void)call;
    if (*left % 2) task_sleep(loop, 0);
    strbuf_printf(part, "part %d\n", *left);
    *more = --*left > 0;
    return STATUS_OK;
}

static enum status stream(void *context, struct call *call, const struct request *request,
                          struct response *response)
{
    (void)context;
    check_request(call, request);
    int *left = arena_new(call->arena, int);
    *left = 4;
    response_stream(response, "text/plain", next_part, left);
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/a", ACCESS_PUBLIC, .run = echo},
    {METHOD_POST, "/a", ACCESS_PUBLIC, .run = echo, .body_max = BODY_LIMIT},
    {METHOD_GET, "/later/{id}", ACCESS_PUBLIC, .run = echo_later},
    {METHOD_PUT, "/later/{id}", ACCESS_PUBLIC, .run = echo_later, .body_max = BODY_LIMIT},
    {METHOD_GET, "/no", ACCESS_PUBLIC, .run = refuse},
    {METHOD_GET, "/stream", ACCESS_PUBLIC, .run = stream},
};

/* --- the client --- */

static void hang_up(void)
{
    if (client.fd < 0) return;
    loop_unwatch(loop, &client.watch);
    close(client.fd);
    client.fd = -1;
    client.quiet_turns = 0;
}

static void on_client(void *context, unsigned ready)
{
    (void)context;
    if (ready & LOOP_READ) {
        const ssize_t count =
            recv(client.fd, client.reply + client.length, REPLY_MAX - client.length, MSG_DONTWAIT);
        if (count > 0) client.length += (size_t)count, client.quiet_turns = 0;
        if (count == 0 || (count < 0 && errno != EAGAIN)) {
            hang_up();
            return;
        }
    }
    if (client.at == client.end || !(ready & LOOP_WRITE)) return;
    client.quiet_turns = 0;
    size_t length = (size_t)(client.end - client.at);
    if (length > client.step) length = client.step;
    const ssize_t count = send(client.fd, client.at, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    client.at = count < 0 && errno != EAGAIN ? client.end : client.at + (count > 0 ? count : 0);
    if (client.at < client.end) return;
    loop_watch(loop, &client.watch, LOOP_READ);
    if (client.hasty) hang_up();
}

/* Keeps the loop turning; some turns in which nothing happens, and the client hangs up; some more, and the
   input is done. */
static void on_tick(void *context)
{
    (void)context;
    if (++client.quiet_turns > QUIET_TURNS) {
        if (client.fd < 0) {
            loop_stop(loop);
            return;
        }
        hang_up();
    }
    loop_timer_start(loop, &client.tick, loop_now_ms(loop));
}

static void connect_client(struct input *input)
{
    int pair[2];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const unsigned char how = (unsigned char)input_byte(input);
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    MUST(MHD_add_connection(server->daemon, pair[1], (struct sockaddr *)&address,
                            sizeof(address)) == MHD_YES);
    client.fd = pair[0];
    client.at = input->at;
    client.end = input->end;
    client.step = how % 64 == 0 ? SIZE_MAX : 4u * (how % 64);
    client.hasty = how >= 0xC0;
    client.length = 0;
    client.quiet_turns = 0;
    client.watch = (struct loop_watch){.fd = client.fd, .run = on_client};
    loop_watch(loop, &client.watch, client.at < client.end ? LOOP_READ | LOOP_WRITE : LOOP_READ);
    server_turn_soon(server);
    loop_timer_start(loop, &client.tick, loop_now_ms(loop));
    loop_run(loop);
}

/* --- the answers --- */

static const char *field(const char *head, const char *end, const char *name)
{
    const char *at = memmem(head, (size_t)(end - head), name, strlen(name));
    return at ? at + strlen(name) : NULL;
}

/* Behind the chunks, or NULL when they are not all there. */
static const char *skip_chunks(const char *at)
{
    for (;;) {
        char *end;
        const unsigned long length = strtoul(at, &end, 16);
        if (*end == '\0') return NULL;
        MUST(end > at && strncmp(end, "\r\n", 2) == 0);
        at = end + 2;
        if (length > strlen(at)) return NULL;
        at += length;
        if (*at == '\0') return NULL;
        MUST(strncmp(at, "\r\n", 2) == 0);
        at += 2;
        if (length == 0) return at;
    }
}

static bool begins_answer(const char *at)
{
    return strncmp(at, "HTTP/1.1 ", 9) == 0;
}

/* One answer; what stands behind it, or NULL when it is cut short or lasts to the end. */
static const char *check_answer(const char *at)
{
    if (strlen(at) < 12) return NULL;
    MUST(begins_answer(at));
    const int status = atoi(at + 9);
    MUST((status >= 200 && status <= 505 && status != 500) || status == 100);
    const char *end = strstr(at, "\r\n\r\n");
    if (!end) return NULL;
    for (const char *byte = at; byte < end; byte++)
        MUST((unsigned char)*byte >= ' ' || *byte == '\r' || *byte == '\n' || *byte == '\t');
    const char *body = end + 4;
    const char *length = field(at, end, "\r\nContent-Length: ");
    const bool chunked = field(at, end, "\r\nTransfer-Encoding: chunked") != NULL;
    MUST(!(length && chunked));
    if (status == 100 || status == 204 || status == 304 || begins_answer(body)) return body;
    if (chunked) return *body == '\0' ? NULL : skip_chunks(body);
    if (!length || *body == '\0') return NULL;
    const size_t wanted = strtoul(length, NULL, 10);
    return strlen(body) >= wanted ? body + wanted : NULL;
}

static void check_answers(void)
{
    client.reply[client.length] = '\0';
    MUST(strlen(client.reply) == client.length || client.end > client.at ||
         memchr(client.reply, '\0', client.length));
    for (const char *at = client.reply; at && *at != '\0';)
        at = check_answer(at);
}

/* Some clients leave so hastily that only the guard's next sweep sees it (slow_guard.h). */
static void wait_for_the_sweep(void)
{
    for (int i = 0; i < 1000 && server_connections(server) > 0; i++) {
        usleep(5000);
        loop_timer_start(loop, &client.tick, loop_now_ms(loop));
        client.quiet_turns = QUIET_TURNS;
        loop_run(loop);
    }
    MUST(server_connections(server) == 0 && server_active(server) == 0);
}

void fuzz_open(void)
{
    char error[256];
    const struct server_options options = {
        .address = "127.0.0.1",
        .connections_max = 1000,
        .idle_timeout_ms = 1000,
        .request_timeout_ms = 1000,
        .arena_max = 1 << 20,
        .instance = "fuzz",
    };
    arena_init(&arena, 16 << 20);
    MUST(loop_open(&loop) == STATUS_OK);
    struct router *router = router_new(&arena, NULL, NULL);
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), NULL);
    MUST(server_open(loop, &options, router_handler(router), NULL, &server, error) == STATUS_OK);
    client.tick.run = on_tick;
}

void fuzz_one(struct call *call, struct input *input)
{
    (void)call;
    connect_client(input);
    check_answers();
    if (!client.hasty) MUST(server_active(server) <= server_connections(server));
    if (server_connections(server) > LEFT_MAX) wait_for_the_sweep();
}
