/* A stack that code can be left on and come back to. This is all the machinery below tasks; when to leave
 * and whom to come back to is task.c's business.
 *
 * The object that owns a coroutine begins with it and lies at the top of its stack, so that both are one
 * mapping, and one that waits costs the pages it has touched: one at least, often two.
 */
#ifndef STAGECRAFT_RUNTIME_COROUTINE_H
#define STAGECRAFT_RUNTIME_COROUTINE_H

#include "common/runtime/sanitizer.h"

#include <stdbool.h>
#include <stddef.h>

struct coroutine {
    void *stack; /* where it stands, while it is not running */
    struct fiber fiber;
    struct coroutine *left; /* the one left when this was last switched to */
    void (*run)(struct coroutine *self);
    void *mapping;
};

/* `size` zeroed bytes that begin with a coroutine; the first switch to it calls run(), which must not
   return. NULL when memory or mappings are out. */
struct coroutine *coroutine_new(size_t size, void (*run)(struct coroutine *self));

/* May stand anywhere but be the current one. */
void coroutine_free(struct coroutine *coroutine);

/* Goes on at `to`; returns when somebody switches back to `from`. `from` may be a zeroed struct: the
   thread's own stack. `ended`: nothing above run()'s frame on `from` will be used again. */
void coroutine_switch(struct coroutine *from, struct coroutine *to, bool ended);

#endif
