/* The server on requests that no well-behaved client sends: each gets a clear refusal, and none
 * leaves the connection in doubt about where the next request begins.
 */
#include "tests/unit/http/client.h"
#include "tests/unit/http/fixture.h"
#include "tests/unit/http/groups.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct fixture fixture;
static struct answer answer;

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

static void expect_problem_answer(void)
{
    expect_text(answer_header(&answer, "Content-Type"), "application/problem+json");
    assert_non_null(answer_header(&answer, "X-Request-Id"));
    expect_text(answer_header(&answer, "Server-Instance"), "test-1");
    expect_part(answer.body, "\"type\":\"/problems/");
    expect_part(answer.body, "\"request_id\":\"");
}

static void expect_problem(const char *text, int status)
{
    client_ask(fixture.port, text, &answer);
    if (answer.status != status) fail_msg("'%.60s' was answered %d", text, answer.status);
    expect_problem_answer();
}

/* Refused in the words of the API, by whomever, and the connection closed. */
static void expect_refused(const char *bytes, size_t length)
{
    const int fd = client_connect(fixture.port);
    client_send_bytes(fd, bytes, length);
    client_read(fd, &answer, false);
    if ((answer.status < 400 || answer.status >= 500) && answer.status != 505)
        fail_msg("'%.60s' was answered %d", bytes, answer.status);
    expect_problem_answer();
    assert_true(client_is_closed(fd, 3000));
    close(fd);
}

/* Not even a request line: whoever sends this does not speak HTTP and is hung up on. */
static void expect_closed(const char *bytes, size_t length)
{
    const int fd = client_connect(fixture.port);
    client_send_bytes(fd, bytes, length);
    client_read(fd, &answer, false);
    if (answer.status != 0) expect_problem_answer();
    assert_true(client_is_closed(fd, 3000));
    close(fd);
}

#define REFUSED(text) expect_refused((text), sizeof(text) - 1)
#define CLOSED(text) expect_closed((text), sizeof(text) - 1)

static void test_targets(void **state)
{
    (void)state;
    expect_problem("GET /things/%zz HTTP/1.1\r\nHost: t\r\n\r\n", 400);
    expect_problem("GET /things/%00 HTTP/1.1\r\nHost: t\r\n\r\n", 400);
    expect_problem("GET /things/%ff HTTP/1.1\r\nHost: t\r\n\r\n", 400);
    expect_problem("GET /things%2F7 HTTP/1.1\r\nHost: t\r\n\r\n", 400);
    expect_problem("GET /ok?a=%e2%82 HTTP/1.1\r\nHost: t\r\n\r\n", 400);
    expect_problem("GET /ok?a=1&%61=2 HTTP/1.1\r\nHost: t\r\n\r\n", 400);
    expect_problem("GET /things/seven HTTP/1.1\r\nHost: t\r\n\r\n", 404);
    expect_problem("GET /nowhere HTTP/1.1\r\nHost: t\r\n\r\n", 404);
    expect_problem("GET /sleep?ms=x HTTP/1.1\r\nHost: t\r\n\r\n", 422);
    /* none of these costs the connection */
    const int fd = client_connect(fixture.port);
    client_get(fd, "/%zz", &answer);
    assert_int_equal(answer.status, 400);
    client_get(fd, "/ok", &answer);
    assert_int_equal(answer.status, 200);
    close(fd);
}

static void test_methods(void **state)
{
    (void)state;
    expect_problem("DELETE /ok HTTP/1.1\r\nHost: t\r\n\r\n", 405);
    expect_text(answer_header(&answer, "Allow"), "GET, HEAD");
    expect_problem("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n", 404);
    expect_problem("BREW /echo HTTP/1.1\r\nHost: t\r\n\r\n", 405);
    expect_text(answer_header(&answer, "Allow"), "POST");
    expect_problem("get /ok HTTP/1.1\r\nHost: t\r\n\r\n", 405);
}

