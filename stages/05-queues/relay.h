/* The relay: what lies in the outbox goes to the broker, and leaves the outbox when the broker has it.
 *
 * One batch after another, in the order of the ids: read, send, wait for the acknowledgements, delete. A crash between the
 * last two sends the batch again, so an event is told at least once and its readers recognise it by its id. Events of one
 * key are in the topic in the order in which they were published.
 *
 * The batch is one transaction that begins with an advisory lock: one relay works at a time, others stand by and try
 * again twice a second. When one dies the database ends its transaction, and with it the lock.
 */
#ifndef STAGECRAFT_STAGES_RELAY_H
#define STAGECRAFT_STAGES_RELAY_H

#include "common/pg/pg.h"
#include "stages/05-queues/broker.h"

struct relay;

struct relay_options {
    struct loop *loop;
    struct pg_pool *pool; /* the primary */
    struct broker_producer *producer;
    const char *prefix;       /* of topics; queue_names.h */
    int partitions, replicas; /* of topics that it makes */
    int64_t keep_ms;          /* the broker keeps what has been told for */
    int batch_max;
    int64_t idle_ms;    /* it looks at least so often */
    int64_t timeout_ms; /* of the producer */
};

/* For /metrics; any thread may read. */
struct relay_counters {
    _Atomic int64_t told;     /* events the broker has acknowledged */
    _Atomic int64_t failures; /* batches that were not told completely */
    _Atomic int64_t active;   /* 1: this one has the lock */
    _Atomic int64_t waiting;  /* events in the outbox, counted up to RELAY_WAITING_MAX */
    _Atomic int64_t age_ms;   /* of the oldest of them */
};

enum { RELAY_WAITING_MAX = 100000, RELAY_BATCH_MAX = 1000 };

struct relay *relay_new(struct arena *arena, const struct relay_options *options);

/* One batch. `told` is how many the broker has acknowledged, or -1 when another relay is at work. */
enum status relay_batch(struct relay *relay, struct call *call, int *told);

/* Goes on in a task of its own until relay_stop(), which lets the batch that is out come to its end. */
enum status relay_start(struct relay *relay);
void relay_stop(struct relay *relay);

const struct relay_counters *relay_counters(const struct relay *relay);

#endif
