/* The guard against slowness: every connection has a phase, and a moment when it must be over.
 *
 *   waiting    connected, no request line yet       request_timeout_ms after the connection
 *   receiving  request line seen, body not complete request_timeout_ms after the request line
 *                                                   (of a first request: after the connection)
 *   uploading  it is large and was let in       the same anew + a second per UPLOAD_RATE bytes
 *   working    a task has it                        no limit here: the call has a deadline
 *   answering  the answer is being sent             idle_timeout_ms + a second per ANSWER_RATE bytes
 *   idle       between two requests                 idle_timeout_ms
 *   cut        its socket was shut down             -
 *
 * The limits are for a phase as a whole, not for a pause within it: a client that sends, or reads,
 * one byte now and then keeps no connection. A sweep each second finds those that are late. It also
 * finds clients that have gone: when the last bytes and the end of a connection arrive together, the
 * library takes in the bytes and, its epoll being edge-triggered, never hears of the end. Private to
 * the server.
 */
#ifndef STAGECRAFT_HTTP_SLOW_GUARD_H
#define STAGECRAFT_HTTP_SLOW_GUARD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exchange;
struct server;

enum {
    ANSWER_RATE = 16 * 1024,
    UPLOAD_RATE = 32 * 1024
}; /* bytes per second: who is slower is cut */

enum client_phase {
    CLIENT_WAITING,
    CLIENT_RECEIVING,
    CLIENT_WORKING,
    CLIENT_ANSWERING,
    CLIENT_IDLE,
    CLIENT_CUT
};

/* One connection. */
struct client {
    struct client *previous, *next;
    enum client_phase phase;
    struct server *server;
    bool first;   /* no request has been answered yet */
    bool checked; /* it had not hung up when the sweep looked, in this phase */
    int fd;
    int64_t since_ms;    /* when the phase began */
    int64_t deadline_ms; /* when it must be over */
    const char *target;  /* the raw request target, while its headers are read */
    size_t target_length;
    struct exchange *exchange; /* the request at hand, or NULL */
    char peer[INET6_ADDRSTRLEN];
};

struct slow_guard {
    struct client *clients; /* newest first */
    int count;
    int64_t request_timeout_ms, idle_timeout_ms;
    int64_t drain_from_ms; /* idle clients may go from then on; INT64_MAX: not draining */
};

void guard_init(struct slow_guard *guard, int64_t request_timeout_ms, int64_t idle_timeout_ms);

void guard_add(struct slow_guard *guard, struct client *client, int64_t now_ms);
void guard_remove(struct slow_guard *guard, struct client *client);

void guard_receiving(struct slow_guard *guard, struct client *client, int64_t now_ms);
void guard_uploading(struct slow_guard *guard, struct client *client, size_t bytes, int64_t now_ms);
void guard_working(struct client *client);
void guard_answering(struct slow_guard *guard, struct client *client, size_t bytes, int64_t now_ms);
void guard_idle(struct slow_guard *guard, struct client *client, int64_t now_ms);

/* From now on, clients that have had nothing to say for `grace_ms` are late. */
void guard_drain(struct slow_guard *guard, int64_t now_ms, int64_t grace_ms);

/* Calls `cut` for every client that is late; it answers true when it has shut the socket down,
   and must not remove clients. */
void guard_sweep(struct slow_guard *guard, int64_t now_ms,
                 bool (*cut)(void *context, struct client *client), void *context);

#endif
