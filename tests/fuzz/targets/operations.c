/* Every operation of the API: the input is a request as text (requests.h), the header Mood says how the
 * database is today (shop.h). The real router, routes and rules take it from there; the checkout, which is
 * bound to PostgreSQL, and argon2 are stood in for below.
 */
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/modules/bookings/bookings_http.h"
#include "common/modules/catalog/catalog_http.h"
#include "common/modules/orders/orders.h"
#include "common/modules/orders/orders_http.h"
#include "common/modules/users/sessions.h"
#include "common/modules/users/users_http.h"
#include "tests/fuzz/requests.h"
#include "tests/fuzz/shop.h"

static struct arena arena;
static struct app app;
static int order_state; /* which order is answered next */

/* --- stand-ins --- */

const char users_nobodys_password[] = "nobody's";

enum status users_hash_password(const struct users_hashing *hashing, struct call *call,
                                const char *password, const char **out)
{
    (void)hashing, (void)call;
    MUST(text_characters(password) >= USER_PASSWORD_MIN);
    MUST(text_characters(password) <= USER_PASSWORD_MAX);
    *out = "hash";
    return STATUS_OK;
}

enum status users_verify_password(const struct users_hashing *hashing, struct call *call,
                                  const char *password, const char *stored, bool *fits)
{
    (void)hashing, (void)call;
    MUST(password[0] != '\0' && text_characters(password) <= USER_PASSWORD_MAX);
    *fits = strcmp(stored, "stored") == 0 && strcmp(password, "correct horse") == 0;
    return STATUS_OK;
}

static void fill_order(struct call *call, struct order *out, int64_t id)
{
    static const enum status reasons[] = {STATUS_SOLD_OUT, STATUS_DECLINED, STATUS_TIMEOUT};
    *out = (struct order){
        .id = id,
        .user_id = call->user_id,
        .state = (enum order_state)(order_state % 3),
        .reason = reasons[order_state / 3 % 3],
        .field = order_state % 2 ? "lines[0].quantity" : NULL,
        .currency = "EUR",
        .lines = arena_array(call->arena, struct order_line, BOOKINGS_LINES_MAX),
        .line_count = order_state % (BOOKINGS_LINES_MAX + 1),
        .replayed = order_state % 5 == 0,
    };
    for (int i = 0; i < out->line_count; i++)
        out->lines[i] = (struct order_line){.title = "Boat", .day = i, .booking_id = i};
}

enum status orders_place(struct orders *orders, struct call *call,
                         const struct order_request *request, struct order *out)
{
    (void)orders;
    MUST(call->user_id > 0);
    MUST(strlen(request->body_hash) == 64);
    orders_check_request(call, request);
    orders_check_days(call, request, clock_today());
    enum status status = call_check_fields(call);
    if (status != STATUS_OK) return status;
    MUST(strlen(request->key) >= 1 && strlen(request->key) <= ORDER_KEY_MAX);
    MUST(strlen(request->card_token) >= 1 && strlen(request->card_token) <= PAYMENT_CARD_TOKEN_MAX);
    MUST(request->count >= 1 && request->count <= BOOKINGS_LINES_MAX);
    for (int i = 0; i < request->count; i++) {
        const struct order_request_line *line = &request->lines[i];
        MUST(line->product_id > 0 && line->quantity >= 1 &&
             line->quantity <= BOOKINGS_QUANTITY_MAX);
        MUST(line->day >= clock_today() && line->day <= clock_today() + ORDER_DAYS_AHEAD_MAX);
        for (int k = 0; k < i; k++)
            MUST(line->product_id != request->lines[k].product_id ||
                 line->day != request->lines[k].day);
    }
    fill_order(call, out, INT64_MAX);
    return shop_find(call);
}

enum status orders_find(struct orders *orders, struct call *call, int64_t id, struct order *out)
{
    (void)orders;
    MUST(call->user_id > 0 && id > 0);
    fill_order(call, out, id);
    return shop_find(call);
}

enum status orders_history(struct orders *orders, struct call *call, int64_t before_id, int limit,
                           struct order_page *out)
{
    (void)orders;
    MUST(call->user_id > 0 && before_id >= 0 && limit >= 1 && limit <= ORDERS_PAGE_MAX);
    *out = (struct order_page){.count = 1, .more = shop_has_more()};
    out->orders = arena_new(call->arena, struct order);
    fill_order(call, out->orders, 17);
    return shop_find(call);
}

enum status orders_cancel_booking(struct orders *orders, struct call *call, int64_t booking_id,
                                  struct booking *out)
{
    (void)orders;
    MUST(call->user_id > 0 && booking_id > 0);
    *out = (struct booking){.id = booking_id, .state = BOOKING_CANCELLED};
    return shop_change(call);
}

/* --- the target --- */

void fuzz_open(void)
{
    arena_init(&arena, 16 << 20);
    shop_open(&app, &arena);
    app.router = router_new(&arena, sessions_identify, app.sessions);
    users_http_add(app.router, &app);
    catalog_http_add(app.router, &app);
    bookings_http_add(app.router, &app);
    orders_http_add(app.router, &app);
}

/* Who has not shown a token of ours gets nothing but what is public. */
static void check_access(const struct request *request, const struct call *call,
                         const struct response *response)
{
    if (response->route_index < 0) return;
    const struct route *route = router_route(app.router, response->route_index);
    if (route->access == ACCESS_PUBLIC) return;
    const bool let_in = response->status != 401 && response->status != 403;
    MUST(!let_in || call->user_id != 0);
    MUST(!let_in || route->access != ACCESS_ADMIN || call->role == ROLE_ADMIN);
    MUST(!let_in || request_header(request, "Authorization"));
    MUST(response_find_header(response, "Cache-Control"));
}

void fuzz_one(struct call *call, struct input *input)
{
    struct request request;
    struct response response;
    if (requests_read(call, input, &request) != STATUS_OK) return;
    const char *mood = request_header(&request, "Mood");
    shop_set_mood(shop_mood_of(mood ? mood : ""));
    order_state = (int)request.body_length;
    requests_answer(router_handler(app.router), call, &request, &response);
    check_access(&request, call, &response);
    if (response.status == 201) MUST(request.method == METHOD_POST);
    if (response.status == 304) MUST(request_header(&request, "If-None-Match"));
}
