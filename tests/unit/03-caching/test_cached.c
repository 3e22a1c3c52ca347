/* The head of a cached value: what it promises, and that damage of any kind is seen. */
#include "stages/03-caching/cached.h"
#include "tests/unit/03-caching/groups.h"

#include <stdlib.h>
#include <string.h>

static const struct cached_facts facts = {.as_of = 17, .expires_ms = 1800000000000, .cost_us = 5};
static const char body[] = "some bytes, more than eight of them";

static struct cached *made(void)
{
    struct cached *cached = cached_new("key", &facts, body, sizeof(body));
    assert_non_null(cached);
    return cached;
}

static void bytes_come_back(void **state)
{
    struct cached *one = made();
    struct cached *other = cached_from("key", one->bytes, one->length);
    (void)state;
    assert_non_null(other);
    assert_int_equal(other->facts.as_of, 17);
    assert_int_equal(other->facts.expires_ms, facts.expires_ms);
    assert_int_equal(other->facts.cost_us, 5);
    assert_int_equal(other->body_length, sizeof(body));
    assert_memory_equal(other->body, body, sizeof(body));
    cached_release(one);
    cached_release(other);
}

static void another_keys_value_is_none(void **state)
{
    struct cached *one = made();
    (void)state;
    assert_null(cached_from("kez", one->bytes, one->length));
    cached_release(one);
}

static void a_value_cut_short_is_none(void **state)
{
    struct cached *one = made();
    (void)state;
    for (size_t length = 0; length < one->length; length++) {
        char *part = malloc(length + 1); /* of its own, so that a read too far is seen */
        memcpy(part, one->bytes, length);
        assert_null(cached_from("key", part, length));
        free(part);
    }
    cached_release(one);
}

static void a_bent_value_is_none(void **state)
{
    struct cached *one = made();
    (void)state;
    for (size_t bit = 0; bit < one->length * 8; bit++) {
        one->bytes[bit / 8] ^= (char)(1 << bit % 8);
        assert_null(cached_from("key", one->bytes, one->length));
        one->bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    cached_release(one);
}

static void an_arena_keeps_a_share(void **state)
{
    struct arena arena;
    struct cached *one = made();
    (void)state;
    arena_init(&arena, 4096);
    cached_lend(one, &arena);
    assert_int_equal(one->users, 2);
    cached_release(one);
    assert_memory_equal(one->body, body, sizeof(body));
    arena_release(&arena);
}

int test_cached(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_back),           cmocka_unit_test(another_keys_value_is_none),
        cmocka_unit_test(a_value_cut_short_is_none), cmocka_unit_test(a_bent_value_is_none),
        cmocka_unit_test(an_arena_keeps_a_share),
    };
    return cmocka_run_group_tests_name("cached", tests, NULL, NULL);
}
