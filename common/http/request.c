/* Reading a request: header, query, path and body, each into a C variable or into a sentence about
 * what is wrong with it. Wrong query values are collected as fields, so that the client hears of
 * all of them at once; a wrong path parameter is simply not found, because a path names a thing and
 * there is none by that name.
 */
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/http/handler.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { DIGITS_MAX = 19 }; /* of the largest int64 */

const char *request_header(const struct request *request, const char *name)
{
    return request->headers ? request->headers->find(request->headers, name) : NULL;
}

static const char *find_pair(const struct request_pair *pairs, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(pairs[i].name, name) == 0) return pairs[i].value;
    return NULL;
}

const char *request_query(const struct request *request, const char *name)
{
    return find_pair(request->query, request->query_count, name);
}

/* Digits with an optional minus, nothing else: no sign "+", no space, no leading zero, no
   overflow. One number has one spelling, so caches and logs see one address for one thing. */
static bool parse_int64(const char *text, int64_t *out)
{
    const bool negative = text[0] == '-';
    const char *digits = text + negative;
    const size_t length = strlen(digits);
    if (length == 0 || length > DIGITS_MAX) return false;
    if (digits[0] == '0' && (length > 1 || negative)) return false;
    uint64_t value = 0; /* nineteen digits always fit */
    for (size_t i = 0; i < length; i++) {
        if (digits[i] < '0' || digits[i] > '9') return false;
        value = 10 * value + (uint64_t)(digits[i] - '0');
    }
    if (value > (uint64_t)INT64_MAX) return false;
    *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

enum status request_id(struct call *call, const struct request *request, const char *name,
                       int64_t *out)
{
    const char *text = find_pair(request->parameters, request->parameter_count, name);
    int64_t id;
    if (!text || !parse_int64(text, &id) || id <= 0)
        return call_fail(call, STATUS_NOT_FOUND, "there is nothing at this path");
    *out = id;
    return STATUS_OK;
}

void request_query_int64(struct call *call, const struct request *request, const char *name,
                         int64_t min, int64_t max, int64_t *out)
{
    const char *text = request_query(request, name);
    if (!text) return;
    int64_t value;
    if (parse_int64(text, &value) && value >= min && value <= max)
        *out = value;
    else if (min == INT64_MIN && max == INT64_MAX)
        call_fail_field(call, name, "must be a whole number");
    else if (max == INT64_MAX)
        call_fail_field(call, name, "must be a whole number, at least %" PRId64, min);
    else
        call_fail_field(call, name, "must be a whole number from %" PRId64 " to %" PRId64, min,
                        max);
}

void request_query_day(struct call *call, const struct request *request, const char *name,
                       int32_t *out)
{
    const char *text = request_query(request, name);
    if (!text) return;
    int32_t day;
    if (clock_parse_day(text, &day))
        *out = day;
    else
        call_fail_field(call, name, "must be a day such as 2026-11-23");
}

void request_query_text(struct call *call, const struct request *request, const char *name,
                        size_t max_length, const char **out)
{
    const char *text = request_query(request, name);
    if (!text) return;
    const int wrong_before = call->failure.field_count;
    text_check(call, name, text, max_length, TEXT_LINE);
    if (call->failure.field_count == wrong_before) *out = text;
}

static bool is_listed(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0) return true;
    return false;
}

void request_query_only(struct call *call, const struct request *request, const char *const *names)
{
    for (int i = 0; i < request->query_count; i++)
        if (!is_listed(names, request->query[i].name))
            call_fail_field(call, request->query[i].name, "is not a parameter of this operation");
}

/* "application/json", alone or with parameters; of these only the charset would matter, and JSON
   has but one (RFC 8259, 8.1). */
static bool is_json(const char *content_type)
{
    static const char json[] = "application/json";
    const size_t length = sizeof(json) - 1;
    if (!content_type || strncasecmp(content_type, json, length) != 0) return false;
    const char *rest = content_type + length;
    rest += strspn(rest, " \t");
    return *rest == '\0' || *rest == ';';
}

enum status request_json(struct call *call, const struct request *request, json_t **out)
{
    if (request->body_length == 0)
        return call_fail(call, STATUS_MALFORMED, "a JSON body is expected, there is none");
    if (!is_json(request_header(request, "Content-Type")))
        return call_fail(call, STATUS_MEDIA_TYPE, "the body must be sent as application/json");
    return json_parse(call, request->body, request->body_length, out);
}
