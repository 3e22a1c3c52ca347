/* The HTTP server: libmicrohttpd driven by our loop, one task per request.
 *
 * One daemon per loop, each with its own listening socket on the same port (listeners.h). The
 * daemon has no thread: its epoll descriptor sits in the loop's epoll. A request's task starts when
 * its body is complete; if it ends without waiting it is answered at once, else the connection is
 * suspended until it is done. Limits: connections, header bytes (431), body bytes (413), and time:
 * a request must arrive within request_timeout_ms, however slowly its bytes drip; an idle
 * connection is closed after idle_timeout_ms. A body over 64 KiB is read only if the handler admits it
 * and large_bodies_max has room for it; it then may take longer, a second more per 32 KiB.
 * libmicrohttpd appears nowhere outside common/http.
 */
#ifndef STAGECRAFT_HTTP_SERVER_H
#define STAGECRAFT_HTTP_SERVER_H

#include "common/http/handler.h"
#include "common/runtime/loop.h"

#include <stdbool.h>

struct server;
struct metrics;

struct server_options {
    const char *address; /* "127.0.0.1" */
    int port;            /* 0: any free one, see server_port() */
    int listener;        /* taken: a socket of listeners_open() for that port; 0: make one */
    int connections_max;
    int64_t idle_timeout_ms;
    int64_t request_timeout_ms;
    size_t arena_max;        /* bytes one request may use: three times its body, twice its answer */
    size_t large_bodies_max; /* bytes that all bodies over 64 KiB may have together; more: 503 */
    const char *instance;    /* sent as Server-Instance */
};

/* Starts to listen. STATUS_CONFLICT when the port is taken, with a sentence in `error`.
   `metrics` may be NULL; everything is borrowed. */
enum status server_open(struct loop *loop, const struct server_options *options,
                        struct handler *handler, struct metrics *metrics, struct server **out,
                        char error[256]);

int server_port(const struct server *server);

/* Takes in what has connected already, then stops listening. Answers from now on carry "Connection:
   close"; idle connections are closed after a short grace. No request is cut. */
void server_drain(struct server *server);

/* Requests being worked on, and open connections. */
int server_active(const struct server *server);
int server_connections(const struct server *server);

/* Closes everything; call when server_active() is 0 or the patience is over. A task that is
   still running goes on without its client; what it holds is freed if the loop turns until it
   has ended. */
void server_close(struct server *server);

#endif
