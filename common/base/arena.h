/* Memory with one lifetime: everything in it is freed together.
 *
 * Each call (call.h) has one arena; process-lifetime objects live in the arena that wire() is given.
 * There is no third lifetime. Allocation never fails: every input is bounded before it arrives here
 * (body, list, column limits), so reaching the arena's maximum is a bug and aborts with a message.
 *
 *   struct arena arena;
 *   arena_init(&arena, 4 << 20);
 *   char *name = arena_strdup(&arena, "Ada");
 *   arena_release(&arena);
 */
#ifndef STAGECRAFT_BASE_ARENA_H
#define STAGECRAFT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_chunk;
struct arena_cleanup;

struct arena {
    struct arena_chunk *chunks;     /* newest first */
    struct arena_cleanup *cleanups; /* newest first */
    size_t used;                    /* bytes handed out */
    size_t max;                     /* bytes that may be handed out */
};

/* Makes an empty arena that hands out at most `max` bytes; allocates nothing yet. */
void arena_init(struct arena *arena, size_t max);

/* Runs the cleanups, newest first, frees all memory; the arena is empty and usable again. */
void arena_release(struct arena *arena);

/* `size` bytes, zeroed, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* A zeroed object or array of `type`. */
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (count)))

/* Copies; the result is NUL-terminated and lives in the arena. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_memdup(struct arena *arena, const void *bytes, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Calls `run(object)` when the arena is released: ties a foreign object (PGresult, json_t) to it. */
void arena_on_release(struct arena *arena, void (*run)(void *object), void *object);

#endif
