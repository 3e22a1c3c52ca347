/* Changing stacks: the one thing C cannot say. A stack that is not running is a pointer to the registers
 * it left on it; those the calling convention lets a function change freely are already lost to the
 * caller, so only the callee-saved ones are there.
 *
 * swapcontext() does the same, but also saves the signal mask, which is a system call each way: 0.6 µs for
 * a switch there and back, of a request's 15. Here a switch costs a few nanoseconds.
 */
#ifndef STAGECRAFT_RUNTIME_STACK_H
#define STAGECRAFT_RUNTIME_STACK_H

/* Lays the first frame below `top` (any alignment; the highest address, exclusive). The first switch to
   what is returned calls run(argument), which must never return. */
void *stack_prepare(void *top, void (*run)(void *argument), void *argument);

/* Leaves this stack, stores where it stands in *from, and goes on at `to`. Returns when somebody switches
   to *from. Signal mask and floating-point control words stay as they are: they belong to the thread. */
void stack_switch(void **from, void *to);

#endif
