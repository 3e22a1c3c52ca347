/* http_client.c: what is sent, what is understood of the answer, and which failure is which.
 */
#include "tests/unit/outgoing/exchange.h"

#include <stdlib.h>
#include <string.h>

static void a_request_goes_out_as_told(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_ok);
    exchange_init(&exchange, *state, peer.port);
    exchange_header(&exchange, "Content-Type", "application/json");
    exchange_header(&exchange, "Idempotency-Key", "order-17");
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_OK);
    assert_int_equal(exchange.incoming.status, 200);
    assert_string_equal(exchange.incoming.body, "{\"ok\":true}");
    assert_int_equal(exchange.incoming.body_length, 11);
    assert_ptr_equal(strstr(peer.last, "POST /v1/things HTTP/1.1\r\n"), peer.last);
    assert_non_null(strstr(peer.last, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(peer.last, "\r\nIdempotency-Key: order-17\r\n"));
    assert_non_null(strstr(peer.last, "\r\nContent-Length: 7\r\n"));
    assert_non_null(strstr(peer.last, "\r\n\r\n{\"n\":1}"));
    assert_non_null(strstr(peer.last, "\r\nX-Request-Id: "));
    assert_null(strstr(peer.last, "\r\nExpect"));
}

static void the_trace_travels_along(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_ok);
    exchange_init(&exchange, world, peer.port);
    strcpy(world->call.traceparent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_non_null(strstr(peer.last, "\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-"));
}

static void a_get_has_no_body(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_ok);
    exchange_init(&exchange, *state, peer.port);
    exchange.outgoing.method = "GET";
    exchange.outgoing.body = NULL;
    exchange.outgoing.body_length = 0;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_OK);
    assert_ptr_equal(strstr(peer.last, "GET /v1/things HTTP/1.1\r\n"), peer.last);
    assert_null(strstr(peer.last, "Content-Length"));
    assert_null(strstr(peer.last, "Content-Type"));
}

static void a_post_without_body_says_so(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_ok);
    exchange_init(&exchange, *state, peer.port);
    exchange.outgoing.body = NULL;
    exchange.outgoing.body_length = 0;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_OK);
    assert_non_null(strstr(peer.last, "\r\nContent-Length: 0\r\n"));
}

static void a_large_body_arrives_without_a_question(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct exchange exchange;
    char *body = arena_alloc(&world->arena, 15000);
    memset(body, 'x', 14999);
    peer_start(&peer, serve_ok);
    exchange_init(&exchange, world, peer.port);
    exchange.outgoing.body = body;
    exchange.outgoing.body_length = 14999;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_OK);
    assert_null(strstr(peer.last, "Expect"));
}

static void connections_are_kept(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_ok);
    exchange_init(&exchange, *state, peer.port);
    exchange.times = 20;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.done, 20);
    assert_int_equal(peer.connections, 1);
    assert_int_equal(peer.requests, 20);
}

static void serve_busy(struct peer *peer, int fd, int index)
{
    (void)index;
    if (peer_read_request(peer, fd))
        peer_write(fd, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy");
}

static void an_error_status_is_an_answer(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_busy);
    exchange_init(&exchange, *state, peer.port);
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_OK);
    assert_int_equal(exchange.incoming.status, 503);
    assert_string_equal(exchange.incoming.body, "busy");
}

static void serve_redirect(struct peer *peer, int fd, int index)
{
    (void)index;
    while (peer_read_request(peer, fd))
        peer_write(fd, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
}

static void redirects_are_not_followed(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_redirect);
    exchange_init(&exchange, *state, peer.port);
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_OK);
    assert_int_equal(exchange.incoming.status, 302);
    assert_int_equal(peer.requests, 1);
}

static void a_refused_connection_is_unavailable(void **state)
{
    struct exchange exchange;
    exchange_init(&exchange, *state, peer_free_port());
    exchange_run(&exchange);
    assert_int_equal(exchange.status, STATUS_UNAVAILABLE);
    assert_true(exchange.elapsed_ms < 1000);
}

