/* What topics and groups are called. One prefix for all that belongs to one database: events of one must never be told to
 * another, and a broker may serve several.
 *
 *   shop.order.placed        what has happened, as the module calls it
 *   shop.payment             the group of the subscriber "payment"
 *   shop.payment.retry-1     what it could not do, to be tried again after the first delay, the second, …
 *   shop.payment.dead        what it will not try again by itself
 */
#ifndef STAGECRAFT_STAGES_QUEUE_NAMES_H
#define STAGECRAFT_STAGES_QUEUE_NAMES_H

#include "common/base/arena.h"

/* They live in the arena. */
const char *queue_topic_name(struct arena *arena, const char *prefix, const char *topic);
const char *queue_group_name(struct arena *arena, const char *prefix, const char *subscriber);
const char *queue_retry_name(struct arena *arena, const char *group, int delay); /* from 1 */
const char *queue_dead_name(struct arena *arena, const char *group);

#endif
