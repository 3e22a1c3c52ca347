/* The row travels with whatever the transaction sends next, so publishing costs no round trip of its own. */
#include "stages/05-queues/events_outbox.h"

#include "statements.h"

#include <assert.h>
#include <string.h>

struct events_outbox {
    struct events port; /* first: the port is the outbox */
    struct subscriptions *subscriptions;
};

static enum status outbox_publish(struct events *events, struct pg_tx *tx,
                                  const struct event *event)
{
    (void)events;
    assert(event->id && event->topic && event->key && event->payload);
    if (strlen(event->id) > OUTBOX_ID_MAX || strlen(event->key) > OUTBOX_ID_MAX ||
        strlen(event->topic) > OUTBOX_TOPIC_MAX || strlen(event->payload) > OUTBOX_PAYLOAD_MAX)
        return call_fail(pg_tx_call(tx), STATUS_INTERNAL,
                         "an event of topic '%.64s' is too long to be published", event->topic);
    return pg_queue(tx, &events_outbox_insert_sql,
                    PG_ARGS(PG_TEXT(event->id), PG_TEXT(event->topic), PG_TEXT(event->key),
                            PG_TEXT(event->payload)));
}

static void outbox_subscribe(struct events *events, const char *topic, const char *subscriber,
                             event_handler_fn *handler, void *context)
{
    struct events_outbox *outbox = (struct events_outbox *)events;
    subscriptions_add(outbox->subscriptions, topic, subscriber, handler, context);
}

struct events *events_outbox_new(struct arena *arena, struct subscriptions *subscriptions)
{
    static const struct events_ops ops = {.publish = outbox_publish, .subscribe = outbox_subscribe};
    struct events_outbox *outbox = arena_new(arena, struct events_outbox);
    outbox->port.ops = &ops;
    outbox->subscriptions = subscriptions;
    return &outbox->port;
}
