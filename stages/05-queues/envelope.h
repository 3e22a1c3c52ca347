/* How an event travels: the payload is the record's value, everything else its headers.
 *
 * What has failed travels on with what is known of its failures. A dead letter lies in a topic of which the broker keeps
 * the last record for each key. Its key is its own (the event's id and the time), so that a record without a value takes
 * away that letter and no other, should the event have died again meanwhile.
 */
#ifndef STAGECRAFT_STAGES_ENVELOPE_H
#define STAGECRAFT_STAGES_ENVELOPE_H

#include "common/events/events.h"
#include "stages/05-queues/broker.h"

struct envelope {
    struct event event;
    int64_t published_ms; /* when the module said so */
    int tries;            /* that have failed */
    int64_t due_ms;       /* not to be tried before; 0: at once */
    const char *error;    /* of the last try; NULL: none has failed */
};

/* The record for `topic`; it borrows what the envelope holds, and the arena has the rest. */
void envelope_seal(struct arena *arena, const struct envelope *envelope, const char *topic,
                   struct broker_record *out);

/* The same for a topic of dead letters. */
void envelope_seal_dead(struct arena *arena, const struct envelope *envelope, const char *topic,
                        struct broker_record *out);

/* Borrows from the record. NULL, or what is wrong with it: it is none of ours. */
const char *envelope_open(const struct broker_record *record, struct envelope *out);

#endif
