/* Descriptors: readiness, changes of interest, and everything that may happen to a watch while the events
 * of one wait are being handed out.
 */
#include "tests/unit/runtime/world.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* A watch on one end of a socket pair. */
struct end {
    struct world *world;
    struct loop_watch watch;
    int other; /* the far end */
    const char *name;
    struct end *victim;    /* what the first that runs does something to */
    struct end **survivor; /* where the first that runs says who it is */
};

static struct end *end_new(struct world *world, const char *name, void (*run)(void *, unsigned))
{
    int pair[2];
    struct end *end = calloc(1, sizeof(*end));
    assert_non_null(end);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    *end = (struct end){.world = world,
                        .watch = {.fd = pair[0], .run = run, .context = end},
                        .other = pair[1],
                        .name = name};
    return end;
}

static void end_free(struct end *end)
{
    loop_unwatch(end->world->loop, &end->watch);
    close(end->watch.fd);
    if (end->other >= 0) close(end->other);
    free(end);
}

static void note(void *context, unsigned ready)
{
    struct end *end = context;
    world_note(end->world, "%s%s%s ", end->name, ready & LOOP_READ ? "+r" : "",
               ready & LOOP_WRITE ? "+w" : "");
    loop_stop(end->world->loop);
}

static void poke(const struct end *end)
{
    assert_int_equal(write(end->other, "x", 1), 1);
}

static void test_readiness(void **state)
{
    struct world *world = *state;
    struct end *end = end_new(world, "a", note);
    loop_watch(world->loop, &end->watch, LOOP_WRITE);
    world_run(world);
    world_expect(world, "a+w ");
    loop_watch(world->loop, &end->watch, LOOP_READ);
    world_run_for(world, 5);
    world_expect(world, "");
    poke(end);
    world_run(world);
    world_expect(world, "a+r ");
    world_run(world); /* level-triggered: still readable */
    world_expect(world, "a+r ");
    loop_watch(world->loop, &end->watch, LOOP_READ | LOOP_WRITE);
    world_run(world);
    world_expect(world, "a+r+w ");
    loop_watch(world->loop, &end->watch, 0);
    world_run_for(world, 5);
    world_expect(world, "");
    assert_int_equal(end->watch.interest, 0);
    end_free(end);
}

static void test_a_hang_up_sets_both(void **state)
{
    struct world *world = *state;
    struct end *end = end_new(world, "a", note);
    loop_watch(world->loop, &end->watch, LOOP_READ);
    close(end->other);
    end->other = -1;
    world_run(world);
    world_expect(world, "a+r+w ");
    end_free(end);
}

/* Were there a system call, it would fail: the descriptor is closed. */
static void test_an_unchanged_interest_costs_nothing(void **state)
{
    struct world *world = *state;
    struct end *end = end_new(world, "a", note);
    loop_watch(world->loop, &end->watch, LOOP_READ);
    const int kept = dup(end->watch.fd);
    close(end->watch.fd);
    loop_watch(world->loop, &end->watch, LOOP_READ);
    end->watch.fd = dup2(kept, end->watch.fd);
    close(kept);
    end_free(end);
}

static void free_victim(void *context, unsigned ready)
{
    struct end *end = context;
    note(end, ready);
    *end->survivor = end;
    end_free(end->victim);
}

/* Both are ready in the same wait; whichever runs first frees the other, which must not run. */
static void test_removed_while_its_event_is_pending(void **state)
{
    struct world *world = *state;
    struct end *survivor = NULL;
    struct end *a = end_new(world, "one", free_victim);
    struct end *b = end_new(world, "one", free_victim);
    a->victim = b;
    b->victim = a;
    a->survivor = b->survivor = &survivor;
    loop_watch(world->loop, &a->watch, LOOP_WRITE);
    loop_watch(world->loop, &b->watch, LOOP_WRITE);
    world_run(world);
    world_expect(world, "one+w ");
    end_free(survivor);
}

static void replace_victim(void *context, unsigned ready)
{
    struct end *end = context;
    struct end *victim = end->victim;
    note(end, ready);
    if (!victim) return;
    end->victim = victim->victim = NULL;
    loop_unwatch(end->world->loop, &victim->watch);
    loop_watch(end->world->loop, &victim->watch, LOOP_READ);
}

