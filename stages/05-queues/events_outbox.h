/* The events port of this stage: publishing inserts a row in the publisher's own transaction, and nobody is called.
 *
 * That makes the event as durable as what it tells about: both are committed by the same word, or neither is. Telling
 * the broker inside or after the transaction would leave a moment in which one of the two is true alone, and a crash in
 * that moment is a charge without an order, or an order that nobody ever charges. A relay (relay.h) brings the rows to
 * the broker; workers (worker.h) deliver them to the subscribers of the table given here.
 */
#ifndef STAGECRAFT_STAGES_EVENTS_OUTBOX_H
#define STAGECRAFT_STAGES_EVENTS_OUTBOX_H

#include "common/events/events.h"
#include "stages/05-queues/subscriptions.h"

enum {
    OUTBOX_ID_MAX = 128,             /* bytes of an event's id, and of its key */
    OUTBOX_TOPIC_MAX = 64,           /* bytes of a topic */
    OUTBOX_PAYLOAD_MAX = 256 * 1024, /* bytes; well below what a broker takes (1 MB by default) */
};

/* `subscriptions` is filled as modules subscribe; borrowed. Publishing an event longer than the maxima above is a
   bug of the publisher and fails its transaction (STATUS_INTERNAL). */
struct events *events_outbox_new(struct arena *arena, struct subscriptions *subscriptions);

#endif
