/* The events of an order as text. Each carries all that a subscriber in another process needs: nobody has
 * to ask the publisher what it meant. The reader takes the members it knows and ignores others, so that
 * a newer publisher may add some while an older subscriber is still running.
 */
#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/modules/orders/order_saga.h"

#include <inttypes.h>
#include <string.h>

enum { PAYLOAD_MAX = 32 * 1024 };

static void write_lines(struct json_writer *json, const struct order *order)
{
    json_begin_array(json, "lines");
    for (int i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        json_begin_object(json, NULL);
        if (line->booking_id > 0) json_add_int64(json, "booking_id", line->booking_id);
        json_add_int64(json, "product_id", line->product_id);
        json_add_text(json, "title", line->title);
        json_add_day(json, "day", line->day);
        json_add_int64(json, "quantity", line->quantity);
        json_add_int64(json, "unit_price_cents", line->unit_price_cents);
        json_add_int64(json, "amount_cents", line->amount_cents);
        json_end_object(json);
    }
    json_end_array(json);
}

static const char *payload_of(struct call *call, const struct order *order, const char *card_token)
{
    struct strbuf text;
    struct json_writer json;
    strbuf_init(&text, call->arena, PAYLOAD_MAX);
    json_writer_init(&json, &text);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "order_id", order->id);
    json_add_int64(&json, "user_id", order->user_id);
    json_add_int64(&json, "amount_cents", order->total_cents);
    json_add_text(&json, "currency", order->currency);
    json_add_int64(&json, "placed_ms", order->created_ms);
    if (order->state == ORDER_CONFIRMED) json_add_int64(&json, "confirmed_ms", order->updated_ms);
    if (order->state == ORDER_REJECTED) json_add_text(&json, "reason", status_name(order->reason));
    if (card_token != NULL) json_add_text(&json, "card_token", card_token);
    write_lines(&json, order);
    json_end_object(&json);
    return text.text;
}

enum status order_publish(struct orders *orders, struct pg_tx *tx, const struct order *order,
                          const char *card_token)
{
    static const char *const verbs[] = {
        [ORDER_PENDING] = "placed",
        [ORDER_CONFIRMED] = "confirmed",
        [ORDER_REJECTED] = "rejected",
    };
    struct call *call = pg_tx_call(tx);
    const char *verb = verbs[order->state];
    const struct event event = {
        .id = arena_printf(call->arena, "order-%" PRId64 "-%s", order->id, verb),
        .topic = arena_printf(call->arena, "order.%s", verb),
        .key = arena_printf(call->arena, "order-%" PRId64, order->id),
        .payload = payload_of(call, order, order->state == ORDER_PENDING ? card_token : NULL),
    };
    return events_publish(orders->options.events, tx, &event);
}

static bool read_line(const json_t *object, struct order_line *out)
{
    const char *title = json_string_value(json_object_get(object, "title"));
    const char *day = json_string_value(json_object_get(object, "day"));
    const int64_t quantity = json_integer_value(json_object_get(object, "quantity"));
    *out = (struct order_line){
        .product_id = json_integer_value(json_object_get(object, "product_id")),
        .title = title,
        .quantity = (int32_t)quantity,
        .unit_price_cents = json_integer_value(json_object_get(object, "unit_price_cents")),
        .amount_cents = json_integer_value(json_object_get(object, "amount_cents")),
    };
    return out->product_id > 0 && title != NULL && quantity >= 1 &&
           quantity <= BOOKINGS_QUANTITY_MAX && out->unit_price_cents >= 0 &&
           out->amount_cents >= 0 && day != NULL && clock_parse_day(day, &out->day);
}

enum status order_event_read(struct call *call, const struct event *event, struct order *out,
                             const char **card_token)
{
    json_t *payload = NULL;
    enum status status = json_parse(call, event->payload, strlen(event->payload), &payload);
    if (status != STATUS_OK) return status;
    const json_t *lines = json_object_get(payload, "lines");
    const size_t given = json_array_size(lines);
    const int count = given <= BOOKINGS_LINES_MAX ? (int)given : 0;
    *out = (struct order){
        .id = json_integer_value(json_object_get(payload, "order_id")),
        .user_id = json_integer_value(json_object_get(payload, "user_id")),
        .state = ORDER_PENDING,
        .total_cents = json_integer_value(json_object_get(payload, "amount_cents")),
        .currency = json_string_value(json_object_get(payload, "currency")),
        .created_ms = json_integer_value(json_object_get(payload, "placed_ms")),
        .lines = arena_array(call->arena, struct order_line, (size_t)count),
        .line_count = count,
    };
    *card_token = json_string_value(json_object_get(payload, "card_token"));
    bool sane = out->id > 0 && out->user_id > 0 && out->total_cents >= 0 && out->currency &&
                *card_token && count > 0;
    for (int i = 0; i < count && sane; i++)
        sane = read_line(json_array_get(lines, (size_t)i), &out->lines[i]);
    return sane ? STATUS_OK
                : call_fail(call, STATUS_MALFORMED, "event '%s' is not a placed order", event->id);
}
