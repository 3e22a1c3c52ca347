/* What arrived is answered as a number and a hash: the client knows what it sent. */
#include "tests/unit/http/uploads.h"

#include "common/base/bytes.h"
#include "common/runtime/task.h"
#include "tests/unit/http/fixture.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

enum status uploads_identify(void *context, struct call *call, const char *token)
{
    struct fixture *fixture = context;
    const bool slowly = strncmp(token, "slowly-", 7) == 0;
    const bool good = strcmp(slowly ? token + 7 : token, "good") == 0;
    if (slowly) {
        atomic_fetch_add(&fixture->begun, 1);
        task_sleep(fixture->loop,
                   IDENTIFY_MS); /* the connection, and the token, may be gone then */
    }
    if (!good) return call_fail(call, STATUS_UNAUTHENTICATED, "this token does not hold");
    call->user_id = 1;
    call->role = ROLE_CUSTOMER;
    return STATUS_OK;
}

static enum status put_upload(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    struct fixture *fixture = context;
    struct json_writer json;
    atomic_fetch_add(&fixture->handled, 1);
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "bytes", (int64_t)request->body_length);
    json_add_text(
        &json, "hash",
        arena_printf(call->arena, "%016" PRIx64, bytes_fnv1a(request->body, request->body_length)));
    json_end_object(&json);
    return STATUS_OK;
}

void uploads_add(struct router *router, struct fixture *fixture)
{
    static const struct route routes[] = {
        {METHOD_PUT, "/upload", ACCESS_CUSTOMER, .run = put_upload, .body_max = UPLOAD_MAX},
    };
    router_add(router, routes, 1, fixture);
}
