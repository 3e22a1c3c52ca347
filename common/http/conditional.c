/* A tag made of the answer's own bytes costs a hash and saves the transfer, not the work: the
 * handler has run by then. Answers that know their version cheaply set an ETag themselves. The tag
 * is a strong one, because equal bytes are what it promises.
 */
#include "common/http/conditional.h"

#include "common/base/bytes.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

static const char *skip_separators(const char *at)
{
    return at + strspn(at, ", \t");
}

/* The opaque part: `"..."` without the W/ that may stand before it. */
static const char *opaque(const char *tag)
{
    return strncmp(tag, "W/", 2) == 0 ? tag + 2 : tag;
}

bool conditional_matches(const char *list, const char *tag)
{
    const char *wanted = opaque(tag);
    const size_t length = strlen(wanted);
    const char *at = skip_separators(list);
    if (at[0] == '*') return at[1 + strspn(at + 1, " \t")] == '\0';
    while (*at != '\0') {
        at = opaque(at);
        if (*at != '"') return false; /* not a tag: the rest cannot be trusted either */
        const char *end = strchr(at + 1, '"');
        if (!end) return false;
        if ((size_t)(end + 1 - at) == length && memcmp(at, wanted, length) == 0) return true;
        at = skip_separators(end + 1);
    }
    return false;
}

static bool says_no_store(const struct response *response)
{
    const char *control = response_find_header(response, "Cache-Control");
    return control && strcasestr(control, "no-store");
}

static bool is_json(const struct response *response)
{
    return response->content_type && strcmp(response->content_type, "application/json") == 0;
}

void conditional_apply(const struct call *call, const struct request *request,
                       struct response *response)
{
    if (response->status != 200 || response->next_part) return;
    if (request->method != METHOD_GET && request->method != METHOD_HEAD) return;
    const char *tag = response_find_header(response, "ETag");
    if (!tag) {
        if (!is_json(response) || says_no_store(response)) return;
        tag = arena_printf(call->arena, "\"%016" PRIx64 "\"",
                           bytes_fnv1a(response->body.text, response->body.length));
        response_header(response, "ETag", tag);
    }
    const char *list = request_header(request, "If-None-Match");
    if (!list || !conditional_matches(list, tag)) return;
    response->status = 304;
    response->content_type = NULL;
    strbuf_clear(&response->body);
}
