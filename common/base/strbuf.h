/* A growing byte string in an arena.
 *
 * Invariants: `text` is always NUL-terminated and never NULL; `length` excludes that NUL; bytes may be
 * anything. Growth doubles inside the arena (the old copy is freed with it). The maximum given at init
 * is a promise by the caller that the content is bounded; going over it aborts (a bug, not weather).
 */
#ifndef STAGECRAFT_BASE_STRBUF_H
#define STAGECRAFT_BASE_STRBUF_H

#include "common/base/arena.h"

#include <stdint.h>

struct strbuf {
    struct arena *arena; /* borrowed */
    char *text;
    size_t length;
    size_t capacity;
    size_t max;
};

/* Empty, nothing allocated. */
void strbuf_init(struct strbuf *buf, struct arena *arena, size_t max);

/* Length 0, memory kept. */
void strbuf_clear(struct strbuf *buf);

void strbuf_add(struct strbuf *buf, const void *bytes, size_t length);
void strbuf_add_text(struct strbuf *buf, const char *text);
void strbuf_add_char(struct strbuf *buf, char byte);
void strbuf_add_int64(struct strbuf *buf, int64_t value);
void strbuf_printf(struct strbuf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes room for `length` more bytes and returns where they go; strbuf_added() makes them count. */
char *strbuf_reserve(struct strbuf *buf, size_t length);
void strbuf_added(struct strbuf *buf, size_t length);

#endif
