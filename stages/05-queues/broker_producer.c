/* Records out. A batch is handed to librdkafka whole, which puts what goes to one partition into one request; the caller
 * parks until the last report has come.
 *
 * A report is due for every record that was handed over: an acknowledgement, a refusal, or at the latest that its time is
 * up (message.timeout.ms). So a batch may lie in its caller's memory, and nobody has to wonder what became of it.
 */
#include "stages/05-queues/broker_producer.h"

#include "common/base/log.h"
#include "common/runtime/task.h"
#include "stages/03-caching/counter.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct batch {
    struct task *task;
    int out; /* records without a report */
    rd_kafka_resp_err_t error;
};

struct on_way {
    struct batch *batch;
    struct broker_record *record;
};

/* --- reports --- */

static void on_report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct broker_producer *producer = opaque;
    struct on_way *way = message->_private;
    (void)client;
    way->record->acknowledged = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (way->record->acknowledged) {
        counter_add(&producer->state.counters.sent, 1);
        broker_is_up(&producer->state);
    } else {
        counter_add(&producer->state.counters.refused, 1);
        way->batch->error = message->err;
    }
    if (--way->batch->out == 0) task_wake(way->batch->task);
}

static void on_bell(void *context)
{
    struct broker_producer *producer = context;
    if (!producer->client) return;
    while (rd_kafka_poll(producer->client, 0) > 0)
        continue;
    broker_topics_answered(producer);
}

/* --- sending --- */

static rd_kafka_headers_t *headers_of(const struct broker_record *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new((size_t)record->header_count);
    for (int i = 0; i < record->header_count; i++)
        (void)rd_kafka_header_add(headers, record->headers[i].name, -1, record->headers[i].value,
                                  -1);
    return headers;
}

static void hand_over(struct broker_producer *producer, struct on_way *way)
{
    const struct broker_record *record = way->record;
    rd_kafka_headers_t *headers = headers_of(record);
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        producer->client, RD_KAFKA_V_TOPIC(record->topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY((void *)record->key, record->key ? strlen(record->key) : 0),
        RD_KAFKA_V_VALUE((void *)record->value, record->length), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_OPAQUE(way), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        way->batch->out++;
        return;
    }
    rd_kafka_headers_destroy(headers); /* ours still */
    counter_add(&producer->state.counters.refused, 1);
    way->batch->error = error;
}

enum status broker_send(struct broker_producer *producer, struct call *call,
                        struct broker_record *records, int count)
{
    struct batch batch = {.task = task_current(producer->bell.loop)};
    assert(batch.task); /* only tasks may wait */
    enum status status = broker_producer_mend(producer, call);
    if (status != STATUS_OK) return status;
    struct on_way *ways = arena_array(call->arena, struct on_way, (size_t)count);
    producer->batches++;
    for (int i = 0; i < count; i++) {
        records[i].acknowledged = false;
        ways[i] = (struct on_way){&batch, &records[i]};
        hand_over(producer, &ways[i]);
    }
    while (batch.out > 0)
        (void)task_park(producer->bell.loop, INT64_MAX);
    producer->batches--;
    return batch.error == RD_KAFKA_RESP_ERR_NO_ERROR ? STATUS_OK : broker_fail(call, batch.error);
}

/* --- life --- */

static bool make_client(struct broker_producer *producer, char error[256])
{
    char timeout[24];
    snprintf(timeout, sizeof(timeout), "%" PRId64, producer->options.timeout_ms);
    const struct broker_setting settings[] = {
        {"enable.idempotence", "true"}, /* with it: acks=all, and retries that change no order */
        {"message.timeout.ms", timeout},
        {"linger.ms", "1"}, /* a batch comes at once; nothing is gained by waiting for more */
        {"partitioner", "murmur2_random"}, /* as other clients of Kafka place a key */
        {"queue.buffering.max.kbytes", "65536"},
    };
    rd_kafka_conf_t *conf = broker_conf(&producer->options, producer, settings,
                                        sizeof(settings) / sizeof(settings[0]), error);
    if (!conf) return false;
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    producer->client = broker_client(RD_KAFKA_PRODUCER, conf, error);
    if (!producer->client) return false;
    producer->main = rd_kafka_queue_get_main(producer->client);
    producer->answers = rd_kafka_queue_new(producer->client);
    broker_bell_follow(&producer->bell, producer->main);
    broker_bell_follow(&producer->bell, producer->answers);
    return true;
}

static void drop_queues(struct broker_producer *producer)
{
    broker_bell_drop(producer->main);
    broker_bell_drop(producer->answers);
}

static void bury(void *client)
{
    rd_kafka_destroy(client); /* waits for its threads */
}

enum status broker_producer_mend(struct broker_producer *producer, struct call *call)
{
    char error[256];
    if (producer->client && !producer->state.broken) return STATUS_OK;
    if (producer->batches > 0 || producer->question)
        return call_fail(call, STATUS_UNAVAILABLE, "the broker's client is being replaced");
    if (producer->client) {
        rd_kafka_t *broken = producer->client;
        drop_queues(producer);
        producer->client = NULL;
        producer->batches++; /* nobody else while we are away */
        enum status status =
            offload_run(producer->offload, producer->bell.loop, call, bury, broken);
        producer->batches--;
        if (status != STATUS_OK) return status; /* its memory is lost, once */
    }
    producer->state.broken = false;
    if (make_client(producer, error)) return STATUS_OK;
    return call_fail(call, STATUS_UNAVAILABLE, "%s", error);
}

enum status broker_producer_open(struct arena *arena, struct loop *loop, struct offload *offload,
                                 const struct broker_options *options, struct broker_producer **out,
                                 char error[256])
{
    struct broker_producer *producer = arena_new(arena, struct broker_producer);
    producer->options = *options;
    producer->offload = offload;
    producer->state.name = "producer";
    counter_set(&producer->state.counters.up, 1);
    const enum status status = broker_bell_open(&producer->bell, loop, on_bell, producer, error);
    if (status != STATUS_OK) return status;
    if (!make_client(producer, error)) {
        broker_bell_close(&producer->bell);
        return STATUS_MALFORMED;
    }
    *out = producer;
    return STATUS_OK;
}

/* Whoever was waiting for a report is gone with the loop: nothing that is out is worth waiting for, and no report of
   it may be looked at. */
void broker_producer_close(struct broker_producer *producer)
{
    if (producer->client) {
        drop_queues(producer);
        rd_kafka_destroy(producer->client);
    }
    broker_bell_close(&producer->bell);
}

struct broker_counters *broker_producer_counters(struct broker_producer *producer)
{
    return &producer->state.counters;
}
