/* Kept connections that break. libcurl sends a request again on a fresh connection when a kept one dies
 * without a word; these tests hold what may and what may not happen then.
 */
#include "tests/unit/outgoing/exchange.h"

#include <string.h>
#include <unistd.h>

/* The first connection answers once, reads a second request and hangs up; later ones are well. */
static void serve_then_cut(struct peer *peer, int fd, int index)
{
    if (index > 0) {
        serve_ok(peer, fd, index);
        return;
    }
    if (peer_read_request(peer, fd) && peer_write(fd, ANSWER_OK)) peer_read_request(peer, fd);
}

static void with_a_key_it_is_sent_again(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_then_cut);
    exchange_init(&exchange, *state, peer.port);
    exchange_header(&exchange, "Idempotency-Key", "order-17");
    exchange.times = 2;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_OK);
    assert_int_equal(exchange.done, 2);
    assert_int_equal(peer.connections, 2);
    assert_int_equal(peer.requests, 3);
    assert_string_equal(peer.first, peer.last); /* the same key, and the same in every other byte */
    assert_non_null(strstr(peer.last, "\r\nIdempotency-Key: order-17\r\n"));
}

static void without_a_key_it_is_not(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_then_cut);
    exchange_init(&exchange, *state, peer.port);
    exchange.times = 2;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TIMEOUT);
    assert_int_equal(exchange.done, 1);
    assert_int_equal(peer.requests, 2);
}

/* As before, but by then nobody listens any more. */
static void serve_then_vanish(struct peer *peer, int fd, int index)
{
    (void)index;
    if (!peer_read_request(peer, fd)) return;
    peer_refuse(peer);
    if (peer_write(fd, ANSWER_OK)) peer_read_request(peer, fd);
}

/* The last thing libcurl reports is "connection refused", but the request was read before that. */
static void refused_after_it_was_sent_is_a_timeout(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_then_vanish);
    exchange_init(&exchange, *state, peer.port);
    exchange_header(&exchange, "Idempotency-Key", "order-17");
    exchange.times = 2;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TIMEOUT);
    assert_int_equal(peer.requests, 2);
}

static void serve_once(struct peer *peer, int fd, int index)
{
    (void)index;
    if (peer_read_request(peer, fd)) peer_write(fd, ANSWER_OK);
}

/* The peer hangs up between two requests: noticed before the second is written. */
static void a_connection_closed_while_idle_is_not_used(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_once);
    exchange_init(&exchange, *state, peer.port);
    for (int i = 0; i < 3; i++) {
        exchange_run(&exchange);
        assert_int_equal(exchange.status, STATUS_OK);
        usleep(20000);
    }
    peer_stop(&peer);
    assert_int_equal(peer.connections, 3);
    assert_int_equal(peer.requests, 3);
}

int test_http_repeats(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        ROW(with_a_key_it_is_sent_again),
        ROW(without_a_key_it_is_not),
        ROW(refused_after_it_was_sent_is_a_timeout),
        ROW(a_connection_closed_while_idle_is_not_used),
    };
    return cmocka_run_group_tests_name("http_repeats", tests, NULL, NULL);
}
