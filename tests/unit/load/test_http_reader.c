/* http_reader.c: the same answer however it is cut, and nothing that could be understood in two ways.
 */
#include "tests/load/http_reader.h"

#include "tests/unit/load/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 1000 };

/* Feeds all of it in pieces of that size; `used` in all. */
static enum http_progress feed(struct http_reader *reader, const char *text, size_t length,
                               size_t piece, size_t *used)
{
    enum http_progress progress = HTTP_MORE;
    *used = 0;
    while (progress == HTTP_MORE && *used < length) {
        const size_t left = length - *used, step = left < piece ? left : piece;
        char *copy = malloc(step); /* exactly as long: reading behind it is seen */
        size_t taken = 0;
        assert_non_null(copy);
        memcpy(copy, text + *used, step);
        progress = http_reader_take(reader, copy, step, &taken);
        free(copy);
        assert_true(taken <= step && (taken == step || progress != HTTP_MORE));
        *used += taken;
    }
    return progress;
}

struct expected {
    int status;
    const char *body;
    bool closes, ends_with_connection;
    int retry_after_s;
    bool replayed;
    const char *behind; /* bytes that are no longer part of it */
};

static void expect(const char *text, struct expected expected)
{
    const size_t length = strlen(text);
    const size_t behind = expected.behind ? strlen(expected.behind) : 0;
    for (size_t piece = 1; piece <= length; piece++) {
        static struct http_reader reader;
        struct http_body body = {0};
        size_t used = 0;
        memset(&reader, 0xa5, sizeof(reader)); /* beginning must be enough */
        http_reader_begin(&reader, &body, BODY_MAX);
        enum http_progress progress = feed(&reader, text, length, piece, &used);
        if (expected.ends_with_connection) {
            assert_int_equal(progress, HTTP_MORE);
            progress = http_reader_end(&reader);
        }
        assert_int_equal(progress, HTTP_DONE);
        assert_int_equal(used, length - behind);
        assert_int_equal(reader.status, expected.status);
        assert_int_equal(reader.keep_alive, !expected.closes);
        assert_int_equal(reader.retry_after_s, expected.retry_after_s);
        assert_int_equal(reader.replayed, expected.replayed);
        assert_int_equal(reader.body_length, strlen(expected.body));
        assert_int_equal(body.length, strlen(expected.body));
        if (body.length > 0) assert_string_equal(body.text, expected.body);
        free(body.text);
    }
}

static void expect_garbage(const char *text, size_t length)
{
    static const size_t pieces[] = {1, 2, 3, 7, 64, 1 << 20};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        static struct http_reader reader;
        size_t used = 0;
        http_reader_begin(&reader, NULL, BODY_MAX);
        enum http_progress progress = feed(&reader, text, length, pieces[i], &used);
        if (progress == HTTP_MORE) progress = http_reader_end(&reader);
        if (progress != HTTP_GARBAGE) fail_msg("taken for an answer: %.100s", text);
    }
}

static void bodies_with_a_length(void **state)
{
    (void)state;
    expect("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
           (struct expected){.status = 200, .body = "hello"});
    expect("HTTP/1.1 404\nContent-LENGTH:0\n\n", (struct expected){.status = 404, .body = ""});
    expect("HTTP/1.1 201 \r\nX: y\r\ncontent-length: \t 2 \r\n\r\n{}HTTP/1.1",
           (struct expected){.status = 201, .body = "{}", .behind = "HTTP/1.1"});
    expect("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
           (struct expected){.status = 200, .body = "{}"});
}

static void bodies_in_chunks(void **state)
{
    (void)state;
    expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n00b;x=1\r\n, "
           "dear all!\r\n0\r\nX-Trailer: 1\r\n\r\n",
           (struct expected){.status = 200, .body = "hello, dear all!"});
    expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\nmore",
           (struct expected){.status = 200, .body = "", .behind = "more"});
}

static void bodies_until_the_end(void **state)
{
    (void)state;
    const struct expected until_close = {
        .status = 200, .body = "to the end", .closes = true, .ends_with_connection = true};
    expect("HTTP/1.1 200 OK\r\n\r\nto the end", until_close);
    expect("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nto the end", until_close);
}

