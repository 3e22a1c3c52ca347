/* Coroutines by ucontext: makecontext() lays the first frame on a stack, swapcontext() changes stacks.
 *
 * swapcontext() also saves the signal mask: a system call, so a switch there and back costs about half a
 * microsecond. Known and accepted, because the ways around it cost more than they give: assembler per
 * processor, or longjmp() between stacks, which hardened builds forbid.
 */
#include "common/runtime/coroutine.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { GUARD_BYTES = 16 * 1024 }; /* more than a page: a large frame must not step over it */

/* makecontext() passes ints, so the pointer comes in halves. */
static void first_frame(unsigned high, unsigned low)
{
    struct coroutine *self = (struct coroutine *)((uintptr_t)high << 32 | low);
    fiber_arrive(&self->fiber, &self->left->fiber);
    self->run(self);
    abort();
}

static bool prepare(struct coroutine *coroutine, void *bottom, size_t size)
{
    ucontext_t *context = &coroutine->context;
    const uintptr_t address = (uintptr_t)coroutine;
    if (getcontext(context) != 0) return false;
    context->uc_stack.ss_sp = bottom;
    context->uc_stack.ss_size = size;
    makecontext(context, (void (*)(void))first_frame, 2, (unsigned)(address >> 32),
                (unsigned)address);
    /* Only makecontext() reads this. ASan's swapcontext() would take it for a licence to forget what it
       knows of the whole stack, at every switch. */
    context->uc_stack.ss_size = 0;
    fiber_init(&coroutine->fiber, bottom, size);
    return true;
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
    if (prepare(coroutine, bottom, usable)) return coroutine;
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
    if (swapcontext(&from->context, &to->context) != 0) abort();
    fiber_arrive(&from->fiber, &from->left->fiber);
}
