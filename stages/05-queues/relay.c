/* While there is work the next batch follows at once; when there is none the relay looks again after a millisecond, two,
 * four … up to idle_ms. Asking costs one short round trip on an empty table, and saves everybody else from being woken
 * up for each event (decision 0021).
 *
 * The transaction stays open while the broker answers. That is harmless: it has not written anything yet, so it keeps no
 * row from being vacuumed, and nobody else waits for what it has locked.
 */
#include "stages/05-queues/relay.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/runtime/task.h"
#include "stages/03-caching/counter.h"
#include "stages/05-queues/envelope.h"
#include "stages/05-queues/queue_names.h"
#include "statements.h"

#include <assert.h>
#include <string.h>

enum {
    TOPICS_KNOWN_MAX = 64,
    BATCH_ARENA_MAX = 512 << 20, /* RELAY_BATCH_MAX of the longest events, twice */
    AFTER_FAILURE_MS = 500,
    STANDBY_MS = 500,
    SAMPLE_EVERY_MS = 1000,
    SAMPLE_ARENA_MAX = 1 << 20,
    PATIENCE_MS = 10000, /* for the database's part of a batch */
};

struct relay {
    struct relay_options options;
    struct relay_counters counters;
    char known[TOPICS_KNOWN_MAX][BROKER_TOPIC_MAX + 1]; /* topics that are there */
    int known_count;
    struct task *task, *sampler; /* NULL when they have ended */
    bool stopping;
};

/* --- a batch --- */

static bool is_known(const struct relay *relay, const char *topic)
{
    for (int i = 0; i < relay->known_count; i++)
        if (strcmp(relay->known[i], topic) == 0) return true;
    return false;
}

/* A topic is made when the first event of its name is to be told: modules invent names, not the relay. */
static enum status make_topic(struct relay *relay, struct call *call, const char *topic)
{
    const struct broker_topic wanted = {
        .name = topic,
        .partitions = relay->options.partitions,
        .replicas = relay->options.replicas,
        .keep_ms = relay->options.keep_ms,
    };
    if (is_known(relay, topic)) return STATUS_OK;
    if (strlen(topic) > BROKER_TOPIC_MAX)
        return call_fail(call, STATUS_INTERNAL, "the topic's name '%.40s' is too long", topic);
    enum status status = broker_make_topics(relay->options.producer, call, &wanted, 1);
    if (status == STATUS_OK && relay->known_count < TOPICS_KNOWN_MAX)
        strcpy(relay->known[relay->known_count++], topic);
    return status;
}

static enum status seal(struct relay *relay, struct call *call, const struct pg_rows *rows, int row,
                        struct broker_record *out)
{
    const struct envelope envelope = {
        .event = {.id = pg_text(rows, row, 1),
                  .topic = pg_text(rows, row, 2),
                  .key = pg_text(rows, row, 3),
                  .payload = pg_text(rows, row, 4)},
        .published_ms = pg_time_ms(rows, row, 5),
    };
    const char *topic = queue_topic_name(call->arena, relay->options.prefix, envelope.event.topic);
    envelope_seal(call->arena, &envelope, topic, out);
    return make_topic(relay, call, topic);
}

/* Deletes what was acknowledged. A batch may be told in part; the rest stays for the next. */
static enum status take_out(struct pg_tx *tx, const struct pg_rows *rows,
                            const struct broker_record *records, int *told)
{
    struct call *call = pg_tx_call(tx);
    int64_t *ids = arena_array(call->arena, int64_t, (size_t)rows->count);
    *told = 0;
    for (int i = 0; i < rows->count; i++)
        if (records[i].acknowledged) ids[(*told)++] = pg_int64(rows, i, 0);
    if (*told == 0) return STATUS_OK;
    return pg_queue(tx, &events_outbox_delete_sql,
                    PG_ARGS(PG_TEXT(pg_int64_array(call, ids, *told))));
}

/* How the telling went, remembered while the transaction ends. */
static enum status tell(struct relay *relay, struct pg_tx *tx, struct pg_rows *rows, int *told)
{
    struct call *call = pg_tx_call(tx);
    enum status status =
        pg_exec(tx, &events_outbox_batch_sql, PG_ARGS(PG_INT(relay->options.batch_max)), rows);
    if (status != STATUS_OK || rows->count == 0) return status;
    struct broker_record *records =
        arena_array(call->arena, struct broker_record, (size_t)rows->count);
    for (int i = 0; i < rows->count && status == STATUS_OK; i++)
        status = seal(relay, call, rows, i, &records[i]);
    if (status != STATUS_OK) return status;
    status = broker_send(relay->options.producer, call, records, rows->count);
    const struct call_failure failure = call->failure;
    enum status deleted = take_out(tx, rows, records, told);
    if (status != STATUS_OK) call->failure = failure;
    return deleted != STATUS_OK ? deleted : status;
}

