/* What the files of the worker know of each other; nobody else includes this.
 *
 * worker.c has the groups and their lives, worker_hand.c what a group has in hand and in which order it is begun,
 * worker_deliver.c what is done with one event.
 */
#ifndef STAGECRAFT_STAGES_WORKER_INSIDE_H
#define STAGECRAFT_STAGES_WORKER_INSIDE_H

#include "common/runtime/task.h"
#include "stages/05-queues/envelope.h"
#include "stages/05-queues/worker.h"

enum delivery_state {
    DELIVERY_HELD,    /* it is not due yet; the last of its lane */
    DELIVERY_WAITING, /* for one of the same key before it */
    DELIVERY_RUNNING,
    DELIVERY_DONE,
    DELIVERY_LEFT, /* we have ended, and it is not done: whoever comes after us gets it again */
};

/* One record in hand. */
struct delivery {
    struct worker_lane *lane;
    struct delivery *next;
    struct arena arena;
    struct broker_record record;
    struct envelope envelope;
    const char *wrong; /* why it cannot be read; NULL: it can */
    int64_t offset;
    enum delivery_state state;
};

/* A partition that is ours, and what we have taken from it, in order. */
struct worker_lane {
    struct worker_group *group;
    struct broker_lane *from; /* NULL: this place is free */
    struct delivery *first, *last;
    int in_hand, running;
    int64_t behind_last; /* the offset behind the last one taken; -1: none yet */
    int64_t opened_ms;   /* wall clock: what is older may have been delivered to somebody else */
};

struct worker_group { /* of one subscriber */
    struct worker *worker;
    const char *subscriber, *name; /* "payment", "shop.payment" */
    const char *topics[BROKER_TOPICS_MAX];
    int topic_count;
    const char *retries[WORKER_DELAYS_MAX], *dead;
    struct broker_consumer *consumer;
    struct worker_lane lanes[BROKER_LANES_MAX];
    int lane_count; /* places that have been used, the free ones among them */
    int turn;       /* whose turn it is */
    bool filling, again;
    int busy;                /* deliveries that are due and not done */
    struct loop_timer timer; /* when the next one held is due */
    struct worker_counters counters;
};

struct worker {
    struct worker_options options;
    struct worker_group *groups;
    int group_count;
    struct loop_timer sampler;
    struct task *task, *sweeper; /* NULL when they have ended */
    bool stopping;
};

/* What a consumer calls; the context is the group. */
extern const struct broker_taker worker_hand_taker;

/* Takes and begins what there is room for. */
void worker_hand_fill(struct worker_group *group);

/* Events of our partitions that are not done. */
int64_t worker_hand_lag(const struct worker_group *group);
int worker_hand_lanes(const struct worker_group *group);

/* Brings one event to its end, in a task of its own. False when we ended before: it must not count as done. */
bool worker_deliver(struct worker_group *group, struct delivery *delivery);

#endif
