/* The handler port: what an HTTP request looks like to the shop, and how it answers.
 *
 * server.c turns libmicrohttpd's callbacks into one handler_handle() per request, each in a task of
 * its own; router.c is the handler that finds a route. Anything that wants to act on every request
 * (rate limits, traces) wraps this port. No type of libmicrohttpd is visible here.
 */
#ifndef STAGECRAFT_HTTP_HANDLER_H
#define STAGECRAFT_HTTP_HANDLER_H

#include "common/base/call.h"
#include "common/base/json.h"
#include "common/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OTHER
};

enum { REQUEST_PARAMETERS_MAX = 4, REQUEST_QUERY_MAX = 32, RESPONSE_HEADERS_MAX = 16 };

struct request_pair {
    const char *name, *value; /* decoded, valid UTF-8 without NUL */
};

/* Where header fields are looked up: the server has one for each request, a test makes its own. */
struct header_source {
    const char *(*find)(const struct header_source *source, const char *name); /* NULL: absent */
};

/* Everything lives in the call's arena or is borrowed from the connection until the answer. */
struct request {
    enum method method;
    const char *method_name;
    const char *path; /* decoded, without the query */
    struct request_pair query[REQUEST_QUERY_MAX];
    int query_count;
    struct request_pair parameters[REQUEST_PARAMETERS_MAX]; /* from the route's {names} */
    int parameter_count;
    const char *body; /* "" when there is none; NUL-terminated */
    size_t body_length;
    const char *peer;                    /* "127.0.0.1" */
    const struct header_source *headers; /* use request_header(); NULL: there are none */
};

struct response_header {
    const char *name, *value;
};

/* Writes the next part of a streamed body to `part`, which is empty; `more` is true: set it to false
   with the last one. It runs in a task of its own and may wait; what it allocates in the call's arena
   is freed when it returns. The next part is asked for when the client has taken this one: between
   parts nothing runs, so hold nothing (no connection, no lock), only a place to go on from. */
typedef enum status response_part_fn(void *context, struct call *call, struct strbuf *part,
                                     bool *more);

enum { RESPONSE_PART_MAX = 1 << 20 };

/* Filled by the handler. Starts as 200 with an empty body. */
struct response {
    int status;
    const char *content_type;    /* NULL: none */
    struct strbuf body;          /* in the call's arena, at most RESPONSE_BODY_MAX */
    response_part_fn *next_part; /* not NULL: the body comes in parts, see response_stream() */
    void *part_context;
    struct response_header headers[RESPONSE_HEADERS_MAX];
    int header_count;
    const char *route; /* pattern that answered, for metrics and logs: "/v1/products/{id}" */
    int route_index;   /* the router's number of it, -1 when none */
    bool quiet;        /* no log line unless it fails: health checks, metrics */
};

enum { RESPONSE_BODY_MAX = 8 << 20 };

/* --- the port --- */

struct handler;

/* Answers the request by filling `response`. It may wait. When it answers anything but STATUS_OK
   the caller writes the problem answer from call->failure. */
typedef enum status handler_handle_fn(struct handler *handler, struct call *call,
                                      struct request *request, struct response *response);

/* Largest body this request may have, asked when its headers are complete; never waits. */
typedef size_t handler_body_max_fn(struct handler *handler, const struct request *request);

/* May this client send a large body here? Asked before it is read, when the headers are complete; may
   wait. Who is refused gets the failure as the answer. Who is admitted is checked again by handle(). */
typedef enum status handler_admit_fn(struct handler *handler, struct call *call,
                                     const struct request *request);

struct handler_ops {
    handler_handle_fn *handle;
    handler_body_max_fn *body_max;
    handler_admit_fn *admit; /* NULL: everybody may */
};

struct handler {
    const struct handler_ops *ops;
};

static inline enum status handler_handle(struct handler *handler, struct call *call,
                                         struct request *request, struct response *response)
{
    return handler->ops->handle(handler, call, request, response);
}

static inline size_t handler_body_max(struct handler *handler, const struct request *request)
{
    return handler->ops->body_max(handler, request);
}

static inline enum status handler_admit(struct handler *handler, struct call *call,
                                        const struct request *request)
{
    return handler->ops->admit ? handler->ops->admit(handler, call, request) : STATUS_OK;
}

/* --- reading a request --- */

/* NULL when absent. */
const char *request_header(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);

/* A path parameter as a positive int64; anything else is STATUS_NOT_FOUND: no such thing. */
enum status request_id(struct call *call, const struct request *request, const char *name,
                       int64_t *out);

/* Query values. Absent leaves `out` alone; wrong ones are recorded as call fields. */
void request_query_int64(struct call *call, const struct request *request, const char *name,
                         int64_t min, int64_t max, int64_t *out);
void request_query_day(struct call *call, const struct request *request, const char *name,
                       int32_t *out);
void request_query_text(struct call *call, const struct request *request, const char *name,
                        size_t max_length, const char **out);

/* Records a call field for every query name that is not in the NULL-terminated list. */
void request_query_only(struct call *call, const struct request *request, const char *const *names);

/* For operations that take no query at all. */
static inline enum status request_no_query(struct call *call, const struct request *request)
{
    static const char *const none[] = {NULL};
    if (request->query_count == 0) return STATUS_OK;
    request_query_only(call, request, none);
    return call_check_fields(call);
}

/* The body as JSON: checks the content type (STATUS_MEDIA_TYPE) and parses strictly. */
enum status request_json(struct call *call, const struct request *request, json_t **out);

/* --- writing a response --- */

void response_init(struct response *response, struct call *call);

/* Both texts are borrowed until the answer is sent: static, or in the call's arena. A line break or
   another control character in the value becomes a space, so that no header can be forged. */
void response_header(struct response *response, const char *name, const char *value);

/* The value that was set under `name`, in any case of letters; NULL when none was. */
const char *response_find_header(const struct response *response, const char *name);

/* Sets status and content type and starts a writer on the (emptied) body. */
void response_json(struct response *response, int status, struct json_writer *writer);

/* An answer of any length in little memory: its body is what `next_part` writes, part after part,
   as fast as the client takes it. Each part has as long as the route gives a request. The first one
   is made before the head is sent: if it fails, the client gets an ordinary problem; if it is the
   only one, an ordinary answer with its length. Should a later one fail, the connection is cut in a
   way that no client takes for the end. `context` lives in the call's arena. */
void response_stream(struct response *response, const char *content_type,
                     response_part_fn *next_part, void *context);

#endif
