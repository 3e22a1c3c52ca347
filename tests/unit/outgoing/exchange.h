/* One request to a peer, as the tests of http_client.c make them.
 */
#ifndef STAGECRAFT_TESTS_UNIT_OUTGOING_EXCHANGE_H
#define STAGECRAFT_TESTS_UNIT_OUTGOING_EXCHANGE_H

#include "common/outgoing/http_client.h"
#include "tests/unit/outgoing/groups.h"
#include "tests/unit/outgoing/peer.h"

struct exchange {
    struct world *world;
    struct http_outgoing outgoing;
    struct http_incoming incoming;
    struct http_header headers[4];
    enum status status; /* of the last time */
    int64_t elapsed_ms;
    int times; /* sent one after the other; stops at the first failure */
    int done;  /* of all tasks: how often it was STATUS_OK */
};

/* A POST of {"n":1} to that port of 127.0.0.1. */
void exchange_init(struct exchange *exchange, struct world *world, int port);
void exchange_header(struct exchange *exchange, const char *name, const char *value);

/* Sends it from one task, or from several at the same time. */
void exchange_run(struct exchange *exchange);
void exchange_run_many(struct exchange *exchange, int tasks);

#define ANSWER_OK \
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}"

/* Answers every request with ANSWER_OK. */
void serve_ok(struct peer *peer, int fd, int index);
/* Reads the request and says nothing. */
void serve_silence(struct peer *peer, int fd, int index);

#endif
