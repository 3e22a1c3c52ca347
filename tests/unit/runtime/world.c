/* The watchdog is a timer of the loop under test: it catches a loop that waits for ever, and leaves one that
 * does not turn at all to the time limit of whoever runs the tests.
 */
#include "tests/unit/runtime/world.h"

#include "common/base/clock.h"
#include "common/runtime/sanitizer.h"

#include <stdio.h>
#include <stdlib.h>

enum { WATCHDOG_MS = 60000 };

static void bark(void *context)
{
    const struct world *world = context;
    fprintf(stderr, "the loop has not been stopped; trace: '%s'\n", world->trace);
    abort();
}

static void stop(void *context)
{
    struct world *world = context;
    loop_stop(world->loop);
}

int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    if (!world || loop_open(&world->loop) != STATUS_OK) return -1;
    world->watchdog.run = bark;
    world->stop.run = stop;
    world->watchdog.context = world->stop.context = world;
    loop_timer_start(world->loop, &world->watchdog, clock_monotonic_ms() + WATCHDOG_MS);
    *state = world;
    return 0;
}

int world_teardown(void **state)
{
    struct world *world = *state;
    loop_close(world->loop);
    free(world);
    return 0;
}

void world_note(struct world *world, const char *format, ...)
{
    char *end = world->trace + world->trace_length;
    const size_t room = sizeof(world->trace) - world->trace_length;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(end, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room) abort();
    world->trace_length += (size_t)length;
}

void world_expect(struct world *world, const char *trace)
{
    assert_string_equal(world->trace, trace);
    world->trace_length = 0;
    world->trace[0] = '\0';
}

void world_run(struct world *world)
{
    loop_run(world->loop);
}

void world_run_for(struct world *world, int64_t duration_ms)
{
    loop_timer_start(world->loop, &world->stop, clock_monotonic_ms() + duration_ms);
    loop_run(world->loop);
    loop_timer_stop(world->loop, &world->stop);
}

void world_start(struct world *world, void (*body)(void *argument), void *argument)
{
    if (task_start(world->loop, body, argument) != STATUS_OK) abort();
}

bool world_is_sanitized(void)
{
    return coroutine_stack_bytes != TASK_STACK_BYTES;
}
