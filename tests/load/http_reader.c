/* A machine with one state per part of an answer. Everything but bodies is lines, so most states are the same:
 * get a line, look at it, choose the next state.
 */
#include "tests/load/http_reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct text {
    const char *at;
    size_t length;
};

void http_reader_begin(struct http_reader *reader, struct http_body *body, size_t body_max)
{
    memset(reader, 0, offsetof(struct http_reader, line));
    reader->body = body;
    reader->body_max = body_max;
    if (body) body->length = 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Decimal digits and nothing else, at most 18. */
static bool read_number(struct text text, uint64_t *out)
{
    if (text.length == 0 || text.length > 18) return false;
    uint64_t value = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.at[i])) return false;
        value = value * 10 + (uint64_t)(text.at[i] - '0');
    }
    *out = value;
    return true;
}

static bool read_status_line(struct http_reader *reader, struct text line)
{
    static const char version[] = "HTTP/1.";
    const size_t known = sizeof(version) - 1;
    if (line.length < known + 5 || memcmp(line.at, version, known) != 0) return false;
    const char *at = line.at + known;
    if ((at[0] != '0' && at[0] != '1') || at[1] != ' ') return false;
    if (line.length > known + 5 && at[5] != ' ') return false;
    if (at[2] < '1' || at[2] > '5' || !is_digit(at[3]) || !is_digit(at[4])) return false;
    reader->status = (at[2] - '0') * 100 + (at[3] - '0') * 10 + (at[4] - '0');
    reader->keep_alive = at[0] == '1';
    return true;
}

static bool equals(struct text text, const char *word)
{
    return strlen(word) == text.length && strncasecmp(text.at, word, text.length) == 0;
}

static struct text trimmed(const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    return (struct text){from, (size_t)(to - from)};
}

static bool read_length(struct http_reader *reader, struct text value)
{
    uint64_t length = 0;
    if (!read_number(value, &length)) return false;
    if (reader->has_length && reader->left != length) return false;
    reader->has_length = true;
    reader->left = length;
    return true;
}

static void read_connection(struct http_reader *reader, struct text value)
{
    if (equals(value, "close")) reader->keep_alive = false;
    if (equals(value, "keep-alive")) reader->keep_alive = true;
}

static bool read_header(struct http_reader *reader, struct text line)
{
    const char *colon = memchr(line.at, ':', line.length);
    if (!colon || colon == line.at) return false;
    const struct text name = {line.at, (size_t)(colon - line.at)};
    if (name.at[0] == ' ' || name.at[0] == '\t' || colon[-1] == ' ' || colon[-1] == '\t')
        return false; /* a folded line, or a name that others would read otherwise */
    const struct text value = trimmed(colon + 1, line.at + line.length);
    uint64_t seconds = 0;
    switch (name.length) { /* most headers are none of ours: do not compare them */
    case 10:
        if (equals(name, "Connection")) read_connection(reader, value);
        return true;
    case 11:
        if (equals(name, "Retry-After") && read_number(value, &seconds))
            reader->retry_after_s = seconds < 3600 ? (int)seconds : 3600;
        return true;
    case 14:
        return !equals(name, "Content-Length") || read_length(reader, value);
    case 17:
        if (!equals(name, "Transfer-Encoding")) return true;
        if (reader->is_chunked || !equals(value, "chunked")) return false;
        reader->is_chunked = true;
        return true;
    case 19:
        if (equals(name, "Idempotent-Replayed")) reader->replayed = equals(value, "true");
        return true;
    default:
        return true;
    }
}

/* What comes behind the headers. False: these headers contradict each other, or promise too much. */
static bool choose_body(struct http_reader *reader)
{
    if (reader->is_chunked && reader->has_length) return false;
    if (reader->status < 200) {
        if (reader->status == 101 || ++reader->interim > HTTP_INTERIM_MAX) return false;
        reader->part = HTTP_STATUS_LINE;
        reader->has_length = reader->is_chunked = false;
        return true;
    }
    if (reader->status == 204 || reader->status == 304) {
        reader->part = HTTP_COMPLETE;
    } else if (reader->is_chunked) {
        reader->part = HTTP_CHUNK_SIZE;
    } else if (reader->has_length) {
        if (reader->left > reader->body_max) return false;
        reader->part = reader->left > 0 ? HTTP_BODY_LENGTH : HTTP_COMPLETE;
    } else {
        reader->part = HTTP_BODY_REST;
        reader->keep_alive = false;
    }
    return true;
}

