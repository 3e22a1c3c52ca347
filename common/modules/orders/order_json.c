/* One shape for an order, wherever it is answered. */
#include "common/modules/orders/order_json.h"

static void line_write(struct json_writer *json, const struct order_line *line)
{
    json_begin_object(json, NULL);
    json_add_int64(json, "product_id", line->product_id);
    json_add_text(json, "title", line->title);
    json_add_day(json, "day", line->day);
    json_add_int64(json, "quantity", line->quantity);
    json_add_int64(json, "unit_price_cents", line->unit_price_cents);
    json_add_int64(json, "amount_cents", line->amount_cents);
    if (line->booking_id > 0)
        json_add_int64(json, "booking_id", line->booking_id);
    else
        json_add_null(json, "booking_id");
    json_add_text(json, "booking_status",
                  line->booking_id > 0 ? booking_state_name(line->booking) : NULL);
    json_end_object(json);
}

void order_write(struct json_writer *json, const struct order *order)
{
    json_begin_object(json, NULL);
    json_add_int64(json, "id", order->id);
    json_add_text(json, "status", order_state_name(order->state));
    json_add_text(json, "reason",
                  order->state == ORDER_REJECTED ? status_name(order->reason) : NULL);
    json_add_int64(json, "total_cents", order->total_cents);
    json_add_text(json, "currency", order->currency);
    json_add_time(json, "created_at", order->created_ms);
    json_add_time(json, "updated_at", order->updated_ms);
    json_begin_array(json, "lines");
    for (int i = 0; i < order->line_count; i++)
        line_write(json, &order->lines[i]);
    json_end_array(json);
    json_end_object(json);
}
