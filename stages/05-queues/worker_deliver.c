/* One event, from the record to its end: done, set aside to be tried again, or dead. It counts as done with for its topic
 * only when one of the three is certain, so that whatever happens here, the event is somewhere.
 */
#include "stages/05-queues/worker_inside.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "stages/03-caching/counter.h"
#include "stages/05-queues/events_inbox.h"

#include <assert.h>
#include <inttypes.h>

enum { AGAIN_MS = 500, LOOK_MS = 50 };

/* --- doing --- */

/* Nothing is tried while our own database is away: it would only wear out the event's tries. */
static bool database_is_there(struct worker *worker)
{
    while (!pg_pool_ready(worker->options.pool) && !worker->stopping)
        task_sleep(worker->options.loop, LOOK_MS);
    return pg_pool_ready(worker->options.pool);
}

/* After a crash nobody knows what had been delivered: all that was published before the partition was ours may have been. */
static bool may_be_again(const struct delivery *delivery)
{
    return delivery->envelope.tries > 0 ||
           delivery->envelope.published_ms < delivery->lane->opened_ms;
}

static enum status handle(struct worker_group *group, struct call *call, const struct event *event)
{
    struct pg_pool *pool = group->worker->options.pool;
    bool done;
    const struct subscription *to =
        subscriptions_find(group->worker->options.subscriptions, event->topic, group->subscriber);
    if (!to)
        return call_fail(call, STATUS_MALFORMED, "%s has not asked for '%.64s'", group->subscriber,
                         event->topic);
    enum status status = inbox_has(pool, call, group->subscriber, event->id, &done);
    if (status != STATUS_OK) return status;
    if (done) {
        counter_add(&group->counters.repeated, 1);
        return STATUS_OK;
    }
    status = to->handler(to->context, call, event);
    if (status == STATUS_OK) status = inbox_add(pool, call, group->subscriber, event->id);
    return status;
}

static void count_done(struct worker_group *group, const struct delivery *delivery)
{
    const int64_t age_ms = clock_wall_ms() - delivery->envelope.published_ms;
    counter_add(&group->counters.done, 1);
    counter_set(&group->counters.age_ms, age_ms > 0 ? age_ms : 0);
}

/* --- setting aside --- */

/* It would fail again. Anything else may pass: something is away, or what must come first has not come yet. */
static bool is_its_own_fault(enum status status)
{
    return status == STATUS_INTERNAL || status == STATUS_UNPROCESSABLE;
}

/* Which retry topic is next, from 1; 0: none, it is dead. */
static int next_retry(const struct worker_options *options, enum status status, int tries)
{
    const int tries_max = is_its_own_fault(status) ? options->delay_count + 1 : options->tries_max;
    if (status == STATUS_MALFORMED || tries >= tries_max) return 0;
    return tries < options->delay_count ? tries : options->delay_count;
}

/* A record that is none of ours is kept as it is, under a name made of where it was found. */
static void name_stranger(struct delivery *delivery, struct call *call)
{
    struct event *event = &delivery->envelope.event;
    if (!event->id)
        event->id = arena_printf(call->arena, "%s-%d-%" PRId64, delivery->record.topic,
                                 (int)delivery->lane->from->partition, delivery->offset);
    if (!event->topic) event->topic = delivery->record.topic;
    if (!event->key) event->key = event->id;
    if (!event->payload) event->payload = "";
    if (delivery->envelope.published_ms == 0) delivery->envelope.published_ms = clock_wall_ms();
}

static void log_aside(const struct worker_group *group, struct call *call,
                      const struct envelope *envelope, enum status status, int retry)
{
    const struct log_value values[] = {
        LOG_TEXT("subscriber", group->subscriber), LOG_TEXT("topic", envelope->event.topic),
        LOG_TEXT("event_id", envelope->event.id),  LOG_INT("tries", envelope->tries),
        LOG_TEXT("status", status_name(status)),   LOG_TEXT("detail", envelope->error),
    };
    log_write(retry > 0 ? LOG_WARN : LOG_ERROR, retry > 0 ? "event_retried" : "event_dead", call,
              values, sizeof(values) / sizeof(values[0]));
}

/* Until the broker has it. False when we end before. */
static bool send_aside(struct worker_group *group, struct delivery *delivery, enum status status)
{
    struct worker *worker = group->worker;
    struct envelope envelope = delivery->envelope;
    const int retry = next_retry(&worker->options, status, ++envelope.tries);
    struct call call;
    struct broker_record record;
    call_init(&call, &delivery->arena, worker->options.broker.timeout_ms);
    log_aside(group, &call, &envelope, status, retry);
    if (retry > 0) {
        envelope.due_ms = clock_wall_ms() + worker->options.delays_ms[retry - 1];
        envelope_seal(&delivery->arena, &envelope, group->retries[retry - 1], &record);
    } else {
        envelope_seal_dead(&delivery->arena, &envelope, group->dead, &record);
    }
    while (broker_send(worker->options.producer, &call, &record, 1) != STATUS_OK) {
        if (worker->stopping) return false;
        task_sleep(worker->options.loop, AGAIN_MS);
        call_forgive(&call);
    }
    counter_add(retry > 0 ? &group->counters.retried : &group->counters.dead, 1);
    return true;
}

bool worker_deliver(struct worker_group *group, struct delivery *delivery)
{
    struct call call;
    enum status status = STATUS_MALFORMED;
    if (!database_is_there(group->worker)) return false;
    call_init(&call, &delivery->arena, group->worker->options.handle_timeout_ms);
    if (delivery->wrong) {
        name_stranger(delivery, &call);
        delivery->envelope.error = delivery->wrong;
        return send_aside(group, delivery, STATUS_MALFORMED);
    }
    delivery->envelope.event.again = may_be_again(delivery);
    status = handle(group, &call, &delivery->envelope.event);
    if (status == STATUS_OK) {
        count_done(group, delivery);
        return true;
    }
    delivery->envelope.error = call.failure.message ? call.failure.message : status_name(status);
    return send_aside(group, delivery, status);
}
