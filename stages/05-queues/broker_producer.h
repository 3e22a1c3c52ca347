/* The producer as its two files see it: broker_producer.c sends, broker_topics.c makes topics. */
#ifndef STAGECRAFT_STAGES_BROKER_PRODUCER_H
#define STAGECRAFT_STAGES_BROKER_PRODUCER_H

#include "stages/05-queues/broker_inside.h"

struct broker_question; /* to the broker's administration; broker_topics.c */

struct broker_producer {
    struct broker_state state; /* first: what callbacks get */
    struct broker_options options;
    struct broker_bell bell;
    struct offload *offload;
    rd_kafka_t *client; /* NULL: the last one broke, and the next is not made yet */
    rd_kafka_queue_t *main, *answers;
    int batches;                      /* that wait for reports */
    struct broker_question *question; /* at most one */
};

/* A client that has broken for good is replaced, once nobody waits for it. */
enum status broker_producer_mend(struct broker_producer *producer, struct call *call);

void broker_topics_answered(struct broker_producer *producer);

#endif
