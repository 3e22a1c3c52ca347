/* Why so strict: a proxy in front and the shop behind must read the same address the same way.
 * "%2e%2e", "%00" or "a%2Fb" that one of them decodes and the other does not is how access rules
 * are walked around.
 */
#include "common/http/target.h"

#include "common/base/bytes.h"

#include <string.h>
#include <strings.h>

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

/* A copy of `raw` with every %XX decoded; NULL when an escape is incomplete or stands for NUL,
   or the result is not UTF-8. */
static const char *decode(struct arena *arena, const char *raw)
{
    const size_t raw_length = strlen(raw);
    if (!memchr(raw, '%', raw_length)) {
        return bytes_is_utf8(raw, raw_length) ? arena_memdup(arena, raw, raw_length) : NULL;
    }
    char *out = arena_alloc(arena, raw_length + 1);
    size_t length = 0;
    for (const char *at = raw; *at != '\0'; at++) {
        if (*at != '%') {
            out[length++] = *at;
            continue;
        }
        const int high = hex_digit(at[1]);
        const int low = high < 0 ? -1 : hex_digit(at[2]);
        if (low < 0 || high + low == 0) return NULL;
        out[length++] = (char)(high << 4 | low);
        at += 2;
    }
    return bytes_is_utf8(out, length) ? out : NULL;
}

static bool has_space_or_control(const char *raw)
{
    for (; *raw != '\0'; raw++)
        if ((unsigned char)*raw <= ' ' || *raw == 0x7F) return true;
    return false;
}

/* "http://host/path", which proxies are sent, names the same thing as "/path". */
static const char *without_authority(const char *raw)
{
    if (raw[0] == '/') return raw;
    size_t scheme = 0;
    if (strncasecmp(raw, "http://", 7) == 0) scheme = 7;
    if (strncasecmp(raw, "https://", 8) == 0) scheme = 8;
    if (scheme == 0) return NULL;
    const char *path = strchr(raw + scheme, '/');
    return path ? path : "/";
}

enum status target_read_path(struct call *call, const char *raw, struct request *request)
{
    request->path = "";
    if (strcmp(raw, "*") == 0) { /* of OPTIONS: a path nobody has */
        request->path = "*";
        return STATUS_OK;
    }
    const char *encoded = without_authority(raw);
    if (!encoded || has_space_or_control(encoded))
        return call_fail(call, STATUS_MALFORMED, "the request line does not hold a valid path");
    if (strcasestr(encoded, "%2f"))
        return call_fail(call, STATUS_MALFORMED, "the path must not hold an encoded slash");
    const char *path = decode(call->arena, encoded);
    if (!path)
        return call_fail(call, STATUS_MALFORMED,
                         "the path is not valid: an escape is wrong or it is not UTF-8");
    request->path = path;
    return STATUS_OK;
}

enum status target_add_query(struct call *call, const char *name, const char *value,
                             struct request *request)
{
    if (name[0] == '\0' && (!value || value[0] == '\0')) return STATUS_OK; /* as in "?a=1&" */
    const char *decoded_name = decode(call->arena, name);
    const char *decoded_value = value ? decode(call->arena, value) : "";
    if (!decoded_name || !decoded_value || decoded_name[0] == '\0')
        return call_fail(call, STATUS_MALFORMED,
                         "the query is not valid: an escape is wrong or it is not UTF-8");
    if (request_query(request, decoded_name))
        return call_fail(call, STATUS_MALFORMED, "the query parameter '%s' is given twice",
                         decoded_name);
    if (request->query_count == REQUEST_QUERY_MAX)
        return call_fail(call, STATUS_MALFORMED, "there are more than %d query parameters",
                         REQUEST_QUERY_MAX);
    request->query[request->query_count++] =
        (struct request_pair){.name = decoded_name, .value = decoded_value};
    return STATUS_OK;
}