/* Removed and registered again within the batch: the old event is dropped, new ones count. */
static void test_registered_again_while_its_event_is_pending(void **state)
{
    struct world *world = *state;
    struct end *a = end_new(world, "x", replace_victim);
    struct end *b = end_new(world, "x", replace_victim);
    a->victim = b;
    b->victim = a;
    loop_watch(world->loop, &a->watch, LOOP_WRITE);
    loop_watch(world->loop, &b->watch, LOOP_WRITE);
    world_run(world);
    world_expect(world, "x+w ");
    struct end *replaced = a->watch.interest == LOOP_READ ? a : b;
    loop_unwatch(world->loop, replaced == a ? &b->watch : &a->watch);
    poke(replaced);
    world_run(world);
    world_expect(world, "x+r ");
    end_free(a);
    end_free(b);
}

static void drop_writing(void *context, unsigned ready)
{
    struct end *end = context;
    note(end, ready);
    loop_watch(end->world->loop, &end->watch, LOOP_READ);
    if (end->victim) loop_watch(end->world->loop, &end->victim->watch, LOOP_READ);
}

/* An event that nobody is interested in any more is not handed out. */
static void test_interest_changed_while_its_event_is_pending(void **state)
{
    struct world *world = *state;
    struct end *a = end_new(world, "x", drop_writing);
    struct end *b = end_new(world, "x", drop_writing);
    a->victim = b;
    b->victim = a;
    loop_watch(world->loop, &a->watch, LOOP_WRITE);
    loop_watch(world->loop, &b->watch, LOOP_WRITE);
    world_run(world);
    world_run_for(world, 5);
    world_expect(world, "x+w ");
    end_free(a);
    end_free(b);
}

/* A library may close its descriptor before it tells us. */
static void test_closed_before_it_is_removed(void **state)
{
    struct world *world = *state;
    struct end *end = end_new(world, "a", note);
    loop_watch(world->loop, &end->watch, LOOP_READ);
    close(end->watch.fd);
    loop_unwatch(world->loop, &end->watch);
    end->watch.fd = end->other;
    end->other = -1;
    loop_watch(world->loop, &end->watch, LOOP_READ);
    world_run(world);
    world_expect(world, "a+r+w ");
    end_free(end);
}

/* … or open another one under the same number. */
static void test_replaced_under_the_same_number(void **state)
{
    struct world *world = *state;
    struct end *end = end_new(world, "a", note);
    loop_watch(world->loop, &end->watch, LOOP_READ);
    const int number = end->watch.fd;
    close(number);
    assert_int_equal(dup2(end->other, number), number);
    close(end->other);
    end->other = -1;
    loop_watch(world->loop, &end->watch, LOOP_READ | LOOP_WRITE);
    world_run(world);
    world_expect(world, "a+r+w ");
    end_free(end);
}

static void count(void *context, unsigned ready)
{
    struct world *world = context;
    (void)ready;
    world->count++;
}

/* More than one wait can report. */
static void test_more_than_a_batch(void **state)
{
    enum { MANY = 600 };
    struct world *world = *state;
    struct loop_watch *watches = calloc(MANY, sizeof(*watches));
    assert_non_null(watches);
    for (int i = 0; i < MANY; i++) {
        watches[i] = (struct loop_watch){
            .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .run = count, .context = world};
        loop_watch(world->loop, &watches[i], LOOP_WRITE);
    }
    world_run_for(world, 10);
    assert_true(world->count >= MANY);
    for (int i = 0; i < MANY; i++) {
        loop_unwatch(world->loop, &watches[i]);
        close(watches[i].fd);
    }
    free(watches);
}

int test_watches(void)
{
    const struct CMUnitTest tests[] = {
        world_test(test_readiness),
        world_test(test_a_hang_up_sets_both),
        world_test(test_an_unchanged_interest_costs_nothing),
        world_test(test_removed_while_its_event_is_pending),
        world_test(test_registered_again_while_its_event_is_pending),
        world_test(test_interest_changed_while_its_event_is_pending),
        world_test(test_closed_before_it_is_removed),
        world_test(test_replaced_under_the_same_number),
        world_test(test_more_than_a_batch),
    };
    return cmocka_run_group_tests_name("watches", tests, NULL, NULL);
}
