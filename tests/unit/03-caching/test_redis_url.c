/* Addresses of a Redis, right ones and wrong ones. */
#include "stages/03-caching/redis_url.h"
#include "tests/unit/03-caching/groups.h"

static void a_full_address(void **state)
{
    struct redis_url url;
    (void)state;
    assert_true(redis_url_parse("redis://shop:a%3Ab%40c@10.0.0.7:7000/3", &url));
    assert_string_equal(url.host, "10.0.0.7");
    assert_string_equal(url.user, "shop");
    assert_string_equal(url.password, "a:b@c");
    assert_int_equal(url.port, 7000);
    assert_int_equal(url.database, 3);
}

static void parts_may_be_missing(void **state)
{
    struct redis_url url;
    (void)state;
    assert_true(redis_url_parse("redis://cache", &url));
    assert_string_equal(url.host, "cache");
    assert_string_equal(url.password, "");
    assert_int_equal(url.port, 6379);
    assert_int_equal(url.database, 0);
    assert_true(redis_url_parse("redis://:secret@[::1]:6380/", &url));
    assert_string_equal(url.host, "::1");
    assert_string_equal(url.user, "");
    assert_string_equal(url.password, "secret");
    assert_int_equal(url.port, 6380);
}

static void what_is_none_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "redis:/x",
        "rediss://host",
        "redis://",
        "redis://:6379",
        "redis://host:0",
        "redis://host:65536",
        "redis://host:12a",
        "redis://host:",
        "redis://host/x",
        "redis://host/1000",
        "redis://host?db=1",
        "redis://user@host",
        "redis://:%4@host",
        "redis://:%00@host",
        "redis://[::1",
        "redis://[::1]6379",
    };
    struct redis_url url;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (redis_url_parse(wrong[i], &url)) fail_msg("'%s' was taken", wrong[i]);
}

int test_redis_url(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_address),
        cmocka_unit_test(parts_may_be_missing),
        cmocka_unit_test(what_is_none_is_refused),
    };
    return cmocka_run_group_tests_name("redis_url", tests, NULL, NULL);
}
