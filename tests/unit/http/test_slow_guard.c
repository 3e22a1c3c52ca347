/* The slow guard on a clock of our own: which phase is over when, and that bytes in between
   change nothing. */
#include "common/http/slow_guard.h"

#include "tests/unit/http/groups.h"

#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_MS = 1000, IDLE_MS = 5000 };

struct seen {
    int count;
    bool refuse; /* do not cut */
};

static bool cut(void *context, struct client *client)
{
    struct seen *seen = context;
    (void)client;
    seen->count++;
    return !seen->refuse;
}

static int sweep(struct slow_guard *guard, int64_t now_ms)
{
    struct seen seen = {0};
    guard_sweep(guard, now_ms, cut, &seen);
    return seen.count;
}

static void test_a_first_request_is_timed_from_the_connection(void **state)
{
    (void)state;
    struct slow_guard guard;
    struct client client = {.fd = -1};
    guard_init(&guard, REQUEST_MS, IDLE_MS);
    guard_add(&guard, &client, 0);
    guard_receiving(&guard, &client, 900); /* the request line took nearly all of it */
    assert_int_equal(sweep(&guard, 999), 0);
    assert_int_equal(sweep(&guard, 1000), 1);
    assert_int_equal(client.phase, CLIENT_CUT);
    assert_int_equal(sweep(&guard, 9000), 0); /* once */
}

static void test_an_upload_has_time_for_its_size(void **state)
{
    (void)state;
    struct slow_guard guard;
    struct client client = {.fd = -1};
    guard_init(&guard, REQUEST_MS, IDLE_MS);
    guard_add(&guard, &client, 0);
    guard_receiving(&guard, &client, 900);
    guard_uploading(&guard, &client, 10 * UPLOAD_RATE, 990);
    assert_int_equal(sweep(&guard, 990 + REQUEST_MS + 9999), 0);
    assert_int_equal(sweep(&guard, 990 + REQUEST_MS + 10000), 1);
}

static void test_later_requests_from_their_request_line(void **state)
{
    (void)state;
    struct slow_guard guard;
    struct client client = {.fd = -1};
    guard_init(&guard, REQUEST_MS, IDLE_MS);
    guard_add(&guard, &client, 0);
    guard_receiving(&guard, &client, 10);
    guard_working(&client);
    assert_int_equal(sweep(&guard, 1000000), 0); /* the call's deadline, not ours */
    guard_answering(&guard, &client, 10, 20000);
    guard_idle(&guard, &client, 20001);
    assert_int_equal(sweep(&guard, 20001 + IDLE_MS - 1), 0);
    guard_receiving(&guard, &client, 24000);
    assert_int_equal(sweep(&guard, 24999), 0);
    assert_int_equal(sweep(&guard, 25000), 1);
}

static void test_idle_and_answering(void **state)
{
    (void)state;
    struct slow_guard guard;
    struct client client = {.fd = -1};
    guard_init(&guard, REQUEST_MS, IDLE_MS);
    guard_add(&guard, &client, 0);
    guard_answering(&guard, &client, 10 * ANSWER_RATE, 0);
    assert_int_equal(sweep(&guard, IDLE_MS + 9999), 0);
    guard_idle(&guard, &client, 0);
    assert_int_equal(sweep(&guard, IDLE_MS - 1), 0);
    assert_int_equal(sweep(&guard, IDLE_MS), 1);
}

static void test_draining_closes_the_idle_only(void **state)
{
    (void)state;
    struct slow_guard guard;
    struct client idle = {.fd = -1}, working = {.fd = -1}, receiving = {.fd = -1};
    guard_init(&guard, REQUEST_MS, IDLE_MS);
    guard_add(&guard, &idle, 0);
    guard_add(&guard, &working, 0);
    guard_add(&guard, &receiving, 0);
    assert_int_equal(guard.count, 3);
    guard_idle(&guard, &idle, 0);
    guard_working(&working);
    guard_receiving(&guard, &receiving, 0);
    guard_drain(&guard, 100, 200);
    assert_int_equal(sweep(&guard, 299), 0);
    struct seen seen = {.refuse = true}; /* it has something to say after all */
    guard_sweep(&guard, 300, cut, &seen);
    assert_int_equal(seen.count, 1);
    assert_int_equal(idle.phase, CLIENT_IDLE);
    assert_int_equal(sweep(&guard, 301), 1);
    assert_int_equal(idle.phase, CLIENT_CUT);
    guard_remove(&guard, &working);
    guard_remove(&guard, &receiving);
    guard_remove(&guard, &idle);
    assert_int_equal(guard.count, 0);
    assert_null(guard.clients);
}

static void test_finds_who_has_gone(void **state)
{
    (void)state;
    struct slow_guard guard;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    struct client client = {.fd = ends[0]};
    guard_init(&guard, 10 * REQUEST_MS, 10 * IDLE_MS);
    guard_add(&guard, &client, 0);
    assert_int_equal(sweep(&guard, 1000), 0); /* still there */
    guard_idle(&guard, &client, 2000);
    close(ends[1]);
    assert_int_equal(sweep(&guard, 2100), 0); /* the library may be about to notice */
    assert_int_equal(sweep(&guard, 3000), 1);
    close(ends[0]);
}

int test_slow_guard(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_first_request_is_timed_from_the_connection),
        cmocka_unit_test(test_an_upload_has_time_for_its_size),
        cmocka_unit_test(test_later_requests_from_their_request_line),
        cmocka_unit_test(test_idle_and_answering),
        cmocka_unit_test(test_draining_closes_the_idle_only),
        cmocka_unit_test(test_finds_who_has_gone),
    };
    return cmocka_run_group_tests_name("slow_guard", tests, NULL, NULL);
}
