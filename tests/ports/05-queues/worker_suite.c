/* What the worker promises: every event has its effect, none is forgotten, and none that fails holds up another. */
#include "stages/05-queues/worker.h"

#include "common/base/clock.h"
#include "common/runtime/task.h"
#include "stages/05-queues/envelope.h"
#include "stages/05-queues/events_inbox.h"
#include "stages/05-queues/queue_names.h"
#include "tests/ports/05-queues/broker_cases.h"

#include <string.h>

enum { CALLS_MAX = 64 };

/* A subscriber that does as it is told, and writes down what it was asked for. */
struct doer {
    struct harness *harness;
    enum status answer[CALLS_MAX]; /* of the first call, the second, … */
    const char *id[CALLS_MAX];
    int64_t began_ms[CALLS_MAX], ended_ms[CALLS_MAX];
    _Atomic int64_t calls, ended;
    int64_t takes_ms;
};

static enum status do_it(void *context, struct call *call, const struct event *event)
{
    struct doer *doer = context;
    const int number = (int)doer->calls++;
    assert_true(number < CALLS_MAX);
    doer->id[number] = arena_strdup(doer->harness->arena, event->id);
    doer->began_ms[number] = clock_monotonic_ms();
    if (doer->takes_ms > 0) task_sleep(doer->harness->loop, doer->takes_ms);
    doer->ended_ms[number] = clock_monotonic_ms();
    doer->ended++;
    if (doer->answer[number] == STATUS_OK) return STATUS_OK;
    return call_fail(call, doer->answer[number], "as it was told");
}

struct work {
    struct broker_subject *broker;
    struct subscriptions *table;
    struct worker_options options;
    struct doer doer;
    const char *topic;
};

static struct work *make_work(struct harness *harness, void *context)
{
    struct work *work = arena_new(harness->arena, struct work);
    work->broker = context;
    work->doer.harness = harness;
    work->table = subscriptions_new(harness->arena);
    subscriptions_add(work->table, "order.placed", "payment", do_it, &work->doer);
    work->topic = queue_topic_name(harness->arena, work->broker->prefix, "order.placed");
    work->options = (struct worker_options){
        .loop = harness->loop,
        .pool = harness->pool,
        .producer = work->broker->producer,
        .broker = work->broker->options,
        .subscriptions = work->table,
        .prefix = work->broker->prefix,
        .partitions = 2,
        .replicas = 1,
        .keep_ms = 3600000,
        .concurrency = 4,
        .delays_ms = {50, 100},
        .delay_count = 2,
        .tries_max = 4,
        .handle_timeout_ms = 10000,
        .inbox_keep_ms = 2 * 3600000,
    };
    (void)make_topic(harness, work->broker, "order.placed", 2);
    return work;
}

static struct worker *start(struct harness *harness, struct work *work)
{
    struct worker *worker;
    char error[256] = "";
    if (worker_new(harness->arena, &work->options, &worker, error) != STATUS_OK)
        fail_msg("%s", error);
    assert_int_equal(worker_start(worker), STATUS_OK);
    return worker;
}

static void end(struct harness *harness, struct worker *worker)
{
    worker_stop(worker);
    while (task_count(harness->loop) > 1)
        task_sleep(harness->loop, 1);
    worker_close(worker);
}

static void tell(struct harness *harness, struct work *work, const char *id, const char *key)
{
    struct call *call = harness_call(harness);
    struct broker_record record;
    const struct envelope envelope = {
        .event = {.id = id, .topic = "order.placed", .key = key, .payload = "{\"n\":1}"},
        .published_ms = clock_wall_ms(),
    };
    envelope_seal(harness->arena, &envelope, work->topic, &record);
    assert_status(call, STATUS_OK, broker_send(work->broker->producer, call, &record, 1));
}

static struct reader *read_dead(struct harness *harness, struct work *work)
{
    const char *group = queue_group_name(harness->arena, work->broker->prefix, "payment");
    return read_topic(harness, work->broker, "undertaker", queue_dead_name(harness->arena, group),
                      true);
}

