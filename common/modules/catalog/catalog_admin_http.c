/* What admins change. A product's ETag is its id and version, so an admin can send it back in If-Match and
 * change only what they have seen: of two who edit the same version, the second is told (412).
 */
#include "common/modules/bookings/capacity.h"
#include "common/modules/catalog/catalog.h"
#include "common/modules/catalog/catalog_http.h"
#include "common/modules/catalog/catalog_json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void product_answer(struct response *response, struct call *call, int status,
                    const struct product *product)
{
    struct json_writer json;
    response_json(response, status, &json);
    response_header(response, "ETag", product_tag(call, product));
    product_write(&json, NULL, product);
}

struct product_body {
    struct product_change change;
    bool has_capacity;
    int64_t capacity_per_day;
};

static enum status read_body(struct call *call, const struct request *request, bool creating,
                             struct product_body *out)
{
    struct product_change *change = &out->change;
    const struct json_field fields[] = {
        {"category", JSON_KIND_TEXT, &change->category, .optional = !creating},
        {"title", JSON_KIND_TEXT, &change->title, .optional = !creating},
        {"summary", JSON_KIND_TEXT, &change->summary, .optional = !creating},
        {"description", JSON_KIND_TEXT, &change->description, .optional = !creating},
        {"price_cents", JSON_KIND_INT64, &change->price_cents, !creating,
         .present = &change->has_price},
        {"featured", JSON_KIND_BOOL, &change->featured, true, .present = &change->has_featured},
        {"active", JSON_KIND_BOOL, &change->active, true, .present = &change->has_active},
        {"capacity_per_day", JSON_KIND_INT64, &out->capacity_per_day, true, 0, CAPACITY_MAX,
         .present = &out->has_capacity},
    };
    size_t count = sizeof(fields) / sizeof(fields[0]);
    json_t *body;
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = request_json(call, request, &body);
    if (status != STATUS_OK) return status;
    json_read(call, body, "", fields,
              creating ? count : count - 1); /* capacity has its own route */
    status = call_check_fields(call);
    return status == STATUS_OK ? catalog_check_change(call, change, creating) : status;
}

/* Product and capacity belong to two modules, so these are two transactions. Should the second fail, the
   product is there but has no places: nobody can book it, and the answer says what is left to do. */
static enum status post_product(void *context, struct call *call, const struct request *request,
                                struct response *response)
{
    struct app *app = context;
    struct product_body body = {0};
    struct product product;
    enum status status = read_body(call, request, true, &body);
    if (status == STATUS_OK) status = catalog_create(app->catalog, call, &body.change, &product);
    if (status != STATUS_OK) return status;
    const char *location = arena_printf(call->arena, "/v1/products/%" PRId64, product.id);
    response_header(response, "Location", location);
    if (body.has_capacity)
        status =
            capacity_set_daily(app->capacity, call, product.id, (int32_t)body.capacity_per_day);
    if (status != STATUS_OK)
        return call_fail(call, status,
                         "product %" PRId64 " was created, but its capacity could not be set; "
                         "put it to /v1/admin/products/%" PRId64 "/capacity",
                         product.id, product.id);
    product_answer(response, call, 201, &product);
    return STATUS_OK;
}

/* Of a list, the newest version of this product counts: an older one cannot be what it is now. Weak
   tags never match here (RFC 9110, 13.1.1). */
enum status product_if_match(struct call *call, const struct request *request, int64_t id,
                             int64_t *version)
{
    const char *header = request_header(request, "If-Match");
    *version = 0;
    if (header == NULL || strcmp(header, "*") == 0) return STATUS_OK;
    const char *prefix = arena_printf(call->arena, "\"p%" PRId64 "-v", id);
    size_t length = strlen(prefix);
    for (const char *at = header; (at = strstr(at, prefix)) != NULL; at += length) {
        bool weak = at - header >= 2 && memcmp(at - 2, "W/", 2) == 0;
        char *end;
        int64_t named = strtoll(at + length, &end, 10);
        if (!weak && *end == '"' && named > *version) *version = named;
    }
    if (*version > 0) return STATUS_OK;
    return call_fail(call, STATUS_PRECONDITION, "If-Match does not name a version of this product");
}

static enum status patch_product(void *context, struct call *call, const struct request *request,
                                 struct response *response)
{
    struct app *app = context;
    struct product_body body = {0};
    int64_t id, version;
    struct product product;
    enum status status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = read_body(call, request, false, &body);
    if (status == STATUS_OK) status = product_if_match(call, request, id, &version);
    if (status == STATUS_OK)
        status = catalog_change(app->catalog, call, id, version, &body.change, &product);
    if (status != STATUS_OK) return status;
    product_answer(response, call, 200, &product);
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_POST, "/v1/admin/products", ACCESS_ADMIN, .run = post_product},
    {METHOD_PATCH, "/v1/admin/products/{id}", ACCESS_ADMIN, .run = patch_product},
};

void catalog_admin_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
}
