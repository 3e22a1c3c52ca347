/* Records in. The group's decisions come as callbacks while the consumer's queue is polled; the records of each partition
 * stay in a queue of its own, from which its lane takes them.
 *
 * *Apart.* By default librdkafka pours the records of all partitions into one queue. Forwarding a partition's queue to
 * nowhere, before its fetching starts, keeps it separate; how much is fetched ahead is bounded there as well.
 *
 * *Leaving.* When partitions are revoked nothing has to be answered at once: the group waits until they are unassigned. So
 * the lanes are told, and the last one to be let go gives all of them back; what has been done by then is committed by
 * that. Partitions that stay with us are not touched (cooperative-sticky). When the session was lost others have them
 * already, and there is nothing to wait for.
 */
#include "stages/05-queues/broker_inside.h"

#include "common/base/log.h"
#include "stages/03-caching/counter.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct broker_consumer {
    struct broker_state state; /* first: what callbacks get */
    struct broker_bell bell;
    struct broker_taker taker;
    rd_kafka_t *client;
    rd_kafka_queue_t *queue;    /* what the group decides, and errors */
    rd_kafka_queue_t *farewell; /* the same, once we are leaving; NULL before */
    struct broker_lane all[BROKER_LANES_MAX];
    struct broker_lane *lanes[BROKER_LANES_MAX]; /* first those that are open, then the others */
    int lane_count;
    rd_kafka_topic_partition_list_t *revoked; /* to be given back; NULL: none */
    int holding;                              /* lanes of these that have not been let go */
    bool complained;                          /* not every minute of the same trouble */
    bool assigned;                            /* partitions were given, even if none is left */
};

/* --- lanes --- */

static void open_lane(struct broker_consumer *consumer, const char *topic, int32_t partition)
{
    if (consumer->lane_count == BROKER_LANES_MAX) {
        log_error("lanes_full", NULL, LOG_TEXT("topic", topic), LOG_INT("partition", partition));
        return; /* its records wait for another worker */
    }
    rd_kafka_queue_t *queue = rd_kafka_queue_get_partition(consumer->client, topic, partition);
    if (!queue) return;
    struct broker_lane *lane = consumer->lanes[consumer->lane_count++];
    *lane = (struct broker_lane){.partition = partition, .consumer = consumer, .queue = queue};
    snprintf(lane->topic, sizeof(lane->topic), "%s", topic);
    rd_kafka_queue_forward(queue, NULL);
    broker_bell_follow(&consumer->bell, queue);
    consumer->taker.opened(consumer->taker.context, lane);
}

/* Lost and given to us again while we were ending what we had of it: two lanes have the one queue. */
static bool has_twin(const struct broker_consumer *consumer, const struct broker_lane *lane)
{
    for (int i = 0; i < consumer->lane_count; i++)
        if (consumer->lanes[i] != lane && consumer->lanes[i]->partition == lane->partition &&
            strcmp(consumer->lanes[i]->topic, lane->topic) == 0)
            return true;
    return false;
}

static void close_lane(struct broker_consumer *consumer, struct broker_lane *lane)
{
    int place = 0;
    while (consumer->lanes[place] != lane)
        place++;
    consumer->lanes[place] = consumer->lanes[--consumer->lane_count];
    consumer->lanes[consumer->lane_count] = lane;
    if (!has_twin(consumer, lane)) broker_bell_ignore(lane->queue);
    rd_kafka_queue_destroy(lane->queue);
    lane->queue = NULL;
}

static struct broker_lane *find_lane(const struct broker_consumer *consumer, const char *topic,
                                     int32_t partition)
{
    for (int i = 0; i < consumer->lane_count; i++)
        if (!consumer->lanes[i]->leaving && consumer->lanes[i]->partition == partition &&
            strcmp(consumer->lanes[i]->topic, topic) == 0)
            return consumer->lanes[i];
    return NULL;
}

/* --- what the group decides --- */

static void complain(const char *event, rd_kafka_error_t *error)
{
    if (!error) return;
    log_error(event, NULL, LOG_TEXT("error", rd_kafka_error_name(error)),
              LOG_TEXT("reason", rd_kafka_error_string(error)));
    rd_kafka_error_destroy(error);
}

static void give_back(struct broker_consumer *consumer)
{
    complain("partitions_not_given_back",
             rd_kafka_incremental_unassign(consumer->client, consumer->revoked));
    rd_kafka_topic_partition_list_destroy(consumer->revoked);
    consumer->revoked = NULL;
}