static void answers_without_a_body(void **state)
{
    (void)state;
    expect("HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n",
           (struct expected){.status = 304, .body = ""});
    expect("HTTP/1.1 204 No Content\r\n\r\n", (struct expected){.status = 204, .body = ""});
    expect("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 "
           "OK\r\nContent-Length: 1\r\n\r\nx",
           (struct expected){.status = 200, .body = "x"});
}

static void headers_that_matter(void **state)
{
    (void)state;
    expect("HTTP/1.1 503 Busy\r\nConnection: CLOSE\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
           (struct expected){.status = 503, .body = "", .closes = true, .retry_after_s = 7});
    expect("HTTP/1.1 503 Busy\r\nRetry-After: 99999999\r\nContent-Length: 0\r\n\r\n",
           (struct expected){.status = 503, .body = "", .retry_after_s = 3600});
    expect("HTTP/1.1 503 B\r\nRetry-After: Fri, 31 Dec 1999\r\nContent-Length: 0\r\n\r\n",
           (struct expected){.status = 503, .body = ""});
    expect("HTTP/1.1 201 C\r\nIdempotent-Replayed: true\r\nContent-Length: 0\r\n\r\n",
           (struct expected){.status = 201, .body = "", .replayed = true});
    expect("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
           (struct expected){.status = 200, .body = "", .closes = true});
}

static void garbage(void **state)
{
    static const char *const texts[] = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 099 X\r\n\r\n",
        "HTTP/1.1 600 X\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", /* more than the maximum */
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n000000001\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", /* 1001 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        expect_garbage(texts[i], strlen(texts[i]));
    static const char with_nul[] = "HTTP/1.1 200 OK\r\nX: \0\r\nContent-Length: 0\r\n\r\n";
    expect_garbage(with_nul, sizeof(with_nul) - 1);
}

static void what_never_ends_is_garbage(void **state)
{
    (void)state;
    const size_t size = 200000;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'a', size); /* a line without end */
    expect_garbage(text, size);
    size_t length = (size_t)sprintf(text, "HTTP/1.1 200 OK\r\n");
    while (length + 20 < size) /* headers without end */
        length += (size_t)sprintf(text + length, "X: 123456789\r\n");
    expect_garbage(text, length);
    length = 0;
    for (int i = 0; i <= HTTP_INTERIM_MAX; i++)
        length += (size_t)sprintf(text + length, "HTTP/1.1 100 Continue\r\n\r\n");
    expect_garbage(text, length);
    length = (size_t)sprintf(text, "HTTP/1.1 200 OK\r\n\r\n"); /* a body until the end, too long */
    memset(text + length, 'b', BODY_MAX + 1);
    expect_garbage(text, length + BODY_MAX + 1);
    free(text);
}

/* One body serves many answers: nothing of the one before is left in it. */
static void a_body_is_used_again(void **state)
{
    static struct http_reader reader;
    struct http_body body = {0};
    size_t used = 0;
    (void)state;
    static const char *const texts[] = {"HTTP/1.1 200 A\r\nContent-Length: 6\r\n\r\nlonger",
                                        "HTTP/1.1 200 B\r\nContent-Length: 2\r\n\r\nno"};
    for (int i = 0; i < 2; i++) {
        http_reader_begin(&reader, &body, BODY_MAX);
        assert_int_equal(feed(&reader, texts[i], strlen(texts[i]), 100, &used), HTTP_DONE);
    }
    assert_string_equal(body.text, "no");
    http_reader_begin(&reader, &body, BODY_MAX);
    assert_int_equal(body.length, 0);
    free(body.text);
}

int test_http_reader(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_with_a_length),       cmocka_unit_test(bodies_in_chunks),
        cmocka_unit_test(bodies_until_the_end),       cmocka_unit_test(answers_without_a_body),
        cmocka_unit_test(headers_that_matter),        cmocka_unit_test(garbage),
        cmocka_unit_test(what_never_ends_is_garbage), cmocka_unit_test(a_body_is_used_again),
    };
    return cmocka_run_group_tests_name("http_reader", tests, NULL, NULL);
}
