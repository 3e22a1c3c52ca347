/* The growing string. Growth asks the arena for a copy twice the size and leaves the old one
 * behind: the copies together are never more than twice the last, and nobody has to free anything.
 * An empty buffer points at a constant "", so `text` can always be printed.
 */
#include "common/base/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRBUF_FIRST = 256 };

/* What `text` is before the first byte: never written to, because the capacity is then 0. */
static const char nothing[1];

void strbuf_init(struct strbuf *buf, struct arena *arena, size_t max)
{
    *buf = (struct strbuf){.arena = arena, .text = (char *)nothing, .max = max};
}

void strbuf_clear(struct strbuf *buf)
{
    buf->length = 0;
    if (buf->capacity > 0) buf->text[0] = '\0';
}

static void strbuf_grow(struct strbuf *buf, size_t length)
{
    if (length > buf->max - buf->length) {
        fprintf(stderr, "strbuf: %zu + %zu bytes are over the maximum of %zu\n", buf->length,
                length, buf->max);
        abort();
    }
    size_t needed = buf->length + length;
    size_t capacity = buf->capacity > 0 ? 2 * buf->capacity : STRBUF_FIRST;
    if (capacity < needed) capacity = needed;
    if (capacity > buf->max) capacity = buf->max;
    char *text = arena_alloc(buf->arena, capacity + 1);
    memcpy(text, buf->text, buf->length);
    buf->text = text;
    buf->capacity = capacity;
}

char *strbuf_reserve(struct strbuf *buf, size_t length)
{
    if (length > buf->capacity - buf->length) strbuf_grow(buf, length);
    return buf->text + buf->length;
}

void strbuf_added(struct strbuf *buf, size_t length)
{
    if (length == 0) return;
    buf->length += length;
    buf->text[buf->length] = '\0';
}

void strbuf_add(struct strbuf *buf, const void *bytes, size_t length)
{
    if (length == 0) return;
    memcpy(strbuf_reserve(buf, length), bytes, length);
    strbuf_added(buf, length);
}

void strbuf_add_text(struct strbuf *buf, const char *text)
{
    strbuf_add(buf, text, strlen(text));
}

void strbuf_add_char(struct strbuf *buf, char byte)
{
    *strbuf_reserve(buf, 1) = byte;
    strbuf_added(buf, 1);
}

void strbuf_add_int64(struct strbuf *buf, int64_t value)
{
    char digits[20]; /* "-9223372036854775808" */
    char *at = digits + sizeof(digits);
    /* Unsigned, because the most negative value has no positive counterpart. */
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) *--at = '-';
    strbuf_add(buf, at, (size_t)(digits + sizeof(digits) - at));
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    /* The room there is may do: one formatting instead of two. */
    size_t room = buf->capacity - buf->length;
    int length = vsnprintf(room > 0 ? buf->text + buf->length : NULL, room > 0 ? room + 1 : 0,
                           format, arguments);
    if (length < 0) abort(); /* a format that cannot be printed is a bug */
    if ((size_t)length > room)
        vsnprintf(strbuf_reserve(buf, (size_t)length), (size_t)length + 1, format, again);
    strbuf_added(buf, (size_t)length);
    va_end(again);
    va_end(arguments);
}
