/* The in-process bus: a table of subscribers, and a copy of each event that waits for its commit.
 *
 * The copy lives in the transaction's call, so a rollback needs no cleaning up: the event is simply never
 * looked at. Subscribers run in the publisher's task and call, one after another, after the commit. What
 * they answer cannot change what was committed, so a failure is logged and forgiven; what the call had to
 * say before is put back. An event whose process dies between commit and dispatch is lost: that is the
 * weakness of a bus in memory, and modules which cannot bear it look for unfinished work themselves.
 */
#include "common/base/log.h"
#include "common/events/events.h"

#include <assert.h>
#include <string.h>

enum { SUBSCRIPTIONS_MAX = 32 };

struct subscription {
    const char *topic, *subscriber;
    event_handler_fn *handler;
    void *context;
};

struct events_bus {
    struct events port; /* first: the port is the bus */
    struct subscription subscriptions[SUBSCRIPTIONS_MAX];
    int count;
};

struct published {
    struct events_bus *bus;
    struct event event;
};

static void deliver(const struct subscription *to, struct call *call, const struct event *event)
{
    const struct call_failure before = call->failure;
    call_forgive(call);
    const enum status status = to->handler(to->context, call, event);
    if (status != STATUS_OK)
        log_error("event_not_handled", call, LOG_TEXT("subscriber", to->subscriber),
                  LOG_TEXT("topic", event->topic), LOG_TEXT("event_id", event->id),
                  LOG_TEXT("status", status_name(status)),
                  LOG_TEXT("detail", call->failure.message));
    call->failure = before;
}

static void dispatch(void *context, struct call *call)
{
    const struct published *published = context;
    const struct events_bus *bus = published->bus;
    for (int i = 0; i < bus->count; i++)
        if (strcmp(bus->subscriptions[i].topic, published->event.topic) == 0)
            deliver(&bus->subscriptions[i], call, &published->event);
}

static enum status bus_publish(struct events *events, struct pg_tx *tx, const struct event *event)
{
    assert(event->id && event->topic && event->key && event->payload);
    struct arena *arena = pg_tx_call(tx)->arena;
    struct published *published = arena_new(arena, struct published);
    published->bus = (struct events_bus *)events;
    published->event = (struct event){
        .id = arena_strdup(arena, event->id),
        .topic = arena_strdup(arena, event->topic),
        .key = arena_strdup(arena, event->key),
        .payload = arena_strdup(arena, event->payload),
    };
    pg_on_commit(tx, dispatch, published);
    return STATUS_OK;
}

static void bus_subscribe(struct events *events, const char *topic, const char *subscriber,
                          event_handler_fn *handler, void *context)
{
    struct events_bus *bus = (struct events_bus *)events;
    assert(bus->count < SUBSCRIPTIONS_MAX);
    bus->subscriptions[bus->count++] = (struct subscription){
        .topic = topic, .subscriber = subscriber, .handler = handler, .context = context};
}

struct events *events_bus_new(struct arena *arena)
{
    static const struct events_ops ops = {.publish = bus_publish, .subscribe = bus_subscribe};
    struct events_bus *bus = arena_new(arena, struct events_bus);
    bus->port.ops = &ops;
    return &bus->port;
}
