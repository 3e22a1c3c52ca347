/* The worker: events from the broker to the subscribers of the table.
 *
 * Each subscriber is a consumer group of its own, shared by all workers. For each event:
 *
 *   take it -> has the inbox got it? -> call the handler -> write it into the inbox -> tell the broker that it is done
 *
 * Done means done: the broker is told after the effect, and only what lies before the first event that is not done yet. A
 * worker that dies leaves at most half a second of events to be delivered again, which the inbox recognises.
 *
 * What fails is set aside, so that it holds up nobody: it goes to the group's next retry topic, whose events wait until
 * they are due, and then is done with as far as this topic is concerned. What may pass (something is away, or what must
 * come first is still on its way) is tried up to `tries_max` times, the last delay again and again; what is the event's
 * own fault once for each delay; what cannot even be read, never again. After that it is a dead letter, for a person to
 * look at (dlq.c).
 *
 * What order is kept: events of one key and topic are begun in the order in which they were published, one after the
 * other; events of different keys side by side, `concurrency` of them for each subscriber and worker. What is tried
 * again later is overtaken by those behind it. Handlers find all they need in the payload, so that they can bear it.
 */
#ifndef STAGECRAFT_STAGES_WORKER_H
#define STAGECRAFT_STAGES_WORKER_H

#include "common/pg/pg.h"
#include "stages/05-queues/broker.h"
#include "stages/05-queues/subscriptions.h"

enum { WORKER_DELAYS_MAX = 8, WORKER_CONCURRENCY_MAX = 256 };

struct worker;

struct worker_options {
    struct loop *loop;
    struct pg_pool *pool; /* the primary: for the inbox */
    struct broker_producer *producer;
    struct broker_options broker;
    const struct subscriptions *subscriptions;
    const char *prefix; /* queue_names.h */
    int partitions, replicas;
    int64_t keep_ms; /* the broker keeps what has been told for */
    int concurrency;
    int64_t delays_ms[WORKER_DELAYS_MAX];
    int delay_count; /* at least 1 */
    int tries_max;
    int64_t handle_timeout_ms;
    int64_t inbox_keep_ms; /* longer than keep_ms: what can come again must be recognised */
};

/* Of one subscriber, for /metrics; any thread may read. */
struct worker_counters {
    _Atomic int64_t done, repeated; /* repeated: the inbox had it */
    _Atomic int64_t retried, dead;
    _Atomic int64_t running; /* handlers, now */
    _Atomic int64_t lag;     /* events of our partitions that are not done */
    _Atomic int64_t age_ms;  /* from publishing to done, of the last one */
    _Atomic int64_t lanes;   /* partitions that are ours */
};

enum status worker_new(struct arena *arena, const struct worker_options *options,
                       struct worker **out, char error[256]);

/* Makes the topics that are missing, joins the groups, and goes on until worker_stop(), which lets the handlers that
   run come to their end and leaves the groups. A broker that is away is waited for. */
enum status worker_start(struct worker *worker);
void worker_stop(struct worker *worker);

/* When the loop has stopped, or in a test when no task of it is left. */
void worker_close(struct worker *worker);

/* The subscribers, in the order of the table; NULL behind the last. */
const char *worker_subscriber(const struct worker *worker, int index);
const struct worker_counters *worker_counters(const struct worker *worker, int index);

#endif
