/* What the tests of http_client.c share.
 */
#include "tests/unit/outgoing/exchange.h"

#include "common/base/clock.h"

#include <string.h>

void exchange_init(struct exchange *exchange, struct world *world, int port)
{
    *exchange = (struct exchange){.world = world, .times = 1};
    exchange->outgoing = (struct http_outgoing){
        .method = "POST",
        .url = arena_printf(&world->arena, "http://127.0.0.1:%d/v1/things", port),
        .headers = exchange->headers,
        .body = "{\"n\":1}",
        .body_length = 7,
        .timeout_ms = 5000,
    };
}

void exchange_header(struct exchange *exchange, const char *name, const char *value)
{
    exchange->headers[exchange->outgoing.header_count++] =
        (struct http_header){.name = name, .value = value};
}

static void send_all(void *argument)
{
    struct exchange *exchange = argument;
    struct world *world = exchange->world;
    const int64_t before_ms = clock_monotonic_ms();
    enum status status = STATUS_OK;
    for (int i = 0; i < exchange->times && status == STATUS_OK; i++) {
        status = http_client_send(world->transfers, &world->call, &exchange->outgoing,
                                  &exchange->incoming);
        if (status == STATUS_OK) exchange->done++;
    }
    exchange->status = status;
    exchange->elapsed_ms = clock_monotonic_ms() - before_ms;
}

void exchange_run_many(struct exchange *exchange, int tasks)
{
    world_run(exchange->world, tasks, send_all, exchange);
}

void exchange_run(struct exchange *exchange)
{
    exchange_run_many(exchange, 1);
}

void serve_ok(struct peer *peer, int fd, int index)
{
    (void)index;
    while (peer_read_request(peer, fd) && peer_write(fd, ANSWER_OK))
        continue;
}

void serve_silence(struct peer *peer, int fd, int index)
{
    (void)index;
    if (peer_read_request(peer, fd)) peer_hang(fd);
}
