/* What a publisher may rely on, whoever brings the events: told if and only if it was committed, to everybody who has
 * asked for the topic, as it was written, those of one key in their order. How often, when, and in which process is the
 * implementation's business; the cases here ask after bring() has done what there was to do.
 */
#include "common/base/log.h"
#include "statements.h"
#include "tests/ports/on_postgres.h"
#include "tests/ports/suites.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HEARD_MAX = 256, PAYLOAD_BYTES = 100000, PUBLISHERS = 20, EACH = 5 };

struct heard {
    char id[64], topic[32], key[32];
    size_t payload_length;
};

/* A subscriber that writes down what it hears. */
struct listener {
    struct heard heard[HEARD_MAX];
    int count;
    const char *payload; /* of the last one */
    enum status answer;
};

static enum status hear(void *context, struct call *call, const struct event *event)
{
    struct listener *listener = context;
    if (listener->answer != STATUS_OK)
        return call_fail(call, listener->answer, "this one is not having it");
    assert_true(listener->count < HEARD_MAX);
    struct heard *heard = &listener->heard[listener->count++];
    snprintf(heard->id, sizeof(heard->id), "%s", event->id);
    snprintf(heard->topic, sizeof(heard->topic), "%s", event->topic);
    snprintf(heard->key, sizeof(heard->key), "%s", event->key);
    heard->payload_length = strlen(event->payload);
    listener->payload = arena_strdup(call->arena, event->payload);
    return STATUS_OK;
}

static struct listener *listen(struct harness *harness, struct events_subject *subject,
                               const char *topic, const char *name)
{
    struct listener *listener = arena_new(harness->arena, struct listener);
    events_subscribe(subject->events, topic, name, hear, listener);
    return listener;
}

static struct pg_tx *begin(struct harness *harness)
{
    struct pg_tx *tx;
    struct call *call = harness_call(harness);
    assert_status(call, STATUS_OK, pg_begin(harness->pool, call, &tx));
    return tx;
}

/* What the events are about: a module's own change, in the same transaction. */
static void change(struct pg_tx *tx, int64_t product_id, int64_t places)
{
    assert_int_equal(
        pg_queue(tx, &bookings_capacity_daily_sql, PG_ARGS(PG_INT(product_id), PG_INT(places))),
        STATUS_OK);
}

static void publish(struct events_subject *subject, struct pg_tx *tx, const char *id,
                    const char *topic, const char *key, const char *payload)
{
    const struct event event = {.id = id, .topic = topic, .key = key, .payload = payload};
    assert_status(pg_tx_call(tx), STATUS_OK, events_publish(subject->events, tx, &event));
}

static void publish_alone(struct harness *harness, struct events_subject *subject, const char *id,
                          const char *topic, const char *key)
{
    struct pg_tx *tx = begin(harness);
    struct call *call = pg_tx_call(tx);
    change(tx, 1, 10);
    publish(subject, tx, id, topic, key, "{}");
    assert_status(call, STATUS_OK, pg_commit(tx));
}

/* --- if and only if --- */

static void what_was_committed_is_told(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    struct listener *listener = listen(harness, subject, "order.placed", "payment");
    publish_alone(harness, subject, "order-17-placed", "order.placed", "order-17");
    subject->bring(harness, subject);
    assert_int_equal(listener->count, 1);
    assert_string_equal(listener->heard[0].id, "order-17-placed");
    assert_string_equal(listener->heard[0].topic, "order.placed");
    assert_string_equal(listener->heard[0].key, "order-17");
    subject->bring(harness, subject);
    assert_int_equal(listener->count, 1);
}

static void nothing_is_told_before_the_commit(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    struct listener *listener = listen(harness, subject, "order.placed", "payment");
    struct pg_tx *tx = begin(harness);
    struct call *call = pg_tx_call(tx);
    change(tx, 1, 10);
    publish(subject, tx, "order-17-placed", "order.placed", "order-17", "{}");
    assert_status(call, STATUS_OK,
                  pg_exec(tx, &bookings_capacity_known_sql, PG_ARGS(PG_INT(2)), NULL));
    subject->bring(harness, subject);
    assert_int_equal(listener->count, 0);
    assert_status(call, STATUS_OK, pg_commit(tx));
    subject->bring(harness, subject);
    assert_int_equal(listener->count, 1);
}

