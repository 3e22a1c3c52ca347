/* What the files of the server know of each other; nobody else includes this.
 *
 *   server.c     the daemon, its turns, draining, closing
 *   exchange.c   one request and its answer, from the complete head until the library is done
 *   head.c       what must be right about a request's head before anything else looks at it
 *   upload.c     large bodies: who may send one, and how much of them at a time
 *   refusal.c    heads the library refuses by itself: our answer instead of its page
 *   reply.c      from struct response to the library's, with log line and metrics
 *   stream.c     an answer in parts: from one part to the next, and what happens when there is none
 *
 * An exchange's states: begun (head here, body arriving) -> running (its task) -> ended (answer
 * handed over) -> completed (freed). A running one may be parked, its connection suspended.
 */
#ifndef STAGECRAFT_HTTP_SERVER_INTERNAL_H
#define STAGECRAFT_HTTP_SERVER_INTERNAL_H

#include "common/http/farewell.h"
#include "common/http/server.h"
#include "common/http/slow_guard.h"

#include <microhttpd.h>

enum {
    /* All memory a connection gets from the library: head, library's records, the next request's
       first bytes. It is resident for as long as the connection lives. */
    CONNECTION_POOL_BYTES = 8 * 1024,
    /* The head we accept, each field counted with the record the library keeps of it. What is
       left of the pool must hold the answer's head. Over this the answer is 431; what does
       not fit the pool at all is refused by the library (refusal.c). */
    HEAD_BYTES_MAX = 6 * 1024 + 512,
    HEAD_FIELD_BYTES = 64,
};

struct server {
    struct loop *loop;
    struct server_options options;
    struct handler *handler;
    struct metrics *metrics; /* may be NULL */
    struct MHD_Daemon *daemon;
    struct loop_watch watch; /* the daemon's epoll */
    struct loop_timer again; /* the daemon has more to do at once */
    struct loop_timer sweep; /* the slow guard's second */
    struct slow_guard guard;
    struct farewells farewells;
    struct exchange *exchanges; /* newest first */
    int active;
    int port;
    bool draining;
    bool closed;        /* only tasks that outlive the server are left */
    size_t large_bytes; /* room taken by large bodies */
    _Atomic int64_t connections_gauge, active_gauge, cut_counter, broken_counter, large_gauge;
};

enum upload_state {
    UPLOAD_WELCOME, /* small, or let in */
    UPLOAD_LARGE,   /* nobody has been asked yet */
    UPLOAD_ASKING,  /* a task is */
    UPLOAD_REFUSED,
};

struct exchange {
    struct header_source headers; /* first: request.headers points here */
    struct server *server;
    struct MHD_Connection *connection; /* NULL: the server was closed under a running task */
    struct client *client;
    struct exchange *previous, *next;
    struct arena arena;
    struct call call;
    struct request request;
    struct response response;
    struct stream *stream; /* NULL: the answer has its body */
    struct strbuf body;
    size_t body_max;
    size_t body_announced; /* its Content-Length; 0 when chunked or none */
    bool has_body;
    enum upload_state upload;
    size_t room;         /* of the server's large_bytes */
    enum status refusal; /* found wrong with the head; STATUS_OK: nothing */
    bool running, parked, ended;
    int64_t started_us; /* when the request was complete */
};

/* --- exchange.c: the library's callbacks, `cls` is the server --- */

enum MHD_Result exchange_on_access(void *cls, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **context);
void exchange_on_completed(void *cls, struct MHD_Connection *connection, void **context,
                           enum MHD_RequestTerminationCode reason);

/* A task has ended whose connection was suspended: goes on with it, or frees the exchange if the server
   was closed meanwhile. */
void exchange_resume(struct exchange *exchange);

/* The server is closing: takes the connection from every exchange whose task is still running. */
void exchange_orphan_all(struct server *server);

/* --- head.c --- */

/* Fills request, request id and traceparent from the head. What is wrong with it is answered as
   a status; `must_close` tells whether the end of the request cannot be known either. */
enum status head_read(struct exchange *exchange, const char *url, const char *method,
                      const char *version, bool *must_close);

/* --- upload.c --- */

/* When the head has been read. */
void upload_init(struct exchange *exchange);

/* Asked with each part of the body. False: the client has been told why not; close the connection.
   `wait`: leave the part with the library, the connection is suspended and will bring it again. */
bool upload_may_go_on(struct exchange *exchange, bool *wait);

/* Gives back what it had of the server's room. */
void upload_release(struct exchange *exchange);

/* --- reply.c --- */

/* Log line and metrics, once for each answer. `bytes` of body have been handed to the library;
   `broken` says why there should have been more, or is NULL. */
void reply_account(const struct exchange *exchange, int64_t bytes, const char *broken);

/* Hands the answer to the library. False when that is impossible: the connection must be closed. */
bool reply_queue(struct exchange *exchange);

/* Tells a client that will not be listened to any longer why, by way of farewell.h; the caller
   closes the connection. */
void reply_farewell(struct server *server, struct client *client, enum status status,
                    const char *message);

/* --- stream.c --- */

/* The handler has asked for a streamed answer: makes its first part, in the handler's task. */
enum status stream_begin(struct exchange *exchange);

/* What the library is to send when there is more than the first part; NULL without memory. */
struct MHD_Response *stream_reply(struct exchange *exchange);

/* The library is done with it: complete if `sent`. */
void stream_end(struct exchange *exchange, bool sent);

/* Ends the connection so that what has been sent cannot pass for the whole answer. False when nothing
   of a stream is under way on it. */
bool stream_cut(struct exchange *exchange);

/* --- server.c --- */

struct client *server_client(struct MHD_Connection *connection);

/* The daemon has something to do that its epoll does not know of. */
void server_turn_soon(struct server *server);

/* When `closed` and the last exchange is gone. */
void server_free(struct server *server);

#endif
