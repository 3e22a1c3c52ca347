/* The groups and their lives: one task makes what is missing, joins, and at the end leaves. All else happens in the tasks
 * of single events, which the consumers' bells begin (worker_hand.c).
 */
#include "stages/05-queues/worker_inside.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "stages/03-caching/counter.h"
#include "stages/05-queues/events_inbox.h"
#include "stages/05-queues/queue_names.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    RETRY_PARTITIONS = 3, /* they have little to carry */
    JOIN_TIMEOUT_MS = 10000,
    JOIN_AGAIN_MS = 1000,
    SAMPLE_EVERY_MS = 1000,
    LEAVE_MS = 10000,
    LOOK_MS = 5,
    SWEEP_EVERY_MS = 60000,
    SWEEP_ROWS = 5000,
    SWEEP_TIMEOUT_MS = 10000,
    CALL_ARENA_MAX = 1 << 20,
};

/* --- topics --- */

/* What all groups need, each topic once: a topic may have several subscribers. */
struct topic_list {
    struct broker_topic all[BROKER_TOPICS_MAX];
    int count;
};

static void list_topic(struct topic_list *list, const struct worker *worker, const char *name,
                       int partitions, int64_t keep_ms)
{
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->all[i].name, name) == 0) return;
    assert(list->count < BROKER_TOPICS_MAX);
    list->all[list->count++] =
        (struct broker_topic){name, partitions, worker->options.replicas, keep_ms};
}

static void list_topics(struct worker *worker, struct topic_list *list)
{
    const struct worker_options *options = &worker->options;
    for (int i = 0; i < worker->group_count; i++) {
        const struct worker_group *group = &worker->groups[i];
        const int own = group->topic_count - options->delay_count; /* behind: the retry topics */
        for (int k = 0; k < group->topic_count; k++)
            list_topic(list, worker, group->topics[k],
                       k < own ? options->partitions : RETRY_PARTITIONS, options->keep_ms);
        list_topic(list, worker, group->dead, 1, 0);
    }
}

/* Topics first, then groups: a group whose topics are not there yet would begin without them. */
static bool join(struct worker *worker)
{
    struct topic_list list = {0};
    struct arena arena;
    struct call call;
    arena_init(&arena, CALL_ARENA_MAX);
    call_init(&call, &arena, JOIN_TIMEOUT_MS);
    list_topics(worker, &list);
    enum status status = broker_make_topics(worker->options.producer, &call, list.all, list.count);
    for (int i = 0; i < worker->group_count && status == STATUS_OK; i++) {
        struct worker_group *group = &worker->groups[i];
        status = broker_consumer_join(group->consumer, &call, group->topics, group->topic_count);
    }
    if (status != STATUS_OK)
        log_warn("groups_not_joined", &call, LOG_TEXT("detail", call.failure.message));
    arena_release(&arena);
    return status == STATUS_OK;
}

/* --- life --- */

static bool is_idle(const struct worker *worker)
{
    for (int i = 0; i < worker->group_count; i++)
        if (worker->groups[i].counters.running > 0) return false;
    return true;
}

static bool has_left(const struct worker *worker)
{
    for (int i = 0; i < worker->group_count; i++)
        if (!broker_consumer_has_left(worker->groups[i].consumer)) return false;
    return true;
}

/* When it takes too long, others get our partitions once our session is over. */
static void leave(struct worker *worker)
{
    struct loop *loop = worker->options.loop;
    while (!is_idle(worker))
        task_sleep(loop, LOOK_MS);
    const int64_t until_ms = clock_monotonic_ms() + LEAVE_MS;
    for (int i = 0; i < worker->group_count; i++)
        broker_consumer_leave(worker->groups[i].consumer);
    while (!has_left(worker) && clock_monotonic_ms() < until_ms)
        task_sleep(loop, LOOK_MS);
    if (!has_left(worker)) log_warn("groups_not_left", NULL, LOG_INT("waited_ms", LEAVE_MS));
}

static void run(void *argument)
{
    struct worker *worker = argument;
    struct loop *loop = worker->options.loop;
    bool joined = false;
    worker->task = task_current(loop);
    while (!worker->stopping && !(joined = join(worker)))
        (void)task_park(loop, loop_now_ms(loop) + JOIN_AGAIN_MS);
    while (!worker->stopping)
        (void)task_park(loop, INT64_MAX);
    if (joined) leave(worker);
    worker->task = NULL;
}

/* --- the inbox --- */

