/* The server on ordinary requests: what arrives in the handler, and what comes back over the wire.
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

static void test_answers_with_the_usual_headers(void **state)
{
    (void)state;
    client_ask(fixture.port, "GET /ok HTTP/1.1\r\nHost: test\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    expect_text(answer.body, "{\"status\":\"ok\"}");
    expect_text(answer_header(&answer, "Content-Type"), "application/json");
    expect_text(answer_header(&answer, "Server-Instance"), "test-1");
    assert_int_equal(strlen(answer_header(&answer, "X-Request-Id")), 32);
    assert_non_null(answer_header(&answer, "Date"));
    assert_non_null(answer_header(&answer, "ETag"));
    assert_null(answer_header(&answer, "Connection"));
}

static void test_keeps_connections_alive(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    for (int i = 1; i <= 200; i++) {
        char target[64], body[128];
        snprintf(target, sizeof(target), i % 2 ? "/things/%d?q=%d" : "/sleep?ms=0", i, i);
        client_get(fd, target, &answer);
        assert_int_equal(answer.status, 200);
        if (i % 2 == 0) continue;
        snprintf(body, sizeof(body),
                 "{\"id\":%d,\"q\":\"%d\",\"peer\":\"127.0.0.1\",\"trace\":\"\"}", i, i);
        expect_text(answer.body, body);
    }
    close(fd);
}

static void test_pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    char text[4096] = "";
    for (int i = 1; i <= 30; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "GET %s%d HTTP/1.1\r\nHost: t\r\n\r\n", i % 3 ? "/things/" : "/sleep?ms=", i);
    client_send_bytes(fd, text, strlen(text));
    for (int i = 1; i <= 30; i++) {
        char wanted[32];
        client_read(fd, &answer, false);
        assert_int_equal(answer.status, 200);
        snprintf(wanted, sizeof(wanted), i % 3 ? "{\"id\":%d," : "%d", i);
        if (i % 3)
            expect_part(answer.body, wanted);
        else
            expect_text(answer_header(&answer, "Slept-For"), wanted);
    }
    close(fd);
}

static void test_decodes_path_and_query(void **state)
{
    (void)state;
    client_ask(fixture.port,
               "GET /%74hings/5?q=caf%C3%A9+noir%2B HTTP/1.1\r\nHost: t\r\n"
               "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01\r\n\r\n",
               &answer);
    expect_text(answer.body,
                "{\"id\":5,\"q\":\"caf\xC3\xA9 noir+\",\"peer\":\"127.0.0.1\",\"trace\":"
                "\"00-0123456789abcdef0123456789abcdef-0123456789abcdef-01\"}");
}

static void test_request_ids(void **state)
{
    (void)state;
    client_ask(fixture.port,
               "GET /broken HTTP/1.1\r\nHost: t\r\nx-request-id: web.7_A-9\r\n"
               "traceparent: nonsense\r\n\r\n",
               &answer);
    assert_int_equal(answer.status, 500);
    expect_text(answer_header(&answer, "X-Request-Id"), "web.7_A-9");
    expect_part(answer.body, "\"request_id\":\"web.7_A-9\"");
    expect_no_part(answer.body, "column");
    client_ask(fixture.port, "GET /ok HTTP/1.1\r\nHost: t\r\nX-Request-Id: not \"sane\"\r\n\r\n",
               &answer);
    assert_int_equal(strlen(answer_header(&answer, "X-Request-Id")), 32);
}

static void test_head_and_no_content(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    client_send(fd, "HEAD /ok HTTP/1.1\r\nHost: t\r\n\r\n");
    client_read(fd, &answer, true);
    assert_int_equal(answer.status, 200);
    expect_text(answer_header(&answer, "Content-Length"), "15");
    client_send(fd, "PUT /none HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n");
    client_read(fd, &answer, false);
    assert_int_equal(answer.status, 204);
    client_get(fd, "/ok", &answer); /* the connection is in step */
    expect_text(answer.body, "{\"status\":\"ok\"}");
    close(fd);
}