static void test_request_lines(void **state)
{
    (void)state;
    CLOSED("GARBAGE\r\n\r\n");
    CLOSED("GET\r\n\r\n");
    REFUSED("GET /ok\r\n\r\n");
    REFUSED("GET /ok HTTP/2.0\r\nHost: t\r\n\r\n");
    REFUSED("GET /ok HTTP/1.1x\r\nHost: t\r\n\r\n");
    REFUSED("GET /ok\0 HTTP/1.1\r\nHost: t\r\n\r\n");
    REFUSED("GET /things/1\0/x?q=1 HTTP/1.1\r\nHost: t\r\n\r\n");
    CLOSED("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n");
    expect_problem("GET /o k HTTP/1.1\r\nHost: t\r\n\r\n", 400);
    expect_problem("GET /ok  HTTP/1.1\r\nHost: t\r\n\r\n", 400);
}

static void test_headers(void **state)
{
    (void)state;
    REFUSED("GET /ok HTTP/1.1\r\nHost: t\r\nno colon\r\n\r\n");
    REFUSED("GET /ok HTTP/1.1\r\nHost: t\r\nBad Name: x\r\n\r\n");
    REFUSED("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length : 4\r\n\r\nbody");
    expect_problem("GET /ok HTTP/1.1\r\n\r\n", 400);
    expect_problem("GET /ok HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
}

static void test_ambiguous_lengths(void **state)
{
    (void)state;
    static const char *const framings[] = {
        "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: 4\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Content-Length: -4\r\n",
        "Content-Length: +4\r\n",
        "Content-Length: 4 4\r\n",
        "Content-Length: 0x4\r\n",
        "Content-Length:\r\n",
        "Content-Length: 99999999999999999999999\r\n",
    };
    for (size_t i = 0; i < sizeof(framings) / sizeof(framings[0]); i++) {
        char text[512];
        /* what could be smuggled in would be answered 200 */
        snprintf(text, sizeof(text),
                 "POST /echo HTTP/1.1\r\nHost: t\r\n%s\r\n0\r\n\r\n"
                 "GET /ok HTTP/1.1\r\nHost: t\r\n\r\n",
                 framings[i]);
        expect_refused(text, strlen(text));
        assert_true(answer.status >= 400);
    }
}

static void test_broken_chunks(void **state)
{
    (void)state;
    static const char head[] =
        "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
    static const char *const chunks[] = {"zz\r\nbody\r\n0\r\n\r\n", "-1\r\n\r\n", "4\r\nbodyXX",
                                         "FFFFFFFFFFFFFFFFFF\r\n"};
    for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), "%s%s", head, chunks[i]);
        expect_refused(text, strlen(text));
    }
}

