/* UTF-8 makes both questions cheap. Every character has exactly one byte that is not a continuation
 * (10xxxxxx), so counting those counts characters. The control characters are 00-1F, 7F and the C1 range
 * U+0080-U+009F, which UTF-8 writes as C2 80 to C2 9F.
 */
#include "common/base/text.h"

#include <stdbool.h>

size_t text_characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        if (((unsigned char)*text & 0xC0) != 0x80) count++;
    return count;
}

static bool is_control(const char *at, enum text_kind kind)
{
    unsigned char byte = (unsigned char)at[0];
    if (byte == '\n' || byte == '\r' || byte == '\t') return kind == TEXT_LINE;
    if (byte < 0x20 || byte == 0x7F) return true;
    return byte == 0xC2 && (unsigned char)at[1] >= 0x80 && (unsigned char)at[1] <= 0x9F;
}

void text_check(struct call *call, const char *field, const char *text, size_t max,
                enum text_kind kind)
{
    if (text == NULL) {
        call_fail_field(call, field, "is required");
        return;
    }
    bool blank = true, control = false;
    for (const char *at = text; *at != '\0'; at++) {
        if (is_control(at, kind)) control = true;
        if (*at != ' ' && *at != '\n' && *at != '\r' && *at != '\t') blank = false;
    }
    if (blank)
        call_fail_field(call, field, "must not be empty");
    else if (text_characters(text) > max)
        call_fail_field(call, field, "must have at most %zu characters", max);
    else if (control)
        call_fail_field(call, field, "must not contain control characters");
}
