/* What the outbox promises beyond the port: an event waits where its commit has put it until somebody takes it away, and
 * what is told again meanwhile waits once. And the inbox, which knows what was done.
 */
#include "stages/05-queues/events_inbox.h"
#include "stages/05-queues/events_outbox.h"
#include "tests/ports/05-queues/cases.h"

#include <stdio.h>
#include <string.h>

static enum status publish(struct harness *harness, struct events_subject *subject, const char *id,
                           const char *payload)
{
    struct call *call = harness_call(harness);
    struct pg_tx *tx;
    const struct event event = {
        .id = id, .topic = "order.placed", .key = "order-17", .payload = payload};
    assert_status(call, STATUS_OK, pg_begin(harness->pool, call, &tx));
    enum status status = events_publish(subject->events, tx, &event);
    if (status == STATUS_OK) return pg_commit(tx);
    pg_rollback(tx);
    return status;
}

static void nobody_is_called_by_publishing(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    assert_int_equal(publish(harness, subject, "order-17-placed", "{}"), STATUS_OK);
    assert_int_equal(waiting(harness), 1);
}

static void what_is_told_again_waits_once(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    assert_int_equal(publish(harness, subject, "order-17-placed", "{}"), STATUS_OK);
    assert_int_equal(publish(harness, subject, "order-17-placed", "{}"), STATUS_OK);
    assert_int_equal(publish(harness, subject, "order-18-placed", "{}"), STATUS_OK);
    assert_int_equal(waiting(harness), 2);
    subject->bring(harness, subject);
    assert_int_equal(publish(harness, subject, "order-17-placed", "{}"), STATUS_OK);
    assert_int_equal(waiting(harness),
                     1); /* it was taken away: that it was done, the inbox knows */
}

static void too_much_for_a_broker_is_not_published(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    char *payload = arena_alloc(harness->arena, OUTBOX_PAYLOAD_MAX + 2);
    memset(payload, 'x', OUTBOX_PAYLOAD_MAX + 1);
    assert_int_equal(publish(harness, subject, "order-17-placed", payload), STATUS_INTERNAL);
    assert_int_equal(waiting(harness), 0);
    payload[OUTBOX_PAYLOAD_MAX] = '\0';
    assert_int_equal(publish(harness, subject, "order-17-placed", payload), STATUS_OK);
    assert_int_equal(waiting(harness), 1);
}

static enum status nothing(void *context, struct call *call, const struct event *event)
{
    (void)context, (void)call, (void)event;
    return STATUS_OK;
}

static void the_table_knows_who_wants_what(struct harness *harness, void *context)
{
    struct events_subject *subject = context;
    const struct short_way *way = subject->way;
    const char *names[SUBSCRIPTIONS_MAX];
    (void)harness;
    events_subscribe(subject->events, "order.placed", "payment", nothing, NULL);
    events_subscribe(subject->events, "order.confirmed", "sale", nothing, subject);
    events_subscribe(subject->events, "booking.cancelled", "sale", nothing, NULL);
    assert_int_equal(subscriptions_names(way->subscriptions, names), 2);
    assert_string_equal(names[0], "payment");
    assert_string_equal(names[1], "sale");
    const struct subscription *found =
        subscriptions_find(way->subscriptions, "order.confirmed", "sale");
    assert_non_null(found);
    assert_ptr_equal(found->context, subject);
    assert_null(subscriptions_find(way->subscriptions, "order.placed", "sale"));
}

static const struct port_case outbox_cases[] = {
    {"nobody is called by publishing", nobody_is_called_by_publishing},
    {"what is told again waits once", what_is_told_again_waits_once},
    {"too much for a broker is not published", too_much_for_a_broker_is_not_published},
    {"the table knows who wants what", the_table_knows_who_wants_what},
};
const struct port_suite outbox_suite = {outbox_cases,
                                        sizeof(outbox_cases) / sizeof(outbox_cases[0])};

/* --- the inbox --- */

static bool is_done(struct harness *harness, const char *subscriber, const char *event_id)
{
    struct call *call = harness_call(harness);
    bool done;
    assert_status(call, STATUS_OK, inbox_has(harness->pool, call, subscriber, event_id, &done));
    return done;
}

static void done_is_remembered_for_each(struct harness *harness, void *context)
{
    struct call *call = harness_call(harness);
    (void)context;
    assert_false(is_done(harness, "receipt", "order-17-confirmed"));
    for (int time = 0; time < 2; time++)
        assert_status(call, STATUS_OK,
                      inbox_add(harness->pool, call, "receipt", "order-17-confirmed"));
    assert_true(is_done(harness, "receipt", "order-17-confirmed"));
    assert_false(is_done(harness, "sale", "order-17-confirmed"));
    assert_false(is_done(harness, "receipt", "order-18-confirmed"));
}

static void what_is_old_is_swept(struct harness *harness, void *context)
{
    struct call *call = harness_call(harness);
    int64_t swept;
    (void)context;
    for (int i = 0; i < 5; i++) {
        char id[32];
        snprintf(id, sizeof(id), "order-%d-confirmed", i);
        assert_status(call, STATUS_OK, inbox_add(harness->pool, call, "receipt", id));
    }
    harness_sql(harness, "UPDATE events.inbox SET done_at = now() - interval '8 days'"
                         " WHERE event_id <> 'order-4-confirmed'");
    const int64_t week_ms = INT64_C(7) * 24 * 3600 * 1000;
    assert_status(call, STATUS_OK, inbox_sweep(harness->pool, call, week_ms, 3, &swept));
    assert_int_equal(swept, 3);
    assert_status(call, STATUS_OK, inbox_sweep(harness->pool, call, week_ms, 3, &swept));
    assert_int_equal(swept, 1);
    assert_true(is_done(harness, "receipt", "order-4-confirmed"));
    assert_false(is_done(harness, "receipt", "order-0-confirmed"));
}

static const struct port_case inbox_cases[] = {
    {"done is remembered for each", done_is_remembered_for_each},
    {"what is old is swept", what_is_old_is_swept},
};
const struct port_suite inbox_suite = {inbox_cases, sizeof(inbox_cases) / sizeof(inbox_cases[0])};
