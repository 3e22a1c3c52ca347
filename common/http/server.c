/* The daemon and its turns. libmicrohttpd keeps its connections in an epoll of its own; that
 * descriptor is watched by our loop like any socket, and MHD_run() does what is to be done.
 * Resuming a connection only sets a flag, of which that epoll knows nothing; so it starts a timer
 * that is due at once: the loop's next wait does not wait, and one MHD_run() serves everything that
 * was resumed in this turn together with what has arrived meanwhile. A hook would save that system
 * call, but it would start tasks after the pools' hooks have sent this turn's queries.
 *
 * Not used, on purpose: MHD_USE_TURBO (with epoll and 512 connections it fell to 85 requests per
 * second) and the library's time-outs (they start anew with every byte; slow_guard.h is stricter).
 */
#include "common/base/log.h"
#include "common/http/listen.h"
#include "common/http/metrics.h"
#include "common/http/server_internal.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    SWEEP_EVERY_MS = 1000,
    DRAIN_SWEEP_EVERY_MS = 50,
    DRAIN_GRACE_MS = 500, /* for a request that is on its way on an idle connection */
};

struct client *server_client(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* --- turns --- */

static void turn(struct server *server)
{
    MHD_UNSIGNED_LONG_LONG timeout_ms;
    loop_timer_stop(server->loop, &server->again);
    MHD_run(server->daemon);
    /* Pipelined requests, half-sent answers: others get their turn, then we go on. */
    if (MHD_get_timeout(server->daemon, &timeout_ms) == MHD_YES && timeout_ms == 0)
        server_turn_soon(server);
}

void server_turn_soon(struct server *server)
{
    if (server->again.slot == 0)
        loop_timer_start(server->loop, &server->again, loop_now_ms(server->loop));
}

static void on_ready(void *context, unsigned ready)
{
    (void)ready;
    turn(context);
}

static void on_again(void *context)
{
    turn(context);
}

/* --- connections --- */

static void format_peer(const struct sockaddr *address, char out[INET6_ADDRSTRLEN])
{
    const void *bytes = NULL;
    if (address->sa_family == AF_INET) bytes = &((const struct sockaddr_in *)address)->sin_addr;
    if (address->sa_family == AF_INET6) bytes = &((const struct sockaddr_in6 *)address)->sin6_addr;
    if (!bytes || !inet_ntop(address->sa_family, bytes, out, INET6_ADDRSTRLEN)) strcpy(out, "-");
}

static void count_connections(struct server *server)
{
    atomic_store_explicit(&server->connections_gauge, server->guard.count, memory_order_relaxed);
}

static void connected(struct server *server, struct MHD_Connection *connection, void **context)
{
    struct client *client = calloc(1, sizeof(*client));
    if (!client) abort(); /* every callback relies on it */
    client->server = server;
    client->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    format_peer(
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
        client->peer);
    guard_add(&server->guard, client, loop_now_ms(server->loop));
    *context = client;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *server = cls;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        connected(server, connection, context);
    } else {
        struct client *client = *context;
        guard_remove(&server->guard, client);
        free(client);
        *context = NULL;
        /* At a limit (connections, descriptors) the daemon leaves the listening socket alone;
           it looks again only when it is run. */
        server_turn_soon(server);
    }
    count_connections(server);
}

/* The request line is here, as it was sent. Its context (the answer) begins later. */
static void *on_request_line(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct server *server = cls;
    struct client *client = server_client(connection);
    client->target = target;
    client->target_length = target ? strlen(target) : 0;
    guard_receiving(&server->guard, client, loop_now_ms(server->loop));
    return NULL;
}

/* Decoding is our own business (target.h): the library's would pass over what is wrong. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls, (void)connection;
    return strlen(text);
}

/* --- the sweep --- */

/* Draining: a request may have come in this very moment. */
static bool has_more_to_say(const struct client *client)
{
    int unread = 0;
    return ioctl(client->fd, FIONREAD, &unread) == 0 && unread > 0;
}

static bool cut(void *context, struct client *client)
{
    struct server *server = context;
    const bool late = loop_now_ms(server->loop) >= client->deadline_ms;
    const bool resting = client->phase == CLIENT_WAITING || client->phase == CLIENT_IDLE;
    if (!late && resting && has_more_to_say(client)) return false;
    if (late && client->phase == CLIENT_RECEIVING)
        reply_farewell(server, client, STATUS_SLOW_REQUEST, "the request did not arrive in time");
    if (late && client->phase == CLIENT_ANSWERING)
        log_info("answer_cut", client->exchange ? &client->exchange->call : NULL,
                 LOG_TEXT("peer", client->peer));
    if (late && !resting) {
        const int64_t so_far = atomic_load_explicit(&server->cut_counter, memory_order_relaxed);
        atomic_store_explicit(&server->cut_counter, so_far + 1, memory_order_relaxed);
    }
    if (!client->exchange || !stream_cut(client->exchange))
        shutdown(client->fd, SHUT_RDWR); /* the library sees it hang up and closes it */
    return true;
}

