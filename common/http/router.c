/* The innermost handler. For each request: which row of the tables, who is asking, may they, run
 * it, and what every answer of its kind needs (ETag, Cache-Control). A row's function therefore
 * starts with a known caller and a deadline, and contains nothing but its own operation.
 */
#include "common/http/router.h"

#include "common/base/clock.h"
#include "common/http/conditional.h"
#include "common/http/route_tree.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

enum { TOKEN_LENGTH_MAX = 512 };

struct entry {
    const struct route *route;
    void *context;
};

struct router {
    struct handler handler; /* first: a router is a handler */
    struct arena *arena;    /* borrowed */
    router_identify_fn *identify;
    void *context;
    struct route_node root;
    struct entry entries[ROUTES_MAX];
    int count;
};

/* HEAD asks for what GET would answer. */
static enum method lookup_method(enum method method)
{
    return method == METHOD_HEAD ? METHOD_GET : method;
}

/* --- the path --- */

static void set_parameters(struct call *call, struct request *request, const char *pattern,
                           const struct route_match *match)
{
    const char *at = pattern;
    for (int i = 0; i < match->segment_count; i++) {
        at = strchr(at, '{') + 1;
        const size_t length = strcspn(at, "}");
        request->parameters[i].name = arena_memdup(call->arena, at, length);
        request->parameters[i].value =
            arena_memdup(call->arena, match->segments[i].text, match->segments[i].length);
    }
    request->parameter_count = match->segment_count;
}

static enum status refuse_method(struct call *call, const struct request *request,
                                 const struct route_node *node, struct response *response)
{
    static const char *const names[METHOD_OTHER] = {"GET", "HEAD",  "POST",
                                                    "PUT", "PATCH", "DELETE"};
    struct strbuf allow;
    strbuf_init(&allow, call->arena, 64);
    for (int method = 0; method < METHOD_OTHER; method++) {
        if (node->routes[lookup_method(method)] == 0) continue;
        if (allow.length > 0) strbuf_add_text(&allow, ", ");
        strbuf_add_text(&allow, names[method]);
    }
    response_header(response, "Allow", allow.text);
    return call_fail(call, STATUS_METHOD, "%s is not possible here; %s is", request->method_name,
                     allow.text);
}

/* --- who is asking --- */

/* The token of "Authorization: Bearer <token>"; NULL when none could be one of ours. */
static const char *bearer_token(const struct request *request)
{
    static const char scheme[] = "Bearer ";
    const char *header = request_header(request, "Authorization");
    if (!header || strncasecmp(header, scheme, sizeof(scheme) - 1) != 0) return NULL;
    const char *token = header + sizeof(scheme) - 1;
    token += strspn(token, " ");
    const size_t length = strcspn(token, " \t,");
    return length > 0 && length <= TOKEN_LENGTH_MAX && token[length] == '\0' ? token : NULL;
}

static enum status check_access(struct router *router, struct call *call,
                                const struct request *request, enum access access)
{
    if (access == ACCESS_PUBLIC) return STATUS_OK;
    const char *token = bearer_token(request);
    if (!token)
        return call_fail(call, STATUS_UNAUTHENTICATED,
                         "log in first: the Authorization header must hold a bearer token");
    enum status status = router->identify(router->context, call, token);
    if (status != STATUS_OK) return status;
    assert(call->user_id != 0);
    if (access == ACCESS_ADMIN && call->role != ROLE_ADMIN)
        return call_fail(call, STATUS_FORBIDDEN, "only an administrator may do this");
    return STATUS_OK;
}

/* --- the port --- */

static enum status router_handle(struct handler *handler, struct call *call,
                                 struct request *request, struct response *response)
{
    struct router *router = (struct router *)handler;
    struct route_match match;
    route_tree_find(&router->root, request->path, lookup_method(request->method), &match);
    if (!match.node) return call_fail(call, STATUS_NOT_FOUND, "there is nothing at this path");
    if (match.route < 0) return refuse_method(call, request, match.node, response);

    const struct entry *entry = &router->entries[match.route];
    const struct route *route = entry->route;
    response->route = route->pattern;
    response->route_index = match.route;
    response->quiet = route->quiet;
    call->deadline_ms =
        clock_monotonic_ms() + (route->timeout_ms > 0 ? route->timeout_ms : ROUTE_TIMEOUT_MS);
    set_parameters(call, request, route->pattern, &match);

    enum status status = check_access(router, call, request, route->access);
    if (status == STATUS_OK) status = route->run(entry->context, call, request, response);
    if (status == STATUS_OK) conditional_apply(call, request, response);
    if (route->access != ACCESS_PUBLIC && !response_find_header(response, "Cache-Control"))
        response_header(response, "Cache-Control", "no-store");
    return status;
}

/* Where nothing is, nothing large may come: router_body_max() has seen to that. */
static enum status router_admit(struct handler *handler, struct call *call,
                                const struct request *request)
{
    struct router *router = (struct router *)handler;
    struct route_match match;
    route_tree_find(&router->root, request->path, lookup_method(request->method), &match);
    if (match.route < 0) return STATUS_OK;
    call->deadline_ms = clock_monotonic_ms() + ROUTE_TIMEOUT_MS;
    return check_access(router, call, request, router->entries[match.route].route->access);
}

static size_t router_body_max(struct handler *handler, const struct request *request)
{
    const struct router *router = (const struct router *)handler;
    struct route_match match;
    route_tree_find(&router->root, request->path, lookup_method(request->method), &match);
    if (match.route < 0) return ROUTE_BODY_MAX; /* let it come: the answer is 404 or 405 */
    const struct route *route = router->entries[match.route].route;
    if (route->body_max > 0) return route->body_max;
    const bool has_body = route->method == METHOD_POST || route->method == METHOD_PUT ||
                          route->method == METHOD_PATCH;
    return has_body ? ROUTE_BODY_MAX : 0;
}

/* --- building --- */

struct router *router_new(struct arena *arena, router_identify_fn *identify, void *context)
{
    static const struct handler_ops ops = {
        .handle = router_handle,
        .body_max = router_body_max,
        .admit = router_admit,
    };
    struct router *router = arena_new(arena, struct router);
    router->handler.ops = &ops;
    router->arena = arena;
    router->identify = identify;
    router->context = context;
    return router;
}

void router_add(struct router *router, const struct route *routes, size_t count, void *context)
{
    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];
        assert(router->count < ROUTES_MAX && route->run);
        assert(route->method != METHOD_HEAD && route->method != METHOD_OTHER);
        assert(route->access == ACCESS_PUBLIC || router->identify);
        route_tree_add(&router->root, router->arena, route->pattern, route->method, router->count);
        router->entries[router->count++] = (struct entry){.route = route, .context = context};
    }
}

struct handler *router_handler(struct router *router)
{
    return &router->handler;
}

int router_count(const struct router *router)
{
    return router->count;
}

const struct route *router_route(const struct router *router, int index)
{
    assert(index >= 0 && index < router->count);
    return router->entries[index].route;
}
