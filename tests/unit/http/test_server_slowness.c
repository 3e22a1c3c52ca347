/* The server on clients that take their time: none of them keeps a connection by a byte now and
   then. */
#include "common/base/clock.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/fixture.h"
#include "tests/unit/http/groups.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_MS = 600, IDLE_MS = 400, SWEEP_MS = 1000, SLACK_MS = 1500 };

static struct fixture fixture;
static struct answer answer;

static int set_up(void **state)
{
    (void)state;
    fixture_open(&fixture, (struct server_options){.request_timeout_ms = REQUEST_MS,
                                                   .idle_timeout_ms = IDLE_MS});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&fixture);
    return 0;
}

/* Sends `first` at once, then `rest` again and again, a byte every 50 ms, until the server has
   had enough. How long that took. */
static int64_t drip(const char *first, const char *rest)
{
    const int64_t began_ms = clock_monotonic_ms();
    const int fd = client_connect(fixture.port);
    const struct timeval glance = {.tv_usec = 50000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &glance, sizeof(glance));
    client_send(fd, "%s", first);
    memset(&answer, 0, sizeof(answer));
    for (size_t i = 0; clock_monotonic_ms() - began_ms < 8000; i++) {
        client_send_bytes(fd, &rest[i % strlen(rest)], 1);
        client_read(fd, &answer, false);
        if (answer.status != 0 || answer.ended) break;
    }
    close(fd);
    return clock_monotonic_ms() - began_ms;
}

static void test_dripping_headers(void **state)
{
    (void)state;
    const int64_t took_ms = drip("GET /ok HTTP/1.1\r\n", "X-Drip: drop\r\n");
    assert_in_range(took_ms, REQUEST_MS - 50, REQUEST_MS + SWEEP_MS + SLACK_MS);
    assert_int_equal(answer.status, 408);
    expect_part(answer.body, "/problems/slow-request");
    expect_text(answer_header(&answer, "Connection"), "close");
    assert_non_null(answer_header(&answer, "X-Request-Id"));
}

static void test_dripping_body(void **state)
{
    (void)state;
    const int64_t took_ms = drip(
        "POST /echo HTTP/1.1\r\nHost: t\r\nX-Request-Id: mine\r\nContent-Length: 10000\r\n\r\n",
        "x");
    assert_in_range(took_ms, REQUEST_MS - 50, REQUEST_MS + SWEEP_MS + SLACK_MS);
    assert_int_equal(answer.status, 408);
    expect_text(answer_header(&answer, "X-Request-Id"), "mine");
}

static void test_dripping_request_line(void **state)
{
    (void)state;
    const int64_t took_ms = drip("", "G");
    assert_in_range(took_ms, REQUEST_MS - 50, REQUEST_MS + SWEEP_MS + SLACK_MS);
}

static void test_silence(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    assert_false(client_is_closed(fd, REQUEST_MS - 200));
    assert_true(client_is_closed(fd, SWEEP_MS + SLACK_MS));
    close(fd);
}

static void test_idle_connections(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    client_get(fd, "/ok", &answer);
    assert_int_equal(answer.status, 200);
    assert_false(client_is_closed(fd, IDLE_MS - 200));
    assert_true(client_is_closed(fd, SWEEP_MS + SLACK_MS));
    close(fd);
}

static void test_busy_connections_are_left_alone(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    const int64_t until_ms = clock_monotonic_ms() + 2500;
    while (clock_monotonic_ms() < until_ms) {
        client_get(fd, "/sleep?ms=200", &answer);
        assert_int_equal(answer.status, 200);
    }
    /* a task may take longer than both limits */
    client_get(fd, "/sleep?ms=2500", &answer);
    assert_int_equal(answer.status, 200);
    close(fd);
}

static void test_who_does_not_read_is_cut(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    const int small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    client_send(fd, "GET /big?bytes=8000000 HTTP/1.1\r\nHost: t\r\n\r\n");
    wait_ms(300);
    assert_int_equal(fixture_active(&fixture), 1);
    close(fd); /* and one that has gone */
    const int deaf = client_connect(fixture.port);
    setsockopt(deaf, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    client_send(deaf, "GET /big?bytes=50000 HTTP/1.1\r\nHost: t\r\n\r\n");
    const int64_t until_ms = clock_monotonic_ms() + IDLE_MS + 3000 + SWEEP_MS + SLACK_MS;
    while (fixture_active(&fixture) > 0 && clock_monotonic_ms() < until_ms)
        wait_ms(20);
    assert_int_equal(fixture_active(&fixture), 0);
    close(deaf);
}

static void test_counts_the_cut(void **state)
{
    (void)state;
    const char *text = fixture_metrics(&fixture);
    expect_part(text, "{route=\"none\",method=\"none\",status=\"408\"} 2\n");
    expect_no_part(text, "shop_http_cut_total 0\n");
}

int test_server_slowness(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dripping_headers),
        cmocka_unit_test(test_dripping_body),
        cmocka_unit_test(test_dripping_request_line),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_idle_connections),
        cmocka_unit_test(test_busy_connections_are_left_alone),
        cmocka_unit_test(test_who_does_not_read_is_cut),
        cmocka_unit_test(test_counts_the_cut),
    };
    return cmocka_run_group_tests_name("server_slowness", tests, set_up, tear_down);
}
