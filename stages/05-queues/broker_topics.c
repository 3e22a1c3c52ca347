/* Making topics. The broker is asked for all of them at once and answers for each; that one is there already is as good
 * as made. One question is out at a time: it is asked when a process starts, and seldom after that.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/runtime/task.h"
#include "stages/05-queues/broker_producer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

enum { LOOK_MS = 5 };

struct broker_question {
    struct task *task;
    rd_kafka_event_t *answer;
};

void broker_topics_answered(struct broker_producer *producer)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(producer->answers, 0);
    if (!event) return;
    if (!producer->question || producer->question->answer) {
        rd_kafka_event_destroy(event); /* whoever asked has stopped waiting */
        return;
    }
    producer->question->answer = event;
    task_wake(producer->question->task);
}

static rd_kafka_NewTopic_t *describe(const struct broker_topic *topic)
{
    char keep_ms[24], unused[128];
    rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(topic->name, topic->partitions,
                                                      topic->replicas, unused, sizeof(unused));
    assert(made); /* else the name or a number is impossible */
    snprintf(keep_ms, sizeof(keep_ms), "%" PRId64, topic->keep_ms);
    (void)rd_kafka_NewTopic_set_config(made, "cleanup.policy",
                                       topic->keep_ms > 0 ? "delete" : "compact");
    if (topic->keep_ms > 0) (void)rd_kafka_NewTopic_set_config(made, "retention.ms", keep_ms);
    return made;
}

static enum status read_answer(struct call *call, rd_kafka_event_t *event)
{
    size_t count = 0;
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return broker_fail(call, rd_kafka_event_error(event));
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            log_info("topic_made", call, LOG_TEXT("topic", rd_kafka_topic_result_name(results[i])));
        else if (error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            return call_fail(call, STATUS_UNAVAILABLE, "the broker cannot make the topic '%s': %s",
                             rd_kafka_topic_result_name(results[i]), rd_kafka_err2str(error));
    }
    return STATUS_OK;
}

/* So long may an answer take. */
static int64_t patience_ms(const struct broker_producer *producer, const struct call *call)
{
    const int64_t left_ms = call_remaining_ms(call), most_ms = producer->options.timeout_ms;
    return left_ms > most_ms ? most_ms : left_ms > 0 ? left_ms : 1;
}

/* Parks until the answer is there or its time is over. */
static enum status await(struct broker_producer *producer, struct call *call)
{
    const int64_t until_ms = clock_monotonic_ms() + patience_ms(producer, call);
    struct broker_question question = {.task = task_current(producer->bell.loop)};
    enum status parked = STATUS_OK;
    producer->question = &question;
    while (!question.answer && parked == STATUS_OK)
        parked = task_park(producer->bell.loop, until_ms);
    producer->question = NULL;
    if (!question.answer) return call_fail(call, STATUS_UNAVAILABLE, "the broker does not answer");
    enum status status = read_answer(call, question.answer);
    rd_kafka_event_destroy(question.answer);
    return status;
}

enum status broker_make_topics(struct broker_producer *producer, struct call *call,
                               const struct broker_topic *topics, int count)
{
    rd_kafka_NewTopic_t *wanted[BROKER_TOPICS_MAX];
    char unused[128];
    assert(count > 0 && count <= BROKER_TOPICS_MAX && task_current(producer->bell.loop));
    while (producer->question) {
        if (call_remaining_ms(call) == 0)
            return call_fail(call, STATUS_UNAVAILABLE, "other topics are being made");
        task_sleep(producer->bell.loop, LOOK_MS);
    }
    enum status status = broker_producer_mend(producer, call);
    if (status != STATUS_OK) return status;
    for (int i = 0; i < count; i++)
        wanted[i] = describe(&topics[i]);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(producer->client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    const int wait_ms = (int)patience_ms(producer, call);
    (void)rd_kafka_AdminOptions_set_request_timeout(options, wait_ms, unused, sizeof(unused));
    (void)rd_kafka_AdminOptions_set_operation_timeout(options, wait_ms, unused, sizeof(unused));
    rd_kafka_CreateTopics(producer->client, wanted, (size_t)count, options, producer->answers);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_NewTopic_destroy_array(wanted, (size_t)count);
    status = await(producer, call);
    if (status == STATUS_OK) broker_is_up(&producer->state);
    return status;
}
