/* From a status and a sentence to an RFC 9457 answer. The sentence of an internal error stays with
 * us: it was written for whoever reads the log, and may name tables or files. The client gets the
 * request id, by which the log line is found.
 */
#include "common/http/problem.h"

static void add_errors(struct json_writer *json, const struct call_field *fields)
{
    json_begin_array(json, "errors");
    for (const struct call_field *field = fields; field; field = field->next) {
        json_begin_object(json, NULL);
        json_add_text(json, "field", field->field);
        json_add_text(json, "message", field->message);
        json_end_object(json);
    }
    json_end_array(json);
}

static const char *detail_of(const struct call *call, enum status status)
{
    if (status == STATUS_INTERNAL)
        return "something went wrong on our side; it is recorded under this request id";
    return call->failure.message;
}

static void add_header_once(struct response *response, const char *name, const char *value)
{
    if (!response_find_header(response, name)) response_header(response, name, value);
}

static void compose(const struct call *call, enum status status, struct response *response,
                    const char *member, int64_t id)
{
    const char *detail = detail_of(call, status);
    struct json_writer json;
    response_json(response, status_http(status), &json);
    response->content_type = "application/problem+json";
    json_begin_object(&json, NULL);
    json_add_text(&json, "type", arena_printf(call->arena, "/problems/%s", status_name(status)));
    json_add_text(&json, "title", status_title(status));
    json_add_int64(&json, "status", status_http(status));
    if (detail) json_add_text(&json, "detail", detail);
    json_add_text(&json, "request_id", call->request_id);
    if (member) json_add_int64(&json, member, id);
    if (call->failure.fields) add_errors(&json, call->failure.fields);
    json_end_object(&json);

    if (status == STATUS_UNAUTHENTICATED) add_header_once(response, "WWW-Authenticate", "Bearer");
    if (status == STATUS_UNAVAILABLE || status == STATUS_TIMEOUT)
        add_header_once(response, "Retry-After", "1");
}

void problem_write(const struct call *call, enum status status, struct response *response)
{
    compose(call, status, response, NULL, 0);
}

void problem_write_about(const struct call *call, enum status status, struct response *response,
                         const char *member, int64_t id)
{
    compose(call, status, response, member, id);
}
