/* From a request to orders_place() and from an order to a status code: 201 confirmed, 202 pending, and for
 * a rejected one the problem that its reason stands for. A repeat of a request (same Idempotency-Key) goes
 * the same way and gets the same answer; only a header tells it apart.
 */
#include "common/modules/orders/orders_http.h"

#include "common/http/list.h"
#include "common/http/problem.h"
#include "common/modules/bookings/bookings_json.h"
#include "common/modules/orders/order_json.h"
#include "common/modules/orders/orders.h"

#include <inttypes.h>

enum { BODY_MAX = 8 * 1024 };

/* --- writing --- */

/* A payment that never came about is 402 like a declined one: the shopper has to pay another way. Places
   that were gone are 409 like sold out ones. */
static enum status problem_of(enum status reason)
{
    return reason == STATUS_TIMEOUT ? STATUS_DECLINED : reason;
}

static void answer_rejected(struct call *call, const struct order *order, struct response *response)
{
    const enum status status = problem_of(order->reason);
    const char *detail = order->detail ? order->detail : status_title(status);
    if (order->field) call_fail_field(call, order->field, "%s", detail);
    (void)call_fail(call, status, "%s", detail);
    problem_write_about(call, status, response, "order_id", order->id);
    call_forgive(call); /* it has been answered: for the edge this request went well */
}

static void answer_placed(struct call *call, const struct order *order, struct response *response)
{
    if (order->replayed) response_header(response, "Idempotent-Replayed", "true");
    if (order->state == ORDER_REJECTED) {
        answer_rejected(call, order, response);
        return;
    }
    struct json_writer json;
    response_json(response, order->state == ORDER_CONFIRMED ? 201 : 202, &json);
    response_header(response, "Location",
                    arena_printf(call->arena, "/v1/orders/%" PRId64, order->id));
    order_write(&json, order);
}

/* --- placing --- */

static void read_line(struct call *call, const json_t *object, int i,
                      struct order_request_line *out)
{
    int64_t quantity = 0;
    const struct json_field fields[] = {
        {"product_id", JSON_KIND_INT64, .out = &out->product_id, .min = 1, .max = INT64_MAX},
        {"day", JSON_KIND_DAY, .out = &out->day},
        {"quantity", JSON_KIND_INT64, .out = &quantity, .min = 1, .max = BOOKINGS_QUANTITY_MAX},
    };
    json_read(call, object, arena_printf(call->arena, "lines[%d].", i), fields,
              sizeof(fields) / sizeof(fields[0]));
    out->quantity = (int32_t)quantity;
}

static enum status read_order(struct call *call, const struct request *request,
                              struct order_request *out)
{
    json_t *body, *lines = NULL, *payment = NULL;
    const struct json_field fields[] = {
        {"lines", JSON_KIND_ARRAY, .out = &lines, .min = 1, .max = BOOKINGS_LINES_MAX},
        {"payment", JSON_KIND_OBJECT, .out = &payment},
    };
    const struct json_field card[] = {
        {"card_token", JSON_KIND_TEXT, .out = &out->card_token, .min = 1,
         .max = PAYMENT_CARD_TOKEN_MAX},
    };
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = request_json(call, request, &body);
    if (status != STATUS_OK) return status;
    json_read(call, body, "", fields, sizeof(fields) / sizeof(fields[0]));
    if (payment) json_read(call, payment, "payment.", card, 1);
    const size_t count = json_array_size(lines);
    for (size_t i = 0; i < count && i < BOOKINGS_LINES_MAX; i++)
        read_line(call, json_array_get(lines, i), (int)i, &out->lines[i]);
    out->count = count > BOOKINGS_LINES_MAX ? BOOKINGS_LINES_MAX : (int)count;
    status = call_check_fields(call);
    if (status != STATUS_OK) return status;
    out->key = request_header(request, "Idempotency-Key");
    out->body_hash = orders_body_hash(call, out);
    return STATUS_OK;
}

static enum status post_order(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    struct app *app = context;
    struct order_request wanted = {0};
    struct order order;
    enum status status = read_order(call, request, &wanted);
    if (status == STATUS_OK) status = orders_place(app->orders, call, &wanted, &order);
    if (status == STATUS_OK) answer_placed(call, &order, response);
    return status;
}

/* --- reading --- */

static enum status get_order(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    struct app *app = context;
    int64_t id;
    struct order order;
    enum status status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = request_no_query(call, request);
    if (status == STATUS_OK) status = orders_find(app->orders, call, id, &order);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    response_json(response, 200, &json);
    order_write(&json, &order);
    return STATUS_OK;
}

static enum status get_orders(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    static const char *const names[] = {"limit", "cursor", NULL};
    struct app *app = context;
    int64_t before_id = 0;
    int limit;
    const char *cursor;
    struct order_page page;
    request_query_only(call, request, names);
    list_read(call, request, ORDERS_PAGE_MAX, &limit, &cursor);
    enum status status = call_check_fields(call);
    if (status == STATUS_OK && cursor) status = orders_read_cursor(call, cursor, &before_id);
    if (status == STATUS_OK) status = orders_history(app->orders, call, before_id, limit, &page);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    list_begin(response, &json);
    for (int i = 0; i < page.count; i++)
        order_write(&json, &page.orders[i]);
    list_end(&json, page.more ? orders_cursor(call, &page.orders[page.count - 1]) : NULL);
    return STATUS_OK;
}

/* --- cancelling --- */

static enum status post_cancellation(void *context, struct call *call,
                                     const struct request *request, struct response *response)
{
    struct app *app = context;
    int64_t id;
    struct booking booking;
    enum status status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = request_no_query(call, request);
    if (status == STATUS_OK) status = orders_cancel_booking(app->orders, call, id, &booking);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    response_json(response, booking.state == BOOKING_CANCELLED ? 200 : 202, &json);
    booking_write(&json, NULL, &booking);
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_POST, "/v1/orders", ACCESS_CUSTOMER, .run = post_order, .body_max = BODY_MAX,
     .timeout_ms = ORDERS_PLACE_TIMEOUT_MS},
    {METHOD_GET, "/v1/orders", ACCESS_CUSTOMER, .run = get_orders},
    {METHOD_GET, "/v1/orders/{id}", ACCESS_CUSTOMER, .run = get_order},
    {METHOD_POST, "/v1/bookings/{id}/cancellation", ACCESS_CUSTOMER, .run = post_cancellation,
     .timeout_ms = ORDERS_PLACE_TIMEOUT_MS},
};

void orders_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
}
