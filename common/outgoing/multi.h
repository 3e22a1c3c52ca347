/* libcurl's multi handle, living on our loop; transfer.c is the only one who uses this.
 *
 * libcurl says which sockets it waits for and when it wants to be called; multi.c passes that to the loop
 * and calls libcurl when a socket is ready. Calls for time are made by multi_turn() only, once per turn:
 * many requests of one turn cost one look at libcurl's timers.
 */
#ifndef STAGECRAFT_OUTGOING_MULTI_H
#define STAGECRAFT_OUTGOING_MULTI_H

#include "common/runtime/loop.h"

#include <curl/curl.h>

struct multi_socket;

struct multi {
    struct loop *loop; /* borrowed */
    CURLM *handle;
    struct loop_timer timer;
    bool due;                  /* libcurl wants to be called now */
    struct multi_socket *idle; /* pool */
};

/* `connections_max` to one host; idle ones are kept for twice as many. STATUS_UNAVAILABLE: no memory. */
enum status multi_init(struct multi *multi, struct loop *loop, int connections_max);

/* All easy handles must have been removed. */
void multi_release(struct multi *multi);

/* Lets libcurl do what is due: start what was added, retry, time out. */
void multi_turn(struct multi *multi);

#endif
