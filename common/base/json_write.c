/* JSON out: every value goes straight to its place in the answer. The only state is whether the
 * next value needs a comma, because the caller's own begin and end calls are the nesting. Text is
 * copied in one piece when nothing in it needs an escape, which eight bytes at a time can be asked
 * about.
 */
#include "common/base/json.h"

#include "common/base/clock.h"

#include <string.h>

void json_writer_init(struct json_writer *writer, struct strbuf *out)
{
    *writer = (struct json_writer){.out = out};
}

/* RFC 8259: quotation mark, backslash and controls below U+0020 must be escaped; nothing else. */
static bool needs_escape(unsigned char byte)
{
    return byte < ' ' || byte == '"' || byte == '\\';
}

/* True when one of eight bytes needs an escape. Subtracting 1 borrows into a byte's top bit when
   the byte was zero, that is, when the XOR has found the sign; subtracting ' ' when it was a
   control. Bytes from 0x80 up have that bit anyway and never count. */
static bool eight_need_escape(uint64_t eight)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t quote = eight ^ ones * '"';
    uint64_t backslash = eight ^ ones * '\\';
    uint64_t found = (eight - ones * ' ') | (quote - ones) | (backslash - ones);
    return (found & ~eight & ones * 0x80) != 0;
}

/* How many bytes at the start can be copied as they are. */
static size_t plain_length(const char *text, size_t length)
{
    size_t i = 0;
    uint64_t eight;
    for (; length - i >= sizeof(eight); i += sizeof(eight)) {
        memcpy(&eight, text + i, sizeof(eight));
        if (eight_need_escape(eight)) break;
    }
    while (i < length && !needs_escape((unsigned char)text[i]))
        i++;
    return i;
}

static void add_escape(struct strbuf *out, unsigned char byte)
{
    static const char short_forms[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                       ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    static const char hex[] = "0123456789abcdef";
    char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    char letter = short_forms[byte];
    if (letter != 0) escape[1] = letter;
    strbuf_add(out, escape, letter != 0 ? 2 : sizeof(escape));
}

static void add_quoted(struct strbuf *out, const char *text, size_t length)
{
    strbuf_reserve(out, length + 2);
    strbuf_add_char(out, '"');
    for (;;) {
        size_t plain = plain_length(text, length);
        strbuf_add(out, text, plain);
        if (plain == length) break;
        add_escape(out, (unsigned char)text[plain]);
        text += plain + 1;
        length -= plain + 1;
    }
    strbuf_add_char(out, '"');
}

/* What stands before a value: the comma and the member's name. */
static void begin_value(struct json_writer *writer, const char *name)
{
    if (writer->comma) strbuf_add_char(writer->out, ',');
    writer->comma = true;
    if (name) {
        add_quoted(writer->out, name, strlen(name));
        strbuf_add_char(writer->out, ':');
    }
}

static void begin_level(struct json_writer *writer, const char *name, char bracket)
{
    begin_value(writer, name);
    strbuf_add_char(writer->out, bracket);
    writer->comma = false;
}

static void end_level(struct json_writer *writer, char bracket)
{
    strbuf_add_char(writer->out, bracket);
    writer->comma = true;
}

void json_begin_object(struct json_writer *writer, const char *name)
{
    begin_level(writer, name, '{');
}

void json_end_object(struct json_writer *writer)
{
    end_level(writer, '}');
}

void json_begin_array(struct json_writer *writer, const char *name)
{
    begin_level(writer, name, '[');
}

void json_end_array(struct json_writer *writer)
{
    end_level(writer, ']');
}

void json_add_text(struct json_writer *writer, const char *name, const char *text)
{
    if (!text) {
        json_add_null(writer, name);
        return;
    }
    begin_value(writer, name);
    add_quoted(writer->out, text, strlen(text));
}

void json_add_int64(struct json_writer *writer, const char *name, int64_t value)
{
    begin_value(writer, name);
    strbuf_add_int64(writer->out, value);
}

void json_add_tenths(struct json_writer *writer, const char *name, int64_t tenths)
{
    json_add_int64(writer, name, tenths / 10);
    strbuf_add_char(writer->out, '.');
    strbuf_add_char(writer->out, (char)('0' + tenths % 10));
}

void json_add_bool(struct json_writer *writer, const char *name, bool value)
{
    begin_value(writer, name);
    strbuf_add_text(writer->out, value ? "true" : "false");
}

void json_add_null(struct json_writer *writer, const char *name)
{
    begin_value(writer, name);
    strbuf_add_text(writer->out, "null");
}

void json_add_day(struct json_writer *writer, const char *name, int32_t day)
{
    char text[CLOCK_DAY_TEXT];
    clock_format_day(day, text);
    json_add_text(writer, name, text);
}

void json_add_time(struct json_writer *writer, const char *name, int64_t wall_ms)
{
    char text[CLOCK_TIME_TEXT];
    clock_format_time(wall_ms, text);
    json_add_text(writer, name, text);
}