static void revoke(struct broker_consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    assert(!consumer->revoked);
    consumer->revoked = rd_kafka_topic_partition_list_copy(list);
    consumer->holding = 1; /* us: lanes may be let go while they are told */
    for (int i = 0; i < list->cnt; i++) {
        struct broker_lane *lane =
            find_lane(consumer, list->elems[i].topic, list->elems[i].partition);
        if (!lane) continue;
        lane->leaving = lane->awaited = true;
        consumer->holding++;
        consumer->taker.leaving(consumer->taker.context, lane);
    }
    if (--consumer->holding == 0) give_back(consumer);
}

/* Others have them already: what their takers still do there they do for nothing, or twice. */
static void lose(struct broker_consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    log_warn("partitions_lost", NULL, LOG_INT("count", list->cnt));
    complain("partitions_not_given_back", rd_kafka_incremental_unassign(consumer->client, list));
    for (int i = 0; i < list->cnt; i++) {
        struct broker_lane *lane =
            find_lane(consumer, list->elems[i].topic, list->elems[i].partition);
        if (!lane) continue;
        lane->leaving = true;
        consumer->taker.leaving(consumer->taker.context, lane);
    }
}

static void on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t what,
                         rd_kafka_topic_partition_list_t *list, void *opaque)
{
    struct broker_consumer *consumer = opaque;
    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        for (int i = 0; i < list->cnt; i++)
            open_lane(consumer, list->elems[i].topic, list->elems[i].partition);
        consumer->assigned = true;
        complain("partitions_not_taken", rd_kafka_incremental_assign(client, list));
    } else if (rd_kafka_assignment_lost(client)) {
        lose(consumer, list);
    } else {
        revoke(consumer, list);
    }
}

void broker_lane_leave(struct broker_lane *lane)
{
    struct broker_consumer *consumer = lane->consumer;
    assert(lane->leaving);
    const bool awaited = lane->awaited;
    close_lane(consumer, lane);
    if (awaited && --consumer->holding == 0) give_back(consumer);
}

/* --- polling --- */

/* A group's own troubles pass, and a topic that is not there yet is looked for again: said once, until a record comes. */
static void report(struct broker_consumer *consumer, const rd_kafka_message_t *message)
{
    if (consumer->complained) return;
    consumer->complained = true;
    log_warn("broker_error", NULL, LOG_TEXT("client", consumer->state.name),
             LOG_TEXT("error", rd_kafka_err2name(message->err)),
             LOG_TEXT("reason", rd_kafka_message_errstr(message)));
}

static void on_bell(void *context)
{
    struct broker_consumer *consumer = context;
    rd_kafka_message_t *message;
    if (!consumer->client) return;
    if (consumer->farewell)
        while (rd_kafka_queue_poll_callback(consumer->farewell, 0) > 0)
            continue;
    if (broker_consumer_has_left(consumer)) return;
    while ((message = rd_kafka_consumer_poll(consumer->client, 0)) != NULL) {
        if (message->err) report(consumer, message);
        rd_kafka_message_destroy(message);
    }
    consumer->taker.came(consumer->taker.context);
}

/* --- taking --- */

bool broker_lane_has(const struct broker_lane *lane)
{
    return rd_kafka_queue_length(lane->queue) > 0;
}

bool broker_lane_take(struct broker_lane *lane, struct arena *arena, struct broker_record *out,
                      int64_t *offset)
{
    struct broker_consumer *consumer = lane->consumer;
    rd_kafka_message_t *message;
    while ((message = rd_kafka_consume_queue(lane->queue, 0)) != NULL && message->err) {
        report(consumer, message);
        rd_kafka_message_destroy(message);
    }
    if (!message) return false;
    broker_copy(message, arena, out);
    out->topic = lane->topic;
    *offset = message->offset;
    rd_kafka_message_destroy(message);
    counter_add(&consumer->state.counters.taken, 1);
    broker_is_up(&consumer->state);
    consumer->complained = false;
    return true;
}

void broker_lane_done(struct broker_lane *lane, int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, lane->topic, lane->partition)->offset = offset;
    (void)rd_kafka_offsets_store(lane->consumer->client, list); /* refused when it was lost */
    rd_kafka_topic_partition_list_destroy(list);
}

