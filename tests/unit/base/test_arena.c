/* One lifetime: memory is zeroed, aligned, never overlaps, and goes at once; the maximum is a hard
 * one.
 */
#include "common/base/arena.h"

#include "tests/unit/base/groups.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 4 << 20 };

static void test_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    static const char zeros[70000];
    struct arena arena;
    arena_init(&arena, MAX);
    /* Twice, so that the second round may get memory that the first has soiled. */
    for (int round = 0; round < 2; round++) {
        for (size_t size = 0; size < 70000; size = size * 2 + 1) {
            char *bytes = arena_alloc(&arena, size);
            assert_non_null(bytes);
            assert_int_equal((uintptr_t)bytes % alignof(max_align_t), 0);
            assert_memory_equal(bytes, zeros, size);
            memset(bytes, 0xA5, size);
        }
        arena_release(&arena);
        assert_null(arena.chunks);
        assert_int_equal(arena.used, 0);
    }
}

static void test_allocations_do_not_overlap(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    static unsigned char *blocks[COUNT];
    struct arena arena;
    arena_init(&arena, MAX);
    for (size_t i = 0; i < COUNT; i++) {
        size_t size = i * 37 % 300 + (i % 500 == 0 ? 40000 : 1);
        blocks[i] = arena_alloc(&arena, size);
        memset(blocks[i], (int)(i % 251), size);
    }
    for (size_t i = 0; i < COUNT; i++) {
        size_t size = i * 37 % 300 + (i % 500 == 0 ? 40000 : 1);
        for (size_t at = 0; at < size; at++)
            if (blocks[i][at] != i % 251) fail_msg("block %zu was overwritten at %zu", i, at);
    }
    arena_release(&arena);
}

static void test_used_counts_what_is_handed_out(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100);
    (void)arena_alloc(&arena, 60);
    assert_int_equal(arena.used, 60);
    (void)arena_alloc(&arena, 40); /* the maximum itself is allowed */
    assert_int_equal(arena.used, 100);
    arena_release(&arena);
    (void)arena_alloc(&arena, 100); /* and again after a release */
    arena_release(&arena);
}

static void go_over_the_maximum(void)
{
    struct arena arena;
    arena_init(&arena, 100);
    (void)arena_alloc(&arena, 60);
    (void)arena_alloc(&arena, 41);
}

static void ask_for_everything(void)
{
    struct arena arena;
    arena_init(&arena, MAX);
    int count = -1; /* a length that went wrong */
    (void)arena_array(&arena, int64_t, (size_t)count);
}

static void test_the_maximum_aborts(void **state)
{
    (void)state;
    expect_abort(go_over_the_maximum, "41 bytes wanted, 60 of 100 handed out");
    expect_abort(ask_for_everything, "arena: ");
}

static void test_copies(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, MAX);
    char original[] = "Ada";
    char *copy = arena_strdup(&arena, original);
    original[0] = 'I';
    expect_text(copy, "Ada");
    expect_text(arena_strdup(&arena, ""), "");
    char *bytes = arena_memdup(&arena, "a\0b", 3);
    assert_memory_equal(bytes, "a\0b", 4);
    expect_text(arena_memdup(&arena, NULL, 0), "");
    int *numbers = arena_array(&arena, int, 3);
    assert_int_equal(numbers[0] + numbers[1] + numbers[2], 0);
    arena_release(&arena);
}

static void test_printf_of_any_length(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, MAX);
    expect_text(arena_printf(&arena, "%s", ""), "");
    expect_text(arena_printf(&arena, "%d/%s", 7, "x"), "7/x");
    for (int width = 250; width < 262; width++) { /* around the size of the buffer inside */
        char *text = arena_printf(&arena, "%*d", width, 7);
        assert_int_equal(strlen(text), width);
        assert_int_equal(text[width - 1], '7');
    }
    assert_int_equal(strlen(arena_printf(&arena, "%100000d", 1)), 100000);
    arena_release(&arena);
}

/* A cleanup that writes down its turn, and one that registers another. */
struct turn {
    struct arena *arena;
    char *order;
    char letter;
    struct turn *adds;
};

static void take_turn(void *object)
{
    struct turn *turn = object;
    strncat(turn->order, &turn->letter, 1);
    if (turn->adds) arena_on_release(turn->arena, take_turn, turn->adds);
}

static void test_cleanups_run_newest_first_and_once(void **state)
{
    (void)state;
    char order[8] = "";
    struct arena arena;
    arena_init(&arena, MAX);
    struct turn late = {&arena, order, 'd', NULL};
    struct turn a = {&arena, order, 'a', NULL}, b = {&arena, order, 'b', NULL};
    struct turn c = {&arena, order, 'c', &late};
    arena_on_release(&arena, take_turn, &a);
    arena_on_release(&arena, take_turn, &b);
    arena_on_release(&arena, take_turn, &c);
    arena_release(&arena);
    expect_text(order, "cdba");
    arena_release(&arena);
    expect_text(order, "cdba");
}

static void test_cleanup_sees_living_memory(void **state)
{
    (void)state;
    char order[8] = "";
    struct arena arena;
    arena_init(&arena, MAX);
    struct turn *turn = arena_new(&arena, struct turn); /* the object is in the arena itself */
    *turn = (struct turn){.order = order, .letter = 'x'};
    arena_on_release(&arena, take_turn, turn);
    arena_on_release(&arena, free, malloc(100)); /* the leak checker watches */
    arena_release(&arena);
    expect_text(order, "x");
}

int test_arena(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_and_aligned),
        cmocka_unit_test(test_allocations_do_not_overlap),
        cmocka_unit_test(test_used_counts_what_is_handed_out),
        cmocka_unit_test(test_the_maximum_aborts),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_printf_of_any_length),
        cmocka_unit_test(test_cleanups_run_newest_first_and_once),
        cmocka_unit_test(test_cleanup_sees_living_memory),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
