/* The server while its tasks wait: many at once, clients that do not stay, and the limits.
 */
#include "common/base/clock.h"
#include "common/http/listeners.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/fixture.h"
#include "tests/unit/http/groups.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MANY = 500, SLEEP_MS = 300 };

static struct answer answer;

static void wait_until_handled(struct fixture *fixture, int count)
{
    const int64_t until_ms = clock_monotonic_ms() + 5000;
    while (atomic_load(&fixture->handled) < count && clock_monotonic_ms() < until_ms)
        wait_ms(5);
    assert_int_equal(atomic_load(&fixture->handled), count);
}

static void wait_until_begun(struct fixture *fixture, int count)
{
    const int64_t until_ms = clock_monotonic_ms() + 5000;
    while (atomic_load(&fixture->begun) < count && clock_monotonic_ms() < until_ms)
        wait_ms(1);
}

static void test_many_wait_at_once(void **state)
{
    (void)state;
    static struct fixture fixture;
    static int fds[MANY];
    fixture_open(&fixture, (struct server_options){0});
    for (int i = 0; i < MANY; i++)
        fds[i] = client_connect(fixture.port);
    for (int round = 0; round < 3; round++) {
        const int64_t began_ms = clock_monotonic_ms();
        for (int i = 0; i < MANY; i++)
            client_send(fds[i], "GET /sleep?ms=%d HTTP/1.1\r\nHost: t\r\n\r\n", SLEEP_MS);
        for (int i = 0; i < MANY; i++) {
            client_read(fds[i], &answer, false);
            assert_int_equal(answer.status, 200);
        }
        /* one after the other would be two and a half minutes */
        assert_in_range(clock_monotonic_ms() - began_ms, SLEEP_MS - 1, SLEEP_MS + 4000);
    }
    assert_int_equal(fixture_connections(&fixture), MANY);
    assert_int_equal(fixture_active(&fixture), 0);
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    fixture_close(&fixture);
}

static void test_clients_that_go_away(void **state)
{
    (void)state;
    static struct fixture fixture;
    fixture_open(&fixture, (struct server_options){0});
    for (int i = 0; i < 60; i++) {
        const int fd = client_connect(fixture.port);
        client_send(fd, "GET /sleep?ms=300 HTTP/1.1\r\nHost: t\r\n\r\n");
        wait_until_begun(&fixture, i + 1);
        if (i % 3 == 1) shutdown(fd, SHUT_WR);
        if (i % 3 == 2) { /* a reset instead of an orderly end */
            const struct linger at_once = {.l_onoff = 1};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        }
        close(fd);
    }
    wait_until_handled(&fixture, 60); /* their tasks run to the end all the same */
    for (int i = 0; i < 20; i++) {    /* within head and body */
        const int fd = client_connect(fixture.port);
        client_send(fd, i % 2 ? "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nha"
                              : "GET /ok HTTP/1.1\r\nHo");
        close(fd);
    }
    const int64_t until_ms = clock_monotonic_ms() + 3000;
    while (fixture_connections(&fixture) > 0 && clock_monotonic_ms() < until_ms)
        wait_ms(10);
    assert_int_equal(fixture_connections(&fixture), 0);
    assert_int_equal(fixture_active(&fixture), 0);
    fixture_close(&fixture);
}

static void test_close_under_running_tasks(void **state)
{
    (void)state;
    static struct fixture fixture;
    int fds[20];
    fixture_open(&fixture, (struct server_options){0});
    for (int i = 0; i < 20; i++) {
        fds[i] = client_connect(fixture.port);
        client_send(fds[i], i % 2 ? "GET /sleep?ms=400 HTTP/1.1\r\nHost: t\r\n\r\n"
                                  : "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\n");
    }
    const int64_t until_ms = clock_monotonic_ms() + 3000;
    while (fixture_active(&fixture) < 20 && clock_monotonic_ms() < until_ms)
        wait_ms(5);
    fixture_close(&fixture); /* returns when the tasks have ended */
    assert_int_equal(atomic_load(&fixture.handled), 10);
    for (int i = 0; i < 20; i++) {
        assert_true(client_is_closed(fds[i], 1000));
        close(fds[i]);
    }
}

static void test_connection_limit(void **state)
{
    (void)state;
    static struct fixture fixture;
    int fds[6];
    fixture_open(&fixture, (struct server_options){.connections_max = 4});
    for (int i = 0; i < 6; i++)
        fds[i] = client_connect(fixture.port); /* the last two wait in the backlog */
    for (int i = 0; i < 4; i++) {
        client_get(fds[i], "/ok", &answer);
        assert_int_equal(answer.status, 200);
    }
    assert_int_equal(fixture_connections(&fixture), 4);
    client_send(fds[4], "GET /ok HTTP/1.1\r\nHost: t\r\n\r\n");
    assert_false(client_is_closed(fds[4], 200));
    close(fds[0]);
    client_read(fds[4], &answer, false);
    assert_int_equal(answer.status, 200);
    for (int i = 1; i < 6; i++)
        close(fds[i]);
    fixture_close(&fixture);
}

static void test_a_taken_port(void **state)
{
    (void)state;
    static struct fixture fixture;
    fixture_open(&fixture, (struct server_options){0});
    struct loop *loop;
    struct server *server = NULL;
    char error[256] = "";
    assert_int_equal(loop_open(&loop), STATUS_OK);
    struct server_options options = {.address = "127.0.0.1", .port = fixture.port};
    assert_int_equal(server_open(loop, &options, NULL, NULL, &server, error), STATUS_CONFLICT);
    expect_part(error, "is taken");
    options.address = "somewhere";
    assert_int_equal(server_open(loop, &options, NULL, NULL, &server, error), STATUS_MALFORMED);
    loop_close(loop);
    fixture_close(&fixture);
}

/* A second loop joins; connections are dealt out to both, and each answers. */
static void test_loops_share_a_port(void **state)
{
    (void)state;
    static struct fixture first, second;
    int fds[64];
    int listeners[2], port = 0;
    char error[256];
    assert_int_equal(listeners_open("127.0.0.1", &port, 2, listeners, error), STATUS_OK);
    fixture_open(&first, (struct server_options){.port = port, .listener = listeners[0]});
    fixture_open(&second, (struct server_options){.port = port, .listener = listeners[1]});
    assert_int_equal(first.port, second.port);
    for (int i = 0; i < 64; i++) {
        fds[i] = client_connect(first.port);
        client_get(fds[i], "/ok", &answer);
        assert_int_equal(answer.status, 200);
    }
    const int one = fixture_connections(&first), two = fixture_connections(&second);
    assert_int_equal(one + two, 64);
    assert_true(one > 0 && two > 0);
    for (int i = 0; i < 64; i++)
        close(fds[i]);
    fixture_close(&second);
    fixture_close(&first);
}

int test_server_waiting(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_wait_at_once),
        cmocka_unit_test(test_clients_that_go_away),
        cmocka_unit_test(test_close_under_running_tasks),
        cmocka_unit_test(test_connection_limit),
        cmocka_unit_test(test_a_taken_port),
        cmocka_unit_test(test_loops_share_a_port),
    };
    return cmocka_run_group_tests_name("server_waiting", tests, NULL, NULL);
}
