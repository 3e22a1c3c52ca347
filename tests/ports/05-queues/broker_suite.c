/* What the broker and its clients promise. */
#include "common/base/clock.h"
#include "common/runtime/task.h"
#include "tests/ports/05-queues/broker_cases.h"

#include <stdlib.h>
#include <string.h>

enum { MANY = 120, KEYS = 5, QUIET_MS = 300 };

static void send_one(struct harness *harness, struct broker_subject *subject, const char *topic,
                     const char *key, const char *value)
{
    struct call *call = harness_call(harness);
    struct broker_record record = {
        .topic = topic, .key = key, .value = value, .length = strlen(value)};
    assert_status(call, STATUS_OK, broker_send(subject->producer, call, &record, 1));
    assert_true(record.acknowledged);
}

static void a_record_comes_as_it_was_sent(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    struct call *call = harness_call(harness);
    const char *topic = make_topic(harness, subject, "letters", 1);
    struct broker_record records[2] = {
        {.topic = topic, .key = "order-17", .value = "{\"title\":\"Fähre\"}", .length = 18},
        {.topic = topic, .key = "order-18"}, /* nothing */
    };
    broker_record_add(&records[0], "event_id", "order-17-placed");
    broker_record_add(&records[0], "tries", "3");
    assert_status(call, STATUS_OK, broker_send(subject->producer, call, records, 2));
    struct reader *reader = read_topic(harness, subject, "reader", topic, true);
    await_taken(harness, reader, 2);
    const struct broker_record *first = &reader->taken[0];
    assert_string_equal(first->topic, topic);
    assert_string_equal(first->key, "order-17");
    assert_string_equal(first->value, "{\"title\":\"Fähre\"}");
    assert_int_equal(first->length, 18);
    assert_string_equal(broker_record_header(first, "event_id"), "order-17-placed");
    assert_string_equal(broker_record_header(first, "tries"), "3");
    assert_null(broker_record_header(first, "due_ms"));
    assert_string_equal(reader->taken[1].key, "order-18");
    assert_null(reader->taken[1].value);
    end_reader(harness, reader, true);
}

static void records_of_one_key_are_in_order(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    struct call *call = harness_call(harness);
    const char *topic = make_topic(harness, subject, "many", 4);
    struct broker_record records[MANY];
    int next[KEYS] = {0}, partition[KEYS];
    for (int i = 0; i < MANY; i++)
        records[i] = (struct broker_record){
            .topic = topic,
            .key = arena_printf(harness->arena, "%d", i % KEYS),
            .value = arena_printf(harness->arena, "%03d", i / KEYS),
            .length = 3,
        };
    assert_status(call, STATUS_OK, broker_send(subject->producer, call, records, MANY));
    struct reader *reader = read_topic(harness, subject, "reader", topic, true);
    await_taken(harness, reader, MANY);
    for (int i = 0; i < MANY; i++) {
        const int key = atoi(reader->taken[i].key);
        if (next[key] == 0) partition[key] = reader->partition[i];
        assert_int_equal(atoi(reader->taken[i].value), next[key]++);
        assert_int_equal(reader->partition[i], partition[key]);
    }
    end_reader(harness, reader, true);
}

static void a_topic_is_made_once(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    const char *topic = make_topic(harness, subject, "once", 2);
    send_one(harness, subject, topic, "a", "1");
    (void)make_topic(harness, subject, "once", 7);
    struct reader *reader = read_topic(harness, subject, "reader", topic, true);
    await_taken(harness, reader, 1);
    assert_int_equal(reader->lane_count, 2);
    end_reader(harness, reader, true);
}

static void only_what_is_done_does_not_come_again(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    const char *topic = make_topic(harness, subject, "again", 1);
    static const char *const values[] = {"0", "1", "2", "3"};
    for (int i = 0; i < 4; i++)
        send_one(harness, subject, topic, "key", values[i]);
    struct reader *reader = read_topic(harness, subject, "reader", topic, false);
    await_taken(harness, reader, 4);
    broker_lane_done(reader->lanes[0], reader->offset[1] + 1); /* the first two */
    assert_int_equal(broker_lane_behind(reader->lanes[0], reader->offset[1] + 1), 2);
    end_reader(harness, reader, true);
    struct reader *second = read_topic(harness, subject, "reader", topic, false);
    await_taken(harness, second, 2);
    assert_string_equal(second->taken[0].value, "2");
    assert_string_equal(second->taken[1].value, "3");
    end_reader(harness, second, true);
}

/* The second member gets a share, but not before the first has let go of it. */
static void what_is_leaving_is_waited_for(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    const char *topic = make_topic(harness, subject, "shared", 2);
    send_one(harness, subject, topic, "a", "1");
    struct reader *first = read_topic(harness, subject, "reader", topic, false);
    await_taken(harness, first, 1);
    first->keeps = true;
    struct reader *second = read_topic(harness, subject, "reader", topic, true);
    const int64_t until_ms = clock_monotonic_ms() + 60000;
    while (!first->asked && clock_monotonic_ms() < until_ms)
        task_sleep(harness->loop, 2);
    assert_true(first->asked);
    task_sleep(harness->loop, QUIET_MS);
    assert_int_equal(second->lane_count, 0);
    for (int i = first->lane_count; i > 0; i--) {
        struct broker_lane *lane = first->lanes[i - 1];
        if (!lane->leaving) continue;
        if (first->partition[0] == lane->partition) broker_lane_done(lane, first->offset[0] + 1);
        first->lanes[i - 1] = first->lanes[--first->lane_count];
        broker_lane_leave(lane);
    }
    while (second->lane_count == 0 && clock_monotonic_ms() < until_ms)
        task_sleep(harness->loop, 2);
    assert_int_equal(second->lane_count, 1);
    assert_int_equal(first->lane_count, 1);
    first->keeps = false;
    end_reader(harness, first, true);
    end_reader(harness, second, true);
}

static void a_broker_that_is_away_acknowledges_nothing(struct harness *harness, void *context)
{
    struct broker_subject *subject = context;
    struct call *call = harness_call(harness);
    struct broker_producer *lost = make_lost_producer(harness, subject);
    struct broker_record record = {.topic = "nowhere", .key = "a", .value = "1", .length = 1};
    const struct broker_topic topic = {"nowhere", 1, 1, 1000};
    assert_status(call, STATUS_UNAVAILABLE, broker_send(lost, call, &record, 1));
    assert_false(record.acknowledged);
    assert_int_equal(broker_producer_counters(lost)->up, 0);
    assert_int_equal(broker_producer_counters(lost)->refused, 1);
    call->deadline_ms = clock_monotonic_ms() + 200;
    assert_status(call, STATUS_UNAVAILABLE, broker_make_topics(lost, call, &topic, 1));
}

static const struct port_case cases[] = {
    {"a record comes as it was sent", a_record_comes_as_it_was_sent},
    {"records of one key are in order", records_of_one_key_are_in_order},
    {"a topic is made once", a_topic_is_made_once},
    {"only what is done does not come again", only_what_is_done_does_not_come_again},
    {"what is leaving is waited for", what_is_leaving_is_waited_for},
    {"a broker that is away acknowledges nothing", a_broker_that_is_away_acknowledges_nothing},
};
const struct port_suite broker_suite = {cases, sizeof(cases) / sizeof(cases[0])};
