/* Tasks: code that reads top to bottom and waits without blocking its thread.
 *
 * A task is a coroutine with a stack of its own, on one loop. It runs until it parks; then
 * the loop goes on with others. Whoever it waits for calls task_wake() and the loop resumes it in the
 * same turn. Tasks of one loop never run at the same time, so between two parks nothing changes under
 * them. Stacks are TASK_STACK_BYTES with a guard page, kept in a pool: no deep recursion, no big locals.
 *
 * States: running (at most one) -> parked -> ready -> running … -> ended (stack back to the pool).
 */
#ifndef STAGECRAFT_RUNTIME_TASK_H
#define STAGECRAFT_RUNTIME_TASK_H

#include "common/runtime/loop.h"

#include <stddef.h>

struct task;

enum { TASK_STACK_BYTES = 128 * 1024, TASKS_MAX = 20000 };

/* Runs `body(argument)` in a new task, at once, until it parks or ends; then returns to the caller,
   which may itself be a task. STATUS_UNAVAILABLE when TASKS_MAX are alive or memory is out. */
enum status task_start(struct loop *loop, void (*body)(void *argument), void *argument);

/* The task that runs on this loop now, NULL outside tasks. */
struct task *task_current(struct loop *loop);

/* How many tasks are alive on this loop. */
size_t task_count(struct loop *loop);

/* Gives up the thread until task_wake() (STATUS_OK) or the monotonic deadline (STATUS_TIMEOUT; INT64_MAX:
   none). A wake that comes before the task has run again beats the deadline, so there is exactly one
   result. The caller must take itself off the list it waits on after a timeout, and after STATUS_OK must
   look whether what it waits for has come: an early wake may have been for something it saw already. A
   deadline that has passed lets the others run once. Only inside a task. */
enum status task_park(struct loop *loop, int64_t deadline_ms);

/* Makes a parked task ready. Loop's thread only. Waking one that is already ready, or that has not
   parked yet, does nothing lost: the next park returns at once. */
void task_wake(struct task *task);

/* Parks for that long, whoever wakes the task meanwhile. */
void task_sleep(struct loop *loop, int64_t duration_ms);

#endif
