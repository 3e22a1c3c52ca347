/* What the runtime's tests share: one loop, a watchdog, and a trace.
 *
 * cmocka fails a test by a longjmp, which must not leave a task's stack or another thread. So code that
 * runs there writes what happened into the trace, and the test compares it when the loop has stopped.
 */
#ifndef STAGECRAFT_TESTS_UNIT_RUNTIME_WORLD_H
#define STAGECRAFT_TESTS_UNIT_RUNTIME_WORLD_H

#include "common/runtime/loop.h"
#include "common/runtime/task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct world {
    struct loop *loop;
    struct loop_timer watchdog; /* ends the process: a test that hangs is a test that fails */
    struct loop_timer stop;
    int count; /* free for the test */
    size_t trace_length;
    char trace[512];
};

int world_setup(void **state);
int world_teardown(void **state);

#define world_test(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

/* printf to the end of the trace. */
void world_note(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Compares the trace and empties it. */
void world_expect(struct world *world, const char *trace);

/* Runs the loop until loop_stop(), or for that long. */
void world_run(struct world *world);
void world_run_for(struct world *world, int64_t duration_ms);

/* task_start() that must succeed. */
void world_start(struct world *world, void (*body)(void *argument), void *argument);

/* True in builds with a sanitizer, which are slow and large. */
bool world_is_sanitized(void);

/* Each runs its group and returns how many tests failed. */
int test_timers(void);
int test_loop(void);
int test_watches(void);
int test_posts(void);
int test_task(void);
int test_task_limits(void);
int test_offload(void);

#endif
