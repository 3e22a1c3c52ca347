/* Offload threads: work beside the loop, a bounded queue, deadlines before and after the start.
 */
#include "common/runtime/offload.h"

#include "common/base/clock.h"
#include "tests/unit/runtime/world.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CALL_ARENA = 1 << 20 };

/* One task that gives one piece of work away. */
struct errand {
    struct world *world;
    struct offload *offload;
    int64_t timeout_ms;
    long work_ms;
    pthread_t worker; /* who did it */
    struct task *task;
    _Atomic bool begun, done;
    enum status status;
    char message[100];
    int *left; /* stops the loop when none is */
};

static void sleep_us(long duration_us)
{
    const struct timespec duration = {.tv_nsec = duration_us * 1000};
    if (duration_us > 0) nanosleep(&duration, NULL);
}

static void work(void *argument)
{
    struct errand *errand = argument;
    atomic_store(&errand->begun, true);
    errand->worker = pthread_self();
    sleep_us(errand->work_ms * 1000);
    atomic_store(&errand->done, true);
}

static void run_errand(void *argument)
{
    struct errand *errand = argument;
    struct arena arena;
    struct call call;
    arena_init(&arena, CALL_ARENA);
    call_init(&call, &arena, errand->timeout_ms);
    errand->task = task_current(errand->world->loop);
    errand->status = offload_run(errand->offload, errand->world->loop, &call, work, errand);
    if (errand->status != STATUS_OK)
        strncpy(errand->message, call.failure.message, sizeof(errand->message) - 1);
    arena_release(&arena);
    if (--*errand->left == 0) loop_stop(errand->world->loop);
}

static struct offload *offload_new(int threads, int queue_max)
{
    struct offload *offload = NULL;
    assert_int_equal(offload_open(&offload, threads, queue_max), STATUS_OK);
    return offload;
}

static void start_errands(struct world *world, struct errand *errands, int count, int *left)
{
    *left = count;
    for (int i = 0; i < count; i++) {
        errands[i].world = world;
        errands[i].left = left;
        world_start(world, run_errand, &errands[i]);
    }
}

static void wait_until_begun(struct errand *errand)
{
    for (int i = 0; i < 10000 && !atomic_load(&errand->begun); i++)
        sleep_us(500);
    assert_true(errand->begun);
}

static void count_turn(void *context)
{
    struct world *world = context;
    loop_timer_start(world->loop, &world->stop, loop_now_ms(world->loop) + 1);
    world->count++;
}

static void test_the_loop_goes_on_meanwhile(void **state)
{
    struct world *world = *state;
    struct offload *offload = offload_new(1, 4);
    struct errand errand = {.offload = offload, .timeout_ms = 10000, .work_ms = 30};
    int left;
    start_errands(world, &errand, 1, &left);
    world->stop.run = count_turn; /* every millisecond */
    loop_timer_start(world->loop, &world->stop, 0);
    world_run(world);
    assert_int_equal(errand.status, STATUS_OK);
    assert_true(errand.done);
    assert_false(pthread_equal(errand.worker, pthread_self()));
    assert_true(world->count >= 3);
    offload_close(offload);
}

static void test_a_full_queue_refuses_at_once(void **state)
{
    struct world *world = *state;
    struct offload *offload = offload_new(1, 2);
    struct errand errands[4];
    int left = 1;
    for (int i = 0; i < 4; i++)
        errands[i] = (struct errand){.offload = offload, .timeout_ms = 10000, .work_ms = 5};
    start_errands(world, errands, 1, &left);
    wait_until_begun(&errands[0]); /* the queue is empty, the thread is busy */
    start_errands(world, errands + 1, 3, &left);
    assert_int_equal(left, 2); /* the last one is back already */
    assert_int_equal(errands[3].status, STATUS_UNAVAILABLE);
    assert_string_equal(errands[3].message, "too much work is waiting, try again soon");
    assert_false(errands[3].begun);
    left++; /* the first */
    world_run(world);
    for (int i = 0; i < 3; i++)
        assert_int_equal(errands[i].status, STATUS_OK);
    offload_close(offload);
}