int64_t broker_lane_behind(const struct broker_lane *lane, int64_t offset)
{
    int64_t low = 0, high = 0;
    if (rd_kafka_get_watermark_offsets(lane->consumer->client, lane->topic, lane->partition, &low,
                                       &high) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    return high > offset ? high - offset : 0;
}

/* --- life --- */

static bool make_client(struct broker_consumer *consumer, const struct broker_options *options,
                        const char *group, char error[256])
{
    const struct broker_setting settings[] = {
        {"group.id", group},
        {"partition.assignment.strategy", "cooperative-sticky"},
        {"session.timeout.ms", "10000"}, /* so long does what a killed worker had wait */
        {"heartbeat.interval.ms", "1000"},
        {"auto.offset.reset", "earliest"},
        {"enable.auto.offset.store", "false"}, /* broker_lane_done() says what is done … */
        {"enable.auto.commit", "true"},        /* … and this tells the broker */
        {"auto.commit.interval.ms", "500"},
        {"queued.min.messages", "200"},
        {"queued.max.messages.kbytes", "8192"},
    };
    rd_kafka_conf_t *conf =
        broker_conf(options, consumer, settings, sizeof(settings) / sizeof(settings[0]), error);
    if (!conf) return false;
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    consumer->client = broker_client(RD_KAFKA_CONSUMER, conf, error);
    if (!consumer->client) return false;
    (void)rd_kafka_poll_set_consumer(consumer->client);
    consumer->queue = rd_kafka_queue_get_consumer(consumer->client);
    broker_bell_follow(&consumer->bell, consumer->queue);
    return true;
}

enum status broker_consumer_open(struct arena *arena, struct loop *loop,
                                 const struct broker_options *options, const char *group,
                                 const struct broker_taker *taker, struct broker_consumer **out,
                                 char error[256])
{
    struct broker_consumer *consumer = arena_new(arena, struct broker_consumer);
    consumer->taker = *taker;
    for (int i = 0; i < BROKER_LANES_MAX; i++)
        consumer->lanes[i] = &consumer->all[i];
    consumer->state.name = arena_strdup(arena, group);
    counter_set(&consumer->state.counters.up, 1);
    const enum status status = broker_bell_open(&consumer->bell, loop, on_bell, consumer, error);
    if (status != STATUS_OK) return status;
    *out = consumer;
    if (make_client(consumer, options, group, error)) return STATUS_OK;
    broker_consumer_close(consumer);
    return STATUS_MALFORMED;
}

enum status broker_consumer_join(struct broker_consumer *consumer, struct call *call,
                                 const char *const *topics, int count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, topics[i], RD_KAFKA_PARTITION_UA);
    const rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? STATUS_OK : broker_fail(call, error);
}

void broker_consumer_leave(struct broker_consumer *consumer)
{
    if (consumer->farewell) return;
    consumer->farewell = rd_kafka_queue_new(consumer->client);
    broker_bell_follow(&consumer->bell, consumer->farewell);
    complain("group_not_left", rd_kafka_consumer_close_queue(consumer->client, consumer->farewell));
}

bool broker_consumer_has_left(const struct broker_consumer *consumer)
{
    return consumer->farewell && rd_kafka_consumer_closed(consumer->client);
}

/* Until 2.3 librdkafka aborts when a member of a cooperative group is destroyed before it was ever given partitions
   (https://github.com/confluentinc/librdkafka/issues/4312). Such a one is left to the end of the process, which is near. */
static void destroy(struct broker_consumer *consumer, bool left)
{
    if (!consumer->assigned && rd_kafka_version() < 0x02030000) {
        rd_kafka_set_log_level(consumer->client, 0); /* its threads must not call us any more */
        return;
    }
    rd_kafka_destroy_flags(consumer->client, left ? 0 : RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void broker_consumer_close(struct broker_consumer *consumer)
{
    const bool left = consumer->client && broker_consumer_has_left(consumer);
    while (consumer->lane_count > 0)
        close_lane(consumer, consumer->lanes[0]);
    if (consumer->revoked) rd_kafka_topic_partition_list_destroy(consumer->revoked);
    broker_bell_drop(consumer->farewell);
    broker_bell_drop(consumer->queue);
    if (consumer->client) destroy(consumer, left);
    consumer->client = NULL;
    broker_bell_close(&consumer->bell);
}

struct broker_counters *broker_consumer_counters(struct broker_consumer *consumer)
{
    return &consumer->state.counters;
}
