/* From events to the books. The payload has everything, so nobody is asked, and entering twice what is there
 * already changes nothing. A cancellation whose sale is not entered yet is refused: with a broker it comes
 * again, and until then the comparison (reports_catch_up.c) finds it.
 */
#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/modules/reports/reports_pg.h"

#include <string.h>

static int64_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static bool read_sale(const json_t *payload, const json_t *line, struct sale *out)
{
    const char *day = json_string_value(json_object_get(line, "day"));
    *out = (struct sale){
        .booking_id = number(line, "booking_id"),
        .order_id = number(payload, "order_id"),
        .product_id = number(line, "product_id"),
        .title = json_string_value(json_object_get(line, "title")),
        .sold_ms = number(payload, "confirmed_ms"),
        .quantity = (int32_t)number(line, "quantity"),
        .amount_cents = number(line, "amount_cents"),
        .currency = json_string_value(json_object_get(payload, "currency")),
    };
    return out->booking_id > 0 && out->order_id > 0 && out->product_id > 0 && out->title &&
           out->sold_ms > 0 && out->quantity > 0 && out->currency && day &&
           clock_parse_day(day, &out->day);
}

static enum status read_payload(struct call *call, const struct event *event, json_t **out)
{
    return json_parse(call, event->payload, strlen(event->payload), out);
}

static enum status on_order_confirmed(void *context, struct call *call, const struct event *event)
{
    struct sale sales[BOOKINGS_LINES_MAX];
    json_t *payload = NULL;
    enum status status = read_payload(call, event, &payload);
    if (status != STATUS_OK) return status;
    const json_t *lines = json_object_get(payload, "lines");
    const size_t count = json_array_size(lines);
    bool sane = count > 0 && count <= BOOKINGS_LINES_MAX;
    for (size_t i = 0; i < count && sane; i++)
        sane = read_sale(payload, json_array_get(lines, i), &sales[i]);
    if (!sane)
        return call_fail(call, STATUS_INTERNAL, "event '%s' does not say what was sold", event->id);
    return reports_record(context, call, sales, (int)count);
}

static enum status on_booking_cancelled(void *context, struct call *call, const struct event *event)
{
    json_t *payload = NULL;
    enum status status = read_payload(call, event, &payload);
    if (status != STATUS_OK) return status;
    return reports_cancel(context, call, number(payload, "booking_id"),
                          number(payload, "cancelled_ms"));
}

struct reports *reports_new(struct arena *arena, const struct reports_options *options)
{
    struct reports *reports = arena_new(arena, struct reports);
    reports->options = *options;
    events_subscribe(options->events, "order.confirmed", "sale", on_order_confirmed, reports);
    events_subscribe(options->events, "booking.cancelled", "sale", on_booking_cancelled, reports);
    return reports;
}
