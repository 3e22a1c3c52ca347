/* Stands where the server stands: between bytes and the router. The library's part of the work (cutting the
 * head into lines, the query into parameters, "+" into a space) is redone here in a few lines, so that a
 * target reaches the handlers in microseconds; the real server has a target of its own.
 */
#include "tests/fuzz/requests.h"

#include "common/base/bytes.h"
#include "common/http/problem.h"
#include "common/http/target.h"

#include <strings.h>

enum { HEADERS_MAX = 16 };

struct headers {
    struct header_source source; /* first */
    struct request_pair pairs[HEADERS_MAX];
    int count;
};

static const char *find_header(const struct header_source *source, const char *name)
{
    const struct headers *headers = (const struct headers *)source;
    for (int i = 0; i < headers->count; i++)
        if (strcasecmp(headers->pairs[i].name, name) == 0) return headers->pairs[i].value;
    return NULL;
}

/* Cuts the text at the first `mark`; what stands behind it, or NULL when there is none. */
static char *cut(char *text, char mark)
{
    char *at = strchr(text, mark);
    if (!at) return NULL;
    *at = '\0';
    return at + 1;
}

enum status requests_read_query(struct call *call, const char *raw, struct request *request)
{
    char *name = arena_strdup(call->arena, raw);
    for (char *plus = name; (plus = strchr(plus, '+'));)
        *plus = ' ';
    enum status status = STATUS_OK;
    while (name && *name != '\0' && status == STATUS_OK) {
        char *next = cut(name, '&');
        const char *value = cut(name, '=');
        status = target_add_query(call, name, value, request);
        name = next;
    }
    return status;
}

static enum method method_of(const char *name)
{
    static const char *const names[METHOD_OTHER] = {"GET", "HEAD",  "POST",
                                                    "PUT", "PATCH", "DELETE"};
    int method = 0;
    while (method < METHOD_OTHER && strcmp(names[method], name) != 0)
        method++;
    return (enum method)method;
}

static void read_headers(struct call *call, struct input *input, struct headers *headers)
{
    for (;;) {
        char *name = arena_strdup(call->arena, input_line(input, call));
        char *value = cut(name, ':');
        if (*name == '\0') return;
        if (!value || headers->count == HEADERS_MAX) continue;
        value += strspn(value, " \t");
        headers->pairs[headers->count++] = (struct request_pair){name, value};
    }
}

enum status requests_read(struct call *call, struct input *input, struct request *request)
{
    char *method = arena_strdup(call->arena, input_line(input, call));
    char *target = cut(method, ' ');
    char *query = target ? cut(target, '?') : NULL;
    struct headers *headers = arena_new(call->arena, struct headers);
    headers->source.find = find_header;
    read_headers(call, input, headers);
    *request = (struct request){
        .method = method_of(method),
        .method_name = method,
        .path = "",
        .peer = "127.0.0.1",
        .headers = &headers->source,
    };
    request->body = input_rest(input, call, &request->body_length);
    enum status status = target_read_path(call, target ? target : "", request);
    if (status == STATUS_OK && query) status = requests_read_query(call, query, request);
    return status;
}

/* --- the answer --- */

static bool is_error(int status)
{
    return status >= 400;
}

static void check_problem(const struct response *response, const json_t *body)
{
    MUST(strcmp(response->content_type, "application/problem+json") == 0);
    MUST(json_integer_value(json_object_get(body, "status")) == response->status);
    const char *type = json_string_value(json_object_get(body, "type"));
    MUST(type && strncmp(type, "/problems/", 10) == 0);
    MUST(json_is_string(json_object_get(body, "title")));
    MUST(json_is_string(json_object_get(body, "request_id")));
    const json_t *errors = json_object_get(body, "errors");
    MUST(json_array_size(errors) <= CALL_FIELDS_MAX);
    MUST(response->status != 422 || json_array_size(errors) > 0);
    for (size_t i = 0; i < json_array_size(errors); i++) {
        MUST(json_is_string(json_object_get(json_array_get(errors, i), "field")));
        MUST(json_string_length(json_object_get(json_array_get(errors, i), "message")) > 0);
    }
}

static void check_headers(const struct response *response)
{
    for (int i = 0; i < response->header_count; i++)
        for (const char *at = response->headers[i].value; *at != '\0'; at++)
            MUST((unsigned char)*at >= ' ' && *at != 0x7F);
    MUST(response->status != 401 || response_find_header(response, "WWW-Authenticate"));
    MUST(response->status != 405 || response_find_header(response, "Allow"));
    MUST(response->status != 503 || response_find_header(response, "Retry-After"));
    MUST(response->status != 504 || response_find_header(response, "Retry-After"));
}

static void check_body(struct call *call, const struct response *response)
{
    const bool empty = response->status == 204 || response->status == 304;
    MUST(!empty || response->body.length == 0);
    MUST(response->body.length == 0 || response->content_type);
    if (!response->content_type || !strstr(response->content_type, "json")) {
        MUST(!is_error(response->status));
        return;
    }
    json_t *body = NULL;
    MUST(json_parse(call, response->body.text, response->body.length, &body) == STATUS_OK);
    if (is_error(response->status)) check_problem(response, body);
}

void requests_answer(struct handler *handler, struct call *call, struct request *request,
                     struct response *response)
{
    response_init(response, call);
    enum status status = STATUS_TOO_LARGE;
    if (request->body_length <= handler_body_max(handler, request))
        status = handler_handle(handler, call, request, response);
    else
        (void)call_fail(call, status, "too large");
    if (status != STATUS_OK) {
        fuzz_check_failure(call, status);
        problem_write(call, status, response);
    }
    MUST(response->status >= 200 && response->status <= 504 && response->status != 500);
    check_headers(response);
    check_body(call, response);
}
