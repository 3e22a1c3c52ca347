/* The events port: what happened, told to whoever subscribed, exactly when it is true.
 *
 * A module publishes inside its own transaction; the event exists if and only if that commits. In this
 * port's first implementation (events_bus.c) subscribers run in the same process, in the same task,
 * right after the commit; an outbox takes the event in the same transaction, and a broker delivers it,
 * possibly more than once. So a subscriber is written for both: it finds everything it needs
 * in the payload, and doing its work twice for one event id changes nothing.
 */
#ifndef STAGECRAFT_EVENTS_EVENTS_H
#define STAGECRAFT_EVENTS_EVENTS_H

#include "common/base/call.h"
#include "common/pg/pg.h"

struct event {
    const char *id;      /* unique: "order-17-confirmed"; the key of idempotence */
    const char *topic;   /* "order.confirmed" */
    const char *key;     /* events of one key stay in order: "order-17" */
    const char *payload; /* JSON */
    bool
        again; /* to a subscriber: it may have been delivered before, and not have come to its end */
};

struct events;

/* Publishes inside `tx`. The event is copied. */
typedef enum status events_publish_fn(struct events *events, struct pg_tx *tx,
                                      const struct event *event);

/* A subscriber. An answer other than STATUS_OK means "not done": the bus logs it, a broker redelivers. */
typedef enum status event_handler_fn(void *context, struct call *call, const struct event *event);

/* Subscribes during wire(); `topic` is static. */
typedef void events_subscribe_fn(struct events *events, const char *topic, const char *subscriber,
                                 event_handler_fn *handler, void *context);

struct events_ops {
    events_publish_fn *publish;
    events_subscribe_fn *subscribe;
};

struct events {
    const struct events_ops *ops;
};

static inline enum status events_publish(struct events *events, struct pg_tx *tx,
                                         const struct event *event)
{
    return events->ops->publish(events, tx, event);
}

static inline void events_subscribe(struct events *events, const char *topic,
                                    const char *subscriber, event_handler_fn *handler,
                                    void *context)
{
    events->ops->subscribe(events, topic, subscriber, handler, context);
}

/* The in-process bus. */
struct events *events_bus_new(struct arena *arena);

#endif
