/* Who wants to be told what: the table that wire() fills and the worker delivers from.
 *
 * The modules subscribe as they always did (events_subscribe); the outbox's port puts what they say here and calls
 * nobody. In the shop and in the relay the table is only read by whoever is curious; a worker joins one consumer group
 * for each subscriber, so that one who is slow holds up no other. A subscriber may be interested in several topics, and
 * is then one group that reads several.
 */
#ifndef STAGECRAFT_STAGES_SUBSCRIPTIONS_H
#define STAGECRAFT_STAGES_SUBSCRIPTIONS_H

#include "common/events/events.h"

enum { SUBSCRIPTIONS_MAX = 32 };

struct subscription {
    const char *topic, *subscriber; /* "order.placed", "payment" */
    event_handler_fn *handler;
    void *context;
};

/* Complete when wire() has made the modules, and never changed afterwards. */
struct subscriptions {
    struct subscription all[SUBSCRIPTIONS_MAX];
    int count;
};

/* Lives in the arena. */
struct subscriptions *subscriptions_new(struct arena *arena);

/* The names are borrowed and live as long as the table. One handler for each subscriber and topic. */
void subscriptions_add(struct subscriptions *subscriptions, const char *topic,
                       const char *subscriber, event_handler_fn *handler, void *context);

/* NULL when the subscriber has not asked for the topic. */
const struct subscription *subscriptions_find(const struct subscriptions *subscriptions,
                                              const char *topic, const char *subscriber);

/* The names of the subscribers, each once, in the order in which they first subscribed. Answers how many. */
int subscriptions_names(const struct subscriptions *subscriptions,
                        const char *names[SUBSCRIPTIONS_MAX]);

#endif
