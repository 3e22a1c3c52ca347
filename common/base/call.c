/* Failures are rare and short, so they are written down with care rather than speed: every text
 * that goes in here may end in an answer, hence it is cut to a sane length and made valid UTF-8,
 * whatever a client put into the name it quotes.
 */
#include "common/base/call.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"

#include <assert.h>
#include <string.h>

enum { FIELD_NAME_MAX = 100, MESSAGE_MAX = 400, REQUEST_ID_LENGTH = 32 };

void call_init(struct call *call, struct arena *arena, int64_t timeout_ms)
{
    *call = (struct call){.arena = arena, .deadline_ms = clock_monotonic_ms() + timeout_ms};
    bytes_random_hex(call->request_id, REQUEST_ID_LENGTH);
}

/* Cuts `text` to `max` bytes, between characters; foreign bytes that are not UTF-8 become '?'. */
static const char *presentable(char *text, size_t max)
{
    size_t length = strlen(text);
    if (length > max) {
        length = max;
        while (length > 0 && (text[length] & 0xC0) == 0x80)
            length--;
        text[length] = '\0';
    }
    if (!bytes_is_utf8(text, length))
        for (size_t i = 0; i < length; i++)
            if ((unsigned char)text[i] >= 0x80) text[i] = '?';
    return text;
}

enum status call_fail(struct call *call, enum status status, const char *format, ...)
{
    assert(status != STATUS_OK);
    va_list arguments;
    va_start(arguments, format);
    call->failure.status = status;
    call->failure.message = presentable(arena_vprintf(call->arena, format, arguments), MESSAGE_MAX);
    va_end(arguments);
    return status;
}

void call_fail_field(struct call *call, const char *field, const char *format, ...)
{
    struct call_failure *failure = &call->failure;
    if (failure->field_count == CALL_FIELDS_MAX) return; /* enough to start with */
    struct call_field *added = arena_new(call->arena, struct call_field);
    added->field = presentable(arena_strdup(call->arena, field), FIELD_NAME_MAX);
    va_list arguments;
    va_start(arguments, format);
    added->message = presentable(arena_vprintf(call->arena, format, arguments), MESSAGE_MAX);
    va_end(arguments);

    struct call_field **end = &failure->fields;
    while (*end)
        end = &(*end)->next;
    *end = added;
    failure->field_count++;
}

enum status call_check_fields(struct call *call)
{
    int count = call->failure.field_count;
    if (count == 0) return STATUS_OK;
    if (count == 1) return call_fail(call, STATUS_UNPROCESSABLE, "one field is wrong");
    return call_fail(call, STATUS_UNPROCESSABLE, "%d%s fields are wrong", count,
                     count == CALL_FIELDS_MAX ? " or more" : "");
}

void call_forgive(struct call *call)
{
    call->failure = (struct call_failure){0};
}

int64_t call_remaining_ms(const struct call *call)
{
    int64_t left = call->deadline_ms - clock_monotonic_ms();
    return left > 0 ? left : 0;
}
