/* Tasks: order, nesting, wakes that come early or late, deadlines.
 */
#include "common/base/clock.h"
#include "tests/unit/runtime/world.h"

#include <stdlib.h>
#include <string.h>

struct actor {
    struct world *world;
    const char *name;
    struct task *task;
    struct task *wakes; /* whom it wakes */
    int64_t deadline_ms;
    struct loop_timer timer;
};

static const char *outcome(enum status status)
{
    return status == STATUS_OK ? "ok" : "late";
}

static void park_once(void *argument)
{
    struct actor *actor = argument;
    struct world *world = actor->world;
    actor->task = task_current(world->loop);
    world_note(world, "%s( ", actor->name);
    const enum status status = task_park(world->loop, actor->deadline_ms);
    world_note(world, "%s)%s ", actor->name, outcome(status));
}

static void wake_it(void *context)
{
    struct actor *actor = context;
    task_wake(actor->task);
}

static void run_one_turn(struct world *world)
{
    loop_stop(world->loop);
    world_run(world);
}

static void test_runs_at_once_until_it_parks(void **state)
{
    struct world *world = *state;
    struct actor a = {.world = world, .name = "a", .deadline_ms = INT64_MAX};
    assert_null(task_current(world->loop));
    world_start(world, park_once, &a);
    world_expect(world, "a( ");
    assert_null(task_current(world->loop));
    assert_int_equal(task_count(world->loop), 1);
    task_wake(a.task);
    world_expect(world, ""); /* ready, but it is the loop that runs it */
    run_one_turn(world);
    world_expect(world, "a)ok ");
    assert_int_equal(task_count(world->loop), 0);
}

static void test_first_woken_first_run(void **state)
{
    struct world *world = *state;
    struct actor a = {.world = world, .name = "a", .deadline_ms = INT64_MAX};
    struct actor b = a, c = a;
    b.name = "b";
    c.name = "c";
    world_start(world, park_once, &a);
    world_start(world, park_once, &b);
    world_start(world, park_once, &c);
    task_wake(b.task);
    task_wake(c.task);
    task_wake(b.task); /* ready already: keeps its place, and is not woken twice */
    task_wake(a.task);
    run_one_turn(world);
    world_expect(world, "a( b( c( b)ok c)ok a)ok ");
}

static void start_two(void *argument)
{
    struct actor *actors = argument; /* parent, then two children */
    struct world *world = actors[0].world;
    world_note(world, "p( ");
    world_start(world, park_once, &actors[1]);
    if (task_current(world->loop) != actors[0].task && actors[0].task) abort();
    world_note(world, "p ");
    world_start(world, park_once, &actors[2]);
    world_note(world, "p) ");
}

static void test_a_task_may_start_tasks(void **state)
{
    struct world *world = *state;
    struct actor actors[3] = {{.world = world, .name = "p"},
                              {.world = world, .name = "a", .deadline_ms = INT64_MAX},
                              {.world = world, .name = "b", .deadline_ms = INT64_MAX}};
    world_start(world, start_two, actors);
    world_expect(world, "p( a( p b( p) ");
    task_wake(actors[2].task);
    task_wake(actors[1].task);
    run_one_turn(world);
    world_expect(world, "b)ok a)ok ");
}

static void start_deeper(void *argument)
{
    struct actor *actor = argument;
    struct world *world = actor->world;
    struct task *self = task_current(world->loop);
    const int depth = world->count++;
    if (depth < 50) world_start(world, start_deeper, actor);
    if (task_current(world->loop) != self) abort();
    task_sleep(world->loop, depth % 3);
    if (task_current(world->loop) != self) abort();
    if (--world->count == 0) loop_stop(world->loop);
}

static void test_nesting_goes_deep(void **state)
{
    struct world *world = *state;
    struct actor actor = {.world = world};
    world_start(world, start_deeper, &actor);
    world_run(world);
    assert_int_equal(task_count(world->loop), 0);
}

static void wake_and_end(void *argument)
{
    struct actor *actor = argument;
    task_wake(actor->wakes);
}

static void start_then_park(void *argument)
{
    struct actor *actor = argument;
    struct world *world = actor->world;
    actor->wakes = task_current(world->loop);
    world_start(world, wake_and_end, actor); /* wakes us before we have parked */
    world_note(world, "%s ", outcome(task_park(world->loop, INT64_MAX)));
    world_note(world, "%s ", outcome(task_park(world->loop, clock_monotonic_ms() + 2)));
    loop_stop(world->loop);
}

