/* A consumer without a group: it takes every partition from the beginning, commits nothing, and stops where the topic ended
 * when it came there.
 */
#include "stages/05-queues/broker_shelf.h"

#include "stages/05-queues/broker_inside.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool begins_and_ends(const char *name, const char *beginning, const char *ending)
{
    const size_t length = strlen(name), start = strlen(beginning), end = strlen(ending);
    return length >= start + end && strncmp(name, beginning, start) == 0 &&
           strcmp(name + length - end, ending) == 0;
}

static enum status fail(char error[256], const char *what, rd_kafka_resp_err_t why)
{
    snprintf(error, 256, "%s: %s", what, rd_kafka_err2str(why));
    return STATUS_UNAVAILABLE;
}

static enum status find_partitions(rd_kafka_t *client, int timeout_ms, const char *beginning,
                                   const char *ending, rd_kafka_topic_partition_list_t *out,
                                   char error[256])
{
    const struct rd_kafka_metadata *metadata;
    const rd_kafka_resp_err_t failed = rd_kafka_metadata(client, 1, NULL, &metadata, timeout_ms);
    if (failed) return fail(error, "the broker does not say which topics there are", failed);
    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];
        if (!begins_and_ends(topic->topic, beginning, ending)) continue;
        for (int k = 0; k < topic->partition_cnt; k++)
            rd_kafka_topic_partition_list_add(out, topic->topic, topic->partitions[k].id)->offset =
                RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_metadata_destroy(metadata);
    return STATUS_OK;
}

static enum status read_all(rd_kafka_t *client, int timeout_ms, int left, struct arena *arena,
                            void (*each)(void *context, const struct broker_record *record),
                            void *context, char error[256])
{
    while (left > 0) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, timeout_ms);
        if (!message)
            return fail(error, "the broker does not answer", RD_KAFKA_RESP_ERR__TIMED_OUT);
        const rd_kafka_resp_err_t failed = message->err;
        if (failed == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            left--;
        } else if (!failed) {
            struct broker_record record;
            broker_copy(message, arena, &record);
            record.topic = arena_strdup(arena, rd_kafka_topic_name(message->rkt));
            each(context, &record);
        }
        rd_kafka_message_destroy(message);
        if (failed && failed != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            return fail(error, "the topics cannot be read", failed);
    }
    return STATUS_OK;
}

enum status broker_shelf_read(struct arena *arena, const struct broker_options *options,
                              const char *beginning, const char *ending,
                              void (*each)(void *context, const struct broker_record *record),
                              void *context, char error[256])
{
    static struct broker_state state = {.name = "shelf"};
    const struct broker_setting settings[] = {
        {"group.id", "none"}, /* a consumer must have one; nothing is ever committed under it */
        {"enable.auto.commit", "false"},
        {"enable.partition.eof", "true"},
    };
    const int timeout_ms = (int)options->timeout_ms;
    rd_kafka_conf_t *conf =
        broker_conf(options, &state, settings, sizeof(settings) / sizeof(settings[0]), error);
    if (!conf) return STATUS_MALFORMED;
    rd_kafka_t *client = broker_client(RD_KAFKA_CONSUMER, conf, error);
    if (!client) return STATUS_MALFORMED;
    (void)rd_kafka_poll_set_consumer(client);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    enum status status = find_partitions(client, timeout_ms, beginning, ending, list, error);
    if (status == STATUS_OK && list->cnt > 0) {
        (void)rd_kafka_assign(client, list);
        status = read_all(client, timeout_ms, list->cnt, arena, each, context, error);
    }
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return status;
}