static void silence_is_a_timeout(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_silence);
    exchange_init(&exchange, *state, peer.port);
    exchange.outgoing.timeout_ms = 150;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TIMEOUT);
    assert_in_range(exchange.elapsed_ms, 149, 1000);
    assert_int_equal(peer.requests, 1);
}

static void the_deadline_of_the_call_comes_first(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_silence);
    exchange_init(&exchange, world, peer.port);
    call_init(&world->call, &world->arena, 150);
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TIMEOUT);
    assert_in_range(exchange.elapsed_ms, 140, 1000);
}

static void serve_cut(struct peer *peer, int fd, int index)
{
    (void)index;
    peer_read_request(peer, fd);
}

static void cut_after_the_request_is_a_timeout(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_cut);
    exchange_init(&exchange, *state, peer.port);
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TIMEOUT);
    assert_true(exchange.elapsed_ms < 1000);
}

static void serve_half(struct peer *peer, int fd, int index)
{
    (void)index;
    if (peer_read_request(peer, fd))
        peer_write(fd, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nhalf");
}

static void half_an_answer_is_a_timeout(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_half);
    exchange_init(&exchange, *state, peer.port);
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TIMEOUT);
}

static void serve_garbage(struct peer *peer, int fd, int index)
{
    (void)index;
    if (peer_read_request(peer, fd)) peer_write(fd, "220 this is no HTTP\r\n");
}

static void garbage_is_a_timeout(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_garbage);
    exchange_init(&exchange, *state, peer.port);
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TIMEOUT);
}

/* The environment must not send signed requests elsewhere. */
static void proxies_of_the_environment_are_ignored(void **state)
{
    struct peer peer, proxy;
    struct exchange exchange;
    peer_start(&peer, serve_ok);
    peer_start(&proxy, serve_busy);
    exchange_init(&exchange, *state, peer.port);
    setenv("http_proxy", arena_printf(&exchange.world->arena, "http://127.0.0.1:%d", proxy.port),
           1);
    exchange_run(&exchange);
    unsetenv("http_proxy");
    peer_stop(&peer);
    peer_stop(&proxy);
    assert_int_equal(exchange.incoming.status, 200);
    assert_int_equal(proxy.connections, 0);
}

static void other_protocols_are_refused(void **state)
{
    static const char *const urls[] = {"file:///etc/hostname", "ftp://127.0.0.1/x", "nonsense", ""};
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct exchange exchange;
        exchange_init(&exchange, *state, 1);
        exchange.outgoing.url = urls[i];
        exchange_run(&exchange);
        assert_int_equal(exchange.status, STATUS_UNAVAILABLE);
    }
}

static void a_header_cannot_make_another(void **state)
{
    struct peer peer;
    peer_start(&peer, serve_ok);
    static const char *const values[] = {"a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rb", "a\x01"};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct exchange exchange;
        exchange_init(&exchange, *state, peer.port);
        exchange_header(&exchange, "Idempotency-Key", values[i]);
        exchange_run(&exchange);
        assert_int_equal(exchange.status, STATUS_INTERNAL);
    }
    peer_stop(&peer);
    assert_int_equal(peer.connections, 0);
}

int test_http_client(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_request_goes_out_as_told),
        ROW(the_trace_travels_along),
        ROW(a_get_has_no_body),
        ROW(a_post_without_body_says_so),
        ROW(a_large_body_arrives_without_a_question),
        ROW(connections_are_kept),
        ROW(an_error_status_is_an_answer),
        ROW(redirects_are_not_followed),
        ROW(a_refused_connection_is_unavailable),
        ROW(silence_is_a_timeout),
        ROW(the_deadline_of_the_call_comes_first),
        ROW(cut_after_the_request_is_a_timeout),
        ROW(half_an_answer_is_a_timeout),
        ROW(garbage_is_a_timeout),
        ROW(proxies_of_the_environment_are_ignored),
        ROW(other_protocols_are_refused),
        ROW(a_header_cannot_make_another),
    };
    return cmocka_run_group_tests_name("http_client", tests, NULL, NULL);
}