static bool in_inbox(struct harness *harness, const char *id)
{
    struct call *call = harness_call(harness);
    bool done;
    assert_status(call, STATUS_OK, inbox_has(harness->pool, call, "payment", id, &done));
    return done;
}

static void an_event_is_done_once(struct harness *harness, void *context)
{
    struct work *work = make_work(harness, context);
    struct worker *worker = start(harness, work);
    const struct worker_counters *counters = worker_counters(worker, 0);
    tell(harness, work, "order-17-placed", "order-17");
    tell(harness, work, "order-17-placed", "order-17"); /* in doubt */
    tell(harness, work, "order-18-placed", "order-18");
    await_number(harness, &counters->done, 3);
    assert_int_equal(counters->repeated, 1);
    assert_int_equal(work->doer.calls, 2);
    assert_true(in_inbox(harness, "order-17-placed"));
    assert_true(in_inbox(harness, "order-18-placed"));
    end(harness, worker);
    struct worker *next = start(harness, work); /* all of it is committed */
    tell(harness, work, "order-19-placed", "order-19");
    await_number(harness, &worker_counters(next, 0)->done, 1);
    assert_int_equal(work->doer.calls, 3);
    assert_int_equal(worker_counters(next, 0)->repeated, 0);
    end(harness, next);
}

/* The first fails twice; the others, which come behind it, do not wait for it. */
static void what_fails_is_tried_again_and_holds_up_nobody(struct harness *harness, void *context)
{
    struct work *work = make_work(harness, context);
    work->doer.answer[0] = STATUS_UNAVAILABLE;
    work->options.delays_ms[0] = 4000; /* the others are done by then, on a busy machine too */
    tell(harness, work, "order-1-placed", "one");
    tell(harness, work, "order-2-placed", "one");
    tell(harness, work, "order-3-placed", "one");
    struct worker *worker = start(harness, work);
    await_number(harness, &worker_counters(worker, 0)->done, 3);
    assert_int_equal(work->doer.calls, 4);
    assert_string_equal(work->doer.id[0], "order-1-placed");
    assert_string_equal(work->doer.id[1], "order-2-placed");
    assert_string_equal(work->doer.id[2], "order-3-placed");
    assert_string_equal(work->doer.id[3], "order-1-placed");
    assert_true(work->doer.began_ms[3] - work->doer.ended_ms[0] >= 3990);
    assert_int_equal(worker_counters(worker, 0)->retried, 1);
    assert_int_equal(worker_counters(worker, 0)->dead, 0);
    assert_true(in_inbox(harness, "order-1-placed"));
    end(harness, worker);
}

static void what_fails_for_good_is_a_dead_letter(struct harness *harness, void *context)
{
    struct work *work = make_work(harness, context);
    for (int i = 0; i < CALLS_MAX; i++)
        work->doer.answer[i] = STATUS_INTERNAL;
    tell(harness, work, "order-1-placed", "one");
    struct worker *worker = start(harness, work);
    await_number(harness, &worker_counters(worker, 0)->dead, 1);
    assert_int_equal(work->doer.calls, 3); /* at once, and once for each delay */
    assert_false(in_inbox(harness, "order-1-placed"));
    struct reader *dead = read_dead(harness, work);
    await_taken(harness, dead, 1);
    struct envelope envelope;
    assert_null(envelope_open(&dead->taken[0], &envelope));
    assert_memory_equal(dead->taken[0].key, "order-1-placed@", strlen("order-1-placed@"));
    assert_string_equal(envelope.event.id, "order-1-placed");
    assert_string_equal(envelope.event.key, "one");
    assert_string_equal(envelope.event.topic, "order.placed");
    assert_string_equal(envelope.event.payload, "{\"n\":1}");
    assert_string_equal(envelope.error, "as it was told");
    assert_int_equal(envelope.tries, 3);
    end_reader(harness, dead, true);
    end(harness, worker);
}

