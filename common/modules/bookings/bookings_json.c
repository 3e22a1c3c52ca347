/* One shape for a booking, wherever it is answered. The line number is the order's business and left out. */
#include "common/modules/bookings/bookings_json.h"

void booking_write(struct json_writer *json, const char *name, const struct booking *booking)
{
    json_begin_object(json, name);
    json_add_int64(json, "id", booking->id);
    json_add_int64(json, "order_id", booking->order_id);
    json_add_int64(json, "user_id", booking->user_id);
    json_add_int64(json, "product_id", booking->product_id);
    json_add_day(json, "day", booking->day);
    json_add_int64(json, "quantity", booking->quantity);
    json_add_int64(json, "amount_cents", booking->amount_cents);
    json_add_text(json, "status", booking_state_name(booking->state));
    json_add_time(json, "created_at", booking->created_ms);
    json_end_object(json);
}
