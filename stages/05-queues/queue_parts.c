/* Settings to option structs, what there is to be seen in /metrics, and the end: whoever turns on the loop beside the
 * server is told when the process drains, and has what it began finished by the time the loop stops.
 */
#include "stages/05-queues/queue_parts.h"

#include "common/app/gauges.h"
#include "common/app/parts.h"
#include "stages/05-queues/documents_queued.h"
#include "stages/05-queues/media_queued.h"
#include "stages/05-queues/queue_settings.h"
#include "stages/05-queues/relay.h"
#include "stages/05-queues/worker.h"

#include <assert.h>
#include <string.h>

enum { LOOK_EVERY_MS = 50, HOUR_MS = 3600000 };

/* What this loop has of the queues. */
struct queue {
    struct app *app;
    struct broker_producer *producer;
    struct relay *relay;   /* NULL unless that is our role */
    struct worker *worker; /* the same */
    struct loop_timer timer;
    struct loop_post post; /* begins on the loop, when it runs */
};

static const struct queue_values *values_of(const struct app *app)
{
    return settings_of(app->settings, &queue_settings);
}

enum queue_role queue_role(const struct app *app)
{
    const char *role = values_of(app)->role;
    if (strcmp(role, "relay") == 0) return QUEUE_RELAY;
    return strcmp(role, "worker") == 0 ? QUEUE_WORKER : QUEUE_SHOP;
}

static struct errands_options errands_of(const struct app *app)
{
    return (struct errands_options){.loop = app->loop, .write = app->write, .events = app->events};
}

struct media *queue_media(struct app *app, struct media *media)
{
    const struct errands_options options = errands_of(app);
    return media_queued_new(app->arena, &options, media);
}

struct report_documents *queue_documents(struct app *app, struct report_documents *documents)
{
    const struct errands_options options = errands_of(app);
    return documents_queued_new(app->arena, &options, documents);
}

/* --- the broker --- */

static struct broker_options broker_options_of(const struct app *app)
{
    const struct queue_values *values = values_of(app);
    return (struct broker_options){
        .url = values->url,
        .client_id = app->instance,
        .timeout_ms = values->timeout_ms,
        .tls = values->tls,
    };
}

static void close_producer(void *producer)
{
    broker_producer_close(producer);
}

static enum status open_producer(struct queue *queue, char error[256])
{
    struct app *app = queue->app;
    const struct broker_options options = broker_options_of(app);
    enum status status = broker_producer_open(app->arena, app->loop, app->offload, &options,
                                              &queue->producer, error);
    if (status != STATUS_OK) return status;
    app_at_close(app, close_producer, queue->producer);
    const struct broker_counters *counters = broker_producer_counters(queue->producer);
    gauges_add(app, "shop_broker_up", "gauge", "loops that the broker is not known to be away from",
               &counters->up);
    gauges_add(app, "shop_broker_sent_total", "counter", "records the broker has acknowledged",
               &counters->sent);
    gauges_add(app, "shop_broker_refused_total", "counter",
               "records the broker has not acknowledged in time", &counters->refused);
    return STATUS_OK;
}

/* --- the relay --- */

static void make_relay(struct queue *queue)
{
    struct app *app = queue->app;
    const struct queue_values *values = values_of(app);
    const struct relay_options options = {
        .loop = app->loop,
        .pool = app->write,
        .producer = queue->producer,
        .prefix = values->prefix,
        .partitions = (int)values->partitions,
        .replicas = (int)values->replicas,
        .keep_ms = values->keep_hours * HOUR_MS,
        .batch_max = (int)values->relay_batch,
        .idle_ms = values->relay_idle_ms,
        .timeout_ms = values->timeout_ms,
    };
    queue->relay = relay_new(app->arena, &options);
    const struct relay_counters *counters = relay_counters(queue->relay);
    gauges_add(app, "shop_relay_told_total", "counter",
               "events taken from the outbox to the broker", &counters->told);
    gauges_add(app, "shop_relay_failures_total", "counter", "batches that were not told completely",
               &counters->failures);
    gauges_add(app, "shop_relay_active", "gauge", "1: this relay works, others stand by",
               &counters->active);
    gauges_add(app, "shop_outbox_events", "gauge", "events that wait in the outbox",
               &counters->waiting);
    gauges_add(app, "shop_outbox_age_milliseconds", "gauge", "the oldest of them has waited",
               &counters->age_ms);
}