static void what_was_rolled_back_is_never_told(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    struct listener *listener = listen(harness, subject, "order.placed", "payment");
    struct pg_tx *tx = begin(harness);
    struct call *call = pg_tx_call(tx);
    change(tx, 1, 10);
    publish(subject, tx, "order-17-placed", "order.placed", "order-17", "{}");
    assert_status(call, STATUS_OK,
                  pg_exec(tx, &bookings_capacity_known_sql, PG_ARGS(PG_INT(2)), NULL));
    pg_rollback(tx);
    subject->bring(harness, subject);
    assert_int_equal(listener->count, 0);
}

/* The database refuses the module's own change. */
static void what_could_not_be_committed_is_never_told(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    struct listener *listener = listen(harness, subject, "order.placed", "payment");
    struct pg_tx *tx = begin(harness);
    struct call *call = pg_tx_call(tx);
    publish(subject, tx, "order-17-placed", "order.placed", "order-17", "{}");
    change(tx, 1, -1);
    assert_status(call, STATUS_CONFLICT, pg_commit(tx));
    subject->bring(harness, subject);
    assert_int_equal(listener->count, 0);
}

/* --- to whom --- */

static void everybody_who_asked_is_told(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    struct listener *receipt = listen(harness, subject, "order.confirmed", "receipt");
    struct listener *sale = listen(harness, subject, "order.confirmed", "sale");
    struct listener *other = listen(harness, subject, "order.rejected", "somebody");
    publish_alone(harness, subject, "order-17-confirmed", "order.confirmed", "order-17");
    publish_alone(harness, subject, "order-18-ignored", "nobody.cares", "order-18");
    subject->bring(harness, subject);
    assert_int_equal(receipt->count, 1);
    assert_int_equal(sale->count, 1);
    assert_int_equal(other->count, 0);
}

static void one_who_fails_keeps_nobody_from_hearing(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    struct listener *receipt = listen(harness, subject, "order.confirmed", "receipt");
    struct listener *sale = listen(harness, subject, "order.confirmed", "sale");
    receipt->answer = STATUS_UNAVAILABLE;
    const int nowhere = -1;
    log_open(LOG_ERROR, nowhere); /* it says so, and it should */
    publish_alone(harness, subject, "order-17-confirmed", "order.confirmed", "order-17");
    subject->bring(harness, subject);
    log_open(LOG_ERROR, STDERR_FILENO);
    assert_int_equal(sale->count, 1);
}

/* --- as what, and in which order --- */

static void it_is_told_word_for_word(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    struct listener *listener = listen(harness, subject, "order.placed", "payment");
    char *payload = arena_alloc(harness->arena, PAYLOAD_BYTES + 64);
    const int begun =
        snprintf(payload, 64, "{\"title\":\"T\\\\pferei \\\"f\xc3\xbcr\\\" alle\",\"x\":\"");
    memset(payload + begun, 'x', PAYLOAD_BYTES);
    memcpy(payload + begun + PAYLOAD_BYTES, "\"}", 3);
    struct pg_tx *tx = begin(harness);
    struct call *call = pg_tx_call(tx);
    change(tx, 1, 10);
    publish(subject, tx, "order-17-placed", "order.placed", "order-17", payload);
    assert_status(call, STATUS_OK, pg_commit(tx));
    subject->bring(harness, subject);
    assert_int_equal(listener->count, 1);
    assert_string_equal(listener->payload, payload);
}