enum status relay_batch(struct relay *relay, struct call *call, int *told)
{
    struct pg_tx *tx;
    struct pg_rows rows;
    *told = 0;
    enum status status = pg_begin(relay->options.pool, call, &tx);
    if (status != STATUS_OK) return status;
    status = pg_exec(tx, &events_relay_lock_sql, PG_NO_ARGS, &rows);
    if (status == STATUS_OK && !pg_bool(&rows, 0, 0)) {
        pg_rollback(tx);
        counter_set(&relay->counters.active, 0);
        *told = -1;
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        counter_set(&relay->counters.active, 1);
        status = tell(relay, tx, &rows, told);
    }
    if (status != STATUS_OK && *told == 0) {
        pg_rollback(tx);
        return status;
    }
    const struct call_failure failure = call->failure;
    enum status committed = pg_commit(tx);
    if (committed != STATUS_OK) return committed; /* all of it is told again */
    counter_add(&relay->counters.told, *told);
    call->failure = failure;
    return status;
}

/* --- going on --- */

/* How long to wait before the next. */
static int64_t run_batch(struct relay *relay, int64_t waited_ms)
{
    struct arena arena;
    struct call call;
    int told;
    arena_init(&arena, BATCH_ARENA_MAX);
    call_init(&call, &arena, relay->options.timeout_ms + PATIENCE_MS);
    enum status status = relay_batch(relay, &call, &told);
    if (status != STATUS_OK) {
        counter_add(&relay->counters.failures, 1);
        log_warn("relay_failed", &call, LOG_TEXT("status", status_name(status)),
                 LOG_TEXT("detail", call.failure.message), LOG_INT("told", told));
    }
    arena_release(&arena);
    if (status != STATUS_OK) return AFTER_FAILURE_MS;
    if (told < 0) return STANDBY_MS;
    if (told > 0) return 0;
    const int64_t longer_ms = waited_ms > 0 ? 2 * waited_ms : 1;
    return longer_ms < relay->options.idle_ms ? longer_ms : relay->options.idle_ms;
}

static void run(void *argument)
{
    struct relay *relay = argument;
    int64_t wait_ms = 0;
    relay->task = task_current(relay->options.loop);
    while (!relay->stopping) {
        if (!pg_pool_ready(relay->options.pool))
            wait_ms = relay->options.idle_ms;
        else
            wait_ms = run_batch(relay, wait_ms);
        if (wait_ms > 0 && !relay->stopping)
            (void)task_park(relay->options.loop, loop_now_ms(relay->options.loop) + wait_ms);
    }
    counter_set(&relay->counters.active, 0);
    relay->task = NULL;
}

static void sample(struct relay *relay)
{
    struct arena arena;
    struct call call;
    struct pg_rows rows;
    arena_init(&arena, SAMPLE_ARENA_MAX);
    call_init(&call, &arena, PATIENCE_MS);
    if (pg_read(relay->options.pool, &call, &events_outbox_waiting_sql,
                PG_ARGS(PG_INT(RELAY_WAITING_MAX)), &rows) == STATUS_OK) {
        counter_set(&relay->counters.waiting, pg_int64(&rows, 0, 0));
        counter_set(&relay->counters.age_ms, pg_int64(&rows, 0, 1));
    }
    arena_release(&arena);
}

static void run_sampler(void *argument)
{
    struct relay *relay = argument;
    relay->sampler = task_current(relay->options.loop);
    while (!relay->stopping) {
        if (pg_pool_ready(relay->options.pool)) sample(relay);
        (void)task_park(relay->options.loop, loop_now_ms(relay->options.loop) + SAMPLE_EVERY_MS);
    }
    relay->sampler = NULL;
}

enum status relay_start(struct relay *relay)
{
    enum status status = task_start(relay->options.loop, run, relay);
    if (status == STATUS_OK) status = task_start(relay->options.loop, run_sampler, relay);
    return status;
}

void relay_stop(struct relay *relay)
{
    relay->stopping = true;
    if (relay->task) task_wake(relay->task);
    if (relay->sampler) task_wake(relay->sampler);
}

struct relay *relay_new(struct arena *arena, const struct relay_options *options)
{
    struct relay *relay = arena_new(arena, struct relay);
    assert(options->batch_max > 0 && options->batch_max <= RELAY_BATCH_MAX);
    relay->options = *options;
    return relay;
}

const struct relay_counters *relay_counters(const struct relay *relay)
{
    return &relay->counters;
}
