/* Draining: whoever has connected or asked is served, nobody new is, and nobody is cut.
 */
#include "common/base/clock.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/fixture.h"
#include "tests/unit/http/groups.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CALLERS = 8 };

static struct answer answer;

static void drain(struct fixture *fixture)
{
    server_drain(fixture->server);
}

/* Opens connections in the same turn of the loop, so that they are still in the backlog. */
static int queued[10];

static void connect_then_drain(struct fixture *fixture)
{
    for (int i = 0; i < 10; i++)
        queued[i] = client_connect(fixture->port);
    server_drain(fixture->server);
}

static void wait_until_empty(struct fixture *fixture)
{
    const int64_t until_ms = clock_monotonic_ms() + 4000;
    while (fixture_connections(fixture) > 0 && clock_monotonic_ms() < until_ms)
        wait_ms(10);
    assert_int_equal(fixture_connections(fixture), 0);
}

static void test_requests_in_flight_are_answered(void **state)
{
    (void)state;
    static struct fixture fixture;
    fixture_open(&fixture, (struct server_options){0});
    const int waiting = client_connect(fixture.port);
    const int sending = client_connect(fixture.port);
    const int idle = client_connect(fixture.port);
    client_get(idle, "/ok", &answer);
    client_send(waiting, "GET /sleep?ms=1500 HTTP/1.1\r\nHost: t\r\n\r\n");
    client_send(sending, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nbo");
    wait_ms(100);
    fixture_on_loop(&fixture, drain);

    /* an idle connection may bring one more request within the grace */
    client_get(idle, "/ok", &answer);
    assert_int_equal(answer.status, 200);
    expect_text(answer_header(&answer, "Connection"), "close");
    assert_true(client_is_closed(idle, 1000));
    wait_ms(1000);
    client_send(sending, "dy");
    client_read(sending, &answer, false);
    assert_int_equal(answer.status, 200);
    expect_text(answer.body, "body");
    expect_text(answer_header(&answer, "Connection"), "close");
    client_read(waiting, &answer, false);
    assert_int_equal(answer.status, 200);
    expect_text(answer_header(&answer, "Connection"), "close");
    wait_until_empty(&fixture);
    close(idle);
    close(sending);
    close(waiting);
    fixture_close(&fixture);
}

static void test_idle_connections_are_closed_after_a_grace(void **state)
{
    (void)state;
    static struct fixture fixture;
    fixture_open(&fixture, (struct server_options){0});
    const int idle = client_connect(fixture.port);
    const int silent = client_connect(fixture.port);
    client_get(idle, "/ok", &answer);
    fixture_on_loop(&fixture, drain);
    assert_false(client_is_closed(idle, 200));
    assert_true(client_is_closed(idle, 2000));
    assert_true(client_is_closed(silent, 1000));
    wait_until_empty(&fixture);
    close(idle);
    close(silent);
    fixture_close(&fixture);
}

static void test_the_backlog_is_served(void **state)
{
    (void)state;
    static struct fixture fixture;
    fixture_open(&fixture, (struct server_options){0});
    fixture_on_loop(&fixture, connect_then_drain);
    for (int i = 0; i < 10; i++) {
        client_get(queued[i], "/ok", &answer);
        assert_int_equal(answer.status, 200);
        expect_text(answer_header(&answer, "Connection"), "close");
        close(queued[i]);
    }
    wait_until_empty(&fixture);
    fixture_close(&fixture);
}

static void test_nobody_new_gets_in(void **state)
{
    (void)state;
    static struct fixture fixture;
    fixture_open(&fixture, (struct server_options){0});
    fixture_on_loop(&fixture, drain);
    const struct sockaddr_in where = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)fixture.port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&where, sizeof(where)), -1);
    assert_int_equal(errno, ECONNREFUSED);
    close(fd);
    fixture_close(&fixture);
}

struct caller {
    pthread_t thread;
    int port;
    int answered;
    bool failed;
};

/* Asks on one connection until it is told that it will be closed. */
static void *call_on(void *argument)
{
    struct caller *caller = argument;
    struct answer *mine = calloc(1, sizeof(*mine)); /* too large for a stack */
    if (!mine) abort();
    const int fd = client_connect(caller->port);
    for (;;) {
        client_get(fd, caller->answered % 2 ? "/ok" : "/sleep?ms=1", mine);
        if (mine->status != 200) {
            caller->failed = true;
            break;
        }
        caller->answered++;
        if (answer_closes(mine)) break;
    }
    close(fd);
    free(mine);
    return NULL;
}

static void test_busy_clients_lose_nothing(void **state)
{
    (void)state;
    static struct fixture fixture;
    static struct caller callers[CALLERS];
    fixture_open(&fixture, (struct server_options){0});
    memset(callers, 0, sizeof(callers));
    for (int i = 0; i < CALLERS; i++) {
        callers[i].port = fixture.port;
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_on, &callers[i]), 0);
    }
    wait_ms(300);
    fixture_on_loop(&fixture, drain);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_false(callers[i].failed);
        assert_true(callers[i].answered > 0);
    }
    wait_until_empty(&fixture);
    fixture_close(&fixture);
}

int test_server_drain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests_in_flight_are_answered),
        cmocka_unit_test(test_idle_connections_are_closed_after_a_grace),
        cmocka_unit_test(test_the_backlog_is_served),
        cmocka_unit_test(test_nobody_new_gets_in),
        cmocka_unit_test(test_busy_clients_lose_nothing),
    };
    return cmocka_run_group_tests_name("server_drain", tests, NULL, NULL);
}