static void test_a_wake_before_the_park_is_kept_once(void **state)
{
    struct world *world = *state;
    struct actor actor = {.world = world};
    world_start(world, start_then_park, &actor);
    world_expect(world, "ok ");
    world_run(world);
    world_expect(world, "late ");
}

/* --- deadlines --- */

static void test_a_deadline_ends_the_park(void **state)
{
    struct world *world = *state;
    const int64_t before_ms = clock_monotonic_ms();
    struct actor a = {.world = world, .name = "a", .deadline_ms = before_ms + 10};
    struct actor b = {.world = world, .name = "b", .deadline_ms = 0}; /* long over */
    world_start(world, park_once, &a);
    world_start(world, park_once, &b);
    world_run_for(world, 15);
    world_expect(world, "a( b( b)late a)late ");
}

static void park_twice(void *argument)
{
    struct actor *actor = argument;
    struct world *world = actor->world;
    actor->task = task_current(world->loop);
    world_note(world, "%s ", outcome(task_park(world->loop, actor->deadline_ms)));
    world_note(world, "%s ", outcome(task_park(world->loop, clock_monotonic_ms() + 2)));
    loop_stop(world->loop);
}

/* Deadline and wake fall into the same turn, in this order and in the other: one result, the wake's, and
   nothing is left over for the next park. */
static void test_deadline_and_wake_in_the_same_turn(void **state)
{
    struct world *world = *state;
    for (int order = -1; order <= 1; order += 2) {
        struct actor actor = {.world = world, .deadline_ms = 100};
        actor.timer.run = wake_it;
        actor.timer.context = &actor;
        loop_timer_start(world->loop, &actor.timer, 100 + order);
        world_start(world, park_twice, &actor);
        world_run(world);
        world_expect(world, "ok late ");
    }
}

static void sleep_and_note(void *argument)
{
    struct actor *actor = argument;
    struct world *world = actor->world;
    actor->task = task_current(world->loop);
    const int64_t before_ms = clock_monotonic_ms();
    task_sleep(world->loop, 20);
    world_note(world, "%s", clock_monotonic_ms() - before_ms >= 20 ? "slept" : "woke early");
    loop_stop(world->loop);
}

static void test_a_wake_does_not_shorten_a_sleep(void **state)
{
    struct world *world = *state;
    struct actor actor = {.world = world, .timer = {.run = wake_it, .context = &actor}};
    world_start(world, sleep_and_note, &actor);
    loop_timer_start(world->loop, &actor.timer, clock_monotonic_ms() + 3);
    world_run(world);
    world_expect(world, "slept");
}

/* --- fairness --- */

struct players {
    struct world *world;
    struct task *tasks[2];
    bool over;
};

static void play(void *argument)
{
    struct players *players = argument;
    struct loop *loop = players->world->loop;
    const int me = players->tasks[0] ? 1 : 0;
    players->tasks[me] = task_current(loop);
    while (!players->over) {
        if (players->tasks[!me]) task_wake(players->tasks[!me]);
        if (task_park(loop, INT64_MAX) != STATUS_OK) abort();
        players->world->count++;
    }
    players->tasks[me] = NULL;
    if (players->tasks[!me]) task_wake(players->tasks[!me]);
    if (task_count(loop) == 1) loop_stop(loop);
}

static void end_play(void *context)
{
    struct players *players = context;
    players->over = true;
}

/* Two tasks that wake each other for ever leave time for timers. */
static void test_busy_tasks_do_not_starve_the_loop(void **state)
{
    struct world *world = *state;
    struct players players = {.world = world};
    struct loop_timer timer = {.run = end_play, .context = &players};
    world_start(world, play, &players);
    world_start(world, play, &players);
    loop_timer_start(world->loop, &timer, clock_monotonic_ms() + 10);
    world_run(world);
    assert_true(world->count > 100);
    assert_int_equal(task_count(world->loop), 0);
}

int test_task(void)
{
    const struct CMUnitTest tests[] = {
        world_test(test_runs_at_once_until_it_parks),
        world_test(test_first_woken_first_run),
        world_test(test_a_task_may_start_tasks),
        world_test(test_nesting_goes_deep),
        world_test(test_a_wake_before_the_park_is_kept_once),
        world_test(test_a_deadline_ends_the_park),
        world_test(test_deadline_and_wake_in_the_same_turn),
        world_test(test_a_wake_does_not_shorten_a_sleep),
        world_test(test_busy_tasks_do_not_starve_the_loop),
    };
    return cmocka_run_group_tests_name("tasks", tests, NULL, NULL);
}
