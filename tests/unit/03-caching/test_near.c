/* The near cache: bounded, the least used goes first, and a reference never names somebody else's value. */
#include "stages/03-caching/near.h"
#include "tests/unit/03-caching/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 10000, FOREVER = 1000000 };

struct world {
    struct arena arena;
    struct near *near;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    arena_init(&world->arena, 16 << 20);
    world->near = near_new(&world->arena, ROOM);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    near_close(world->near);
    arena_release(&world->arena);
    free(world);
    return 0;
}

/* A value whose `as_of` tells it from others. */
static struct near_ref put(struct near *near, const char *key, int64_t number, size_t length,
                           int64_t until_ms)
{
    const struct cached_facts facts = {.as_of = number};
    char *body = calloc(1, length + 1);
    struct cached *cached = cached_new(key, &facts, body, length);
    const struct near_ref ref = near_put(near, key, cached, until_ms);
    cached_release(cached);
    free(body);
    return ref;
}

static int64_t number_of(struct near *near, const char *key)
{
    struct near_ref ref;
    const struct cached *cached = near_find(near, key, 0, &ref);
    return cached ? cached->facts.as_of : -1;
}

static void values_are_found_replaced_and_dropped(void **state)
{
    struct near *near = ((struct world *)*state)->near;
    assert_int_equal(number_of(near, "a"), -1);
    put(near, "a", 1, 100, FOREVER);
    put(near, "ab", 2, 100, FOREVER);
    assert_int_equal(number_of(near, "a"), 1);
    assert_int_equal(number_of(near, "ab"), 2);
    put(near, "a", 3, 100, FOREVER);
    assert_int_equal(number_of(near, "a"), 3);
    assert_true(near_drop(near, "abc", 1)); /* "a": the length counts */
    assert_false(near_drop(near, "a", 1));
    assert_int_equal(number_of(near, "ab"), 2);
    near_empty(near);
    assert_int_equal(number_of(near, "ab"), -1);
}

static void time_ends_a_value(void **state)
{
    struct near *near = ((struct world *)*state)->near;
    struct near_ref ref = put(near, "a", 1, 10, 500);
    assert_non_null(near_at(near, ref, 499));
    assert_null(near_at(near, ref, 500));
    assert_null(near_find(near, "a", 0, &ref));
}

static void a_reference_outlives_nothing(void **state)
{
    struct near *near = ((struct world *)*state)->near;
    const struct near_ref first = put(near, "a", 1, 10, FOREVER);
    assert_non_null(near_at(near, first, 0));
    put(near, "a", 2, 10, FOREVER);
    assert_null(near_at(near, first, 0));
    const struct near_ref second = put(near, "b", 3, 10, FOREVER);
    near_empty(near);
    put(near, "c", 4, 10, FOREVER); /* may lie where b lay */
    assert_null(near_at(near, second, 0));
    assert_null(near_at(near, (struct near_ref){0}, 0));
}

static void the_least_used_make_room(void **state)
{
    struct near *near = ((struct world *)*state)->near;
    char key[16];
    for (int i = 0; i < 8; i++) {
        snprintf(key, sizeof(key), "k%d", i);
        put(near, key, i, 1000, FOREVER); /* eight fit */
    }
    assert_int_equal(number_of(near, "k0"), 0); /* used: k1 is the oldest now */
    put(near, "new", 9, 1000, FOREVER);
    assert_int_equal(number_of(near, "k1"), -1);
    assert_int_equal(number_of(near, "k0"), 0);
    assert_int_equal(number_of(near, "new"), 9);
    put(near, "huge", 10, ROOM, FOREVER); /* would push out all others */
    assert_int_equal(number_of(near, "huge"), -1);
    assert_int_equal(number_of(near, "new"), 9);
}

static void there_are_never_more_than_slots(void **state)
{
    struct arena arena;
    char key[16];
    (void)state;
    arena_init(&arena, 16 << 20);
    struct near *near = near_new(&arena, 64 << 20);
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof(key), "k%d", i);
        put(near, key, i, 1, FOREVER);
    }
    assert_int_equal(number_of(near, "k19999"), 19999);
    assert_int_equal(number_of(near, "k0"), -1);
    near_close(near);
    arena_release(&arena);
}

int test_near(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_are_found_replaced_and_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(time_ends_a_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reference_outlives_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_least_used_make_room, set_up, tear_down),
        cmocka_unit_test(there_are_never_more_than_slots),
    };
    return cmocka_run_group_tests_name("near", tests, NULL, NULL);
}
