/* Headers are looked up in an array, any case of letters, as in a real request.
 */
#include "tests/unit/http/made.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const char *find(const struct header_source *source, const char *name)
{
    const struct made *made = (const struct made *)source;
    for (int i = 0; i < made->header_count; i++)
        if (strcasecmp(made->headers[i].name, name) == 0) return made->headers[i].value;
    return NULL;
}

void made_init(struct made *made, enum method method, const char *path)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "BREW"};
    memset(made, 0, sizeof(*made));
    made->source.find = find;
    arena_init(&made->arena, 16 << 20);
    call_init(&made->call, &made->arena, 5000);
    made->request.method = method;
    made->request.method_name = names[method];
    made->request.path = path;
    made->request.body = "";
    made->request.headers = &made->source;
    response_init(&made->response, &made->call);
}

void made_release(struct made *made)
{
    arena_release(&made->arena);
}

void made_header(struct made *made, const char *name, const char *value)
{
    assert(made->header_count < MADE_HEADERS_MAX);
    made->headers[made->header_count++] = (struct request_pair){name, value};
}

void made_query(struct made *made, const char *name, const char *value)
{
    assert(made->request.query_count < REQUEST_QUERY_MAX);
    made->request.query[made->request.query_count++] = (struct request_pair){name, value};
}

void made_body(struct made *made, const char *body)
{
    made->request.body = body;
    made->request.body_length = strlen(body);
}

const char *made_fields(struct made *made)
{
    struct strbuf out;
    strbuf_init(&out, &made->arena, 64 * 1024);
    for (const struct call_field *field = made->call.failure.fields; field; field = field->next)
        strbuf_printf(&out, "%s%s: %s", out.length > 0 ? "; " : "", field->field, field->message);
    return out.text;
}
