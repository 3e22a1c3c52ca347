/* The prefix ends with its own separator, so that it may be empty. */
#include "stages/05-queues/queue_names.h"

const char *queue_topic_name(struct arena *arena, const char *prefix, const char *topic)
{
    return arena_printf(arena, "%s%s", prefix, topic);
}

const char *queue_group_name(struct arena *arena, const char *prefix, const char *subscriber)
{
    return arena_printf(arena, "%s%s", prefix, subscriber);
}

const char *queue_retry_name(struct arena *arena, const char *group, int delay)
{
    return arena_printf(arena, "%s.retry-%d", group, delay);
}

const char *queue_dead_name(struct arena *arena, const char *group)
{
    return arena_printf(arena, "%s.dead", group);
}
