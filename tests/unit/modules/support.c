/* Small things that several groups need. */
#include "tests/unit/modules/groups.h"

#include <stdlib.h>
#include <string.h>

enum { CALL_ARENA_MAX = 8 << 20, CALL_TIMEOUT_MS = 10000 };

struct call *call_new(void)
{
    struct arena *arena = malloc(sizeof(*arena));
    struct call *call = malloc(sizeof(*call));
    assert_true(arena && call);
    arena_init(arena, CALL_ARENA_MAX);
    call_init(call, arena, CALL_TIMEOUT_MS);
    return call;
}

void call_done(struct call *call)
{
    arena_release(call->arena);
    free(call->arena);
    free(call);
}

bool has_field(const struct call *call, const char *field)
{
    for (const struct call_field *at = call->failure.fields; at; at = at->next)
        if (strcmp(at->field, field) == 0) return true;
    return false;
}

const char *repeat(struct call *call, const char *text, int count)
{
    size_t length = strlen(text);
    char *out = arena_alloc(call->arena, length * (size_t)count + 1);
    for (int i = 0; i < count; i++)
        memcpy(out + (size_t)i * length, text, length);
    return out;
}
