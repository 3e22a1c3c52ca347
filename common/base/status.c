/* The table behind status.h: one row per status, so that the word in a log line, the code on the
 * wire and the title a person reads can never disagree. Names are the enum's own, in lower case
 * with hyphens.
 */
#include "common/base/status.h"

#include <assert.h>

static const struct status_row {
    const char *name;
    int http;
    const char *title;
} rows[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", 200, "OK"},
    [STATUS_MALFORMED] = {"malformed", 400, "Malformed request"},
    [STATUS_UNAUTHENTICATED] = {"unauthenticated", 401, "Not logged in"},
    [STATUS_DECLINED] = {"declined", 402, "Payment declined"},
    [STATUS_FORBIDDEN] = {"forbidden", 403, "Not allowed"},
    [STATUS_NOT_FOUND] = {"not-found", 404, "Not found"},
    [STATUS_METHOD] = {"method", 405, "Method not allowed"},
    [STATUS_SLOW_REQUEST] = {"slow-request", 408, "Request too slow"},
    [STATUS_CONFLICT] = {"conflict", 409, "Conflict"},
    [STATUS_SOLD_OUT] = {"sold-out", 409, "Sold out"},
    [STATUS_PRECONDITION] = {"precondition", 412, "Changed meanwhile"},
    [STATUS_TOO_LARGE] = {"too-large", 413, "Body too large"},
    [STATUS_ADDRESS_LONG] = {"address-long", 414, "Address too long"},
    [STATUS_MEDIA_TYPE] = {"media-type", 415, "Content type not supported"},
    [STATUS_UNPROCESSABLE] = {"unprocessable", 422, "Wrong values"},
    [STATUS_HEADERS_LARGE] = {"headers-large", 431, "Headers too large"},
    [STATUS_INTERNAL] = {"internal", 500, "Internal error"},
    [STATUS_UNAVAILABLE] = {"unavailable", 503, "Not available right now"},
    [STATUS_TIMEOUT] = {"timeout", 504, "Took too long"},
    [STATUS_VERSION] = {"version", 505, "HTTP version not supported"},
};

static const struct status_row *row(enum status status)
{
    assert((unsigned)status < STATUS_COUNT);
    return &rows[status];
}

const char *status_name(enum status status)
{
    return row(status)->name;
}

int status_http(enum status status)
{
    return row(status)->http;
}

const char *status_title(enum status status)
{
    return row(status)->title;
}
