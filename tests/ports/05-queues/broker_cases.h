/* Suites on a real broker: what it and its clients promise, then the relay and the worker that stand on it. Every case has
 * topics and groups of its own, so that nothing that an earlier one has left is ever seen.
 */
#ifndef STAGECRAFT_TESTS_05_QUEUES_BROKER_CASES_H
#define STAGECRAFT_TESTS_05_QUEUES_BROKER_CASES_H

#include "common/runtime/offload.h"
#include "stages/05-queues/broker.h"
#include "tests/ports/harness.h"

struct broker_subject {
    struct broker_options options;
    struct broker_producer *producer;
    struct offload *offload;
    const char *prefix;
};
void *make_broker(struct harness *harness); /* at TEST_KAFKA_URL */

extern const struct port_suite broker_suite;
extern const struct port_suite relay_suite;
extern const struct port_suite worker_suite;

/* A topic of the case's own, made. */
const char *make_topic(struct harness *harness, struct broker_subject *subject, const char *name,
                       int partitions);

/* A producer whose broker is away: nobody listens there. */
struct broker_producer *make_lost_producer(struct harness *harness, struct broker_subject *subject);

/* A consumer that keeps what comes, in the order in which it came. */
enum { TAKEN_MAX = 256, READER_LANES = 64 };
struct reader {
    struct broker_consumer *consumer;
    struct broker_lane *lanes[READER_LANES];
    int lane_count;
    struct broker_record taken[TAKEN_MAX];
    int32_t partition[TAKEN_MAX];
    int64_t offset[TAKEN_MAX];
    int count;
    bool done_at_once; /* what it takes is done */
    bool keeps;        /* it does not let lanes go until the test says so */
    bool asked;        /* some lane of it is leaving */
    struct arena *arena;
};
struct reader *read_topic(struct harness *harness, struct broker_subject *subject,
                          const char *group, const char *topic, bool done_at_once);

/* Closes it. Without leaving: as a kill does. */
void end_reader(struct harness *harness, struct reader *reader, bool leaving);

/* Parks until it has so many; fails the case when that takes too long. */
void await_taken(struct harness *harness, struct reader *reader, int count);

/* Parks until the number is at least that. */
void await_number(struct harness *harness, const _Atomic int64_t *number, int64_t wanted);

#endif
