/* One loop per test, turned by the test itself until its tasks have ended.
 */
#include "common/runtime/task.h"
#include "tests/unit/outgoing/groups.h"

#include <stdlib.h>

int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    assert_int_equal(loop_open(&world->loop), STATUS_OK);
    arena_init(&world->arena, 64 << 20);
    call_init(&world->call, &world->arena, 10000);
    world_limit(world, 8, 100);
    *state = world;
    return 0;
}

int world_teardown(void **state)
{
    struct world *world = *state;
    transfers_close(world->transfers);
    loop_close(world->loop);
    arena_release(&world->arena);
    free(world);
    return 0;
}

void world_limit(struct world *world, int connections_max, int waiting_max)
{
    const struct transfers_options options = {
        .connections_max = connections_max,
        .waiting_max = waiting_max,
    };
    if (world->transfers) transfers_close(world->transfers);
    assert_int_equal(transfers_open(world->loop, &options, &world->transfers), STATUS_OK);
}

struct job {
    struct world *world;
    void (*body)(void *argument);
    void *argument;
};

static void run_job(void *argument)
{
    const struct job *job = argument;
    job->body(job->argument);
    if (--job->world->running == 0) loop_stop(job->world->loop);
}

void world_run(struct world *world, int count, void (*body)(void *argument), void *argument)
{
    struct job job = {.world = world, .body = body, .argument = argument};
    world->running = count;
    for (int i = 0; i < count; i++)
        assert_int_equal(task_start(world->loop, run_job, &job), STATUS_OK);
    loop_run(world->loop);
}