/* The world's fault: the last delay again and again, but not for ever. */
static void what_is_away_is_tried_longer(struct harness *harness, void *context)
{
    struct work *work = make_work(harness, context);
    for (int i = 0; i < CALLS_MAX; i++)
        work->doer.answer[i] = STATUS_TIMEOUT;
    tell(harness, work, "order-1-placed", "one");
    struct worker *worker = start(harness, work);
    await_number(harness, &worker_counters(worker, 0)->dead, 1);
    assert_int_equal(work->doer.calls, work->options.tries_max);
    end(harness, worker);
}

static void a_stranger_is_set_aside(struct harness *harness, void *context)
{
    struct work *work = make_work(harness, context);
    struct call *call = harness_call(harness);
    struct broker_record stranger = {
        .topic = work->topic, .key = "one", .value = "rubbish", .length = 7};
    assert_status(call, STATUS_OK, broker_send(work->broker->producer, call, &stranger, 1));
    tell(harness, work, "order-1-placed", "one");
    struct worker *worker = start(harness, work);
    await_number(harness, &worker_counters(worker, 0)->done, 1);
    await_number(harness, &worker_counters(worker, 0)->dead, 1);
    assert_int_equal(work->doer.calls, 1);
    struct reader *dead = read_dead(harness, work);
    await_taken(harness, dead, 1);
    assert_string_equal(dead->taken[0].value, "rubbish");
    end_reader(harness, dead, true);
    end(harness, worker);
}

/* Two of one key, one after the other; two of another, beside them. */
static void keys_go_side_by_side(struct harness *harness, void *context)
{
    struct work *work = make_work(harness, context);
    struct doer *doer = &work->doer;
    doer->takes_ms = 200;
    tell(harness, work, "order-1-placed", "one");
    tell(harness, work, "order-1-more", "one");
    tell(harness, work, "order-2-placed", "two");
    tell(harness, work, "order-2-more", "two");
    struct worker *worker = start(harness, work);
    await_number(harness, &worker_counters(worker, 0)->done, 4);
    int together = 0;
    for (int i = 0; i < 4; i++)
        for (int k = i + 1; k < 4; k++) {
            const bool overlap = doer->began_ms[k] < doer->ended_ms[i];
            const bool same = strncmp(doer->id[i], doer->id[k], strlen("order-1")) == 0;
            assert_false(overlap && same);
            together += overlap;
        }
    assert_true(together > 0);
    end(harness, worker);
}

static void what_has_begun_is_finished_before_it_leaves(struct harness *harness, void *context)
{
    struct work *work = make_work(harness, context);
    work->doer.takes_ms = 400;
    tell(harness, work, "order-1-placed", "one");
    struct worker *worker = start(harness, work);
    await_number(harness, &work->doer.calls, 1);
    end(harness, worker);
    assert_int_equal(work->doer.ended, 1);
    assert_true(in_inbox(harness, "order-1-placed"));
    struct worker *next = start(harness, work);
    tell(harness, work, "order-2-placed", "two");
    await_number(harness, &worker_counters(next, 0)->done, 1);
    assert_int_equal(work->doer.calls, 2);
    assert_int_equal(worker_counters(next, 0)->repeated, 0);
    end(harness, next);
}

static const struct port_case cases[] = {
    {"an event is done once", an_event_is_done_once},
    {"what fails is tried again and holds up nobody",
     what_fails_is_tried_again_and_holds_up_nobody},
    {"what fails for good is a dead letter", what_fails_for_good_is_a_dead_letter},
    {"what is away is tried longer", what_is_away_is_tried_longer},
    {"a stranger is set aside", a_stranger_is_set_aside},
    {"keys go side by side", keys_go_side_by_side},
    {"what has begun is finished before it leaves", what_has_begun_is_finished_before_it_leaves},
};
const struct port_suite worker_suite = {cases, sizeof(cases) / sizeof(cases[0])};
