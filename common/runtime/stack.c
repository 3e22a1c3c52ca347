/* Twenty instructions for each processor, the only assembler of the project. stack_switch() pushes the
 * callee-saved registers, exchanges the stack pointer and pops them again: on the other stack, so other
 * values, and its return goes to whoever left that one. A stack that has never run looks as if it had
 * been left in stack_begin(), with the function and its argument in two of those registers.
 *
 * For a processor that is not here: the System V (or AAPCS) calling convention lists the registers.
 */
#include "common/runtime/stack.h"

#include <stdint.h>
#include <string.h>

void stack_begin(void); /* not to be called: where a prepared stack returns to */

#if defined(__x86_64__)

#if defined(__CET__) && __CET__ & 2
#error "a shadow stack forbids changing stacks: build with -fcf-protection=none"
#endif

/* what stack_switch() pops: r15 r14 r13 r12 rbx rbp, and the address it returns to */
enum { FRAME_WORDS = 7, WORD_RUN = 3, WORD_ARGUMENT = 4, WORD_RETURN = 6 };

__asm__(".text\n"
        ".globl stack_switch\n"
        ".type stack_switch, @function\n"
        "stack_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size stack_switch, .-stack_switch\n"
        ".globl stack_begin\n"
        ".type stack_begin, @function\n"
        "stack_begin:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n" /* debuggers: the outermost frame */
        "    movq %rbx, %rdi\n"
        "    call *%r12\n"
        "    ud2\n"
        "    .cfi_endproc\n"
        ".size stack_begin, .-stack_begin\n");

#elif defined(__aarch64__)

/* x19 … x28, frame pointer and return address, d8 … d15 */
enum { FRAME_WORDS = 20, WORD_RUN = 0, WORD_ARGUMENT = 1, WORD_RETURN = 11 };

__asm__(".text\n"
        ".globl stack_switch\n"
        ".type stack_switch, %function\n"
        "stack_switch:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp, #0]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x2, sp\n"
        "    str x2, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp, #0]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size stack_switch, .-stack_switch\n"
        ".globl stack_begin\n"
        ".type stack_begin, %function\n"
        "stack_begin:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined x30\n" /* debuggers: the outermost frame */
        "    mov x0, x20\n"
        "    blr x19\n"
        "    brk #1\n"
        "    .cfi_endproc\n"
        ".size stack_begin, .-stack_begin\n");

#else
#error "common/runtime/stack.c knows x86-64 and aarch64; add your processor there"
#endif

void *stack_prepare(void *top, void (*run)(void *argument), void *argument)
{
    /* Both conventions want the stack pointer a multiple of 16 where run() is called, which is when the
       frame has just been popped. */
    uintptr_t *frame = (uintptr_t *)((uintptr_t)top & ~(uintptr_t)15) - FRAME_WORDS;
    memset(frame, 0, FRAME_WORDS * sizeof(*frame));
    frame[WORD_RUN] = (uintptr_t)run;
    frame[WORD_ARGUMENT] = (uintptr_t)argument;
    frame[WORD_RETURN] = (uintptr_t)stack_begin;
    return frame;
}
