/* Numbers are written as text, so that any tool that prints headers shows them. */
#include "stages/05-queues/envelope.h"

#include "common/base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char id_header[] = "event_id", topic_header[] = "topic", key_header[] = "key",
                  published_header[] = "published_ms", tries_header[] = "tries",
                  due_header[] = "due_ms", error_header[] = "error";

static void add_number(struct arena *arena, struct broker_record *record, const char *name,
                       int64_t number)
{
    broker_record_add(record, name, arena_printf(arena, "%" PRId64, number));
}

void envelope_seal(struct arena *arena, const struct envelope *envelope, const char *topic,
                   struct broker_record *out)
{
    const struct event *event = &envelope->event;
    *out = (struct broker_record){
        .topic = topic,
        .key = event->key,
        .value = event->payload,
        .length = strlen(event->payload),
    };
    broker_record_add(out, id_header, event->id);
    broker_record_add(out, topic_header, event->topic);
    add_number(arena, out, published_header, envelope->published_ms);
    if (envelope->tries > 0) add_number(arena, out, tries_header, envelope->tries);
    if (envelope->due_ms > 0) add_number(arena, out, due_header, envelope->due_ms);
    if (envelope->error) broker_record_add(out, error_header, envelope->error);
}

void envelope_seal_dead(struct arena *arena, const struct envelope *envelope, const char *topic,
                        struct broker_record *out)
{
    envelope_seal(arena, envelope, topic, out);
    broker_record_add(out, key_header, envelope->event.key);
    out->key = arena_printf(arena, "%s@%" PRId64, envelope->event.id, clock_wall_ms());
}

/* False unless it is there and a number that is not negative. */
static bool read_number(const struct broker_record *record, const char *name, int64_t *out)
{
    const char *text = broker_record_header(record, name);
    char *end;
    if (!text || *text < '0' || *text > '9') return false;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0';
}

const char *envelope_open(const struct broker_record *record, struct envelope *out)
{
    int64_t tries = 0;
    const char *key = broker_record_header(record, key_header);
    *out = (struct envelope){
        .event = {.id = broker_record_header(record, id_header),
                  .topic = broker_record_header(record, topic_header),
                  .key = key ? key : record->key,
                  .payload = record->value},
        .error = broker_record_header(record, error_header),
    };
    if (!out->event.id) return "it has no event_id";
    if (!out->event.topic) return "it has no topic";
    if (!out->event.key) return "it has no key";
    if (!out->event.payload) return "it has no payload";
    if (strlen(out->event.payload) != record->length) return "its payload is not text";
    if (!read_number(record, published_header, &out->published_ms)) return "it has no published_ms";
    (void)read_number(record, due_header, &out->due_ms);
    if (read_number(record, tries_header, &tries) && tries < INT32_MAX) out->tries = (int)tries;
    return NULL;
}