/* --- the worker --- */

static void close_worker(void *worker)
{
    worker_close(worker);
}

static void add_worker_gauges(struct app *app, const char *subscriber,
                              const struct worker_counters *counters)
{
    const struct {
        const char *name, *type, *help;
        const _Atomic int64_t *value;
    } rows[] = {
        {"shop_events_done_total", "counter", "events done", &counters->done},
        {"shop_events_repeated_total", "counter", "of these, done before", &counters->repeated},
        {"shop_events_retried_total", "counter", "events set aside to be tried again",
         &counters->retried},
        {"shop_events_dead_total", "counter", "events that became dead letters", &counters->dead},
        {"shop_events_running", "gauge", "events in work", &counters->running},
        {"shop_events_lag", "gauge", "events in our partitions that are not done", &counters->lag},
        {"shop_events_age_milliseconds", "gauge", "from publishing to done, of the last one",
         &counters->age_ms},
        {"shop_events_partitions", "gauge", "partitions that are ours", &counters->lanes},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        gauges_add(app, arena_printf(app->arena, "%s{subscriber=\"%s\"}", rows[i].name, subscriber),
                   rows[i].type, rows[i].help, rows[i].value);
}

static enum status make_worker(struct queue *queue, const struct subscriptions *subscriptions,
                               char error[256])
{
    struct app *app = queue->app;
    const struct queue_values *values = values_of(app);
    struct worker_options options = {
        .loop = app->loop,
        .pool = app->write,
        .producer = queue->producer,
        .broker = broker_options_of(app),
        .subscriptions = subscriptions,
        .prefix = values->prefix,
        .partitions = (int)values->partitions,
        .replicas = (int)values->replicas,
        .keep_ms = values->keep_hours * HOUR_MS,
        .concurrency = (int)values->concurrency,
        .tries_max = (int)values->tries,
        .handle_timeout_ms = values->handle_timeout_ms,
        .inbox_keep_ms = values->inbox_hours * HOUR_MS,
    };
    options.delay_count = queue_delays(values->retry_delays, options.delays_ms);
    enum status status = worker_new(app->arena, &options, &queue->worker, error);
    app_at_close(app, close_worker, queue->worker);
    for (int i = 0; status == STATUS_OK && worker_subscriber(queue->worker, i); i++)
        add_worker_gauges(app, worker_subscriber(queue->worker, i),
                          worker_counters(queue->worker, i));
    return status;
}

/* --- begin and end --- */

static void stop(struct queue *queue)
{
    if (queue->relay) relay_stop(queue->relay);
    if (queue->worker) worker_stop(queue->worker);
}

static void look(void *context)
{
    struct queue *queue = context;
    struct app *app = queue->app;
    if (atomic_load_explicit(app->draining, memory_order_relaxed))
        stop(queue);
    else
        loop_timer_start(app->loop, &queue->timer, loop_now_ms(app->loop) + LOOK_EVERY_MS);
}

/* On the loop: tasks run from their first line on. */
static void begin(void *context)
{
    struct queue *queue = context;
    enum status status = STATUS_OK;
    if (queue->relay) status = relay_start(queue->relay);
    if (queue->worker) status = worker_start(queue->worker);
    assert(status == STATUS_OK); /* the first tasks of a process */
    look(queue);
}

enum status queue_start(struct app *app, const struct subscriptions *subscriptions, char error[256])
{
    const enum queue_role role = queue_role(app);
    if (role == QUEUE_SHOP || (role == QUEUE_RELAY && app->loop_index > 0)) return STATUS_OK;
    struct queue *queue = arena_new(app->arena, struct queue);
    queue->app = app;
    enum status status = open_producer(queue, error);
    if (status != STATUS_OK) return status;
    if (role == QUEUE_RELAY)
        make_relay(queue);
    else
        status = make_worker(queue, subscriptions, error);
    queue->timer.run = look;
    queue->timer.context = queue;
    queue->post.run = begin;
    queue->post.context = queue;
    if (status == STATUS_OK) loop_post(app->loop, &queue->post);
    return status;
}
