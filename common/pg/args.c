/* Parameters on their way out. They travel as text: PostgreSQL parses a short integer in nanoseconds, and
 * text needs no type numbers. Only bytes go as they are; as text they would be twice as long. Numbers are
 * written into a small buffer on the sender's stack, texts are borrowed; libpq copies both into its output
 * buffer before the send function returns.
 */
#include "common/base/strbuf.h"
#include "common/pg/pg_internal.h"

#include <assert.h>
#include <string.h>

/* Writes the number at the end of `out` and returns where it begins. */
static const char *format_number(char out[21], int64_t number)
{
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    char *at = out + 20;
    *at = '\0';
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0) *--at = '-';
    return at;
}

void pg_params_fill(struct pg_params *params, struct pg_args args)
{
    assert(args.count >= 0 && args.count <= PG_ARGS_MAX);
    params->has_bytes = false;
    for (int i = 0; i < args.count; i++) {
        const struct pg_value *value = &args.values[i];
        params->values[i] =
            value->is_number ? format_number(params->numbers[i], value->number) : value->text;
        params->has_bytes |= value->is_bytes;
    }
    for (int i = 0; params->has_bytes && i < args.count; i++) {
        params->formats[i] = args.values[i].is_bytes;
        params->lengths[i] = args.values[i].is_bytes ? (int)args.values[i].number : 0;
    }
}

const char *pg_int64_array(struct call *call, const int64_t *values, int count)
{
    struct strbuf out;
    strbuf_init(&out, call->arena, (size_t)count * 21 + 3);
    strbuf_add_char(&out, '{');
    for (int i = 0; i < count; i++) {
        if (i) strbuf_add_char(&out, ',');
        strbuf_add_int64(&out, values[i]);
    }
    strbuf_add_char(&out, '}');
    return out.text;
}

const char *pg_text_array(struct call *call, const char *const *values, int count)
{
    size_t max = 3;
    for (int i = 0; i < count; i++)
        max += 2 * (values[i] ? strlen(values[i]) : 4) + 3;
    struct strbuf out;
    strbuf_init(&out, call->arena, max);
    strbuf_add_char(&out, '{');
    for (int i = 0; i < count; i++) {
        if (i) strbuf_add_char(&out, ',');
        if (!values[i]) {
            strbuf_add_text(&out, "NULL");
            continue;
        }
        strbuf_add_char(&out, '"');
        for (const char *at = values[i]; *at; at++) {
            if (*at == '"' || *at == '\\') strbuf_add_char(&out, '\\');
            strbuf_add_char(&out, *at);
        }
        strbuf_add_char(&out, '"');
    }
    strbuf_add_char(&out, '}');
    return out.text;
}