static void sweep(struct worker *worker)
{
    struct arena arena;
    struct call call;
    int64_t swept = SWEEP_ROWS;
    enum status status = STATUS_OK;
    arena_init(&arena, CALL_ARENA_MAX);
    call_init(&call, &arena, SWEEP_TIMEOUT_MS);
    while (status == STATUS_OK && swept == SWEEP_ROWS && !worker->stopping)
        status = inbox_sweep(worker->options.pool, &call, worker->options.inbox_keep_ms, SWEEP_ROWS,
                             &swept);
    if (status != STATUS_OK)
        log_warn("inbox_not_swept", &call, LOG_TEXT("status", status_name(status)),
                 LOG_TEXT("detail", call.failure.message));
    arena_release(&arena);
}

static void run_sweeper(void *argument)
{
    struct worker *worker = argument;
    struct loop *loop = worker->options.loop;
    worker->sweeper = task_current(loop);
    while (!worker->stopping) {
        (void)task_park(loop, loop_now_ms(loop) + SWEEP_EVERY_MS);
        if (!worker->stopping && pg_pool_ready(worker->options.pool)) sweep(worker);
    }
    worker->sweeper = NULL;
}

/* --- the worker --- */

static void sample(void *context)
{
    struct worker *worker = context;
    for (int i = 0; i < worker->group_count; i++) {
        struct worker_group *group = &worker->groups[i];
        counter_set(&group->counters.lag, worker_hand_lag(group));
        counter_set(&group->counters.lanes, worker_hand_lanes(group));
    }
    loop_timer_start(worker->options.loop, &worker->sampler,
                     loop_now_ms(worker->options.loop) + SAMPLE_EVERY_MS);
}

static void on_due(void *context)
{
    worker_hand_fill(context);
}

static enum status init_group(struct arena *arena, struct worker *worker, const char *subscriber,
                              struct worker_group *group, char error[256])
{
    const struct worker_options *options = &worker->options;
    const struct subscriptions *table = options->subscriptions;
    group->worker = worker;
    group->subscriber = subscriber;
    group->name = queue_group_name(arena, options->prefix, subscriber);
    group->dead = queue_dead_name(arena, group->name);
    group->timer.run = on_due;
    group->timer.context = group;
    for (int i = 0; i < table->count; i++)
        if (strcmp(table->all[i].subscriber, subscriber) == 0)
            group->topics[group->topic_count++] =
                queue_topic_name(arena, options->prefix, table->all[i].topic);
    for (int i = 0; i < options->delay_count; i++) {
        group->retries[i] = queue_retry_name(arena, group->name, i + 1);
        group->topics[group->topic_count++] = group->retries[i];
    }
    struct broker_taker taker = worker_hand_taker;
    taker.context = group;
    return broker_consumer_open(arena, options->loop, &options->broker, group->name, &taker,
                                &group->consumer, error);
}

enum status worker_new(struct arena *arena, const struct worker_options *options,
                       struct worker **out, char error[256])
{
    const char *names[SUBSCRIPTIONS_MAX];
    struct worker *worker = arena_new(arena, struct worker);
    assert(options->delay_count > 0 && options->delay_count <= WORKER_DELAYS_MAX);
    assert(options->concurrency > 0 && options->concurrency <= WORKER_CONCURRENCY_MAX);
    worker->options = *options;
    worker->group_count = subscriptions_names(options->subscriptions, names);
    worker->groups = arena_array(arena, struct worker_group, (size_t)worker->group_count);
    worker->sampler.run = sample;
    worker->sampler.context = worker;
    enum status status = STATUS_OK;
    for (int i = 0; i < worker->group_count && status == STATUS_OK; i++)
        status = init_group(arena, worker, names[i], &worker->groups[i], error);
    *out = worker;
    return status;
}

enum status worker_start(struct worker *worker)
{
    enum status status = task_start(worker->options.loop, run_sweeper, worker);
    if (status == STATUS_OK) status = task_start(worker->options.loop, run, worker);
    if (status == STATUS_OK) sample(worker);
    return status;
}

void worker_stop(struct worker *worker)
{
    worker->stopping = true;
    if (worker->sweeper) task_wake(worker->sweeper);
    if (worker->task) task_wake(worker->task);
}

void worker_close(struct worker *worker)
{
    loop_timer_stop(worker->options.loop, &worker->sampler);
    for (int i = 0; i < worker->group_count; i++) {
        loop_timer_stop(worker->options.loop, &worker->groups[i].timer);
        if (worker->groups[i].consumer) broker_consumer_close(worker->groups[i].consumer);
    }
}

const char *worker_subscriber(const struct worker *worker, int index)
{
    return index < worker->group_count ? worker->groups[index].subscriber : NULL;
}

const struct worker_counters *worker_counters(const struct worker *worker, int index)
{
    return &worker->groups[index].counters;
}
