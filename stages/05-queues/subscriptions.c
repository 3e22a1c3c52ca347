/* A table that is small and filled once: it is searched from its beginning. */
#include "stages/05-queues/subscriptions.h"

#include <assert.h>
#include <string.h>

struct subscriptions *subscriptions_new(struct arena *arena)
{
    return arena_new(arena, struct subscriptions);
}

void subscriptions_add(struct subscriptions *subscriptions, const char *topic,
                       const char *subscriber, event_handler_fn *handler, void *context)
{
    assert(subscriptions->count < SUBSCRIPTIONS_MAX);
    assert(subscriptions_find(subscriptions, topic, subscriber) == NULL);
    subscriptions->all[subscriptions->count++] = (struct subscription){
        .topic = topic, .subscriber = subscriber, .handler = handler, .context = context};
}

const struct subscription *subscriptions_find(const struct subscriptions *subscriptions,
                                              const char *topic, const char *subscriber)
{
    for (int i = 0; i < subscriptions->count; i++) {
        const struct subscription *at = &subscriptions->all[i];
        if (strcmp(at->topic, topic) == 0 && strcmp(at->subscriber, subscriber) == 0) return at;
    }
    return NULL;
}

static bool is_among(const char *name, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

int subscriptions_names(const struct subscriptions *subscriptions,
                        const char *names[SUBSCRIPTIONS_MAX])
{
    int count = 0;
    for (int i = 0; i < subscriptions->count; i++)
        if (!is_among(subscriptions->all[i].subscriber, names, count))
            names[count++] = subscriptions->all[i].subscriber;
    return count;
}
