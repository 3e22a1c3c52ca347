/* The short way from the outbox to the subscribers: what relay and worker do, without what can go wrong between them. */
#include "stages/05-queues/events_outbox.h"
#include "statements.h"
#include "tests/ports/05-queues/cases.h"

#include <string.h>

enum { BATCH = 10 };

int waiting(struct harness *harness)
{
    struct call *call = harness_call(harness);
    struct pg_rows rows;
    assert_status(
        call, STATUS_OK,
        pg_read(harness->pool, call, &events_outbox_waiting_sql, PG_ARGS(PG_INT(1000)), &rows));
    return (int)pg_int64(&rows, 0, 0);
}

static int deliver(struct harness *harness, const struct short_way *way, const struct event *event)
{
    int failed = 0;
    for (int i = 0; i < way->subscriptions->count; i++) {
        const struct subscription *to = &way->subscriptions->all[i];
        if (strcmp(to->topic, event->topic) != 0) continue;
        if (to->handler(to->context, harness_call(harness), event) != STATUS_OK) failed++;
    }
    return failed;
}

int bring_all(struct harness *harness, struct short_way *way)
{
    int failed = 0;
    for (;;) {
        struct call *call = harness_call(harness);
        struct pg_rows rows;
        int64_t ids[BATCH];
        assert_status(
            call, STATUS_OK,
            pg_read(harness->pool, call, &events_outbox_batch_sql, PG_ARGS(PG_INT(BATCH)), &rows));
        if (rows.count == 0) return failed;
        for (int i = 0; i < rows.count; i++) {
            const struct event event = {.id = pg_text(&rows, i, 1),
                                        .topic = pg_text(&rows, i, 2),
                                        .key = pg_text(&rows, i, 3),
                                        .payload = pg_text(&rows, i, 4)};
            ids[i] = pg_int64(&rows, i, 0);
            for (int time = 0; time < way->times; time++)
                failed += deliver(harness, way, &event);
        }
        assert_status(call, STATUS_OK,
                      pg_write(harness->pool, call, &events_outbox_delete_sql,
                               PG_ARGS(PG_TEXT(pg_int64_array(call, ids, rows.count))), NULL));
    }
}

static void bring(struct harness *harness, struct events_subject *subject)
{
    (void)bring_all(harness, subject->way);
}

struct events_subject *make_outbox(struct harness *harness)
{
    struct events_subject *subject = arena_new(harness->arena, struct events_subject);
    struct short_way *way = arena_new(harness->arena, struct short_way);
    way->subscriptions = subscriptions_new(harness->arena);
    way->times = 1;
    subject->events = events_outbox_new(harness->arena, way->subscriptions);
    subject->bring = bring;
    subject->way = way;
    return subject;
}

void *make_events_outbox(struct harness *harness)
{
    return make_outbox(harness);
}

void *make_queued_orders(struct harness *harness)
{
    struct queued_orders *orders = arena_new(harness->arena, struct queued_orders);
    struct events_subject *outbox = make_outbox(harness);
    orders->shop = make_orders_on(harness, outbox->events);
    orders->way = outbox->way;
    return orders;
}

void *make_nothing(struct harness *harness)
{
    (void)harness;
    return NULL;
}