static void test_a_deadline_in_the_queue(void **state)
{
    struct world *world = *state;
    struct offload *offload = offload_new(1, 8);
    struct errand errands[4];
    int left;
    for (int i = 0; i < 4; i++)
        errands[i] = (struct errand){.offload = offload, .timeout_ms = 10000, .work_ms = 30};
    errands[1].timeout_ms = errands[3].timeout_ms = 5;
    start_errands(world, errands, 4, &left);
    world_run(world);
    assert_int_equal(errands[0].status, STATUS_OK);
    assert_int_equal(errands[2].status, STATUS_OK);
    for (int i = 1; i < 4; i += 2) {
        assert_int_equal(errands[i].status, STATUS_TIMEOUT);
        assert_false(errands[i].begun);
        assert_string_equal(errands[i].message, "the time was over before the work could begin");
    }
    offload_close(offload);
}

/* The loop does not turn in time, so it is the thread that finds the second errand overdue. */
static void test_a_deadline_while_the_loop_is_late(void **state)
{
    struct world *world = *state;
    struct offload *offload = offload_new(1, 8);
    struct errand errands[2];
    int left;
    for (int i = 0; i < 2; i++)
        errands[i] = (struct errand){.offload = offload, .timeout_ms = 10000, .work_ms = 20};
    errands[1].timeout_ms = 5;
    start_errands(world, errands, 2, &left);
    sleep_us(60000);
    world_run(world);
    assert_int_equal(errands[0].status, STATUS_OK);
    assert_int_equal(errands[1].status, STATUS_TIMEOUT);
    assert_false(errands[1].begun);
    offload_close(offload);
}

static void start_late(void *context)
{
    struct errand *errand = context;
    world_start(errand->world, run_errand, errand);
}

/* The last of the queue leaves it, then another comes: the queue must still hang together. */
static void test_queueing_behind_one_that_left(void **state)
{
    struct world *world = *state;
    struct offload *offload = offload_new(1, 8);
    struct errand errands[4];
    int left;
    for (int i = 0; i < 4; i++)
        errands[i] = (struct errand){.offload = offload, .timeout_ms = 10000, .work_ms = 40};
    errands[2].timeout_ms = 5;
    start_errands(world, errands, 3, &left);
    left++;
    errands[3].world = world;
    errands[3].left = &left;
    struct loop_timer timer = {.run = start_late, .context = &errands[3]};
    loop_timer_start(world->loop, &timer, clock_monotonic_ms() + 20);
    world_run(world);
    for (int i = 0; i < 4; i++)
        assert_int_equal(errands[i].status, i == 2 ? STATUS_TIMEOUT : STATUS_OK);
    offload_close(offload);
}

static void test_a_deadline_that_is_over_already(void **state)
{
    struct world *world = *state;
    struct offload *offload = offload_new(1, 8);
    struct errand errand = {.offload = offload, .timeout_ms = 0};
    int left;
    start_errands(world, &errand, 1, &left);
    world_run(world);
    assert_int_equal(errand.status, STATUS_TIMEOUT);
    assert_false(errand.begun);
    offload_close(offload);
}

static void wake_stray(void *context)
{
    struct errand *errand = context;
    task_wake(errand->task);
}

/* Begun work is waited for beyond the deadline, and whatever else wakes the task. */
static void test_begun_work_is_waited_for(void **state)
{
    struct world *world = *state;
    struct offload *offload = offload_new(1, 8);
    struct errand errand = {.offload = offload, .timeout_ms = 200, .work_ms = 250};
    struct loop_timer early = {.run = wake_stray, .context = &errand}, late = early;
    int left;
    start_errands(world, &errand, 1, &left);
    wait_until_begun(&errand);
    loop_timer_start(world->loop, &early, clock_monotonic_ms() + 2);
    loop_timer_start(world->loop, &late, clock_monotonic_ms() + 225);
    world_run(world);
    assert_int_equal(errand.status, STATUS_OK);
    assert_true(errand.done);
    offload_close(offload);
}

