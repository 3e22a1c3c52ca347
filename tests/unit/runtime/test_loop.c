/* The order of a turn, hooks, stopping, lag, and that an idle loop sleeps.
 */
#include "common/base/clock.h"
#include "tests/unit/runtime/world.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

static void sleep_ms(long duration_ms)
{
    const struct timespec duration = {.tv_nsec = duration_ms * 1000000};
    nanosleep(&duration, NULL);
}

/* --- stopping --- */

static void test_a_stop_before_the_run_is_kept(void **state)
{
    struct world *world = *state;
    loop_stop(world->loop);
    world_run(world);
    world_run_for(world, 1); /* and used up: this one runs until its own stop */
}

static void *stop_soon(void *argument)
{
    struct world *world = argument;
    sleep_ms(5);
    loop_stop(world->loop);
    return NULL;
}

static void test_stopped_by_a_thread(void **state)
{
    struct world *world = *state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, world), 0);
    world_run(world);
    pthread_join(thread, NULL);
}

/* A handler has no context; tests run one at a time. */
static struct loop *stopped_by_signal;

static void on_alarm(int number)
{
    (void)number;
    loop_stop(stopped_by_signal);
}

static void test_stopped_by_a_signal_handler(void **state)
{
    struct world *world = *state;
    struct sigaction before, action = {.sa_handler = on_alarm};
    stopped_by_signal = world->loop;
    sigaction(SIGALRM, &action, &before);
    const struct itimerval soon = {.it_value.tv_usec = 5000};
    setitimer(ITIMER_REAL, &soon, NULL);
    world_run(world);
    sigaction(SIGALRM, &before, NULL);
}

static void quiet(int number)
{
    (void)number;
}

/* A wait that a signal interrupts is simply waited again. */
static void test_signals_do_no_harm(void **state)
{
    struct world *world = *state;
    struct sigaction before, action = {.sa_handler = quiet};
    sigaction(SIGALRM, &action, &before);
    const struct itimerval often = {.it_value.tv_usec = 500, .it_interval.tv_usec = 500};
    const struct itimerval never = {0};
    setitimer(ITIMER_REAL, &often, NULL);
    const int64_t before_ms = clock_monotonic_ms();
    world_run_for(world, 20);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    assert_true(clock_monotonic_ms() - before_ms >= 20);
}

/* --- hooks --- */

struct noting_hook {
    struct world *world;
    const char *name;
    struct loop_hook hook;
    struct loop_hook *removes;
};

static void run_noting_hook(void *context)
{
    struct noting_hook *noting = context;
    world_note(noting->world, "%s ", noting->name);
    if (noting->removes) loop_remove_hook(noting->world->loop, noting->removes);
    noting->removes = NULL;
}

static void add_hook(struct world *world, struct noting_hook *noting, const char *name)
{
    noting->world = world;
    noting->name = name;
    noting->hook.run = run_noting_hook;
    noting->hook.context = noting;
    loop_add_hook(world->loop, &noting->hook);
}

static void run_one_turn(struct world *world)
{
    loop_stop(world->loop);
    world_run(world);
}

static void test_hooks_run_in_order(void **state)
{
    struct world *world = *state;
    struct noting_hook a = {0}, b = {0}, c = {0};
    add_hook(world, &a, "a");
    add_hook(world, &b, "b");
    add_hook(world, &c, "c");
    run_one_turn(world);
    world_expect(world, "a b c ");
    loop_remove_hook(world->loop, &b.hook);
    loop_remove_hook(world->loop, &b.hook);
    run_one_turn(world);
    world_expect(world, "a c ");
    add_hook(world, &b, "b");
    run_one_turn(world);
    world_expect(world, "a c b ");
}

static void test_hooks_may_remove_hooks(void **state)
{
    struct world *world = *state;
    struct noting_hook a = {0}, b = {0}, c = {0}, d = {0};
    add_hook(world, &a, "a");
    add_hook(world, &b, "b");
    add_hook(world, &c, "c");
    add_hook(world, &d, "d");
    a.removes = &b.hook; /* the next one */
    c.removes = &c.hook; /* itself */
    d.removes = &a.hook; /* one that has run */
    run_one_turn(world);
    world_expect(world, "a c d ");
    run_one_turn(world);
    world_expect(world, "d ");
}

struct flushed {
    struct world *world;
    struct task *waiter;
};

static void wait_for_flush(void *argument)
{
    struct flushed *flushed = argument;
    struct world *world = flushed->world;
    flushed->waiter = task_current(world->loop);
    world_note(world, "parks ");
    if (task_park(world->loop, INT64_MAX) == STATUS_OK) world_note(world, "woken ");
}

static void flush(void *context)
{
    struct flushed *flushed = context;
    world_note(flushed->world, "flush ");
    if (flushed->waiter) task_wake(flushed->waiter);
    flushed->waiter = NULL;
}

/* A hook that makes a task ready: the task runs before the wait, and the hooks again after it. */
static void test_a_hook_prolongs_the_turn(void **state)
{
    struct world *world = *state;
    struct flushed flushed = {.world = world};
    struct loop_hook hook = {.run = flush, .context = &flushed};
    loop_add_hook(world->loop, &hook);
    world_start(world, wait_for_flush, &flushed);
    run_one_turn(world);
    world_expect(world, "parks flush woken flush ");
}

/* --- the wait --- */

static void count_turn(void *context)
{
    struct world *world = context;
    world->count++;
}

static void test_an_idle_loop_sleeps(void **state)
{
    struct world *world = *state;
    struct loop_hook hook = {.run = count_turn, .context = world};
    loop_add_hook(world->loop, &hook);
    world_run_for(world, 50);
    assert_true(world->count <= 4);
}

static void be_slow(void *context)
{
    struct world *world = context;
    const int64_t now_ms = loop_now_ms(world->loop);
    sleep_ms(20);
    if (loop_now_ms(world->loop) == now_ms) world_note(world, "the turn's clock stands");
}

static void test_lag_is_the_longest_turn(void **state)
{
    struct world *world = *state;
    struct loop_timer slow = {.run = be_slow, .context = world};
    loop_timer_start(world->loop, &slow, 0);
    world_run_for(world, 30);
    world_expect(world, "the turn's clock stands");
    assert_true(loop_take_lag_us(world->loop) >= 20000);
    assert_int_equal(loop_take_lag_us(world->loop), 0);
    world_run_for(world, 5);
    assert_true(loop_now_ms(world->loop) <= clock_monotonic_ms());
}

int test_loop(void)
{
    const struct CMUnitTest tests[] = {
        world_test(test_a_stop_before_the_run_is_kept),
        world_test(test_stopped_by_a_thread),
        world_test(test_stopped_by_a_signal_handler),
        world_test(test_signals_do_no_harm),
        world_test(test_hooks_run_in_order),
        world_test(test_hooks_may_remove_hooks),
        world_test(test_a_hook_prolongs_the_turn),
        world_test(test_an_idle_loop_sleeps),
        world_test(test_lag_is_the_longest_turn),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
