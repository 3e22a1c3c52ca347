/* Escaping for LIKE happens in the value of a parameter, so it has nothing to do with SQL injection, which
 * parameters already rule out. It is about meaning: without it a user's % would match everything.
 */
#include "common/pg/like.h"

#include <string.h>

static const char *pattern(struct call *call, const char *before, const char *text)
{
    char *out = arena_alloc(call->arena, strlen(before) + 2 * strlen(text) + 2);
    char *end = out;
    for (const char *from = before; *from != '\0'; from++)
        *end++ = *from;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '%' || *from == '_' || *from == '\\') *end++ = '\\';
        *end++ = *from;
    }
    *end++ = '%';
    *end = '\0';
    return out;
}

const char *pg_like_prefix(struct call *call, const char *text)
{
    return pattern(call, "", text);
}

const char *pg_like_part(struct call *call, const char *text)
{
    return pattern(call, "%", text);
}