static void on_sweep(void *context)
{
    struct server *server = context;
    const int64_t now_ms = loop_now_ms(server->loop);
    guard_sweep(&server->guard, now_ms, cut, server);
    loop_timer_start(server->loop, &server->sweep,
                     now_ms + (server->draining ? DRAIN_SWEEP_EVERY_MS : SWEEP_EVERY_MS));
}

/* --- open and close --- */

static void add_gauges(struct server *server)
{
    struct metrics *metrics = server->metrics;
    if (!metrics) return;
    metrics_add_value(metrics, "shop_http_connections", "gauge", "open connections",
                      &server->connections_gauge);
    metrics_add_value(metrics, "shop_http_requests_active", "gauge", "requests being worked on",
                      &server->active_gauge);
    metrics_add_value(metrics, "shop_http_large_body_bytes", "gauge",
                      "room taken by request bodies over 64 KiB", &server->large_gauge);
    metrics_add_value(metrics, "shop_http_cut_total", "counter",
                      "connections cut because the client was too slow", &server->cut_counter);
    metrics_add_value(metrics, "shop_http_streams_broken_total", "counter",
                      "streamed answers that did not reach their end", &server->broken_counter);
}

static struct MHD_Daemon *start_daemon(struct server *server, int fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, exchange_on_access, server,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)server->options.connections_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_POOL_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_URI_LOG_CALLBACK,
        on_request_line, server, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, server,
        MHD_OPTION_NOTIFY_COMPLETED, exchange_on_completed, server, MHD_OPTION_END);
}

enum status server_open(struct loop *loop, const struct server_options *options,
                        struct handler *handler, struct metrics *metrics, struct server **out,
                        char error[256])
{
    int fd = options->listener > 0 ? options->listener : -1;
    enum status status = STATUS_OK;
    struct server *server = calloc(1, sizeof(*server));
    if (!server) {
        snprintf(error, 256, "out of memory");
        if (fd >= 0) close(fd);
        return STATUS_UNAVAILABLE;
    }
    server->loop = loop;
    server->port = options->port;
    server->options = *options;
    server->handler = handler;
    server->metrics = metrics;
    guard_init(&server->guard, options->request_timeout_ms, options->idle_timeout_ms);
    farewells_init(&server->farewells, loop);
    if (fd < 0)
        status = listen_bind(options->address, options->port, false, &fd, &server->port, error);
    if (status == STATUS_OK) status = listen_begin(fd, server->port, error);
    if (status != STATUS_OK) goto out;
    server->daemon = start_daemon(server, fd);
    if (!server->daemon) {
        snprintf(error, 256, "the HTTP library does not start: no memory or descriptors left");
        status = STATUS_UNAVAILABLE;
        goto out;
    }
    server->watch.fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    server->watch.run = on_ready;
    server->again.run = on_again;
    server->sweep.run = on_sweep;
    server->watch.context = server->again.context = server->sweep.context = server;
    add_gauges(server);
    loop_watch(loop, &server->watch, LOOP_READ);
    on_sweep(server);
    turn(server); /* puts the listening socket into the daemon's epoll */
    *out = server;
    return STATUS_OK;
out:
    if (fd >= 0) close(fd);
    free(server);
    return status;
}

int server_port(const struct server *server)
{
    return server->port;
}

int server_active(const struct server *server)
{
    return server->active;
}

int server_connections(const struct server *server)
{
    return server->guard.count;
}

void server_drain(struct server *server)
{
    if (server->draining) return;
    server->draining = true;
    guard_drain(&server->guard, loop_now_ms(server->loop), DRAIN_GRACE_MS);
    loop_timer_start(server->loop, &server->sweep, loop_now_ms(server->loop));
    const int fd = MHD_quiesce_daemon(server->daemon);
    /* Whoever the kernel has connected already believes to be served; closing the socket now
       would reset them. Between the last accept and the close there is a moment left, for which
       load balancers ask readiness first. */
    for (;;) {
        struct sockaddr_storage address;
        socklen_t length = sizeof(address);
        const int accepted =
            accept4(fd, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepted < 0) break;
        MHD_add_connection(server->daemon, accepted, (struct sockaddr *)&address, length);
    }
    close(fd);
}

void server_free(struct server *server)
{
    free(server);
}

void server_close(struct server *server)
{
    exchange_orphan_all(server);
    loop_unwatch(server->loop, &server->watch); /* before its descriptor is closed */
    MHD_stop_daemon(server->daemon); /* closes the listening socket too, unless drained */
    loop_timer_stop(server->loop, &server->again); /* every connection that was closed started it */
    loop_timer_stop(server->loop, &server->sweep);
    farewells_release(&server->farewells);
    server->closed = true;
    if (server->active == 0) server_free(server);
}
