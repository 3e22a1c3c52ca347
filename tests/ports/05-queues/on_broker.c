/* A producer, and consumers that only collect: what the suites of this folder stand on. */
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/runtime/task.h"
#include "tests/ports/05-queues/broker_cases.h"

#include <stdlib.h>

enum { PATIENCE_MS = 60000, TIMEOUT_MS = 10000, LOST_TIMEOUT_MS = 1500, KEEP_MS = 3600000 };

static void close_offload(void *offload)
{
    offload_close(offload);
}

static void close_producer(void *producer)
{
    broker_producer_close(producer);
}

static struct broker_producer *open_producer(struct harness *harness, struct offload *offload,
                                             const struct broker_options *options)
{
    struct broker_producer *producer;
    char error[256] = "";
    if (broker_producer_open(harness->arena, harness->loop, offload, options, &producer, error) !=
        STATUS_OK)
        fail_msg("%s", error);
    harness_at_end(harness, close_producer, producer);
    return producer;
}

void *make_broker(struct harness *harness)
{
    struct broker_subject *subject = arena_new(harness->arena, struct broker_subject);
    char name[9];
    const char *url = getenv("TEST_KAFKA_URL");
    if (!url || url[0] == '\0') fail_msg("TEST_KAFKA_URL must name a broker for tests");
    bytes_random_hex(name, 8);
    subject->prefix = arena_printf(harness->arena, "test-%s.", name);
    subject->options =
        (struct broker_options){.url = url, .client_id = "test", .timeout_ms = TIMEOUT_MS};
    assert_int_equal(offload_open(&subject->offload, 1, 8), STATUS_OK);
    harness_at_end(harness, close_offload, subject->offload);
    subject->producer = open_producer(harness, subject->offload, &subject->options);
    return subject;
}

struct broker_producer *make_lost_producer(struct harness *harness, struct broker_subject *subject)
{
    struct broker_options options = subject->options;
    options.url = "127.0.0.1:1";
    options.timeout_ms = LOST_TIMEOUT_MS;
    return open_producer(harness, subject->offload, &options);
}

const char *make_topic(struct harness *harness, struct broker_subject *subject, const char *name,
                       int partitions)
{
    struct call *call = harness_call(harness);
    const char *full = arena_printf(harness->arena, "%s%s", subject->prefix, name);
    const struct broker_topic topic = {full, partitions, 1, KEEP_MS};
    assert_status(call, STATUS_OK, broker_make_topics(subject->producer, call, &topic, 1));
    return full;
}

/* --- a reader --- */

static void opened(void *context, struct broker_lane *lane)
{
    struct reader *reader = context;
    assert_true(reader->lane_count < READER_LANES);
    reader->lanes[reader->lane_count++] = lane;
}

static void let_go(struct reader *reader, struct broker_lane *lane)
{
    int place = 0;
    while (reader->lanes[place] != lane)
        place++;
    reader->lanes[place] = reader->lanes[--reader->lane_count];
    broker_lane_leave(lane);
}

static void leaving(void *context, struct broker_lane *lane)
{
    struct reader *reader = context;
    reader->asked = true;
    if (!reader->keeps) let_go(reader, lane);
}

static void came(void *context)
{
    struct reader *reader = context;
    for (int i = 0; i < reader->lane_count; i++) {
        struct broker_lane *lane = reader->lanes[i];
        while (!lane->leaving && reader->count < TAKEN_MAX &&
               broker_lane_take(lane, reader->arena, &reader->taken[reader->count],
                                &reader->offset[reader->count])) {
            if (reader->done_at_once) broker_lane_done(lane, reader->offset[reader->count] + 1);
            reader->partition[reader->count++] = lane->partition;
        }
    }
}

struct reader *read_topic(struct harness *harness, struct broker_subject *subject,
                          const char *group, const char *topic, bool done_at_once)
{
    struct call *call = harness_call(harness);
    struct reader *reader = arena_new(harness->arena, struct reader);
    const struct broker_taker taker = {opened, leaving, came, reader};
    char error[256];
    reader->arena = harness->arena;
    reader->done_at_once = done_at_once;
    assert_int_equal(
        broker_consumer_open(harness->arena, harness->loop, &subject->options,
                             arena_printf(harness->arena, "%s%s", subject->prefix, group), &taker,
                             &reader->consumer, error),
        STATUS_OK);
    assert_status(call, STATUS_OK, broker_consumer_join(reader->consumer, call, &topic, 1));
    return reader;
}

static void wait_a_moment(struct harness *harness, int64_t until_ms)
{
    if (clock_monotonic_ms() > until_ms) fail_msg("it has not happened in %d ms", PATIENCE_MS);
    task_sleep(harness->loop, 2);
}

void end_reader(struct harness *harness, struct reader *reader, bool leave)
{
    const int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    reader->keeps = false;
    for (int i = reader->lane_count; i > 0; i--)
        if (reader->lanes[i - 1]->leaving) let_go(reader, reader->lanes[i - 1]);
    if (leave) broker_consumer_leave(reader->consumer);
    while (leave && !broker_consumer_has_left(reader->consumer))
        wait_a_moment(harness, until_ms);
    broker_consumer_close(reader->consumer);
}

void await_taken(struct harness *harness, struct reader *reader, int count)
{
    const int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (reader->count < count)
        wait_a_moment(harness, until_ms);
}

void await_number(struct harness *harness, const _Atomic int64_t *number, int64_t wanted)
{
    const int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (atomic_load(number) < wanted)
        wait_a_moment(harness, until_ms);
}
