/* Reads one HTTP/1.1 answer from bytes as they arrive, in pieces of any size.
 *
 * Nothing is believed: lines, headers and bodies have maxima, and whatever could be understood in two ways (two
 * lengths, a length beside chunks, a number with anything behind it) is not an answer but garbage, after
 * which the connection is of no more use. Bytes that lie whole in the piece at hand are not copied.
 */
#ifndef STAGECRAFT_LOAD_HTTP_READER_H
#define STAGECRAFT_LOAD_HTTP_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_LINE_MAX = 4096,
    HTTP_HEAD_MAX = 32 * 1024, /* all lines before the body, or after its last chunk */
    HTTP_INTERIM_MAX = 8,      /* 1xx answers before the real one */
};

/* Where a body goes. Grows; kept from answer to answer by its owner, who frees `text`. */
struct http_body {
    char *text; /* NUL-terminated when length > 0 */
    size_t length, capacity;
};

enum http_progress { HTTP_MORE, HTTP_DONE, HTTP_GARBAGE };

enum http_part {
    HTTP_STATUS_LINE,
    HTTP_HEADERS,
    HTTP_BODY_LENGTH,
    HTTP_BODY_REST, /* until the server closes */
    HTTP_CHUNK_SIZE,
    HTTP_CHUNK,
    HTTP_CHUNK_END,
    HTTP_TRAILERS,
    HTTP_COMPLETE,
};

struct http_reader {
    /* the answer, right when HTTP_DONE */
    int status;
    bool keep_alive;    /* the connection may be used again */
    bool replayed;      /* Idempotent-Replayed: true */
    int retry_after_s;  /* Retry-After in seconds; 0 when there is none */
    size_t body_length; /* also when the body is not kept */

    /* the reader's own */
    enum http_part part;
    struct http_body *body; /* NULL: thrown away */
    size_t body_max;
    uint64_t left; /* of the body or the chunk */
    bool has_length, is_chunked;
    int interim;
    size_t head_length, line_length;
    char line[HTTP_LINE_MAX]; /* a line that came in pieces */
};

/* For the next answer. `body` (may be NULL) is borrowed until it is complete, and emptied. */
void http_reader_begin(struct http_reader *reader, struct http_body *body, size_t body_max);

/* Takes bytes; `used` says how many: all, unless the answer ended before (or is garbage). */
enum http_progress http_reader_take(struct http_reader *reader, const char *bytes, size_t length,
                                    size_t *used);

/* The server has closed: HTTP_DONE if that is how this answer ends, else HTTP_GARBAGE. */
enum http_progress http_reader_end(struct http_reader *reader);

#endif
