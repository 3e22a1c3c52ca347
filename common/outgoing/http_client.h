/* A small HTTP client for calling other services from a task. */
#ifndef STAGECRAFT_OUTGOING_HTTP_CLIENT_H
#define STAGECRAFT_OUTGOING_HTTP_CLIENT_H

#include "common/outgoing/transfer.h"

struct http_header {
    const char *name, *value;
};

enum { HTTP_CLIENT_BODY_MAX = 1 << 20 };

struct http_outgoing {
    const char *method; /* "POST" */
    const char *url;
    const struct http_header *headers;
    int header_count;
    const char *body; /* NULL: none */
    size_t body_length;
    int64_t timeout_ms; /* 0: what the call has left; never more than that */
    size_t body_max;    /* of the answer; 0: HTTP_CLIENT_BODY_MAX */
};

struct http_incoming {
    int status;       /* 200 */
    const char *body; /* in the call's arena, NUL-terminated */
    size_t body_length;
};

/* Sends and waits. STATUS_OK means an answer came, whatever its status code. STATUS_UNAVAILABLE: the request was
   surely not processed (no connection). STATUS_TIMEOUT: it may have been (timed out, or cut after
   sending). STATUS_TOO_LARGE: answer over the maximum. Redirects are not followed: a 3xx is an answer.
   X-Request-Id and traceparent travel along. A request may reach the other side twice when a kept
   connection breaks, but a POST or PATCH only when it has an Idempotency-Key. */
enum status http_client_send(struct transfers *transfers, struct call *call,
                             const struct http_outgoing *outgoing, struct http_incoming *incoming);

#endif
