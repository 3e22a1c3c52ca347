/* One program plays three parts, because all of them stand on the same modules, settings and database. Which one is a
 * setting like any other, so that whatever starts processes (a script, systemd, a cluster) says it as it says the rest.
 *
 * What is told is kept for three days, and what has been done is remembered for seven: whatever the broker can deliver
 * again, the inbox recognises.
 */
#include "stages/05-queues/queue_settings.h"

#include "stages/05-queues/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INT(key, field, initial, low, high, text) \
    SETTING_INT(struct queue_values, key, field, initial, low, high, text)
#define TEXT(key, field, initial, text) SETTING_TEXT(struct queue_values, key, field, initial, text)

/* clang-format off */
static const struct config_key keys[] = {
    TEXT("process.role", role, "shop", "shop serves, relay brings events to the broker, worker does what they ask for"),
    TEXT("broker.url", url, "127.0.0.1:9092", "Kafka: host:port, several with commas"),
    SETTING_BOOL(struct queue_values, "broker.tls", tls, "false", "to Kafka over TLS: its certificate must be of a known authority, for the name in the url"),
    TEXT("broker.prefix", prefix, "shop.", "of all topics and groups: what belongs to one database"),
    INT("broker.partitions", partitions, "12", 1, 64, "of a topic that is made; no more workers than that share one"),
    INT("broker.replicas", replicas, "1", 1, 5, "of a topic that is made: on so many brokers"),
    INT("broker.keep_hours", keep_hours, "72", 1, 2160, "the broker keeps what it has been told"),
    INT("broker.timeout_ms", timeout_ms, "10000", 500, 60000, "the broker acknowledges within, with all attempts"),
    INT("relay.batch", relay_batch, "500", 1, 1000, "events told at once"),
    INT("relay.idle_ms", relay_idle_ms, "20", 1, 1000, "at least so often the outbox is looked at"),
    INT("worker.concurrency", concurrency, "16", 1, 256, "events in work at once, for each subscriber"),
    INT("worker.handle_timeout_ms", handle_timeout_ms, "15000", 100, 120000, "for one event"),
    TEXT("worker.retry_delays_ms", retry_delays, "1000,10000,60000", "before an event is tried again; the last one for all further times"),
    INT("worker.tries", tries, "12", 2, 1000, "of an event that fails because something is away; then it is a dead letter"),
    INT("worker.inbox_hours", inbox_hours, "168", 1, 8760, "what has been done is remembered; longer than broker.keep_hours"),
    INT("watch.every_ms", watch_every_ms, "100", 10, 10000, "from one look at the orders that clients wait for to the next"),
    INT("watch.clients_max", watchers_max, "1000", 1, 5000, "clients that may wait for an order's outcome, per loop"),
};
/* clang-format on */

int queue_delays(const char *text, int64_t delays_ms[WORKER_DELAYS_MAX])
{
    int count = 0;
    int64_t before = 0;
    for (const char *at = text; count < WORKER_DELAYS_MAX;) {
        char *end;
        if (*at < '1' || *at > '9') return 0;
        const int64_t delay = strtoll(at, &end, 10);
        if (end - at > 9 || delay < before) return 0;
        delays_ms[count++] = before = delay;
        if (*end == '\0') return count;
        if (*end != ',') return 0;
        at = end + 1;
    }
    return 0;
}

static enum status check(const void *given, char error[256])
{
    const struct queue_values *values = given;
    int64_t unused[WORKER_DELAYS_MAX];
    if (strcmp(values->role, "shop") != 0 && strcmp(values->role, "relay") != 0 &&
        strcmp(values->role, "worker") != 0)
        snprintf(error, 256, "process.role is '%.64s'; it must be shop, relay or worker",
                 values->role);
    else if (strlen(values->prefix) > QUEUE_PREFIX_MAX ||
             strspn(values->prefix, "abcdefghijklmnopqrstuvwxyz0123456789._-") !=
                 strlen(values->prefix))
        snprintf(
            error, 256,
            "broker.prefix is '%.64s'; at most %d of a-z, 0-9, full stop, _ and - are possible",
            values->prefix, QUEUE_PREFIX_MAX);
    else if (queue_delays(values->retry_delays, unused) == 0)
        snprintf(error, 256,
                 "worker.retry_delays_ms is '%.64s'; it must be up to %d growing numbers with "
                 "commas between them",
                 values->retry_delays, WORKER_DELAYS_MAX);
    else if (values->inbox_hours <= values->keep_hours)
        snprintf(error, 256,
                 "worker.inbox_hours (%" PRId64 ") must be more than broker.keep_hours (%" PRId64
                 "): what can come again must be recognised",
                 values->inbox_hours, values->keep_hours);
    else
        return STATUS_OK;
    return STATUS_MALFORMED;
}

const struct settings_part queue_settings = SETTINGS_PART(struct queue_values, keys, check);