static void test_conditional_get(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    client_get(fd, "/ok", &answer);
    char tag[64];
    snprintf(tag, sizeof(tag), "%s", answer_header(&answer, "ETag"));
    client_send(fd, "GET /ok HTTP/1.1\r\nHost: t\r\nIf-None-Match: \"x\", %s\r\n\r\n", tag);
    client_read(fd, &answer, false);
    assert_int_equal(answer.status, 304);
    expect_text(answer_header(&answer, "ETag"), tag);
    client_get(fd, "/ok", &answer);
    assert_int_equal(answer.status, 200);
    close(fd);
}

static void test_bodies(void **state)
{
    (void)state;
    static char body[ECHO_MAX + 1];
    memset(body, 'b', ECHO_MAX);
    const int fd = client_connect(fixture.port);
    for (int length = 0; length <= ECHO_MAX; length += 5000) {
        client_send(fd, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n", length);
        client_send_bytes(fd, body, (size_t)length);
        client_read(fd, &answer, false);
        assert_int_equal(answer.status, 200);
        assert_int_equal(answer.body_length, length);
        assert_memory_equal(answer.body, body, (size_t)length);
    }
    close(fd);
}

static void test_chunked_bodies(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    client_send(fd, "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 40; i++) {
        client_send(fd, "A;ext=1\r\n012345");
        if (i % 10 == 0) wait_ms(2);
        client_send(fd, "6789\r\n");
    }
    client_send(fd, "0\r\nX-Trailer: 1\r\n\r\n");
    client_read(fd, &answer, false);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.body_length, 400);
    assert_memory_equal(answer.body + 390, "0123456789", 10);
    client_get(fd, "/ok", &answer);
    assert_int_equal(answer.status, 200);
    close(fd);
}

static void test_expect_continue(void **state)
{
    (void)state;
    const int fd = client_connect(fixture.port);
    client_send(fd, "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n"
                    "Expect: 100-continue\r\n\r\n");
    client_read(fd, &answer, true);
    assert_int_equal(answer.status, 100);
    client_send(fd, "body");
    client_read(fd, &answer, false);
    assert_int_equal(answer.status, 200);
    expect_text(answer.body, "body");
    close(fd);
}

static void test_older_clients(void **state)
{
    (void)state;
    int fd = client_connect(fixture.port);
    client_send(fd, "GET /ok HTTP/1.0\r\n\r\n");
    client_read(fd, &answer, false);
    assert_int_equal(answer.status, 200);
    assert_true(client_is_closed(fd, 2000));
    close(fd);
    fd = client_connect(fixture.port);
    client_send(fd, "GET /ok HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    client_read(fd, &answer, false);
    expect_text(answer_header(&answer, "Connection"), "close");
    assert_true(client_is_closed(fd, 2000));
    close(fd);
}

static void test_large_answers(void **state)
{
    (void)state;
    client_ask(fixture.port, "GET /big?bytes=120000 HTTP/1.1\r\nHost: t\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.body_length, 120000);
}

static void test_counts_what_it_answers(void **state)
{
    (void)state;
    const char *text = fixture_metrics(&fixture);
    expect_part(text,
                "shop_http_requests_total{route=\"/broken\",method=\"GET\",status=\"500\"} 1");
    expect_part(text, "shop_http_requests_total{route=\"/ok\",method=\"GET\",status=\"304\"} 1");
    expect_part(text, "shop_http_request_duration_seconds_count{route=\"/sleep\",method=\"GET\"}");
    expect_part(text, "# TYPE shop_http_connections gauge\n");
}

int test_server_requests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_with_the_usual_headers),
        cmocka_unit_test(test_keeps_connections_alive),
        cmocka_unit_test(test_pipelined_requests_are_answered_in_order),
        cmocka_unit_test(test_decodes_path_and_query),
        cmocka_unit_test(test_request_ids),
        cmocka_unit_test(test_head_and_no_content),
        cmocka_unit_test(test_conditional_get),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_chunked_bodies),
        cmocka_unit_test(test_expect_continue),
        cmocka_unit_test(test_older_clients),
        cmocka_unit_test(test_large_answers),
        cmocka_unit_test(test_counts_what_it_answers),
    };
    return cmocka_run_group_tests_name("server_requests", tests, set_up, tear_down);
}
