/* How many tasks, how much memory, how deep a stack; and a crowd that does everything at random.
 */
#include "common/base/clock.h"
#include "common/runtime/sanitizer.h"
#include "tests/unit/runtime/world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void park_for_good(void *argument)
{
    struct world *world = argument;
    if (task_park(world->loop, INT64_MAX) != STATUS_OK) abort();
}

static void park_and_end(void *argument)
{
    struct world *world = argument;
    task_sleep(world->loop, 1);
    if (task_count(world->loop) == 1) loop_stop(world->loop);
}

static int mappings(void)
{
    FILE *file = fopen("/proc/self/maps", "r");
    int lines = 0;
    if (!file) abort();
    for (int byte = getc(file); byte != EOF; byte = getc(file))
        lines += byte == '\n';
    fclose(file);
    return lines;
}

static void test_there_is_a_most(void **state)
{
    struct world *world = *state;
#if defined(__SANITIZE_THREAD__)
    skip(); /* ThreadSanitizer knows some thousand stacks at most */
#endif
    for (int i = 0; i < TASKS_MAX; i++)
        world_start(world, park_and_end, world);
    assert_int_equal(task_start(world->loop, park_and_end, world), STATUS_UNAVAILABLE);
    assert_int_equal(task_count(world->loop), TASKS_MAX);
    world_run(world);
    assert_int_equal(task_count(world->loop), 0);
    if (!world_is_sanitized()) assert_in_range(mappings(), 1, 1000); /* nor are the stacks kept */
    world_start(world, park_for_good, world);                        /* there is room again */
}

static long resident_bytes(void)
{
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &size, &resident) != 2) abort();
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

static void test_a_parked_task_costs_its_touched_pages(void **state)
{
    enum { MANY = 2000 };
    struct world *world = *state;
    if (world_is_sanitized()) skip();
    const long before = resident_bytes();
    for (int i = 0; i < MANY; i++)
        world_start(world, park_for_good, world);
    const long each = (resident_bytes() - before) / MANY;
    if (each > 10 * 1024) fail_msg("a parked task costs %ld bytes", each);
}

/* Each frame writes to the one above it, or the compiler makes a loop of this. */
__attribute__((noinline)) static int go_down(int bytes, volatile char *above)
{
    volatile char frame[1024] = {1};
    const int below = bytes > 0 ? go_down(bytes - (int)sizeof(frame), frame) : 0;
    *above = 1;
    return below + frame[0];
}

static void use_most_of_the_stack(void *argument)
{
    struct world *world = argument;
    volatile char top = 0;
    world->count = go_down(TASK_STACK_BYTES * 3 / 4, &top);
}

static void test_the_stack_is_as_large_as_promised(void **state)
{
    struct world *world = *state;
    world_start(world, use_most_of_the_stack, world);
    assert_true(world->count > 0);
}

static void use_more_than_the_stack(void *argument)
{
    struct world *world = argument;
    volatile char top = 0;
    world->count = go_down(2 * (int)coroutine_stack_bytes, &top);
}

/* An overflow must hit the guard, never a neighbour. */
static void test_an_overflow_ends_the_process(void **state)
{
    struct world *world = *state;
#if defined(__SANITIZE_THREAD__)
    skip(); /* its fork and its handler do not get along */
#endif
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0});
        signal(SIGSEGV, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr)) abort();
        world_start(world, use_more_than_the_stack, world);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

static void test_a_loop_may_close_over_parked_tasks(void **state)
{
    struct world *world = *state;
    for (int i = 0; i < 300; i++)
        world_start(world, i % 2 ? park_for_good : park_and_end, world);
    world_run_for(world, 5);
    assert_int_equal(task_count(world->loop), 150);
}

/* --- the crowd --- */

enum { SEATS = 64 };

struct crowd {
    struct world *world;
    unsigned seed;
    int to_start, alive;
    struct task *seats[SEATS]; /* who waits there to be woken */
    const char *wrong;
};

static void wait_in_seat(struct crowd *crowd, int seat)
{
    struct loop *loop = crowd->world->loop;
    if (crowd->seats[seat]) return;
    crowd->seats[seat] = task_current(loop);
    const int64_t deadline_ms = clock_monotonic_ms() + rand_r(&crowd->seed) % 3;
    const enum status status = task_park(loop, deadline_ms);
    if (status == STATUS_TIMEOUT) {
        if (crowd->seats[seat] != task_current(loop)) crowd->wrong = "woken, but told it is late";
        crowd->seats[seat] = NULL;
    } else if (crowd->seats[seat] == task_current(loop)) {
        crowd->wrong = "told it was woken, but was not";
    }
}

static void wake_seat(struct crowd *crowd, int seat)
{
    struct task *task = crowd->seats[seat];
    crowd->seats[seat] = NULL;
    if (task) task_wake(task);
}

static void live(void *argument)
{
    struct crowd *crowd = argument;
    struct world *world = crowd->world;
    struct task *self = task_current(world->loop);
    char memory[2000];
    const char mark = (char)rand_r(&crowd->seed);
    memset(memory, mark, sizeof(memory));
    crowd->alive++;
    for (int i = 0; i < 4; i++) {
        const int choice = rand_r(&crowd->seed) % 4, seat = rand_r(&crowd->seed) % SEATS;
        if (choice == 0) task_sleep(world->loop, seat % 3);
        if (choice == 1) wait_in_seat(crowd, seat);
        if (choice == 2) wake_seat(crowd, seat);
        if (choice == 3 && crowd->to_start-- > 0) world_start(world, live, crowd);
        if (task_current(world->loop) != self) crowd->wrong = "another task is current";
    }
    for (size_t i = 0; i < sizeof(memory); i++)
        if (memory[i] != mark) crowd->wrong = "another task wrote on this stack";
    if (--crowd->alive == 0 && crowd->to_start <= 0) loop_stop(world->loop);
}

static void feed(void *argument)
{
    struct crowd *crowd = argument;
    crowd->alive++;
    while (crowd->to_start > 0) {
        for (int i = 0; i < 100 && crowd->to_start-- > 0; i++)
            world_start(crowd->world, live, crowd);
        task_sleep(crowd->world->loop, 1);
    }
    if (--crowd->alive == 0) loop_stop(crowd->world->loop);
}

static void test_a_crowd(void **state)
{
    struct world *world = *state;
    struct crowd crowd = {
        .world = world, .seed = 11, .to_start = world_is_sanitized() ? 5000 : 50000};
    world_start(world, feed, &crowd);
    world_run(world);
    if (crowd.wrong) fail_msg("%s", crowd.wrong);
    assert_int_equal(task_count(world->loop), 0);
}

int test_task_limits(void)
{
    const struct CMUnitTest tests[] = {
        world_test(test_there_is_a_most),
        world_test(test_a_parked_task_costs_its_touched_pages),
        world_test(test_the_stack_is_as_large_as_promised),
        world_test(test_an_overflow_ends_the_process),
        world_test(test_a_loop_may_close_over_parked_tasks),
        world_test(test_a_crowd),
    };
    return cmocka_run_group_tests_name("task limits", tests, NULL, NULL);
}
