/* How every function that can meet weather answers.
 *
 * Weather is what a correct program cannot prevent: bad input, a full queue, a dead database. It is
 * answered with a status. A bug (a broken precondition) is an assert, never a status. The adapter that
 * meets a foreign error (errno, PGresult, CURLcode) translates it here, once; nobody above sees it.
 * The sentence for the reader is set at the same place with call_fail() (call.h).
 */
#ifndef STAGECRAFT_BASE_STATUS_H
#define STAGECRAFT_BASE_STATUS_H

enum [[nodiscard]] status{
    STATUS_OK = 0,
    STATUS_MALFORMED,       /* 400: not JSON, not a number, not a cursor of ours */
    STATUS_UNAUTHENTICATED, /* 401: no token, or one that does not hold */
    STATUS_DECLINED,        /* 402: the payment provider said no */
    STATUS_FORBIDDEN,       /* 403: known, but not allowed */
    STATUS_NOT_FOUND,       /* 404 */
    STATUS_METHOD,          /* 405: the path exists, the method does not */
    STATUS_SLOW_REQUEST,    /* 408: the request did not arrive in time */
    STATUS_CONFLICT,        /* 409: the state of things forbids it now */
    STATUS_SOLD_OUT,        /* 409: not enough places left */
    STATUS_PRECONDITION,    /* 412: If-Match names an older version */
    STATUS_TOO_LARGE,       /* 413: body over the route's limit */
    STATUS_ADDRESS_LONG,    /* 414: the request's target does not fit */
    STATUS_MEDIA_TYPE,      /* 415: not application/json */
    STATUS_UNPROCESSABLE,   /* 422: well formed, wrong values; the fields are listed */
    STATUS_HEADERS_LARGE,   /* 431: request headers over the limit */
    STATUS_INTERNAL,        /* 500: we do not know; logged once at the edge */
    STATUS_UNAVAILABLE,     /* 503: a part we need is down or full; the answer has Retry-After */
    STATUS_TIMEOUT,         /* 504: the call's deadline passed; the outcome may be unknown */
    STATUS_VERSION,         /* 505: neither HTTP/1.1 nor 1.0 */
    STATUS_COUNT};

/* The name in problem types and logs: "sold-out". Static. */
const char *status_name(enum status status);

/* The HTTP status code an edge answers with: 409. */
int status_http(enum status status);

/* The title of the problem answer: "Sold out". Static. */
const char *status_title(enum status status);

#endif
