/* Filling an answer. A response is a plain struct with room for a fixed number of headers, because
 * an answer of ours has a handful; a handler that needs more is a bug, not weather. What it must
 * never do is break the frame of HTTP: a value that holds a line break would let whoever supplied
 * it write headers of their own, so control characters are replaced here, once, for everybody.
 */
#include "common/http/handler.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

void response_init(struct response *response, struct call *call)
{
    *response = (struct response){.status = 200, .route_index = -1};
    strbuf_init(&response->body, call->arena, RESPONSE_BODY_MAX);
}

static bool is_control(unsigned char byte)
{
    return byte < ' ' || byte == 0x7F;
}

static const char *without_controls(struct arena *arena, const char *value)
{
    const char *at = value;
    while (*at != '\0' && !is_control((unsigned char)*at))
        at++;
    if (*at == '\0') return value;
    char *copy = arena_strdup(arena, value);
    for (char *byte = copy; *byte != '\0'; byte++)
        if (is_control((unsigned char)*byte)) *byte = ' ';
    return copy;
}

void response_header(struct response *response, const char *name, const char *value)
{
    assert(response->header_count < RESPONSE_HEADERS_MAX);
    response->headers[response->header_count++] = (struct response_header){
        .name = name,
        .value = without_controls(response->body.arena, value),
    };
}

const char *response_find_header(const struct response *response, const char *name)
{
    for (int i = 0; i < response->header_count; i++)
        if (strcasecmp(response->headers[i].name, name) == 0) return response->headers[i].value;
    return NULL;
}

void response_json(struct response *response, int status, struct json_writer *writer)
{
    response->status = status;
    response->content_type = "application/json";
    response->next_part = NULL;
    strbuf_clear(&response->body);
    json_writer_init(writer, &response->body);
}

void response_stream(struct response *response, const char *content_type,
                     response_part_fn *next_part, void *context)
{
    response->status = 200;
    response->content_type = content_type;
    response->next_part = next_part;
    response->part_context = context;
}
