/* The orders under test are real, on real bookings; catalog and payment provider are stand-ins. The bus is
 * the real one behind a small wrapper that writes events down and can lose them.
 */
#include "tests/ports/orders_cases.h"

#include "tests/ports/on_postgres.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- catalog --- */

static enum status find_product(struct catalog *catalog, struct call *call, int64_t id,
                                struct product *out)
{
    static const struct product products[] = {
        {.id = TOUR,
         .title = "Harbour \"by\" night, {1}",
         .price_cents = TOUR_CENTS,
         .active = true},
        {.id = WORKSHOP,
         .title = "T\\pferei f\xc3\xbcr alle",
         .price_cents = WORKSHOP_CENTS,
         .active = true},
        {.id = FREE_WALK, .title = "Walk", .price_cents = 0, .active = true},
        {.id = HIDDEN, .title = "Hidden", .price_cents = 1, .active = false},
        {.id = PLACELESS, .title = "Placeless", .price_cents = 1, .active = true},
    };
    (void)catalog;
    if (id < 1 || id > (int64_t)(sizeof(products) / sizeof(products[0])))
        return call_fail(call, STATUS_NOT_FOUND, "there is no product %" PRId64, id);
    *out = products[id - 1];
    return STATUS_OK;
}

/* --- events --- */

struct recording_events {
    struct events port; /* first: the port is this */
    struct events *bus;
    struct orders_subject *subject;
};

static enum status record(struct events *events, struct pg_tx *tx, const struct event *event)
{
    struct recording_events *self = (struct recording_events *)events;
    struct orders_subject *subject = self->subject;
    assert_true(subject->recorded_count < RECORDED_MAX);
    struct recorded_event *to = &subject->recorded[subject->recorded_count++];
    snprintf(to->id, sizeof(to->id), "%s", event->id);
    snprintf(to->topic, sizeof(to->topic), "%s", event->topic);
    snprintf(to->payload, sizeof(to->payload), "%s", event->payload);
    const char *lost = subject->lose_topic;
    if (subject->lose_events || (lost != NULL && strcmp(lost, event->topic) == 0)) return STATUS_OK;
    return events_publish(self->bus, tx, event);
}

static void subscribe(struct events *events, const char *topic, const char *subscriber,
                      event_handler_fn *handler, void *context)
{
    events_subscribe(((struct recording_events *)events)->bus, topic, subscriber, handler, context);
}

/* --- the shop --- */

void *make_orders_pg(struct harness *harness)
{
    return make_orders_on(harness, events_bus_new(harness->arena));
}

struct orders_subject *make_orders_on(struct harness *harness, struct events *bus)
{
    static const struct catalog_ops catalog_ops = {.find = find_product};
    static const struct events_ops events_ops = {record, subscribe};
    struct orders_subject *subject = arena_new(harness->arena, struct orders_subject);
    struct catalog *catalog = arena_new(harness->arena, struct catalog);
    struct recording_events *events = arena_new(harness->arena, struct recording_events);
    catalog->ops = &catalog_ops;
    *events = (struct recording_events){{&events_ops}, bus, subject};
    subject->events = &events->port;
    subject->bookings =
        bookings_pg_new(harness->arena, harness->pool, harness->pool, &events->port);
    subject->capacity = capacity_pg_new(harness->arena, harness->pool, harness->pool);
    subject->payments = payments_stand_in_new(harness->arena, harness->loop);
    const struct orders_options options = {
        .write = harness->pool,
        .catalog = catalog,
        .bookings = subject->bookings,
        .payments = &subject->payments->port,
        .events = &events->port,
        .loop = harness->loop,
        .currency = "EUR",
        .hold_ms = 900000,
        .settle_after_ms = 20000,
    };
    subject->orders = orders_new(harness->arena, &options);
    for (int64_t product = TOUR; product <= HIDDEN; product++) {
        struct call *call = harness_call(harness);
        assert_status(call, STATUS_OK,
                      capacity_set_daily(subject->capacity, call, product, PLACES));
    }
    return subject;
}

/* --- shorthands --- */

struct call *call_by(struct harness *harness, int64_t user_id)
{
    struct call *call = harness_call(harness);
    call->user_id = user_id;
    call->role = ROLE_CUSTOMER;
    return call;
}

struct order_request order_of(struct call *call, const char *key, const char *card,
                              int64_t product_id, int32_t quantity)
{
    struct order_request request = {
        .key = key,
        .card_token = card,
        .lines = {{product_id, clock_today() + 2, quantity}},
        .count = 1,
    };
    request.body_hash = orders_body_hash(call, &request);
    return request;
}

struct order place(struct harness *harness, struct orders_subject *subject, const char *key,
                   const char *card, int64_t product_id, int32_t quantity)
{
    struct call *call = call_by(harness, ADA);
    const struct order_request request = order_of(call, key, card, product_id, quantity);
    struct order order;
    assert_status(call, STATUS_OK, orders_place(subject->orders, call, &request, &order));
    return order;
}

struct order order_now(struct harness *harness, struct orders_subject *subject, int64_t id)
{
    struct call *call = harness_call(harness);
    struct order order;
    assert_status(call, STATUS_OK, orders_find_any(subject->orders, call, id, &order));
    return order;
}

void age_orders(struct harness *harness)
{
    harness_sql(harness, "UPDATE orders.orders"
                         " SET created_at = LEAST(created_at, now() - interval '30 seconds'),"
                         " updated_at = LEAST(updated_at, now() - interval '30 seconds')"
                         " WHERE id IN (SELECT id FROM orders.orders FOR UPDATE SKIP LOCKED)");
}

void end_holds(struct harness *harness)
{
    harness_sql(harness, "UPDATE bookings.bookings SET expires_at = now() - interval '1 second'"
                         " WHERE state = 'held'");
}

int reconcile(struct harness *harness, struct orders_subject *subject)
{
    struct call *call = harness_call(harness);
    int settled = -1;
    assert_status(call, STATUS_OK, orders_reconcile(subject->orders, call, &settled));
    return settled;
}

int32_t left(struct harness *harness, struct orders_subject *subject, int64_t product_id)
{
    struct call *call = harness_call(harness);
    struct capacity_day *days;
    int count;
    const int32_t day = clock_today() + 2;
    assert_status(call, STATUS_OK,
                  capacity_days(subject->capacity, call, product_id, day, day, &days, &count));
    return days[0].available;
}

int published(const struct orders_subject *subject, const char *topic, int64_t id)
{
    int count = 0;
    char key[64];
    const int noun = (int)strcspn(topic, ".");
    snprintf(key, sizeof(key), "%.*s-%" PRId64 "-%s", noun, topic, id, topic + noun + 1);
    for (int i = 0; i < subject->recorded_count; i++)
        if (strcmp(subject->recorded[i].topic, topic) == 0 &&
            strcmp(subject->recorded[i].id, key) == 0)
            count++;
    return count;
}
