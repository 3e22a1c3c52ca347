/* Routes as tables: method, pattern, who may, handler. One row is one operation of the API.
 *
 * The router is the innermost handler (handler.h): it finds the row, checks who is asking, calls
 * the row's function, and adds an ETag to cacheable answers (304 when the client has it). A path
 * that exists with other methods is 405 with Allow; HEAD is GET without a body.
 */
#ifndef STAGECRAFT_HTTP_ROUTER_H
#define STAGECRAFT_HTTP_ROUTER_H

#include "common/http/handler.h"

enum access {
    ACCESS_PUBLIC,
    ACCESS_CUSTOMER, /* any logged-in user; call->user_id is set */
    ACCESS_ADMIN,
};

typedef enum status route_fn(void *context, struct call *call, const struct request *request,
                             struct response *response);

struct route {
    enum method method;
    const char *pattern; /* "/v1/products/{id}": a {name} is one whole segment */
    enum access access;
    route_fn *run;
    size_t body_max;    /* bytes; 0: ROUTE_BODY_MAX for POST/PUT/PATCH, none otherwise */
    int64_t timeout_ms; /* the call's deadline; 0: ROUTE_TIMEOUT_MS */
    bool quiet;         /* not logged unless it fails */
};

enum { ROUTE_BODY_MAX = 64 * 1024, ROUTE_TIMEOUT_MS = 5000, ROUTES_MAX = 256 };

/* Finds out who a bearer token belongs to and sets call->user_id, role and token_hash, or answers
   STATUS_UNAUTHENTICATED. May wait. */
typedef enum status router_identify_fn(void *context, struct call *call, const char *token);

struct router; /* its first member is a struct handler */

struct router *router_new(struct arena *arena, router_identify_fn *identify, void *context);

/* Adds a table (static, borrowed); `context` is passed to each row's function. Two rows with the
   same method and pattern are a bug. */
void router_add(struct router *router, const struct route *routes, size_t count, void *context);

struct handler *router_handler(struct router *router);

/* For /metrics and tests: the patterns in order of their route_index. */
int router_count(const struct router *router);
const struct route *router_route(const struct router *router, int index);

#endif
