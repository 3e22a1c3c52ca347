/* target.c: what is a URL of ours, and that all else is refused.
 */
#include "tests/load/target.h"

#include "tests/unit/load/groups.h"

#include <string.h>

static void urls_are_taken_apart(void **state)
{
    static const struct {
        const char *url, *authority, *host, *port, *path;
    } cases[] = {
        {"http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1", "8080", NULL},
        {"http://shop.example/", "shop.example", "shop.example", "80", NULL},
        {"http://shop:1/v1/products?sort=price", "shop:1", "shop", "1", "/v1/products?sort=price"},
        {"http://[::1]:99/x/y:z", "[::1]:99", "::1", "99", "/x/y:z"},
        {"http://[::1]", "[::1]", "::1", "80", NULL},
    };
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct target target;
        char error[TARGET_ERROR_MAX] = "";
        assert_true(target_parse(&arena, cases[i].url, &target, error));
        assert_string_equal(target.authority, cases[i].authority);
        assert_string_equal(target.host, cases[i].host);
        assert_string_equal(target.port, cases[i].port);
        if (cases[i].path)
            assert_string_equal(target.path, cases[i].path);
        else
            assert_null(target.path);
    }
    arena_release(&arena);
}

static void others_are_refused(void **state)
{
    static const char *const urls[] = {
        "",
        "shop.example",
        "https://shop.example",
        "HTTP://shop.example",
        "http://",
        "http://:80",
        "http://user:word@shop.example",
        "http://shop.example:",
        "http://shop.example:80x",
        "http://shop.example:123456",
        "http://shop.example?x=1",
        "http://shop.example/a b",
        "http://shop.example/\r\nX: y",
        "http://shop.example/#top",
        "http://[::1",
        "http://[::1]x",
        "http://[]",
        "http://sh op",
    };
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct target target;
        char error[TARGET_ERROR_MAX] = "";
        if (target_parse(&arena, urls[i], &target, error)) fail_msg("taken: %s", urls[i]);
        assert_true(error[0] != '\0');
    }
    arena_release(&arena);
}

int test_target(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_taken_apart),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
