/* The growing string keeps its invariants (a NUL behind the content, never NULL) at every length.
 */
#include "common/base/strbuf.h"

#include "tests/unit/base/groups.h"

#include <stdio.h>
#include <string.h>

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena, 64 << 20);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_release(*state);
    return 0;
}

static void test_empty_is_a_text(void **state)
{
    struct arena *arena = *state;
    struct strbuf buf;
    strbuf_init(&buf, arena, 10);
    assert_int_equal(arena->used, 0);
    expect_text(buf.text, "");
    strbuf_add(&buf, NULL, 0);
    strbuf_add_text(&buf, "");
    strbuf_printf(&buf, "%s", "");
    strbuf_added(&buf, 0);
    strbuf_clear(&buf);
    expect_text(buf.text, "");
    assert_int_equal(buf.length, 0);
}

static void test_adding_in_every_way(void **state)
{
    struct strbuf buf;
    strbuf_init(&buf, *state, 1000);
    strbuf_add(&buf, "ab", 2);
    strbuf_add_char(&buf, 'c');
    strbuf_add_text(&buf, "de");
    strbuf_add_int64(&buf, -12);
    strbuf_printf(&buf, "[%d]", 7);
    memcpy(strbuf_reserve(&buf, 3), "xyz", 3);
    strbuf_added(&buf, 2);
    expect_text(buf.text, "abcde-12[7]xy");
    assert_int_equal(buf.length, 13);
    strbuf_clear(&buf);
    expect_text(buf.text, "");
    strbuf_add(&buf, "a\0b", 3);
    assert_int_equal(buf.length, 3);
    assert_memory_equal(buf.text, "a\0b", 4);
}

static void test_integers(void **state)
{
    static const int64_t values[] = {0, 1, -1, 9, 10, -10, 1234567890123, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char expected[32];
        snprintf(expected, sizeof(expected), "%lld", (long long)values[i]);
        struct strbuf buf;
        strbuf_init(&buf, *state, 100);
        strbuf_add_int64(&buf, values[i]);
        expect_text(buf.text, expected);
    }
}

static void test_growth_keeps_the_content(void **state)
{
    struct strbuf buf;
    strbuf_init(&buf, *state, 1 << 20);
    for (int i = 0; i < 100000; i++) {
        strbuf_add_char(&buf, (char)('a' + i % 26));
        assert_int_equal(buf.text[buf.length], 0);
    }
    for (int i = 0; i < 100000; i++)
        if (buf.text[i] != 'a' + i % 26) fail_msg("byte %d is wrong", i);
    assert_int_equal(buf.length, 100000);
    strbuf_add(&buf, buf.text, buf.length); /* itself, while it grows */
    assert_memory_equal(buf.text, buf.text + 100000, 100000);
}

static void test_printf_grows(void **state)
{
    struct strbuf buf;
    strbuf_init(&buf, *state, 5000);
    strbuf_add_text(&buf, "x");
    for (int width = 253; width < 259; width++) { /* around the first capacity */
        strbuf_clear(&buf);
        strbuf_add_text(&buf, "x");
        strbuf_printf(&buf, "%*d", width, 7);
        assert_int_equal(buf.length, width + 1);
        assert_int_equal(strlen(buf.text), width + 1);
        assert_int_equal(buf.text[width], '7');
    }
}

static void test_arena_use_is_bounded(void **state)
{
    struct arena *arena = *state;
    struct strbuf buf;
    strbuf_init(&buf, arena, 1 << 20);
    for (int i = 0; i < 1 << 20; i++)
        strbuf_add_char(&buf, 'x');
    assert_true(arena->used <= (2 << 20) + 64); /* all copies together: twice the maximum */
}

static struct arena abort_arena;

static void add_too_much(void)
{
    struct strbuf buf;
    arena_init(&abort_arena, 1 << 20);
    strbuf_init(&buf, &abort_arena, 10);
    strbuf_add_text(&buf, "123456789"); /* the maximum itself is allowed */
    strbuf_add_char(&buf, '0');
    strbuf_add_char(&buf, '!');
}

static void print_too_much(void)
{
    struct strbuf buf;
    arena_init(&abort_arena, 1 << 20);
    strbuf_init(&buf, &abort_arena, 10);
    strbuf_printf(&buf, "%d", 1234567890);
    strbuf_printf(&buf, "%d", 1);
}

static void test_the_maximum_aborts(void **state)
{
    (void)state;
    expect_abort(add_too_much, "10 + 1 bytes are over the maximum of 10");
    expect_abort(print_too_much, "10 + 1 bytes are over the maximum of 10");
}

int test_strbuf(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_empty_is_a_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_adding_in_every_way, setup, teardown),
        cmocka_unit_test_setup_teardown(test_integers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_growth_keeps_the_content, setup, teardown),
        cmocka_unit_test_setup_teardown(test_printf_grows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena_use_is_bounded, setup, teardown),
        cmocka_unit_test(test_the_maximum_aborts),
    };
    return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
