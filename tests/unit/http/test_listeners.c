/* The sockets of a port: in order, and the first one from the process before, with whoever waits in its queue.
 */
#include "common/http/listeners.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/fixture.h"
#include "tests/unit/http/groups.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOOPS = 3, FIRST = 3, ELSEWHERE = 200 };

static char error[256];

/* What a successor starts with: `fd` as descriptor 3. The one that was there is kept aside meanwhile. */
static void hand_over(int fd, const char *count)
{
    char pid[16];
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", count, 1);
    fcntl(FIRST, F_DUPFD_CLOEXEC, ELSEWHERE); /* fails when there is none */
    assert_int_equal(dup2(fd, FIRST), FIRST);
}

static void put_back(void)
{
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    close(FIRST);
    if (dup2(ELSEWHERE, FIRST) == FIRST) close(ELSEWHERE);
}

static void close_all(const int *fds, int count)
{
    for (int i = 0; i < count; i++)
        close(fds[i]);
}

static void test_sockets_are_in_order(void **state)
{
    (void)state;
    int fds[LOOPS], more[1], port = 0;
    assert_int_equal(listeners_open("127.0.0.1", &port, LOOPS, fds, error), STATUS_OK);
    assert_true(port > 0);
    for (int i = 1; i < LOOPS; i++)
        assert_true(fds[i] > fds[i - 1]);
    assert_int_equal(listeners_open("127.0.0.1", &port, 1, more, error), STATUS_CONFLICT);
    expect_part(error, "is taken");
    close_all(fds, LOOPS);
    assert_int_equal(listeners_open("127.0.0.1", &port, 1, more, error), STATUS_OK);
    close(more[0]);
}

/* The old one has listened, and a client has connected whom it has not accepted: the new one answers. */
static void test_a_socket_is_taken_over_with_its_queue(void **state)
{
    (void)state;
    static struct fixture fixture;
    static struct answer answer;
    int old[1], fds[2], port = 0;
    assert_int_equal(listeners_open("127.0.0.1", &port, 1, old, error), STATUS_OK);
    const int waiting = client_connect(port);
    client_send(waiting, "GET /ok HTTP/1.1\r\nHost: t\r\n\r\n");
    hand_over(old[0], "1");
    int asked = 0;
    assert_int_equal(listeners_open("127.0.0.1", &asked, 2, fds, error), STATUS_OK);
    assert_int_equal(asked, port);
    assert_int_equal(fds[0], FIRST);
    assert_true(fds[1] > FIRST);
    assert_true(fcntl(FIRST, F_GETFD) & FD_CLOEXEC);
    close(old[0]);
    fds[0] = dup(FIRST); /* the server takes it, and descriptor 3 is given back below */
    put_back();
    fixture_open(&fixture, (struct server_options){.port = port, .listener = fds[0]});
    client_read(waiting, &answer, false);
    assert_int_equal(answer.status, 200);
    close(waiting);
    close(fds[1]);
    fixture_close(&fixture);
}

static void expect_refused(int fd, const char *count, int port, const char *why)
{
    int fds[1];
    hand_over(fd, count);
    const enum status status = listeners_open("127.0.0.1", &port, 1, fds, error);
    put_back();
    assert_int_equal(status, STATUS_MALFORMED);
    expect_part(error, why);
}

static void test_what_cannot_be_taken_over(void **state)
{
    (void)state;
    int fds[2], port = 0;
    assert_int_equal(listeners_open("127.0.0.1", &port, 2, fds, error), STATUS_OK);
    expect_refused(fds[1], "1", port, "and is none"); /* it does not listen yet */
    expect_refused(fds[0], "1", port == 1 ? 2 : 1, "http.port is");
    expect_refused(fds[0], "2", port, "one is enough");
    const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    expect_refused(file, "1", port, "and is none");
    close(file);
    close_all(fds, 2);
}

/* The variables are inherited by whatever a process starts; the sockets are not. */
static void test_another_process_was_meant(void **state)
{
    (void)state;
    int fds[1], port = 0;
    setenv("LISTEN_PID", "1", 1);
    setenv("LISTEN_FDS", "1", 1);
    const enum status status = listeners_open("127.0.0.1", &port, 1, fds, error);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    assert_int_equal(status, STATUS_OK);
    assert_true(port > 0);
    close(fds[0]);
}

int test_listeners(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sockets_are_in_order),
        cmocka_unit_test(test_a_socket_is_taken_over_with_its_queue),
        cmocka_unit_test(test_what_cannot_be_taken_over),
        cmocka_unit_test(test_another_process_was_meant),
    };
    return cmocka_run_group_tests_name("listeners", tests, NULL, NULL);
}
