/* Places by day, for shoppers to read and for admins to set. Whether a product exists and may be seen is
 * the catalog's to say, so each of these asks it first; capacity itself would take any number for a product.
 */
#include "common/base/clock.h"
#include "common/modules/bookings/bookings_http.h"
#include "common/modules/bookings/capacity.h"
#include "common/modules/catalog/catalog.h"

#include <inttypes.h>
#include <string.h>

enum { RANGE_DEFAULT = 30 };

/* --- shoppers --- */

static enum status read_range(struct call *call, const struct request *request, int32_t *from,
                              int32_t *to)
{
    static const char *const names[] = {"from", "to", NULL};
    const int32_t today = clock_today();
    *from = today;
    *to = 0;
    request_query_only(call, request, names);
    request_query_day(call, request, "from", from);
    request_query_day(call, request, "to", to);
    if (*to == 0) *to = *from + RANGE_DEFAULT;
    if (*from < today)
        call_fail_field(call, "from", "must not be in the past");
    else if (*to < *from)
        call_fail_field(call, "to", "must not be before from");
    else if (*to - *from >= CAPACITY_RANGE_DAYS_MAX)
        call_fail_field(call, "to", "must be less than %d days after from",
                        CAPACITY_RANGE_DAYS_MAX);
    return call_check_fields(call);
}

/* A product that has never been given places has none on every day. */
static enum status days_or_none(struct app *app, struct call *call, int64_t id, int32_t from,
                                int32_t to, struct capacity_day **days, int *count)
{
    enum status status = capacity_days(app->capacity, call, id, from, to, days, count);
    if (status != STATUS_NOT_FOUND) return status;
    call_forgive(call);
    *count = to - from + 1;
    *days = arena_array(call->arena, struct capacity_day, (size_t)*count);
    for (int i = 0; i < *count; i++)
        (*days)[i].day = from + i;
    return STATUS_OK;
}

static void day_write(struct json_writer *json, const struct capacity_day *day)
{
    json_begin_object(json, NULL);
    json_add_day(json, "day", day->day);
    json_add_int64(json, "capacity", day->capacity);
    json_add_int64(json, "available", day->available);
    json_end_object(json);
}

static enum status get_availability(void *context, struct call *call, const struct request *request,
                                    struct response *response)
{
    struct app *app = context;
    int64_t id;
    int32_t from, to;
    struct product product;
    struct capacity_day *days = NULL;
    int count = 0;
    enum status status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = read_range(call, request, &from, &to);
    if (status == STATUS_OK) status = catalog_find(app->catalog, call, id, &product);
    if (status == STATUS_OK && !product.active)
        status = call_fail(call, STATUS_NOT_FOUND, "there is no product %" PRId64, id);
    if (status == STATUS_OK) status = days_or_none(app, call, id, from, to, &days, &count);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    response_json(response, 200, &json);
    response_header(response, "Cache-Control", "public, max-age=0, must-revalidate");
    json_begin_object(&json, NULL);
    json_add_int64(&json, "product_id", id);
    json_begin_array(&json, "days");
    for (int i = 0; i < count; i++)
        day_write(&json, &days[i]);
    json_end_array(&json);
    json_end_object(&json);
    return STATUS_OK;
}

/* --- admins --- */

/* The product in the path, which must exist, and the one number in the body. */
static enum status read_change(struct app *app, struct call *call, const struct request *request,
                               const char *name, int64_t *product_id, int64_t *places)
{
    const struct json_field fields[] = {
        {name, JSON_KIND_INT64, places, .min = 0, .max = CAPACITY_MAX},
    };
    struct product product;
    json_t *body;
    enum status status = request_id(call, request, "id", product_id);
    if (status == STATUS_OK) status = request_no_query(call, request);
    if (status == STATUS_OK) status = request_json(call, request, &body);
    if (status != STATUS_OK) return status;
    json_read(call, body, "", fields, 1);
    status = call_check_fields(call);
    return status == STATUS_OK ? catalog_find(app->catalog, call, *product_id, &product) : status;
}

static enum status put_daily(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    struct app *app = context;
    int64_t id, per_day;
    enum status status = read_change(app, call, request, "per_day", &id, &per_day);
    if (status == STATUS_OK) status = capacity_set_daily(app->capacity, call, id, (int32_t)per_day);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "product_id", id);
    json_add_int64(&json, "per_day", per_day);
    json_end_object(&json);
    return STATUS_OK;
}

static void read_day(struct call *call, const struct request *request, int32_t *out)
{
    const char *text = "";
    for (int i = 0; i < request->parameter_count; i++)
        if (strcmp(request->parameters[i].name, "day") == 0) text = request->parameters[i].value;
    if (!clock_parse_day(text, out))
        call_fail_field(call, "day", "must be a day such as 2026-12-31");
    else if (*out < clock_today())
        call_fail_field(call, "day", "must not be in the past");
}

static enum status put_day(void *context, struct call *call, const struct request *request,
                           struct response *response)
{
    struct app *app = context;
    int64_t id, places;
    int32_t day = 0;
    struct capacity_day after;
    read_day(call, request, &day);
    enum status status = read_change(app, call, request, "capacity", &id, &places);
    if (status == STATUS_OK)
        status = capacity_set_day(app->capacity, call, id, day, (int32_t)places, &after);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "product_id", id);
    json_add_day(&json, "day", after.day);
    json_add_int64(&json, "capacity", after.capacity);
    json_add_int64(&json, "available", after.available);
    json_end_object(&json);
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/v1/products/{id}/availability", ACCESS_PUBLIC, .run = get_availability},
    {METHOD_PUT, "/v1/admin/products/{id}/capacity", ACCESS_ADMIN, .run = put_daily},
    {METHOD_PUT, "/v1/admin/products/{id}/capacity/{day}", ACCESS_ADMIN, .run = put_day},
};

void capacity_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
}
