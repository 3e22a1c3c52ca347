/* Last words to a client whose connection is about to be closed, often with part of its request
 * unread.
 *
 * Two obstacles. The library cannot answer at any moment: not a client that is too slow, has just
 * sent too much, or has filled the connection's memory. farewell_send() writes such an answer
 * itself. And closing a socket with bytes unread makes TCP reset the connection, which may destroy
 * an answer on its way. farewell_linger() keeps a duplicate of the socket open and throws away what
 * still comes, for a while. Private to the server.
 */
#ifndef STAGECRAFT_HTTP_FAREWELL_H
#define STAGECRAFT_HTTP_FAREWELL_H

#include "common/http/handler.h"
#include "common/runtime/loop.h"

struct farewell;

/* All lingering sockets of one server. */
struct farewells {
    struct loop *loop;
    struct farewell *first;
    int count;
};

void farewells_init(struct farewells *farewells, struct loop *loop);
void farewells_release(struct farewells *farewells);

/* Writes `response` with "Connection: close" to the socket, which must take it without waiting. */
void farewell_send(int fd, struct call *call, const struct response *response,
                   const char *instance);

/* Call before the socket is closed. Does nothing when too many linger already. */
void farewell_linger(struct farewells *farewells, int fd);

#endif