static int hex_digit(char c)
{
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_chunk_size(struct http_reader *reader, struct text line)
{
    uint64_t size = 0;
    size_t at = 0;
    for (; at < line.length && hex_digit(line.at[at]) >= 0; at++) {
        if (at == 8) return false; /* 4 GiB is more than any maximum */
        size = size << 4 | (uint64_t)hex_digit(line.at[at]);
    }
    if (at == 0 || (at < line.length && line.at[at] != ';' && line.at[at] != ' ')) return false;
    if (reader->body_length + size > reader->body_max) return false;
    reader->left = size;
    reader->head_length =
        0; /* the sizes' own lines are bounded by their chunks, trailers are not */
    reader->part = size > 0 ? HTTP_CHUNK : HTTP_TRAILERS;
    return true;
}

/* One line without its end. */
static bool take_line(struct http_reader *reader, struct text line)
{
    reader->head_length += line.length + 2;
    if (reader->head_length > HTTP_HEAD_MAX || memchr(line.at, '\0', line.length)) return false;
    switch (reader->part) {
    case HTTP_STATUS_LINE:
        reader->part = HTTP_HEADERS;
        return read_status_line(reader, line);
    case HTTP_HEADERS:
        return line.length == 0 ? choose_body(reader) : read_header(reader, line);
    case HTTP_CHUNK_SIZE:
        return read_chunk_size(reader, line);
    case HTTP_CHUNK_END:
        reader->part = HTTP_CHUNK_SIZE;
        return line.length == 0;
    default: /* trailers */
        if (line.length == 0) reader->part = HTTP_COMPLETE;
        return true;
    }
}

/* Finds the end of the current line; keeps what came of it so far. False when it is garbage. */
static bool take_line_bytes(struct http_reader *reader, const char *bytes, size_t length,
                            size_t *used)
{
    const char *end = memchr(bytes, '\n', length);
    const size_t piece = end ? (size_t)(end - bytes) : length;
    struct text line = {bytes, piece};
    *used = piece + (end != NULL);
    if (reader->line_length + piece > HTTP_LINE_MAX) return false;
    if (!end || reader->line_length > 0) {
        memcpy(reader->line + reader->line_length, bytes, piece);
        reader->line_length += piece;
        if (!end) return true;
        line = (struct text){reader->line, reader->line_length};
        reader->line_length = 0;
    }
    if (line.length > 0 && line.at[line.length - 1] == '\r') line.length--;
    return take_line(reader, line);
}

static bool keep(struct http_body *body, const char *bytes, size_t length)
{
    if (body->length + length + 1 > body->capacity) {
        size_t capacity = body->capacity > 0 ? body->capacity : 4096;
        while (capacity < body->length + length + 1)
            capacity *= 2;
        char *text = realloc(body->text, capacity);
        if (!text) return false;
        body->text = text;
        body->capacity = capacity;
    }
    memcpy(body->text + body->length, bytes, length);
    body->length += length;
    body->text[body->length] = '\0';
    return true;
}

static bool take_body_bytes(struct http_reader *reader, const char *bytes, size_t length,
                            size_t *used)
{
    const bool is_rest = reader->part == HTTP_BODY_REST;
    *used = is_rest || length < reader->left ? length : (size_t)reader->left;
    if (reader->body_length + *used > reader->body_max) return false;
    if (reader->body && !keep(reader->body, bytes, *used)) return false;
    reader->body_length += *used;
    if (is_rest) return true;
    reader->left -= *used;
    if (reader->left == 0)
        reader->part = reader->part == HTTP_CHUNK ? HTTP_CHUNK_END : HTTP_COMPLETE;
    return true;
}

enum http_progress http_reader_take(struct http_reader *reader, const char *bytes, size_t length,
                                    size_t *used)
{
    size_t taken = 0;
    while (taken < length && reader->part != HTTP_COMPLETE) {
        const bool is_body = reader->part == HTTP_BODY_LENGTH || reader->part == HTTP_BODY_REST ||
                             reader->part == HTTP_CHUNK;
        size_t step = 0;
        if (!(is_body ? take_body_bytes : take_line_bytes)(reader, bytes + taken, length - taken,
                                                           &step)) {
            *used = taken;
            return HTTP_GARBAGE;
        }
        taken += step;
    }
    *used = taken;
    return reader->part == HTTP_COMPLETE ? HTTP_DONE : HTTP_MORE;
}

enum http_progress http_reader_end(struct http_reader *reader)
{
    if (reader->part == HTTP_BODY_REST) reader->part = HTTP_COMPLETE;
    return reader->part == HTTP_COMPLETE ? HTTP_DONE : HTTP_GARBAGE;
}
