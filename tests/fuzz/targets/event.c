/* The payload of order.placed, as it may come back from a queue: read into an order whose every part can be
 * used without another look, or refused. In stage 01 it never leaves the process; in later stages it does.
 */
#include "common/modules/orders/order_saga.h"
#include "tests/fuzz/fuzz.h"

void fuzz_open(void)
{
}

void fuzz_one(struct call *call, struct input *input)
{
    size_t length;
    const struct event event = {
        .id = "order-1-placed",
        .topic = "order.placed",
        .key = "order-1",
        .payload = input_rest(input, call, &length),
    };
    struct order order;
    const char *card_token = NULL;
    enum status status = order_event_read(call, &event, &order, &card_token);
    if (status != STATUS_OK) {
        MUST(status == STATUS_MALFORMED);
        fuzz_check_failure(call, status);
        return;
    }
    MUST(order.id > 0 && order.user_id > 0 && order.currency && card_token);
    MUST(order.state == ORDER_PENDING && order.total_cents >= 0);
    MUST(order.line_count >= 1 && order.line_count <= BOOKINGS_LINES_MAX);
    for (int i = 0; i < order.line_count; i++) {
        const struct order_line *line = &order.lines[i];
        MUST(line->title && line->product_id > 0 && line->day >= 0);
        MUST(line->quantity >= 1 && line->quantity <= BOOKINGS_QUANTITY_MAX);
        MUST(line->unit_price_cents >= 0 && line->amount_cents >= 0);
    }
}
