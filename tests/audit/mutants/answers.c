/* An answer that promises more than has happened: the shopper leaves with "confirmed" and has nothing.
 */
#include "tests/audit/mutants/mutants.h"

#include "common/http/handler.h"

#include <string.h>

struct promising {
    struct handler handler;
    struct handler *inner;
};

static enum status handle(struct handler *handler, struct call *call, struct request *request,
                          struct response *response)
{
    struct handler *inner = ((struct promising *)handler)->inner;
    enum status status = handler_handle(inner, call, request, response);
    if (request->method == METHOD_POST && strcmp(request->path, "/v1/orders") == 0 &&
        (response->status == 202 || response->status == 402))
        response->status = 201;
    return status;
}

static size_t body_max(struct handler *handler, const struct request *request)
{
    return handler_body_max(((struct promising *)handler)->inner, request);
}

static enum status admit(struct handler *handler, struct call *call, const struct request *request)
{
    return handler_admit(((struct promising *)handler)->inner, call, request);
}

void told_confirmed(struct app *app)
{
    static const struct handler_ops ops = {handle, body_max, admit};
    struct promising *promising = arena_new(app->arena, struct promising);
    promising->handler.ops = &ops;
    promising->inner = app->handler;
    app->handler = &promising->handler;
}
