/* What producers and consumers share: the bell, the configuration, what is said when the broker goes and comes.
 *
 * librdkafka's own log lines come through the same queues as everything else (log.queue), so that they are written on
 * the loop's thread. It tries to connect again by itself, for as long as it takes.
 */
#include "stages/05-queues/broker_inside.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "stages/03-caching/counter.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { RING_EVERY_MS = 1000, SYSLOG_WARNING = 4, SYSLOG_NOTICE = 5 };

/* --- records --- */

void broker_record_add(struct broker_record *record, const char *name, const char *value)
{
    assert(record->header_count < BROKER_HEADERS_MAX);
    record->headers[record->header_count++] = (struct broker_header){name, value};
}

const char *broker_record_header(const struct broker_record *record, const char *name)
{
    for (int i = 0; i < record->header_count; i++)
        if (strcmp(record->headers[i].name, name) == 0) return record->headers[i].value;
    return NULL;
}

static void read_headers(const rd_kafka_message_t *message, struct arena *arena,
                         struct broker_record *out)
{
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t length;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    for (size_t i = 0;
         out->header_count < BROKER_HEADERS_MAX &&
         rd_kafka_header_get_all(headers, i, &name, &value, &length) == RD_KAFKA_RESP_ERR_NO_ERROR;
         i++)
        if (value)
            broker_record_add(out, arena_strdup(arena, name), arena_memdup(arena, value, length));
}

void broker_copy(const rd_kafka_message_t *message, struct arena *arena, struct broker_record *out)
{
    *out = (struct broker_record){.length = message->len};
    if (message->key) out->key = arena_memdup(arena, message->key, message->key_len);
    if (message->payload) out->value = arena_memdup(arena, message->payload, message->len);
    read_headers(message, arena, out);
}

/* --- the bell --- */

static void ring(void *context, unsigned ready)
{
    struct broker_bell *bell = context;
    uint64_t count;
    (void)ready;
    /* First the counter, then the queues: the other way round what comes in between would ring for nobody. */
    if (read(bell->watch.fd, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR)
        log_error("broker_bell", NULL, LOG_INT("errno", errno));
    bell->run(bell->context);
}

static void on_timer(void *context)
{
    struct broker_bell *bell = context;
    loop_timer_start(bell->loop, &bell->timer, loop_now_ms(bell->loop) + RING_EVERY_MS);
    bell->run(bell->context);
}

enum status broker_bell_open(struct broker_bell *bell, struct loop *loop,
                             void (*run)(void *context), void *context, char error[256])
{
    *bell = (struct broker_bell){.loop = loop, .run = run, .context = context};
    bell->watch.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bell->watch.fd < 0) {
        snprintf(error, 256, "no descriptors left (ulimit -n)");
        return STATUS_UNAVAILABLE;
    }
    bell->watch.run = ring;
    bell->watch.context = bell;
    bell->timer.run = on_timer;
    bell->timer.context = bell;
    loop_watch(loop, &bell->watch, LOOP_READ);
    loop_timer_start(loop, &bell->timer, loop_now_ms(loop) + RING_EVERY_MS);
    return STATUS_OK;
}

void broker_bell_close(struct broker_bell *bell)
{
    loop_unwatch(bell->loop, &bell->watch);
    loop_timer_stop(bell->loop, &bell->timer);
    close(bell->watch.fd);
}

void broker_bell_follow(struct broker_bell *bell, rd_kafka_queue_t *queue)
{
    static const uint64_t one = 1;
    rd_kafka_queue_io_event_enable(queue, bell->watch.fd, &one, sizeof(one));
}

void broker_bell_ignore(rd_kafka_queue_t *queue)
{
    rd_kafka_queue_io_event_enable(queue, -1, NULL, 0);
}

void broker_bell_drop(rd_kafka_queue_t *queue)
{
    if (!queue) return;
    broker_bell_ignore(queue);
    rd_kafka_queue_destroy(queue);
}

/* --- what a client says of itself --- */

void broker_is_up(struct broker_state *state)
{
    counter_set(&state->counters.up, 1);
    if (state->troubled) log_info("broker_up", NULL, LOG_TEXT("client", state->name));
    state->troubled = false;
}

static void on_error(rd_kafka_t *client, int error, const char *reason, void *opaque)
{
    struct broker_state *state = opaque;
    char fatal[256];
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        const rd_kafka_resp_err_t why = rd_kafka_fatal_error(client, fatal, sizeof(fatal));
        state->broken = true;
        log_error("broker_client_broken", NULL, LOG_TEXT("client", state->name),
                  LOG_TEXT("error", rd_kafka_err2name(why)), LOG_TEXT("reason", fatal));
        return;
    }
    if (error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return; /* its log has the rest */
    counter_set(&state->counters.up, 0);
    if (state->troubled) return;
    state->troubled = true;
    log_warn("broker_lost", NULL, LOG_TEXT("client", state->name), LOG_TEXT("reason", reason));
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    const struct broker_state *state = rd_kafka_opaque(client);
    const enum log_level ours = level <= SYSLOG_WARNING  ? LOG_WARN
                                : level <= SYSLOG_NOTICE ? LOG_INFO
                                                         : LOG_DEBUG;
    log_write(ours, "broker_says", NULL,
              (struct log_value[]){LOG_TEXT("client", state->name), LOG_TEXT("about", facility),
                                   LOG_TEXT("text", text)},
              3);
}

/* --- making one --- */

rd_kafka_conf_t *broker_conf(const struct broker_options *options, void *opaque,
                             const struct broker_setting *settings, size_t count, char error[256])
{
    const struct broker_setting shared[] = {
        {"bootstrap.servers", options->url},
        {"client.id", options->client_id},
        {"security.protocol", options->tls ? "ssl" : "plaintext"},
        {"log.queue", "true"},
        {"allow.auto.create.topics", "false"}, /* a topic is made on purpose, with its partitions */
        {"reconnect.backoff.max.ms", "2000"},
        {"topic.metadata.refresh.interval.ms", "3000"},
        {"socket.keepalive.enable", "true"},
        {"socket.nagle.disable", "true"},
    };
    const size_t shared_count = sizeof(shared) / sizeof(shared[0]);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char reason[200];
    for (size_t i = 0; i < shared_count + count; i++) {
        const struct broker_setting *setting =
            i < shared_count ? &shared[i] : &settings[i - shared_count];
        if (rd_kafka_conf_set(conf, setting->name, setting->value, reason, sizeof(reason)) ==
            RD_KAFKA_CONF_OK)
            continue;
        snprintf(error, 256, "the broker's client refuses %s: %s", setting->name, reason);
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_opaque(conf, opaque);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, on_log);
    return conf;
}

rd_kafka_t *broker_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, char error[256])
{
    char reason[200];
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof(reason));
    if (client) {
        (void)rd_kafka_set_log_queue(client, NULL); /* NULL: the one it is polled by */
        return client;
    }
    rd_kafka_conf_destroy(conf);
    snprintf(error, 256, "cannot make a client of the broker: %s", reason);
    return NULL;
}

enum status broker_fail(struct call *call, rd_kafka_resp_err_t error)
{
    if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        return call_fail(call, STATUS_TOO_LARGE, "the broker refuses a record of this size");
    return call_fail(call, STATUS_UNAVAILABLE, "the broker cannot take it now: %s",
                     rd_kafka_err2str(error));
}
