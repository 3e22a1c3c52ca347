/* The small change of common/base: days, times, numbers, hex, base64url, UTF-8. Each is compared with a
 * slower way to the same result that is easy to believe.
 */
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/base/strbuf.h"
#include "common/base/text.h"
#include "tests/fuzz/fuzz.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

void fuzz_open(void)
{
}

static void check_day_text(const char *text)
{
    int32_t day = -1;
    char again[CLOCK_DAY_TEXT];
    if (!clock_parse_day(text, &day)) {
        MUST(day == -1);
        return;
    }
    clock_format_day(day, again);
    MUST(strcmp(text, again) == 0);
    MUST(day >= 0 && day <= 376199);
}

/* libc's calendar must agree. */
static void check_time(int64_t wall_ms)
{
    char text[CLOCK_TIME_TEXT], day_text[CLOCK_DAY_TEXT], expected[64];
    clock_format_time(wall_ms, text);
    MUST(strlen(text) == CLOCK_TIME_TEXT - 1);
    if (wall_ms < 0 || wall_ms > 253402300799999) return; /* shown as the nearest four-digit year */
    const time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
             utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
             (int)(wall_ms % 1000));
    MUST(strcmp(text, expected) == 0);
    clock_format_day((int32_t)(wall_ms / 86400000), day_text);
    MUST(strncmp(text, day_text, 10) == 0);
}

static void check_number(struct call *call, int64_t number)
{
    struct strbuf text;
    char expected[32];
    strbuf_init(&text, call->arena, 64);
    strbuf_add_int64(&text, number);
    snprintf(expected, sizeof(expected), "%" PRId64, number);
    MUST(strcmp(text.text, expected) == 0);
}

static void check_base64(struct call *call, const char *bytes, size_t length)
{
    size_t again_length = 0;
    const char *text = bytes_to_base64url(call->arena, bytes, length);
    const char *again = bytes_from_base64url(call->arena, text, &again_length);
    MUST(again && again_length == length && memcmp(again, bytes, length) == 0);
    /* the other way: no two texts mean the same bytes */
    const char *given = arena_memdup(call->arena, bytes, length);
    again = bytes_from_base64url(call->arena, given, &again_length);
    if (again) MUST(strcmp(given, bytes_to_base64url(call->arena, again, again_length)) == 0);
}

/* UTF-8 by decoding: the code point must need as many bytes as it has. */
static bool is_utf8(const unsigned char *at, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    while (length > 0) {
        const size_t count = *at < 0x80 ? 1 : *at >> 5 == 6 ? 2 : *at >> 4 == 14 ? 3 : 4;
        if (count == 4 && *at >> 3 != 30) return false;
        if (count > length) return false;
        uint32_t point = count == 1 ? *at : *at & (0x7Fu >> count);
        for (size_t i = 1; i < count; i++) {
            if (at[i] >> 6 != 2) return false;
            point = point << 6 | (at[i] & 0x3F);
        }
        if (count > 1 && point < least[count]) return false;
        if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
        at += count;
        length -= count;
    }
    return true;
}

static void check_text(struct call *call, const char *text)
{
    const size_t length = strlen(text);
    const bool valid = bytes_is_utf8(text, length);
    MUST(valid == is_utf8((const unsigned char *)text, length));
    if (!valid) return;
    MUST(text_characters(text) <= length && 4 * text_characters(text) >= length);
    text_check(call, "line", text, 8, TEXT_LINE);
    const bool line = call->failure.field_count == 0;
    if (line) MUST(fuzz_is_clean(text) && text_characters(text) <= 8 && text[strspn(text, " ")]);
    call_forgive(call);
    text_check(call, "paragraphs", text, 8, TEXT_PARAGRAPHS);
    if (line) MUST(call->failure.field_count == 0);
    call_forgive(call);
    /* the writer's quick look for escapes misses none */
    struct strbuf out;
    struct json_writer json;
    strbuf_init(&out, call->arena, 1 << 20);
    json_writer_init(&json, &out);
    json_add_text(&json, NULL, text);
    MUST(fuzz_is_clean(out.text) || strchr(text, 0x7F));
}

void fuzz_one(struct call *call, struct input *input)
{
    const int64_t number = input_int64(input);
    check_number(call, number);
    check_time(number);
    check_time((int64_t)((uint64_t)number % 253402300800000u));
    size_t length;
    const char *text = input_rest(input, call, &length);
    MUST(bytes_is_utf8(text, length) == is_utf8((const unsigned char *)text, length));
    check_day_text(text);
    check_base64(call, text, length);
    check_text(call, text);
    MUST(bytes_equal_secret(text, arena_strdup(call->arena, text)));
}
