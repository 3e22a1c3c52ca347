/* Coroutines: a mapping with a guard page for each, the object at its top, and stack.h to change over.
 * The guard makes a stack that grows too far a crash rather than a corruption.
 */
#include "common/runtime/coroutine.h"
#include "common/runtime/stack.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { GUARD_BYTES = 16 * 1024 }; /* more than a page: a large frame must not step over it */

static void first_frame(void *argument)
{
    struct coroutine *self = argument;
    fiber_arrive(&self->fiber, &self->left->fiber);
    self->run(self);
    abort();
}

struct coroutine *coroutine_new(size_t size, void (*run)(struct coroutine *self))
{
    const size_t all = GUARD_BYTES + coroutine_stack_bytes;
    const size_t usable = (coroutine_stack_bytes - size) & ~(size_t)63;
    char *mapping =
        mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (mapping == MAP_FAILED) return NULL;
    char *bottom = mapping + GUARD_BYTES;
    if (mprotect(bottom, coroutine_stack_bytes, PROT_READ | PROT_WRITE) != 0) goto out;
    struct coroutine *coroutine = (struct coroutine *)(bottom + usable);
    coroutine->run = run;
    coroutine->mapping = mapping;
    coroutine->stack = stack_prepare(coroutine, first_frame, coroutine);
    fiber_init(&coroutine->fiber, bottom, usable);
    return coroutine;
out:
    munmap(mapping, all);
    return NULL;
}

void coroutine_free(struct coroutine *coroutine)
{
    fiber_release(&coroutine->fiber);
    if (munmap(coroutine->mapping, GUARD_BYTES + coroutine_stack_bytes) != 0) abort();
}

void coroutine_switch(struct coroutine *from, struct coroutine *to, bool ended)
{
    if (!from->mapping) fiber_is_thread(&from->fiber);
    to->left = from;
    fiber_leave(&from->fiber, &to->fiber, ended);
    stack_switch(&from->stack, to->stack);
    fiber_arrive(&from->fiber, &from->left->fiber);
}
