/* User and password may hold any byte as %XX. The host is taken as it stands: an IPv4 address or a name; an IPv6
 * address stands in brackets.
 */
#include "stages/03-caching/redis_url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    return isxdigit((unsigned char)digit) ? tolower((unsigned char)digit) - 'a' + 10 : -1;
}

/* A part, decoded; a NUL cannot be in it. */
static bool decode(const char *at, char out[REDIS_URL_PART_MAX])
{
    size_t length = 0;
    while (*at != '\0') {
        char byte = *at++;
        if (byte == '%') {
            if (hex_value(at[0]) < 0 || hex_value(at[1]) < 0) return false;
            byte = (char)(hex_value(at[0]) * 16 + hex_value(at[1]));
            at += 2;
        }
        if (byte == '\0' || length + 1 == REDIS_URL_PART_MAX) return false;
        out[length++] = byte;
    }
    out[length] = '\0';
    return true;
}

static bool read_number(const char *text, int max, int *out)
{
    const size_t length = strlen(text);
    if (length == 0 || length > 5 || strspn(text, "0123456789") != length) return false;
    *out = atoi(text);
    return *out <= max;
}

/* Ends the text at the first `sign` and answers what is behind it; NULL when there is none. */
static char *split(char *text, char sign)
{
    char *found = strchr(text, sign);
    if (!found) return NULL;
    *found = '\0';
    return found + 1;
}

static bool read_login(char *login, struct redis_url *out)
{
    const char *password = split(login, ':');
    if (!decode(login, out->user)) return false;
    if (password && !decode(password, out->password)) return false;
    return out->user[0] == '\0' || out->password[0] != '\0'; /* a user alone cannot log in */
}

static bool read_place(char *place, struct redis_url *out)
{
    const char *host = place, *port;
    if (*place == '[') {
        char *behind = split(place, ']');
        if (!behind || (*behind != '\0' && *behind != ':')) return false;
        host = place + 1;
        port = *behind == ':' ? behind + 1 : NULL;
    } else {
        port = split(place, ':');
    }
    if (*host == '\0' || !decode(host, out->host)) return false;
    return !port || (read_number(port, 65535, &out->port) && out->port > 0);
}

bool redis_url_parse(const char *text, struct redis_url *out)
{
    static const char scheme[] = "redis://";
    char copy[4 * REDIS_URL_PART_MAX];
    *out = (struct redis_url){.port = 6379};
    if (strncmp(text, scheme, sizeof(scheme) - 1) != 0 || strlen(text) >= sizeof(copy))
        return false;
    strcpy(copy, text + sizeof(scheme) - 1);
    if (strpbrk(copy, "?#")) return false;
    const char *database = split(copy, '/');
    char *place = strrchr(copy, '@');
    if (place) {
        *place++ = '\0';
        if (!read_login(copy, out)) return false;
    }
    if (!read_place(place ? place : copy, out)) return false;
    return !database || *database == '\0' || read_number(database, 999, &out->database);
}
