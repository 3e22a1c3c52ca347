/* The event loop: one thread waiting in one epoll for everything.
 *
 * Sockets (libmicrohttpd's, libpq's, libcurl's), timers and messages from other threads all end in
 * callbacks on the loop's thread, so nothing below needs a lock. One turn of the loop is: run ready
 * tasks (task.h) until none is ready, call the turn hooks (pg flushes its pipelines there, one Sync per
 * turn), write the log, wait in epoll, dispatch. Callbacks must not block and must not wait; only tasks
 * may wait.
 *
 * Everything except loop_post() and loop_stop() is called on the loop's own thread.
 */
#ifndef STAGECRAFT_RUNTIME_LOOP_H
#define STAGECRAFT_RUNTIME_LOOP_H

#include "common/base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

/* STATUS_UNAVAILABLE when the kernel has no descriptors left. */
enum status loop_open(struct loop **out);

/* Not while it runs, nor while another thread may still post to it. Posts that have not run are dropped;
   tasks that are still parked end where they stand, and what they hold is lost. */
void loop_close(struct loop *loop);

/* Turns until loop_stop(), which may come from any thread or a signal handler, also before the run. What
   is ready then still runs. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* The clock as of this turn, monotonic milliseconds: cheap, for timeouts. */
int64_t loop_now_ms(const struct loop *loop);

/* How late the last turns were: the longest time between two waits in epoll since the last call of this
   function, microseconds. Exported as event-loop lag. */
int64_t loop_take_lag_us(struct loop *loop);

/* --- descriptors --- */

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

/* Embedded in its owner, zeroed, `fd`, `run` and `context` set by it; the loop borrows it until
   loop_unwatch(). `ready` has LOOP_READ and/or LOOP_WRITE; an error or hang-up sets both. */
struct loop_watch {
    int fd;
    void (*run)(void *context, unsigned ready);
    void *context;
    unsigned interest; /* the loop's: what is registered now */
};

/* Registers, changes, or (interest 0) removes. Level-triggered. Cheap when nothing changes. A watch may
   be removed from inside any callback: a pending event of it is then dropped. */
void loop_watch(struct loop *loop, struct loop_watch *watch, unsigned interest);
void loop_unwatch(struct loop *loop, struct loop_watch *watch);

/* --- timers --- */

/* Embedded in its owner, zeroed, `run` and `context` set by it. One shot. */
struct loop_timer {
    void (*run)(void *context);
    void *context;
    int64_t at_ms; /* the loop's */
    uint32_t slot; /* the loop's: place in the heap + 1, 0 when not started */
};

/* Starts or restarts; the time is on the monotonic clock. */
void loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t at_ms);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* --- hooks --- */

/* Called at the end of every turn, in the order added, before the wait; may make tasks ready (the turn
   then goes on). Embedded in its owner. */
struct loop_hook {
    void (*run)(void *context);
    void *context;
    struct loop_hook *next;
};

void loop_add_hook(struct loop *loop, struct loop_hook *hook);
void loop_remove_hook(struct loop *loop, struct loop_hook *hook);

/* --- from other threads --- */

/* Embedded in its owner, `run` and `context` set by it. Any thread; `run` is called once on the loop's
   thread, in posting order. The post must not be posted again before it has run. */
struct loop_post {
    void (*run)(void *context);
    void *context;
    struct loop_post *next;
};

void loop_post(struct loop *loop, struct loop_post *post);

#endif
