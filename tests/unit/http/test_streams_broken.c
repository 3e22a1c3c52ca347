/* Answers in parts that do not reach their end. Whatever the reason, no client may take what it has got
 * for the whole, and the server keeps nothing of it.
 */
#include "common/base/clock.h"
#include "tests/unit/http/groups.h"
#include "tests/unit/http/streams.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct fixture fixture;
static struct answer answer;
static struct streamed streamed;

static int set_up(void **state)
{
    (void)state;
    fixture_open(&fixture, (struct server_options){.idle_timeout_ms = 300});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&fixture);
    return 0;
}

static int broken_so_far(void)
{
    int count = -1;
    const char *text = strstr(fixture_metrics(&fixture), "\nshop_http_streams_broken_total ");
    assert_non_null(text);
    assert_int_equal(sscanf(text, "\nshop_http_streams_broken_total %d", &count), 1);
    return count;
}

static void expect_nothing_is_kept(void)
{
    const int64_t until_ms = clock_monotonic_ms() + 5000;
    while (fixture_connections(&fixture) > 0 && clock_monotonic_ms() < until_ms)
        wait_ms(10);
    assert_int_equal(fixture_connections(&fixture), 0);
    assert_int_equal(fixture_active(&fixture), 0);
}

static void test_a_first_part_that_fails_is_a_problem(void **state)
{
    (void)state;
    const int before = broken_so_far();
    client_ask(fixture.port, "GET /stream?parts=5&bytes=10&fail=0 HTTP/1.1\r\nHost: t\r\n\r\n",
               &answer);
    assert_int_equal(answer.status, 503);
    expect_part(answer.body, "no database today");
    expect_text(answer_header(&answer, "Content-Type"), "application/problem+json");
    expect_text(answer_header(&answer, "Retry-After"), "1");
    client_ask(fixture.port, "GET /stream?parts=x HTTP/1.1\r\nHost: t\r\n\r\n", &answer);
    assert_int_equal(answer.status, 422);
    assert_int_equal(broken_so_far(), before);
}

static void test_a_later_part_that_fails_cuts(void **state)
{
    (void)state;
    static const char *const versions[] = {"1.1", "1.0"};
    static const char *const queries[] = {"parts=50&bytes=10000&fail=20",
                                          "parts=50&bytes=10000&fail=20&ms=5",
                                          "parts=50&bytes=10000&fail=49", "parts=2&bytes=0&fail=1"};
    const int before = broken_so_far();
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 4; j++) {
            const int fd = streams_get(fixture.port, queries[j], versions[i], &answer, &streamed);
            if (answer.status != 0) assert_int_equal(answer.status, 200); /* 0: reset at once */
            assert_int_equal(streamed.end, STREAM_CUT);
            close(fd);
        }
    expect_nothing_is_kept();
    assert_int_equal(broken_so_far(), before + 8);
}

/* They stop reading. With HTTP/1.0 too they find out that what they have is not all. */
static void test_clients_that_stop_reading_are_cut(void **state)
{
    (void)state;
    static const char *const versions[] = {"1.1", "1.0"};
    int fds[2];
    const int before = broken_so_far();
    for (int i = 0; i < 2; i++) {
        fds[i] = client_connect(fixture.port);
        client_send(fds[i], "GET /stream?parts=100000&bytes=9000&ms=%d HTTP/%s\r\nHost: t\r\n\r\n",
                    0, versions[i]);
    }
    wait_ms(100);
    assert_int_equal(fixture_active(&fixture), 2);
    expect_nothing_is_kept();
    assert_int_equal(broken_so_far(), before + 2);
    for (int i = 0; i < 2; i++) {
        client_read(fds[i], &answer, true);
        streams_read(fds[i], &answer, &streamed);
        assert_int_equal(streamed.end, STREAM_CUT);
        close(fds[i]);
    }
}

static void test_clients_that_go_away(void **state)
{
    (void)state;
    const int before = broken_so_far();
    for (int i = 0; i < 12; i++) {
        const int fd = client_connect(fixture.port);
        client_send(fd, "GET /stream?parts=100000&bytes=9000&ms=%d HTTP/1.%d\r\nHost: t\r\n\r\n",
                    i % 3 * 10, i % 2);
        client_read(fd, &answer, true);
        assert_int_equal(answer.status, 200);
        if (i % 4 == 1) { /* a reset instead of an orderly end */
            const struct linger at_once = {.l_onoff = 1};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        }
        close(fd);
    }
    expect_nothing_is_kept();
    assert_int_equal(broken_so_far(), before + 12);
    const int made = atomic_load(&fixture.parts);
    wait_ms(100);
    assert_int_equal(atomic_load(&fixture.parts), made); /* nobody makes parts for them any more */
}

/* Some are waiting for a part, some for their client. */
static void test_close_under_streams(void **state)
{
    (void)state;
    static struct fixture fresh;
    int fds[12];
    fixture_open(&fresh, (struct server_options){0});
    for (int i = 0; i < 12; i++) {
        fds[i] = client_connect(fresh.port);
        client_send(fds[i],
                    "GET /stream?parts=100000&bytes=9000&ms=%d HTTP/1.%d\r\nHost: t\r\n\r\n",
                    i % 3 * 100, i % 2);
    }
    wait_ms(350);
    assert_int_equal(fixture_active(&fresh), 12);
    fixture_close(&fresh);
    for (int i = 0; i < 12; i++) {
        client_read(fds[i], &answer, true);
        streams_read(fds[i], &answer, &streamed);
        assert_int_equal(streamed.end, STREAM_CUT);
        close(fds[i]);
    }
}

int test_streams_broken(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_first_part_that_fails_is_a_problem),
        cmocka_unit_test(test_a_later_part_that_fails_cuts),
        cmocka_unit_test(test_clients_that_stop_reading_are_cut),
        cmocka_unit_test(test_clients_that_go_away),
        cmocka_unit_test(test_close_under_streams),
    };
    return cmocka_run_group_tests_name("streams_broken", tests, set_up, tear_down);
}
