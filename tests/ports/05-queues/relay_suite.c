/* What the relay promises: all of the outbox, in order, and nothing leaves it before the broker has it. */
#include "common/runtime/task.h"
#include "stages/05-queues/relay.h"
#include "statements.h"
#include "tests/ports/05-queues/broker_cases.h"
#include "tests/ports/05-queues/cases.h"

#include <string.h>

static struct relay *relay_on(struct harness *harness, struct broker_subject *subject,
                              struct broker_producer *producer)
{
    const struct relay_options options = {
        .loop = harness->loop,
        .pool = harness->pool,
        .producer = producer,
        .prefix = subject->prefix,
        .partitions = 2,
        .replicas = 1,
        .keep_ms = 3600000,
        .batch_max = 3,
        .idle_ms = 5,
        .timeout_ms = 2000,
    };
    return relay_new(harness->arena, &options);
}

static void fill_outbox(struct harness *harness, int count)
{
    harness_sql(harness, arena_printf(harness->arena,
                                      "INSERT INTO events.outbox (event_id, topic, key, payload)"
                                      " SELECT 'order-' || n || '-placed', 'order.placed', 'one',"
                                      " '{\"n\":' || n || '}' FROM generate_series(1, %d) n",
                                      count));
}

static int batch(struct harness *harness, struct relay *relay, enum status wanted)
{
    struct call *call = harness_call(harness);
    int told;
    assert_status(call, wanted, relay_batch(relay, call, &told));
    return told;
}

static void the_outbox_is_told_in_order(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    struct relay *relay = relay_on(harness, subject, subject->producer);
    fill_outbox(harness, 7);
    assert_int_equal(batch(harness, relay, STATUS_OK), 3);
    assert_int_equal(batch(harness, relay, STATUS_OK), 3);
    assert_int_equal(batch(harness, relay, STATUS_OK), 1);
    assert_int_equal(batch(harness, relay, STATUS_OK), 0);
    assert_int_equal(waiting(harness), 0);
    assert_int_equal(relay_counters(relay)->told, 7);
    const char *topic = arena_printf(harness->arena, "%sorder.placed", subject->prefix);
    struct reader *reader = read_topic(harness, subject, "reader", topic, true);
    await_taken(harness, reader, 7);
    for (int i = 0; i < 7; i++) {
        const struct broker_record *record = &reader->taken[i];
        assert_string_equal(record->value, arena_printf(harness->arena, "{\"n\":%d}", i + 1));
        assert_string_equal(record->key, "one");
        assert_string_equal(broker_record_header(record, "event_id"),
                            arena_printf(harness->arena, "order-%d-placed", i + 1));
        assert_non_null(broker_record_header(record, "published_ms"));
    }
    end_reader(harness, reader, true);
}

static void nothing_leaves_while_the_broker_is_away(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    struct relay *lost = relay_on(harness, subject, make_lost_producer(harness, subject));
    struct relay *relay = relay_on(harness, subject, subject->producer);
    fill_outbox(harness, 2);
    assert_int_equal(batch(harness, lost, STATUS_UNAVAILABLE), 0);
    assert_int_equal(waiting(harness), 2);
    int told; /* below 0: the other one's transaction is just ending, and its lock with it */
    while ((told = batch(harness, relay, STATUS_OK)) < 0)
        task_sleep(harness->loop, 5);
    assert_int_equal(told, 2);
    assert_int_equal(waiting(harness), 0);
}

static void another_stands_by(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    struct call *call = harness_call(harness);
    struct relay *relay = relay_on(harness, subject, subject->producer);
    struct pg_tx *tx;
    struct pg_rows rows;
    fill_outbox(harness, 1);
    assert_status(call, STATUS_OK, pg_begin(harness->pool, call, &tx)); /* the other's batch */
    assert_status(call, STATUS_OK, pg_exec(tx, &events_relay_lock_sql, PG_NO_ARGS, &rows));
    assert_true(pg_bool(&rows, 0, 0));
    assert_int_equal(batch(harness, relay, STATUS_OK), -1);
    assert_int_equal(waiting(harness), 1);
    pg_rollback(tx); /* it dies; the database learns of it a moment later */
    int told;
    while ((told = batch(harness, relay, STATUS_OK)) < 0)
        task_sleep(harness->loop, 1);
    assert_int_equal(told, 1);
    assert_int_equal(waiting(harness), 0);
}

static void it_goes_on_until_it_is_stopped(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    struct relay *relay = relay_on(harness, subject, subject->producer);
    fill_outbox(harness, 4);
    assert_int_equal(relay_start(relay), STATUS_OK);
    await_number(harness, &relay_counters(relay)->told, 4);
    assert_int_equal(relay_counters(relay)->active, 1);
    relay_stop(relay);
    while (task_count(harness->loop) > 1)
        task_sleep(harness->loop, 1);
    assert_int_equal(relay_counters(relay)->active, 0);
}

static const struct port_case cases[] = {
    {"the outbox is told in order", the_outbox_is_told_in_order},
    {"nothing leaves while the broker is away", nothing_leaves_while_the_broker_is_away},
    {"another stands by", another_stands_by},
    {"it goes on until it is stopped", it_goes_on_until_it_is_stopped},
};
const struct port_suite relay_suite = {cases, sizeof(cases) / sizeof(cases[0])};