static void test_closing_waits_for_begun_work_and_drops_the_rest(void **state)
{
    struct world *world = *state;
    struct offload *offload = offload_new(1, 8);
    struct errand errands[2];
    int left;
    for (int i = 0; i < 2; i++)
        errands[i] = (struct errand){.offload = offload, .timeout_ms = 10000, .work_ms = 20};
    start_errands(world, errands, 2, &left);
    wait_until_begun(&errands[0]);
    offload_close(offload);
    assert_true(errands[0].done);
    assert_false(errands[1].begun);
    assert_int_equal(left, 2); /* nobody has turned the loop; it closes over both */
}

/* --- several loops, many jobs --- */

enum { LOOPS = 3, ERRANDS = 300 };

struct site {
    pthread_t thread;
    struct offload *offload;
    struct world *world;
    struct errand errands[ERRANDS];
    int left;
};

static void start_site(struct site *site, unsigned seed)
{
    for (int i = 0; i < ERRANDS; i++)
        site->errands[i] = (struct errand){.offload = site->offload,
                                           .timeout_ms = rand_r(&seed) % 40,
                                           .work_ms = rand_r(&seed) % 10 == 0};
    start_errands(site->world, site->errands, ERRANDS, &site->left);
}

static void *run_site(void *argument)
{
    struct site *site = argument;
    world_run(site->world);
    return NULL;
}

/* An errand is done exactly when it is told so. */
static void test_many_errands_of_several_loops(void **state)
{
    (void)state;
    struct offload *offload = offload_new(3, LOOPS * ERRANDS * 2 / 3);
    struct site *sites = calloc(LOOPS, sizeof(*sites));
    int counts[STATUS_COUNT] = {0};
    assert_non_null(sites);
    for (int i = 0; i < LOOPS; i++) {
        assert_int_equal(world_setup((void **)&sites[i].world), 0);
        sites[i].offload = offload;
        start_site(&sites[i], 3 + (unsigned)i);
        assert_int_equal(pthread_create(&sites[i].thread, NULL, run_site, &sites[i]), 0);
    }
    for (int i = 0; i < LOOPS; i++)
        pthread_join(sites[i].thread, NULL);
    offload_close(offload);
    for (int i = 0; i < LOOPS; i++) {
        for (int k = 0; k < ERRANDS; k++) {
            const struct errand *errand = &sites[i].errands[k];
            counts[errand->status]++;
            assert_int_equal(errand->done, errand->status == STATUS_OK);
            assert_int_equal(errand->begun, errand->done);
        }
        assert_int_equal(task_count(sites[i].world->loop), 0);
        world_teardown((void **)&sites[i].world);
    }
    assert_int_equal(counts[STATUS_OK] + counts[STATUS_TIMEOUT] + counts[STATUS_UNAVAILABLE],
                     LOOPS * ERRANDS);
    assert_true(counts[STATUS_OK] > 0);
    free(sites);
}

int test_offload(void)
{
    const struct CMUnitTest tests[] = {
        world_test(test_the_loop_goes_on_meanwhile),
        world_test(test_a_full_queue_refuses_at_once),
        world_test(test_a_deadline_in_the_queue),
        world_test(test_a_deadline_while_the_loop_is_late),
        world_test(test_queueing_behind_one_that_left),
        world_test(test_a_deadline_that_is_over_already),
        world_test(test_begun_work_is_waited_for),
        world_test(test_closing_waits_for_begun_work_and_drops_the_rest),
        cmocka_unit_test(test_many_errands_of_several_loops),
    };
    return cmocka_run_group_tests_name("offload", tests, NULL, NULL);
}
