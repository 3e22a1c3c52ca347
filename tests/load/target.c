/* Only what is needed of a URL, and everything else refused: a user's name, a fragment or TLS would be ignored
 * otherwise, and the load would go where nobody meant it to.
 */
#include "tests/load/target.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

static bool fail(char error[TARGET_ERROR_MAX], const char *url, const char *why)
{
    snprintf(error, TARGET_ERROR_MAX, "'%.200s': %s", url, why);
    return false;
}

static bool is_good(const char *text, size_t length, const char *also)
{
    for (size_t i = 0; i < length; i++) {
        const char c = text[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            (c == '\0' || !strchr(also, c)))
            return false;
    }
    return length > 0;
}

bool target_parse(struct arena *arena, const char *url, struct target *out,
                  char error[TARGET_ERROR_MAX])
{
    static const char scheme[] = "http://";
    *out = (struct target){.url = url};
    if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
        return fail(error, url, "is not http://HOST:PORT (there is no TLS)");
    if (strlen(url) > TARGET_URL_MAX) return fail(error, url, "is too long");
    const char *from = url + sizeof(scheme) - 1, *end = from + strcspn(from, "/?#");
    for (const char *at = end; *at != '\0'; at++)
        if (*at <= ' ' || *at == 0x7f || *at == '#')
            return fail(error, url, "has a space, a control character or a # in its path");
    if (*end == '?') return fail(error, url, "needs a / before the ?");
    if (*end != '\0' && end[1] != '\0') out->path = arena_strdup(arena, end);
    out->authority = arena_printf(arena, "%.*s", (int)(end - from), from);

    const char *close = from[0] == '[' ? memchr(from, ']', (size_t)(end - from)) : NULL;
    const char *colon = memchr(close ? close : from, ':', (size_t)(end - (close ? close : from)));
    const char *host_end = colon ? colon : end;
    if (close && host_end != close + 1) return fail(error, url, "is not http://[ADDRESS]:PORT");
    const char *host = close ? from + 1 : from;
    const size_t host_length = (size_t)((close ? close : host_end) - host);
    if (!is_good(host, host_length, close ? ":." : "-._"))
        return fail(error, url, "has no host that could be looked up");
    out->host = arena_printf(arena, "%.*s", (int)host_length, host);
    out->port = colon ? arena_printf(arena, "%.*s", (int)(end - colon - 1), colon + 1) : "80";
    if (strlen(out->port) > 5 || strlen(out->port) != strspn(out->port, "0123456789") ||
        strlen(out->port) == 0)
        return fail(error, url, "has a port that is no number");
    return true;
}

bool target_look_up(struct target *target, char error[TARGET_ERROR_MAX])
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *found = NULL;
    const int code = getaddrinfo(target->host, target->port, &hints, &found);
    if (code != 0) {
        snprintf(error, TARGET_ERROR_MAX, "cannot find %.200s: %s", target->host,
                 gai_strerror(code));
        return false;
    }
    memcpy(&target->address, found->ai_addr, found->ai_addrlen);
    target->address_length = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}
