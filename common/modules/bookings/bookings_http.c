/* Lists of bookings: a customer sees their own, an admin everybody's. The two routes differ in one line,
 * whose user id the query is bound to.
 */
#include "common/modules/bookings/bookings_http.h"

#include "common/http/list.h"
#include "common/modules/bookings/bookings.h"
#include "common/modules/bookings/bookings_json.h"

static enum status read_list(struct call *call, const struct request *request,
                             const char *const *names, struct booking_query *query)
{
    const char *cursor;
    request_query_only(call, request, names);
    request_query_day(call, request, "from", &query->from);
    request_query_day(call, request, "to", &query->to);
    list_read(call, request, BOOKINGS_PAGE_MAX, &query->limit, &cursor);
    if (query->from && query->to && query->to < query->from)
        call_fail_field(call, "to", "must not be before from");
    enum status status = call_check_fields(call);
    if (status == STATUS_OK && cursor != NULL) status = bookings_read_cursor(call, cursor, query);
    return status;
}

static enum status answer_list(struct app *app, struct call *call,
                               const struct booking_query *query, struct response *response)
{
    struct booking_page page;
    enum status status = bookings_list(app->bookings, call, query, &page);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    list_begin(response, &json);
    for (int i = 0; i < page.count; i++)
        booking_write(&json, NULL, &page.bookings[i]);
    list_end(&json, page.more ? bookings_cursor(call, &page.bookings[page.count - 1]) : NULL);
    return STATUS_OK;
}

static enum status get_own(void *context, struct call *call, const struct request *request,
                           struct response *response)
{
    static const char *const names[] = {"from", "to", "limit", "cursor", NULL};
    struct booking_query query = {.user_id = call->user_id};
    enum status status = read_list(call, request, names, &query);
    return status == STATUS_OK ? answer_list(context, call, &query, response) : status;
}

static enum status get_all(void *context, struct call *call, const struct request *request,
                           struct response *response)
{
    static const char *const names[] = {"from", "to", "product_id", "limit", "cursor", NULL};
    struct booking_query query = {0};
    request_query_int64(call, request, "product_id", 1, INT64_MAX, &query.product_id);
    enum status status = read_list(call, request, names, &query);
    return status == STATUS_OK ? answer_list(context, call, &query, response) : status;
}

static const struct route routes[] = {
    {METHOD_GET, "/v1/bookings", ACCESS_CUSTOMER, .run = get_own},
    {METHOD_GET, "/v1/admin/bookings", ACCESS_ADMIN, .run = get_all},
};

void bookings_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
    capacity_http_add(router, app);
}
