/* Large bodies: who may send one, that a stranger's is not read, and that all of them together have a
 * limit.
 */
#include "common/base/bytes.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/fixture.h"
#include "tests/unit/http/groups.h"
#include "tests/unit/http/uploads.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 3 * UPLOAD_MAX, REQUEST_MS = 600 };

static struct fixture fixture;
static struct answer answer;
static char body[UPLOAD_MAX];
static char expected[80];

static int set_up(void **state)
{
    (void)state;
    fixture_open(&fixture, (struct server_options){.large_bodies_max = ROOM,
                                                   .request_timeout_ms = REQUEST_MS});
    for (size_t i = 0; i < sizeof(body); i++)
        body[i] = (char)(i * 31 + i / 251);
    snprintf(expected, sizeof(expected), "{\"bytes\":%d,\"hash\":\"%016" PRIx64 "\"}", UPLOAD_MAX,
             bytes_fnv1a(body, sizeof(body)));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&fixture);
    return 0;
}

/* The head of an upload of UPLOAD_MAX bytes; without a token when it is NULL. */
static void send_head(int fd, const char *token)
{
    client_send(fd, "PUT /upload HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n", UPLOAD_MAX);
    if (token) client_send(fd, "Authorization: Bearer %s\r\n", token);
    client_send(fd, "\r\n");
}

static int begin_upload(const char *token)
{
    const int fd = client_connect(fixture.port);
    send_head(fd, token);
    client_send_bytes(fd, body, 100);
    return fd;
}

static void expect_arrived(int fd)
{
    client_read(fd, &answer, false);
    assert_int_equal(answer.status, 200);
    expect_text(answer.body, expected);
}

static int64_t room_taken(void)
{
    static const char name[] = "\nshop_http_large_body_bytes ";
    long long value = -1;
    const char *at = strstr(fixture_metrics(&fixture), name);
    assert_non_null(at);
    assert_int_equal(sscanf(at + sizeof(name) - 1, "%lld", &value), 1);
    return value;
}

static void expect_room_taken(int64_t bytes)
{
    for (int patience = 200; patience > 0 && room_taken() != bytes; patience--)
        wait_ms(10);
    assert_int_equal(room_taken(), bytes);
}

static void test_a_large_body_arrives_whole(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    for (int i = 0; i < 4; i++) { /* one after the other on a connection */
        send_head(fd, i % 2 ? "good" : "slowly-good");
        client_send_bytes(fd, body, sizeof(body));
        expect_arrived(fd);
    }
    close(fd);
    expect_room_taken(0);
}

static void test_in_chunks_as_well(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const int fd = client_connect(fixture.port);
        client_send(fd,
                    "PUT /upload HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n"
                    "Authorization: Bearer %s\r\n\r\n",
                    i ? "good" : "slowly-good");
        for (size_t at = 0; at < sizeof(body); at += sizeof(body) / 16) {
            client_send(fd, "%zx\r\n", sizeof(body) / 16);
            client_send_bytes(fd, body + at, sizeof(body) / 16);
            client_send(fd, "\r\n");
        }
        client_send(fd, "0\r\n\r\n");
        expect_arrived(fd);
        close(fd);
    }
    expect_room_taken(0);
}

static void test_a_strangers_is_not_read(void **state)
{
    static const char *const tokens[] = {NULL, "wrong", "slowly-wrong"};
    (void)state;
    const int before = atomic_load(&fixture.handled);
    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        const int fd = begin_upload(tokens[i]); /* and no more than that */
        client_read(fd, &answer, false);
        assert_int_equal(answer.status, 401);
        expect_text(answer_header(&answer, "WWW-Authenticate"), "Bearer");
        expect_text(answer_header(&answer, "Connection"), "close");
        expect_text(answer_header(&answer, "Content-Type"), "application/problem+json");
        assert_true(client_is_closed(fd, 3000));
        close(fd);
    }
    assert_int_equal(atomic_load(&fixture.handled), before);
}

/* Most clients look for an answer only after the last byte. */
static void test_a_stranger_who_sends_it_all_is_told_nevertheless(void **state)
{
    static const char *const tokens[] = {NULL, "slowly-wrong"};
    (void)state;
    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        const int fd = begin_upload(tokens[i]);
        client_send_bytes(fd, body + 100, sizeof(body) - 100);
        client_read(fd, &answer, false);
        assert_int_equal(answer.status, 401);
        close(fd);
    }
}

static void test_all_together_have_a_limit(void **state)
{
    int fds[ROOM / UPLOAD_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        fds[i] = begin_upload("good");
        expect_room_taken((int64_t)(i + 1) * UPLOAD_MAX);
    }
    const int one_more = begin_upload("good");
    client_read(one_more, &answer, false);
    assert_int_equal(answer.status, 503);
    expect_text(answer_header(&answer, "Retry-After"), "1");
    close(one_more);
    expect_room_taken(ROOM);

    client_ask(fixture.port,
               "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
               &answer); /* small ones need no room */
    assert_int_equal(answer.status, 200);

    close(fds[0]); /* gives up */
    expect_room_taken(ROOM - UPLOAD_MAX);
    fds[0] = begin_upload("slowly-good");
    expect_room_taken(ROOM);
    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        client_send_bytes(fds[i], body + 100, sizeof(body) - 100);
        expect_arrived(fds[i]);
        close(fds[i]);
    }
    expect_room_taken(0);
}

static void test_who_was_let_in_may_take_longer(void **state)
{
    (void)state;
    const int fd = begin_upload("good");
    for (size_t at = 100; at < sizeof(body); at += sizeof(body) / 8) {
        const size_t left = sizeof(body) - at;
        wait_ms(REQUEST_MS / 2);
        client_send_bytes(fd, body + at, left < sizeof(body) / 8 ? left : sizeof(body) / 8);
    }
    expect_arrived(fd);
    close(fd);
}

static void test_who_leaves_while_the_door_is_asked(void **state)
{
    (void)state;
    const int before = atomic_load(&fixture.begun);
    for (int i = 0; i < 5; i++)
        close(begin_upload(i % 2 ? "slowly-good" : "slowly-wrong"));
    while (atomic_load(&fixture.begun) < before + 5)
        wait_ms(5);
    for (int patience = 300; patience > 0 && fixture_active(&fixture) > 0; patience--)
        wait_ms(10);
    assert_int_equal(fixture_active(&fixture), 0);
    expect_room_taken(0);
}

static void test_the_server_may_close_meanwhile(void **state)
{
    const int before = atomic_load(&fixture.begun);
    const int one = begin_upload("slowly-good"), other = begin_upload("slowly-wrong");
    while (atomic_load(&fixture.begun) < before + 2)
        wait_ms(5);
    tear_down(state);
    close(one);
    close(other);
    set_up(state);
}

int test_uploads(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_large_body_arrives_whole),
        cmocka_unit_test(test_in_chunks_as_well),
        cmocka_unit_test(test_a_strangers_is_not_read),
        cmocka_unit_test(test_a_stranger_who_sends_it_all_is_told_nevertheless),
        cmocka_unit_test(test_all_together_have_a_limit),
        cmocka_unit_test(test_who_was_let_in_may_take_longer),
        cmocka_unit_test(test_who_leaves_while_the_door_is_asked),
        cmocka_unit_test(test_the_server_may_close_meanwhile),
    };
    return cmocka_run_group_tests_name("uploads", tests, set_up, tear_down);
}
