/* An arena is a list of chunks; the newest ordinary chunk is cut from the front, so an allocation
 * is an addition and a memset. The first chunk is small because most calls need little; each
 * further one is twice as large, up to 64 KiB, so that a long answer costs few mallocs. A request
 * too large to share a chunk gets one of its own, placed behind the newest, which goes on being
 * cut.
 */
#include "common/base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* AddressSanitizer sees an overrun only at the end of a malloc, so under it every allocation is its
   own chunk. This is the one place where a build differs: by the compiler's own word, not by a
   switch. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_SHARES_CHUNKS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_SHARES_CHUNKS false
#endif
#endif
#ifndef ARENA_SHARES_CHUNKS
#define ARENA_SHARES_CHUNKS true
#endif

enum {
    CHUNK_FIRST = 4096 - 32,
    CHUNK_LARGEST = 64 * 1024 - 32
}; /* malloc's own bytes fit beside */

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;  /* of bytes[] */
    size_t taken; /* of bytes[] */
    size_t step;  /* size of the ordinary chunk that was made last, header included */
    alignas(max_align_t) char bytes[];
};

struct arena_cleanup {
    struct arena_cleanup *next;
    void (*run)(void *object);
    void *object;
};

_Noreturn static void arena_die(const struct arena *arena, size_t size, const char *why)
{
    fprintf(stderr, "arena: %s: %zu bytes wanted, %zu of %zu handed out\n", why, size, arena->used,
            arena->max);
    abort();
}

void arena_init(struct arena *arena, size_t max)
{
    *arena = (struct arena){.max = max};
}

void arena_release(struct arena *arena)
{
    /* A cleanup may still use the arena, and even register another one. */
    while (arena->cleanups) {
        struct arena_cleanup *cleanup = arena->cleanups;
        arena->cleanups = cleanup->next;
        cleanup->run(cleanup->object);
    }
    while (arena->chunks) {
        struct arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        free(chunk);
    }
    arena->used = 0;
}

/* A chunk of its own for one allocation, behind the newest. Exactly as long as asked, not rounded
   up, so that a sanitizer sees the first byte too many; calloc knows when fresh pages are zero
   already. */
static void *arena_alloc_alone(struct arena *arena, size_t size)
{
    struct arena_chunk *newest = arena->chunks;
    struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + size);
    if (!chunk) arena_die(arena, size, "out of memory");
    chunk->size = chunk->taken = size;
    if (newest) {
        chunk->next = newest->next;
        newest->next = chunk;
    } else {
        arena->chunks = chunk;
    }
    return chunk->bytes;
}

static struct arena_chunk *arena_grow(struct arena *arena, size_t total)
{
    struct arena_chunk *chunk = malloc(total);
    if (!chunk) arena_die(arena, total, "out of memory");
    *chunk =
        (struct arena_chunk){.next = arena->chunks, .size = total - sizeof(*chunk), .step = total};
    arena->chunks = chunk;
    return chunk;
}

/* What the next ordinary chunk would take from malloc. */
static size_t arena_next_step(const struct arena *arena)
{
    size_t last = arena->chunks ? arena->chunks->step : 0;
    if (last == 0) return CHUNK_FIRST;
    return 2 * last < CHUNK_LARGEST ? 2 * last : CHUNK_LARGEST;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > arena->max - arena->used)
        arena_die(arena, size, "the maximum is reached, some input is not bounded");
    arena->used += size;

    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct arena_chunk *chunk = arena->chunks;
    if (!ARENA_SHARES_CHUNKS) return arena_alloc_alone(arena, size);
    if (!chunk || rounded > chunk->size - chunk->taken) {
        size_t step = arena_next_step(arena);
        /* A large one: a new chunk for it would leave much of the old one unused. */
        if (rounded > step / 4) return arena_alloc_alone(arena, size);
        chunk = arena_grow(arena, step);
    }
    char *bytes = chunk->bytes + chunk->taken;
    chunk->taken += rounded;
    return memset(bytes, 0, size);
}

char *arena_memdup(struct arena *arena, const void *bytes, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (length > 0) memcpy(copy, bytes, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_memdup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    char small[256]; /* most texts fit: one formatting instead of two */
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof(small), format, arguments);
    if (length < 0) arena_die(arena, 0, "a format that cannot be printed");
    char *text;
    if ((size_t)length < sizeof(small)) {
        text = arena_memdup(arena, small, (size_t)length);
    } else {
        text = arena_alloc(arena, (size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

void arena_on_release(struct arena *arena, void (*run)(void *object), void *object)
{
    struct arena_cleanup *cleanup = arena_new(arena, struct arena_cleanup);
    *cleanup = (struct arena_cleanup){.next = arena->cleanups, .run = run, .object = object};
    arena->cleanups = cleanup;
}
