/* One part of the answer for each event: stream.c asks for the next one when the client has taken the last, and runs it
 * in a task that may wait, which is all that has to be done here. While it waits nothing is borrowed.
 */
#include "stages/05-queues/order_events_http.h"

#include "common/app/gauges.h"
#include "common/base/clock.h"
#include "common/modules/orders/order_json.h"
#include "common/modules/orders/orders.h"
#include "stages/05-queues/order_watch.h"
#include "stages/05-queues/queue_settings.h"

enum {
    /* A client that has gone is noticed when it is written to; a balancer gives up on a silent answer after 8 s. */
    HEARTBEAT_MS = 3000,
    LIFE_MS = 120000, /* then the client asks again, and shows its token again */
    AGAIN_MS = 1000,  /* how soon it does so */
    PART_TIMEOUT_MS = HEARTBEAT_MS + 5000,
};

struct order_events {
    struct app *app;
    struct order_watch *watch;
};

struct order_stream {
    struct order_events *events;
    struct order order;            /* as it was at the beginning */
    struct order_watcher *watcher; /* NULL: it was final then */
    int64_t until_ms;
    bool begun;
};

static void write_order(struct strbuf *part, const struct order *order)
{
    struct json_writer json;
    strbuf_add_text(part, "event: order\ndata: ");
    json_writer_init(&json, part);
    order_write(&json, order);
    strbuf_add_text(part, "\n\n");
}

static enum status write_outcome(struct order_stream *stream, struct call *call,
                                 struct strbuf *part)
{
    struct order order;
    enum status status = orders_find(stream->events->app->orders, call, stream->order.id, &order);
    if (status == STATUS_OK) write_order(part, &order);
    return status;
}

static enum status next_part(void *context, struct call *call, struct strbuf *part, bool *more)
{
    struct order_stream *stream = context;
    if (!stream->begun) {
        stream->begun = true;
        strbuf_printf(part, "retry: %d\n\n", AGAIN_MS);
        write_order(part, &stream->order);
        *more = stream->watcher != NULL;
        return STATUS_OK;
    }
    const int64_t now_ms = clock_monotonic_ms();
    const enum order_news news = order_watch_wait(stream->watcher, now_ms + HEARTBEAT_MS);
    *more = news == ORDER_NEWS_NONE && now_ms < stream->until_ms;
    if (news == ORDER_NEWS_DECIDED) return write_outcome(stream, call, part);
    if (news == ORDER_NEWS_NONE) strbuf_add_text(part, ": waiting\n\n");
    return STATUS_OK;
}

static enum status get_events(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    struct order_events *events = context;
    struct order_stream *stream = arena_new(call->arena, struct order_stream);
    int64_t id;
    *stream = (struct order_stream){.events = events, .until_ms = clock_monotonic_ms() + LIFE_MS};
    enum status status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = request_no_query(call, request);
    if (status == STATUS_OK) status = orders_find(events->app->orders, call, id, &stream->order);
    if (status == STATUS_OK && stream->order.state == ORDER_PENDING)
        status = order_watch_begin(events->watch, call, id, &stream->watcher);
    if (status != STATUS_OK) return status;
    response_stream(response, "text/event-stream", next_part, stream);
    response_header(response, "X-Accel-Buffering", "no"); /* nginx passes each part on at once */
    return STATUS_OK;
}

void order_events_http_add(struct router *router, struct app *app)
{
    static const struct route routes[] = {
        {METHOD_GET, "/v1/orders/{id}/events", ACCESS_CUSTOMER, .run = get_events,
         .timeout_ms = PART_TIMEOUT_MS},
    };
    const struct queue_values *values = settings_of(app->settings, &queue_settings);
    const struct order_watch_options options = {
        .loop = app->loop,
        .write = app->write,
        .draining = app->draining,
        .every_ms = values->watch_every_ms,
        .watchers_max = (int)values->watchers_max,
    };
    struct order_events *events = arena_new(app->arena, struct order_events);
    events->app = app;
    events->watch = order_watch_new(app->arena, &options);
    gauges_add(app, "shop_orders_watched", "gauge", "clients that wait for an order's outcome",
               order_watch_count(events->watch));
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), events);
}
