/* The heap of timers, against a plain array that is searched from end to end.
 */
#include "common/base/clock.h"
#include "common/runtime/inside.h"
#include "tests/unit/runtime/world.h"

#include <stdlib.h>

enum { MANY = 500, ROUNDS = 20000, HORIZON_MS = 1000 };

struct probe {
    struct loop_timer timer;
    int64_t expected_ms; /* -1: not started */
    int64_t *latest_ms;  /* of the timers that have run: must not go down */
    bool in_order;
};

static void ring(void *context)
{
    struct probe *probe = context;
    probe->in_order = probe->expected_ms >= *probe->latest_ms;
    *probe->latest_ms = probe->expected_ms;
    probe->expected_ms = -1;
}

static int64_t earliest(const struct probe *probes)
{
    int64_t found = INT64_MAX;
    for (int i = 0; i < MANY; i++)
        if (probes[i].expected_ms >= 0 && probes[i].expected_ms < found)
            found = probes[i].expected_ms;
    return found;
}

static void test_agrees_with_a_plain_search(void **state)
{
    (void)state;
    struct timers timers = {0};
    struct probe *probes = calloc(MANY, sizeof(*probes));
    int64_t latest_ms = 0;
    unsigned seed = 7;
    assert_non_null(probes);
    for (int i = 0; i < MANY; i++)
        probes[i] = (struct probe){.timer = {.run = ring, .context = &probes[i]},
                                   .expected_ms = -1,
                                   .latest_ms = &latest_ms,
                                   .in_order = true};
    for (int i = 0; i < ROUNDS; i++) {
        struct probe *probe = &probes[rand_r(&seed) % MANY];
        if (rand_r(&seed) % 3 == 0) {
            timers_stop(&timers, &probe->timer);
            probe->expected_ms = -1;
        } else {
            probe->expected_ms = rand_r(&seed) % HORIZON_MS;
            timers_start(&timers, &probe->timer, probe->expected_ms);
        }
        if (i % 16 == 0) assert_int_equal(timers_next_ms(&timers), earliest(probes));
    }
    for (int64_t now_ms = 0; now_ms <= HORIZON_MS; now_ms += 50) {
        timers_run(&timers, now_ms);
        assert_true(earliest(probes) > now_ms);
    }
    assert_int_equal(timers_next_ms(&timers), INT64_MAX);
    for (int i = 0; i < MANY; i++)
        assert_true(probes[i].in_order && probes[i].timer.slot == 0);
    timers_release(&timers);
    free(probes);
}

static void test_stopping_what_is_not_started_is_fine(void **state)
{
    struct world *world = *state;
    struct loop_timer timer = {.run = ring};
    loop_timer_stop(world->loop, &timer);
    loop_timer_start(world->loop, &timer, INT64_MAX - 1);
    loop_timer_stop(world->loop, &timer);
    loop_timer_stop(world->loop, &timer);
}

struct again {
    struct world *world;
    struct loop_timer timer;
    struct loop_hook hook;
    int turns;
};

static void count_turn(void *context)
{
    struct again *again = context;
    again->turns++;
}

static void start_again(void *context)
{
    struct again *again = context;
    if (++again->world->count < 100)
        loop_timer_start(again->world->loop, &again->timer, 0);
    else
        loop_stop(again->world->loop);
}

/* A timer that is always due again must not keep the loop from its other work. */
static void test_restarting_in_its_own_run(void **state)
{
    struct world *world = *state;
    struct again again = {.world = world,
                          .timer = {.run = start_again, .context = &again},
                          .hook = {.run = count_turn, .context = &again}};
    loop_add_hook(world->loop, &again.hook);
    loop_timer_start(world->loop, &again.timer, 0);
    world_run(world);
    assert_int_equal(world->count, 100);
    assert_in_range(again.turns, 50, 101); /* the watchdog is a second timer: two runs a turn */
}

struct pair {
    struct world *world;
    struct loop_timer first, second;
};

static void free_pair(void *context)
{
    struct pair *pair = context;
    world_note(pair->world, "once ");
    loop_timer_stop(pair->world->loop, &pair->first);
    loop_timer_stop(pair->world->loop, &pair->second);
    loop_stop(pair->world->loop);
    free(pair);
}

/* Both are due at once; the one that runs frees both. */
static void test_freed_in_its_own_run(void **state)
{
    struct world *world = *state;
    struct pair *pair = calloc(1, sizeof(*pair));
    assert_non_null(pair);
    pair->world = world;
    pair->first.run = pair->second.run = free_pair;
    pair->first.context = pair->second.context = pair;
    loop_timer_start(world->loop, &pair->first, 1);
    loop_timer_start(world->loop, &pair->second, 1);
    world_run(world);
    world_expect(world, "once ");
}

static void test_never_early(void **state)
{
    struct world *world = *state;
    for (int i = 0; i < 20; i++) {
        const int64_t before_us = clock_monotonic_us();
        world_run_for(world, 3); /* from the millisecond that has begun */
        const int64_t took_us = clock_monotonic_us() - before_us;
        assert_true(took_us > 2000);
        assert_true(took_us < 1000000);
    }
}

int test_timers(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_a_plain_search),
        world_test(test_stopping_what_is_not_started_is_fine),
        world_test(test_restarting_in_its_own_run),
        world_test(test_freed_in_its_own_run),
        world_test(test_never_early),
    };
    return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}
