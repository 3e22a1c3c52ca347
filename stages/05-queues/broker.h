/* The broker as this stage needs it: records out, each acknowledged; records in, by group and partition.
 *
 * librdkafka is known in broker*.c only. It has threads of its own that speak to the broker; none of ours ever waits
 * for them. They leave what they have in queues and write to an eventfd, which the loop watches like any other
 * descriptor; everything declared here is called, and calls back, on the loop's thread.
 *
 * *A producer* is idempotent and waits for all replicas (acks=all): what it calls acknowledged is in the broker's log
 * once, in the order in which it was sent, and outlives the death of any one broker.
 *
 * *A consumer* is a member of a group. The broker gives each partition to one member at a time; here a partition that is
 * ours is a *lane*. A lane keeps its records apart from those of other lanes, so that its taker may leave one alone (its
 * head is not due, its hands are full) and go on with the others. Taking a record commits nothing: broker_lane_done()
 * does, and is called when the effect is there. When the broker wants a partition back the lane is *leaving*: its taker
 * ends what it has begun and then lets it go, so that nobody else begins the same thing meanwhile.
 */
#ifndef STAGECRAFT_STAGES_BROKER_H
#define STAGECRAFT_STAGES_BROKER_H

#include "common/base/call.h"
#include "common/runtime/loop.h"
#include "common/runtime/offload.h"

#include <stdatomic.h>
#include <stddef.h>

enum {
    BROKER_HEADERS_MAX = 10,
    BROKER_TOPIC_MAX = 200, /* bytes of a topic's name; Kafka takes 249 */
    BROKER_TOPICS_MAX = 64, /* of one consumer, or made at once */
    BROKER_LANES_MAX = 256, /* partitions that one consumer can be given */
};

struct broker_options {
    const char *url;       /* host:port, or several of them with commas; borrowed */
    const char *client_id; /* by which the broker's logs know us; borrowed */
    int64_t timeout_ms;    /* for an acknowledgement, with all that is tried again meanwhile */
    bool tls;              /* encrypted, and only with who has a certificate for its name */
};

struct broker_header {
    const char *name, *value;
};

struct broker_record {
    const char *topic;
    const char *key;   /* records of one key are in one partition, hence in order; NULL: none */
    const char *value; /* NULL: nothing, which in a compacted topic removes the key */
    size_t length;     /* of the value; what has been taken ends with a NUL behind it */
    struct broker_header headers[BROKER_HEADERS_MAX];
    int header_count;
    bool acknowledged; /* broker_send() says so */
};

void broker_record_add(struct broker_record *record, const char *name, const char *value);

/* NULL when there is none of that name. */
const char *broker_record_header(const struct broker_record *record, const char *name);

/* For /metrics; any thread may read. */
struct broker_counters {
    _Atomic int64_t up; /* 1 while the broker is not known to be away */
    _Atomic int64_t sent, refused, taken;
};

/* --- out --- */

struct broker_producer;

/* Connects in the background. Lives in the arena until broker_producer_close(), which may wait a moment and is called
   when the loop has stopped, or from a test. `offload` is where a client that broke for good is buried. */
enum status broker_producer_open(struct arena *arena, struct loop *loop, struct offload *offload,
                                 const struct broker_options *options, struct broker_producer **out,
                                 char error[256]);
void broker_producer_close(struct broker_producer *producer);
struct broker_counters *broker_producer_counters(struct broker_producer *producer);

/* Sends all and parks until each is acknowledged or refused: for the options' time at most, whatever the call's deadline
   says, because a record that is on its way cannot be called back. STATUS_OK when all are acknowledged; else
   STATUS_UNAVAILABLE (or STATUS_TOO_LARGE), and each record says whether it is. One that is not may still have
   arrived: send it again, and let the reader recognise it. */
enum status broker_send(struct broker_producer *producer, struct call *call,
                        struct broker_record *records, int count);

struct broker_topic {
    const char *name;
    int partitions, replicas;
    int64_t keep_ms; /* 0: for ever, the last record of each key (compacted) */
};

/* Makes those that are not there. What is there stays as it is. */
enum status broker_make_topics(struct broker_producer *producer, struct call *call,
                               const struct broker_topic *topics, int count);

/* --- in --- */

struct broker_consumer;
struct broker_lane;

/* What a consumer calls. */
struct broker_taker {
    void (*opened)(void *context, struct broker_lane *lane);
    void (*leaving)(void *context, struct broker_lane *lane); /* broker_lane_leave() when done */
    void (*came)(void *context);                              /* some lane may have records */
    void *context;
};

/* Connects in the background. Lives in the arena until broker_consumer_close(). */
enum status broker_consumer_open(struct arena *arena, struct loop *loop,
                                 const struct broker_options *options, const char *group,
                                 const struct broker_taker *taker, struct broker_consumer **out,
                                 char error[256]);

/* Joins the group for these topics, which should be there already: one that is not is looked for again every few
   seconds. Does not wait: lanes are opened when the group has agreed. */
enum status broker_consumer_join(struct broker_consumer *consumer, struct call *call,
                                 const char *const *topics, int count);

/* Leaves the group: every lane is soon told that it is leaving, what is done is committed. Does not wait; the group is
   left when broker_consumer_has_left(). */
void broker_consumer_leave(struct broker_consumer *consumer);
bool broker_consumer_has_left(const struct broker_consumer *consumer);

/* When the loop has stopped, or from a test. One that has not left is as good as killed: its partitions are given to
   others when its session is over. */
void broker_consumer_close(struct broker_consumer *consumer);
struct broker_counters *broker_consumer_counters(struct broker_consumer *consumer);

struct broker_lane {
    char topic[BROKER_TOPIC_MAX + 1];
    int32_t partition;
    bool leaving;
    void *data;   /* its taker's */
    bool awaited; /* from here on ours: the group waits for it */
    struct broker_consumer *consumer;
    void *queue;
};

/* Are there records in it now? */
bool broker_lane_has(const struct broker_lane *lane);

/* The next record, copied into the arena, and its offset. False when there is none now. */
bool broker_lane_take(struct broker_lane *lane, struct arena *arena, struct broker_record *out,
                      int64_t *offset);

/* All that is before `offset` is done: committed within half a second, and before the lane leaves. */
void broker_lane_done(struct broker_lane *lane, int64_t offset);

/* How many records are behind `offset`, as far as is known. */
int64_t broker_lane_behind(const struct broker_lane *lane, int64_t offset);

/* Ours no longer; the pointer is dead. Only of one that is leaving. */
void broker_lane_leave(struct broker_lane *lane);

#endif