static void events_of_a_key_stay_in_order(struct harness *harness, void *context)
{
    static const char *const ids[] = {"order-17-a", "order-17-b", "order-17-c", "order-17-d"};
    struct events_subject *subject = context;
    struct listener *listener = listen(harness, subject, "order.changed", "follower");
    struct pg_tx *tx = begin(harness);
    struct call *call = pg_tx_call(tx);
    change(tx, 1, 10);
    publish(subject, tx, ids[0], "order.changed", "order-17", "{}");
    publish(subject, tx, ids[1], "order.changed", "order-17", "{}");
    assert_status(call, STATUS_OK, pg_commit(tx));
    publish_alone(harness, subject, ids[2], "order.changed", "order-17");
    publish_alone(harness, subject, ids[3], "order.changed", "order-17");
    subject->bring(harness, subject);
    assert_int_equal(listener->count, 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(listener->heard[i].id, ids[i]);
}

static void publish_some(struct harness *harness, int index, void *context)
{
    struct events_subject *subject = context;
    for (int i = 0; i < EACH; i++) {
        char id[64], key[32];
        snprintf(key, sizeof(key), "order-%02d", index);
        snprintf(id, sizeof(id), "order-%02d-%d", index, i);
        publish_alone(harness, subject, id, "order.changed", key);
    }
}

static void many_publish_at_once(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    struct listener *listener = listen(harness, subject, "order.changed", "follower");
    int next[PUBLISHERS] = {0};
    harness_together(harness, PUBLISHERS, publish_some, subject);
    subject->bring(harness, subject);
    assert_int_equal(listener->count, PUBLISHERS * EACH);
    for (int i = 0; i < listener->count; i++) {
        int publisher = -1, number = -1;
        assert_int_equal(sscanf(listener->heard[i].id, "order-%d-%d", &publisher, &number), 2);
        assert_in_range(publisher, 0, PUBLISHERS - 1);
        assert_int_equal(number, next[publisher]++);
    }
}

static const struct port_case cases[] = {
    {"what was committed is told", what_was_committed_is_told},
    {"nothing is told before the commit", nothing_is_told_before_the_commit},
    {"what was rolled back is never told", what_was_rolled_back_is_never_told},
    {"what could not be committed is never told", what_could_not_be_committed_is_never_told},
    {"everybody who asked is told", everybody_who_asked_is_told},
    {"one who fails keeps nobody from hearing", one_who_fails_keeps_nobody_from_hearing},
    {"it is told word for word", it_is_told_word_for_word},
    {"events of a key stay in order", events_of_a_key_stay_in_order},
    {"many publish at once", many_publish_at_once},
};
const struct port_suite events_suite = {cases, sizeof(cases) / sizeof(cases[0])};

/* --- on the bus: told by the commit --- */

static void is_brought(struct harness *harness, struct events_subject *subject)
{
    (void)harness, (void)subject;
}

void *make_events_bus(struct harness *harness)
{
    struct events_subject *subject = arena_new(harness->arena, struct events_subject);
    subject->events = events_bus_new(harness->arena);
    subject->bring = is_brought;
    return subject;
}

/* --- and a mistake that the suite is there to find: telling at once, whatever becomes of the transaction --- */

struct hasty_events {
    struct events port; /* first: the port is this */
    struct {
        const char *topic;
        event_handler_fn *handler;
        void *context;
    } asked[8];
    int count;
};

static enum status hasty_publish(struct events *events, struct pg_tx *tx, const struct event *event)
{
    struct hasty_events *hasty = (struct hasty_events *)events;
    for (int i = 0; i < hasty->count; i++)
        if (strcmp(hasty->asked[i].topic, event->topic) == 0)
            (void)!hasty->asked[i].handler(hasty->asked[i].context, pg_tx_call(tx), event);
    return STATUS_OK;
}

static void hasty_subscribe(struct events *events, const char *topic, const char *subscriber,
                            event_handler_fn *handler, void *context)
{
    struct hasty_events *hasty = (struct hasty_events *)events;
    (void)subscriber;
    assert_true(hasty->count < 8);
    hasty->asked[hasty->count].topic = topic;
    hasty->asked[hasty->count].handler = handler;
    hasty->asked[hasty->count++].context = context;
}

void *make_events_hasty(struct harness *harness)
{
    static const struct events_ops ops = {hasty_publish, hasty_subscribe};
    struct events_subject *subject = make_events_bus(harness);
    struct hasty_events *hasty = arena_new(harness->arena, struct hasty_events);
    hasty->port.ops = &ops;
    subject->events = &hasty->port;
    return subject;
}