static void test_bodies_that_are_too_large(void **state)
{
    (void)state;
    static char body[200000];
    memset(body, 'b', sizeof(body));
    expect_problem("GET /ok HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx", 413);
    for (int round = 0; round < 20;
         round++) { /* the answer must survive what is still being sent */
        int fd = client_connect(fixture.port);
        client_send(fd, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 200000\r\n\r\n");
        client_send_bytes(fd, body, sizeof(body));
        client_read(fd, &answer, false);
        assert_int_equal(answer.status, 413);
        expect_part(answer.body, "/problems/too-large");
        expect_text(answer_header(&answer, "Connection"), "close");
        close(fd);

        fd = client_connect(fixture.port);
        client_send(fd, "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
        client_send(fd, "%zx\r\n", sizeof(body));
        client_send_bytes(fd, body, sizeof(body));
        client_read(fd, &answer, false);
        assert_int_equal(answer.status, 413);
        expect_part(answer.body, "/problems/too-large");
        assert_non_null(answer_header(&answer, "X-Request-Id"));
        close(fd);
    }
}

static void test_one_byte_more_than_allowed(void **state)
{
    (void)state;
    static char body[ECHO_MAX + 1];
    memset(body, 'b', sizeof(body));
    for (int extra = 0; extra <= 1; extra++) {
        const int fd = client_connect(fixture.port);
        client_send(fd, "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
        client_send(fd, "%x\r\n", ECHO_MAX + extra);
        client_send_bytes(fd, body, (size_t)(ECHO_MAX + extra));
        client_send(fd, "\r\n0\r\n\r\n");
        client_read(fd, &answer, false);
        assert_int_equal(answer.status, extra ? 413 : 200);
        close(fd);
    }
}

static void test_expect_continue_is_refused_in_time(void **state)
{
    (void)state;
    expect_problem("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n"
                   "Expect: 100-continue\r\n\r\n",
                   413);
}

static int ask_with_headers(int bytes)
{
    static char text[32 * 1024];
    static char filler[32 * 1024];
    memset(filler, 'f', sizeof(filler));
    snprintf(text, sizeof(text), "GET /ok HTTP/1.1\r\nHost: t\r\nX-Filler: %.*s\r\n\r\n", bytes,
             filler);
    client_ask(fixture.port, text, &answer);
    return answer.status;
}

static void test_long_heads(void **state)
{
    (void)state;
    assert_int_equal(ask_with_headers(6000), 200);
    assert_int_equal(ask_with_headers(6500), 431);
    expect_part(answer.body, "/problems/headers-large");
    assert_int_equal(ask_with_headers(20000), 431); /* more than the connection's memory */
    expect_problem_answer();
    expect_part(answer.body, "/problems/headers-large");
    static char text[16 * 1024];
    static char path[9000];
    memset(path, 'p', sizeof(path));
    snprintf(text, sizeof(text), "GET /%.*s HTTP/1.1\r\nHost: t\r\n\r\n", 8999, path);
    expect_problem(text, 414);
}

/* At the limit there must be room left for the body's way in and the answer's way out. */
static void test_the_longest_head_with_a_body(void **state)
{
    (void)state;
    static char filler[6000], body[ECHO_MAX];
    memset(filler, 'f', sizeof(filler));
    memset(body, 'b', sizeof(body));
    const int fd = client_connect(fixture.port);
    for (int round = 0; round < 3; round++) {
        client_send(fd, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\nX: %.*s\r\n\r\n",
                    ECHO_MAX, (int)sizeof(filler), filler);
        client_send_bytes(fd, body, sizeof(body));
        client_read(fd, &answer, false);
        assert_int_equal(answer.status, 200);
        assert_int_equal(answer.body_length, ECHO_MAX);
    }
    close(fd);
}

static void test_many_headers(void **state)
{
    (void)state;
    static char text[16 * 1024];
    for (int count = 50; count <= 500; count += 450) {
        size_t length = (size_t)snprintf(text, sizeof(text), "GET /ok HTTP/1.1\r\nHost: t\r\n");
        for (int i = 0; i < count; i++)
            length += (size_t)snprintf(text + length, sizeof(text) - length, "X-%d: a\r\n", i);
        snprintf(text + length, sizeof(text) - length, "\r\n");
        client_ask(fixture.port, text, &answer);
        assert_int_equal(answer.status, count == 50 ? 200 : 431);
        if (count > 50) expect_problem_answer();
    }
}

static void test_is_still_well(void **state)
{
    (void)state;
    client_ask(fixture.port, "GET /ok HTTP/1.1\r\nHost: t\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    wait_ms(50);
    assert_int_equal(fixture_active(&fixture), 0);
    expect_part(fixture_metrics(&fixture), "{route=\"none\",method=\"none\",status=\"431\"}");
}

int test_server_refusals(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_request_lines),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_ambiguous_lengths),
        cmocka_unit_test(test_broken_chunks),
        cmocka_unit_test(test_bodies_that_are_too_large),
        cmocka_unit_test(test_one_byte_more_than_allowed),
        cmocka_unit_test(test_expect_continue_is_refused_in_time),
        cmocka_unit_test(test_long_heads),
        cmocka_unit_test(test_the_longest_head_with_a_body),
        cmocka_unit_test(test_many_headers),
        cmocka_unit_test(test_is_still_well),
    };
    return cmocka_run_group_tests_name("server_refusals", tests, set_up, tear_down);
}
