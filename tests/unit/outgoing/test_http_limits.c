/* Everything has a maximum: the answer, the connections, the transfers under way, and the wait for each.
 */
#include "tests/unit/outgoing/exchange.h"

#include <string.h>
#include <unistd.h>

static void serve_two_megabytes(struct peer *peer, int fd, int index)
{
    (void)index;
    if (peer_read_request(peer, fd))
        peer_write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\nxxxx");
}

static void a_huge_answer_is_refused_by_its_length(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_two_megabytes);
    exchange_init(&exchange, *state, peer.port);
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TOO_LARGE);
}

static void serve_without_end(struct peer *peer, int fd, int index)
{
    char chunk[1024 + 8];
    (void)index;
    memset(chunk, 'x', sizeof(chunk));
    memcpy(chunk, "400\r\n", 5);
    memcpy(chunk + 5 + 1024, "\r\n", 3);
    if (!peer_read_request(peer, fd)) return;
    bool there = peer_write(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (there)
        there = peer_write(fd, chunk);
}

static void an_answer_without_end_is_cut(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_without_end);
    exchange_init(&exchange, *state, peer.port);
    exchange_run(&exchange);
    assert_int_equal(exchange.status, STATUS_TOO_LARGE);
    exchange.outgoing.body_max = 100;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TOO_LARGE);
}

static void the_answer_may_just_fit(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_ok);
    exchange_init(&exchange, *state, peer.port);
    exchange.outgoing.body_max = 11;
    exchange_run(&exchange);
    assert_int_equal(exchange.status, STATUS_OK);
    exchange.outgoing.body_max = 10;
    exchange_run(&exchange);
    peer_stop(&peer);
    assert_int_equal(exchange.status, STATUS_TOO_LARGE);
}

static void many_share_few_connections(void **state)
{
    struct peer peer;
    struct exchange exchange;
    peer_start(&peer, serve_ok);
    exchange_init(&exchange, *state, peer.port);
    exchange.times = 10;
    exchange_run_many(&exchange, 90);
    peer_stop(&peer);
    assert_int_equal(exchange.done, 900);
    assert_int_equal(peer.requests, 900);
    assert_in_range(peer.connections, 1, 8);
}

static void too_many_are_refused_at_once(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct exchange exchange;
    world_limit(world, 8, 2);
    peer_start(&peer, serve_silence);
    exchange_init(&exchange, world, peer.port);
    exchange.outgoing.timeout_ms = 200;
    exchange_run_many(&exchange, 5); /* the last to end is one of the two that were sent */
    assert_int_equal(exchange.status, STATUS_TIMEOUT);
    peer_stop(&peer);
    assert_int_equal(peer.requests, 2);
}

/* One connection, and it is busy until both give up. Usually the second was not sent, and is told so; on a busy
   machine the first may give up a moment earlier and let it through. Then nobody knows whether the peer has read
   it, and it must not be told that it was not sent. */
static void waiting_for_a_connection_ends_in_time(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct exchange exchange;
    world_limit(world, 1, 100);
    peer_start(&peer, serve_silence);
    exchange_init(&exchange, world, peer.port);
    exchange.outgoing.timeout_ms = 200;
    exchange_run_many(&exchange, 2);
    peer_stop(&peer);
    assert_true(exchange.status == STATUS_UNAVAILABLE || exchange.status == STATUS_TIMEOUT);
    assert_in_range(exchange.elapsed_ms, 199, 1000);
    assert_in_range(peer.requests, 1, exchange.status == STATUS_UNAVAILABLE ? 1 : 2);
}

static void the_connection_of_a_given_up_transfer_is_free_again(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct exchange exchange;
    world_limit(world, 1, 100);
    peer_start(&peer, serve_silence);
    exchange_init(&exchange, world, peer.port);
    exchange.outgoing.timeout_ms = 60;
    for (int i = 0; i < 5; i++) {
        exchange_run(&exchange);
        assert_int_equal(exchange.status, STATUS_TIMEOUT);
    }
    peer_stop(&peer);
    assert_int_equal(peer.requests, 5);
}

static void leave(void *argument)
{
    struct exchange *exchange = argument;
    (void)http_client_send(exchange->world->transfers, &exchange->world->call, &exchange->outgoing,
                           &exchange->incoming);
}

static void stop(void *context)
{
    loop_stop(context);
}

/* The teardown closes the transfers under its feet: nothing is left, nothing is touched. */
static void closing_forgets_what_is_under_way(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct exchange exchange;
    struct loop_timer timer = {.run = stop, .context = world->loop};
    peer_start(&peer, serve_silence);
    exchange_init(&exchange, world, peer.port);
    loop_timer_start(world->loop, &timer, loop_now_ms(world->loop) + 100);
    world_run(world, 3, leave, &exchange);
    assert_int_equal(world->running, 3);
    world_limit(world, 8, 100);
    peer_stop(&peer);
}

int test_http_limits(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_huge_answer_is_refused_by_its_length),
        ROW(an_answer_without_end_is_cut),
        ROW(the_answer_may_just_fit),
        ROW(many_share_few_connections),
        ROW(too_many_are_refused_at_once),
        ROW(waiting_for_a_connection_ends_in_time),
        ROW(the_connection_of_a_given_up_transfer_is_free_again),
        ROW(closing_forgets_what_is_under_way),
    };
    return cmocka_run_group_tests_name("http_limits", tests, NULL, NULL);
}
