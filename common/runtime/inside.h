/* What the files of this folder know of each other; nobody else includes this.
 *
 * The loop owns a heap of timers, an inbox and its tasks. Tasks know the loop only as the place where timers are
 * started; the loop knows tasks only as something that may be ready to run.
 */
#ifndef STAGECRAFT_RUNTIME_INSIDE_H
#define STAGECRAFT_RUNTIME_INSIDE_H

#include "common/runtime/loop.h"

#include <stdatomic.h>
#include <stddef.h>

/* --- timers.c: a binary min-heap of times --- */

struct timer_place {
    int64_t at_ms; /* a copy, so that sifting does not visit the timers */
    struct loop_timer *timer;
};

struct timers {
    struct timer_place *heap;
    uint32_t count, capacity;
};

void timers_release(struct timers *timers);
void timers_start(struct timers *timers, struct loop_timer *timer, int64_t at_ms);
void timers_stop(struct timers *timers, struct loop_timer *timer);

/* When the first is due; INT64_MAX when there is none. */
int64_t timers_next_ms(const struct timers *timers);

/* Runs what is due, at most once each, though a timer may start itself again. */
void timers_run(struct timers *timers, int64_t now_ms);

/* --- inbox.c: posts from other threads --- */

struct inbox {
    int fd; /* an eventfd: readable when there are posts, or after inbox_wake() */
    _Atomic(struct loop_post *) newest;
};

bool inbox_open(struct inbox *inbox);
void inbox_close(struct inbox *inbox);

/* Any thread. */
void inbox_put(struct inbox *inbox, struct loop_post *post);

/* Any thread, or a signal handler. */
void inbox_wake(struct inbox *inbox);

/* Runs what has come, in the order it came. */
void inbox_run(struct inbox *inbox);

/* --- task.c: the tasks of one loop --- */

struct tasks;

struct tasks *tasks_new(struct loop *loop); /* NULL: no memory */

/* Tasks that are still parked end where they are: what they hold is lost. */
void tasks_free(struct tasks *tasks);

/* Resumes ready tasks, first come first served, until none is ready or `max` have run. How many of
   `max` are left. */
int tasks_run(struct tasks *tasks, int max);
bool tasks_are_ready(const struct tasks *tasks);

/* --- loop.c --- */

struct tasks *loop_tasks(struct loop *loop);

/* False on a foreign thread while the loop runs: for asserts. */
bool loop_is_mine(const struct loop *loop);

#endif
