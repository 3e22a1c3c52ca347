/* Answers in parts that reach their end: every byte, in order, in little memory, at the client's pace.
 */
#include "common/base/clock.h"
#include "tests/unit/http/groups.h"
#include "tests/unit/http/streams.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MANY = 40 };

static struct fixture fixture;
static struct answer answer;
static struct streamed streamed;

static int set_up(void **state)
{
    (void)state;
    fixture_open(&fixture, (struct server_options){0});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&fixture);
    return 0;
}

static void expect_whole(size_t bytes)
{
    assert_int_equal(answer.status, 200);
    assert_int_equal(streamed.end, STREAM_COMPLETE);
    assert_int_equal(streamed.bytes, bytes);
    assert_true(streamed.in_order);
}

static void test_chunks(void **state)
{
    (void)state;
    const int fd = streams_get(fixture.port, "parts=300&bytes=70000", "1.1", &answer, &streamed);
    expect_whole(300 * 70000);
    expect_text(answer_header(&answer, "Transfer-Encoding"), "chunked");
    expect_text(answer_header(&answer, "Content-Type"), "text/plain");
    assert_null(answer_header(&answer, "Content-Length"));
    assert_null(answer_header(&answer, "ETag"));
    client_get(fd, "/ok", &answer); /* the connection goes on */
    assert_int_equal(answer.status, 200);
    close(fd);
}

static void test_http_1_0(void **state)
{
    (void)state;
    const int fd =
        streams_get(fixture.port, "parts=30&bytes=70000&ms=1", "1.0", &answer, &streamed);
    expect_whole(30 * 70000);
    assert_null(answer_header(&answer, "Transfer-Encoding"));
    close(fd);
}

static void test_parts_that_wait_or_are_empty(void **state)
{
    (void)state;
    close(streams_get(fixture.port, "parts=31&bytes=10&ms=2&empty=1", "1.1", &answer, &streamed));
    expect_whole(16 * 10);
    close(streams_get(fixture.port, "parts=30&bytes=10&empty=1", "1.1", &answer, &streamed));
    expect_whole(15 * 10);
    close(streams_get(fixture.port, "parts=2&bytes=0&ms=1", "1.1", &answer, &streamed));
    expect_whole(0);
}

/* All of them together take longer than the route gives one request. */
static void test_each_part_has_time_of_its_own(void **state)
{
    (void)state;
    close(streams_get(fixture.port, "parts=8&bytes=10&ms=150", "1.1", &answer, &streamed));
    expect_whole(80);
}

static void test_one_part_is_an_ordinary_answer(void **state)
{
    (void)state;
    client_ask(fixture.port, "GET /stream?bytes=5000 HTTP/1.1\r\nHost: t\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    expect_text(answer_header(&answer, "Content-Length"), "5000");
    assert_int_equal(answer.body_length, 5000);
}

static void test_head(void **state)
{
    (void)state;
    const int made = atomic_load(&fixture.parts);
    const int fd = client_connect(fixture.port);
    client_send(fd, "HEAD /stream?parts=9&bytes=10 HTTP/1.1\r\nHost: t\r\n\r\n");
    client_read(fd, &answer, true);
    assert_int_equal(answer.status, 200);
    expect_text(answer_header(&answer, "Content-Type"), "text/plain");
    assert_null(answer_header(&answer, "Content-Length")); /* nobody knows it */
    assert_true(answer_closes(&answer));
    streams_read(fd, &answer, &streamed);
    expect_whole(0);
    assert_int_equal(atomic_load(&fixture.parts), made + 1);
    close(fd);
}

static void test_pipelined_requests_wait_for_the_end(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    client_send(fd, "GET /stream?parts=5&bytes=9000&ms=5 HTTP/1.1\r\nHost: t\r\n\r\n"
                    "GET /things/7 HTTP/1.1\r\nHost: t\r\n\r\n");
    client_read(fd, &answer, true);
    streams_read(fd, &answer, &streamed);
    expect_whole(5 * 9000);
    client_read(fd, &answer, false);
    expect_part(answer.body, "\"id\":7");
    close(fd);
}

static void test_many_at_once(void **state)
{
    (void)state;
    int fds[MANY];
    for (int i = 0; i < MANY; i++) {
        fds[i] = client_connect(fixture.port);
        client_send(fds[i], "GET /stream?parts=20&bytes=%d&ms=3 HTTP/1.1\r\nHost: t\r\n\r\n",
                    1000 + i);
    }
    for (int i = 0; i < MANY; i++) {
        client_read(fds[i], &answer, true);
        streams_read(fds[i], &answer, &streamed);
        expect_whole((size_t)(20 * (1000 + i)));
        close(fds[i]);
    }
    assert_int_equal(fixture_active(&fixture), 0);
}

/* Nobody reads: what fits the socket's buffers is made, and no more; then the rest on demand. */
static void test_the_client_sets_the_pace(void **state)
{
    (void)state;
    const int before = atomic_load(&fixture.parts);
    const int fd = client_connect(fixture.port);
    client_send(fd, "GET /stream?parts=1000&bytes=100000 HTTP/1.1\r\nHost: t\r\n\r\n");
    wait_ms(300);
    const int made = atomic_load(&fixture.parts) - before;
    assert_in_range(made, 1, 12);
    wait_ms(200);
    assert_int_equal(atomic_load(&fixture.parts) - before, made);
    client_read(fd, &answer, true);
    streams_read(fd, &answer, &streamed);
    expect_whole(1000 * 100000);
    close(fd);
}

static void test_it_is_counted_once_when_it_has_ended(void **state)
{
    (void)state;
    static struct fixture fresh;
    fixture_open(&fresh, (struct server_options){0});
    close(streams_get(fresh.port, "parts=4&bytes=10&ms=1", "1.1", &answer, &streamed));
    const int64_t until_ms = clock_monotonic_ms() + 2000;
    while (fixture_active(&fresh) > 0 && clock_monotonic_ms() < until_ms)
        wait_ms(5);
    const char *text = fixture_metrics(&fresh);
    expect_part(text, "{route=\"/stream\",method=\"GET\",status=\"200\"} 1\n");
    expect_part(text, "shop_http_streams_broken_total 0\n");
    fixture_close(&fresh);
}

static void drain(struct fixture *which)
{
    server_drain(which->server);
}

static void test_draining_lets_it_end(void **state)
{
    (void)state;
    static struct fixture fresh;
    fixture_open(&fresh, (struct server_options){0});
    const int fd = client_connect(fresh.port);
    client_send(fd, "GET /stream?parts=8&bytes=1000&ms=100 HTTP/1.1\r\nHost: t\r\n\r\n");
    wait_ms(250);
    fixture_on_loop(&fresh, drain);
    client_read(fd, &answer, true);
    streams_read(fd, &answer, &streamed);
    expect_whole(8 * 1000);
    assert_true(client_is_closed(fd, 2000));
    close(fd);
    fixture_close(&fresh);
}

int test_streams(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_http_1_0),
        cmocka_unit_test(test_parts_that_wait_or_are_empty),
        cmocka_unit_test(test_each_part_has_time_of_its_own),
        cmocka_unit_test(test_one_part_is_an_ordinary_answer),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_pipelined_requests_wait_for_the_end),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_the_client_sets_the_pace),
        cmocka_unit_test(test_it_is_counted_once_when_it_has_ended),
        cmocka_unit_test(test_draining_lets_it_end),
    };
    return cmocka_run_group_tests_name("streams", tests, set_up, tear_down);
}
