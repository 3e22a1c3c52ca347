/* What AddressSanitizer and ThreadSanitizer must be told when a thread changes stacks.
 *
 * Both follow a thread through its calls and returns; a jump to another stack looks to them like memory
 * corruption (ASan) or like one thread having two histories (TSan). So before and after every switch the
 * two sides are announced here. The compiler says itself which sanitizer it builds for; in an ordinary
 * build all of this is empty. Frames are larger under a sanitizer, hence also the stacks.
 *
 * The functions are inlined by force: TSan counts calls and returns per side, and a function that is
 * entered on one side and left on the other would upset the count.
 */
#ifndef STAGECRAFT_RUNTIME_SANITIZER_H
#define STAGECRAFT_RUNTIME_SANITIZER_H

#include "common/runtime/task.h"

#include <stddef.h>

#if defined(__has_feature) /* clang; gcc defines __SANITIZE_…__ itself */
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const size_t coroutine_stack_bytes = 4 * TASK_STACK_BYTES;
#else
static const size_t coroutine_stack_bytes = TASK_STACK_BYTES;
#endif

/* One side of a switch: a task's stack, or the thread's own. */
struct fiber {
    const void *bottom; /* lowest address */
    size_t size;
    void *fake_stack; /* ASan's: where it keeps locals to find uses after return */
    void *history;    /* TSan's */
};

#define FIBER_INLINE static inline __attribute__((always_inline))

/* A stack of our own, before its first use. */
FIBER_INLINE void fiber_init(struct fiber *fiber, const void *bottom, size_t size)
{
    *fiber = (struct fiber){.bottom = bottom, .size = size};
#if defined(__SANITIZE_THREAD__)
    fiber->history = __tsan_create_fiber(0);
#endif
}

/* Before its stack is unmapped, whether its frames have returned or not. */
FIBER_INLINE void fiber_release(struct fiber *fiber)
{
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(fiber->bottom, fiber->size);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(fiber->history);
#endif
    (void)fiber;
}

/* The thread's own stack; its bounds become known with the first switch away from it. */
FIBER_INLINE void fiber_is_thread(struct fiber *fiber)
{
#if defined(__SANITIZE_THREAD__)
    fiber->history = __tsan_get_current_fiber();
#endif
    (void)fiber;
}

/* Right before a switch. `ended`: nothing that is on the stack of `from` will be used again. */
FIBER_INLINE void fiber_leave(struct fiber *from, struct fiber *to, bool ended)
{
#if defined(__SANITIZE_ADDRESS__)
    from->fake_stack = NULL;
    __sanitizer_start_switch_fiber(ended ? NULL : &from->fake_stack, to->bottom, to->size);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(to->history, 0);
#endif
    (void)from, (void)to, (void)ended;
}

/* The first thing on the other side. `from` is the side that was left. */
FIBER_INLINE void fiber_arrive(struct fiber *self, struct fiber *from)
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(self->fake_stack, &from->bottom, &from->size);
#endif
    (void)self, (void)from;
}

#endif
