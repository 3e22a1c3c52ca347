/* What shoppers read. Any cache may keep it but must ask again each time (max-age=0): the router's ETags
 * make that answer short. Parsing is complete before the port is asked, so that a request with three
 * mistakes is told all three.
 */
#include "common/modules/catalog/catalog_http.h"

#include "common/http/list.h"
#include "common/modules/catalog/catalog.h"
#include "common/modules/catalog/catalog_json.h"

#include <inttypes.h>
#include <string.h>

enum { TEXT_MAX = 100 };

static void let_caches_ask(struct response *response)
{
    response_header(response, "Cache-Control", "public, max-age=0, must-revalidate");
}

static void public_json(struct response *response, struct json_writer *json)
{
    response_json(response, 200, json);
    let_caches_ask(response);
}

static enum status get_home(void *context, struct call *call, const struct request *request,
                            struct response *response)
{
    struct app *app = context;
    struct home home;
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = catalog_home(app->catalog, call, &home);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    public_json(response, &json);
    json_begin_object(&json, NULL);
    products_write(&json, "featured", home.featured, home.featured_count);
    products_write(&json, "newest", home.newest, home.newest_count);
    products_write(&json, "best_sellers", home.best_sellers, home.best_seller_count);
    categories_write(&json, "categories", home.categories, home.category_count);
    json_end_object(&json);
    return STATUS_OK;
}

static enum status get_categories(void *context, struct call *call, const struct request *request,
                                  struct response *response)
{
    struct app *app = context;
    struct category *categories;
    int count;
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = catalog_categories(app->catalog, call, &categories, &count);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    public_json(response, &json);
    json_begin_object(&json, NULL);
    categories_write(&json, "items", categories, count);
    json_end_object(&json);
    return STATUS_OK;
}

/* The hottest route of the shop. */
static enum status get_product(void *context, struct call *call, const struct request *request,
                               struct response *response)
{
    struct app *app = context;
    int64_t id;
    struct product product;
    enum status status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = request_no_query(call, request);
    if (status == STATUS_OK) status = catalog_find(app->catalog, call, id, &product);
    if (status != STATUS_OK) return status;
    if (!product.active)
        return call_fail(call, STATUS_NOT_FOUND, "there is no product %" PRId64, id);
    struct json_writer json;
    public_json(response, &json);
    response_header(response, "ETag", product_tag(call, &product));
    product_write(&json, NULL, &product);
    return STATUS_OK;
}

/* Which of the names the text is; `fallback` when it is absent, -1 when it is none of them. */
static int read_choice(const struct request *request, const char *field, const char *const *names,
                       int count, int fallback)
{
    const char *text = request_query(request, field);
    if (text == NULL) return fallback;
    for (int i = 0; i < count; i++)
        if (strcmp(text, names[i]) == 0) return i;
    return -1;
}

static void read_sort(struct call *call, const struct request *request, struct product_query *query)
{
    static const char *const sorts[] = {
        [PRODUCT_SORT_NEWEST] = "newest",
        [PRODUCT_SORT_PRICE] = "price",
        [PRODUCT_SORT_RATING] = "rating",
    };
    static const char *const orders[] = {"asc", "desc"};
    int sort = read_choice(request, "sort", sorts, 3, PRODUCT_SORT_NEWEST);
    int order = read_choice(request, "order", orders, 2, sort != PRODUCT_SORT_PRICE);
    if (sort < 0) call_fail_field(call, "sort", "must be newest, price or rating");
    if (order < 0) call_fail_field(call, "order", "must be asc or desc");
    query->sort = sort < 0 ? PRODUCT_SORT_NEWEST : (enum product_sort)sort;
    query->descending = order == 1;
}

static enum status read_list(struct call *call, const struct request *request,
                             struct product_query *query)
{
    static const char *const names[] = {
        "category", "q",  "min_price_cents", "max_price_cents", "sort", "order", "limit",
        "cursor",   NULL,
    };
    const char *cursor;
    request_query_only(call, request, names);
    request_query_text(call, request, "category", CATALOG_SLUG_MAX, &query->category);
    request_query_text(call, request, "q", TEXT_MAX, &query->text);
    request_query_int64(call, request, "min_price_cents", 0, INT64_MAX, &query->min_price_cents);
    request_query_int64(call, request, "max_price_cents", 1, INT64_MAX, &query->max_price_cents);
    list_read(call, request, CATALOG_PAGE_MAX, &query->limit, &cursor);
    read_sort(call, request, query);
    if (query->max_price_cents > 0 && query->max_price_cents < query->min_price_cents)
        call_fail_field(call, "max_price_cents", "must not be below min_price_cents");
    enum status status = call_check_fields(call);
    if (status == STATUS_OK && cursor != NULL) status = catalog_read_cursor(call, cursor, query);
    return status;
}

static enum status get_products(void *context, struct call *call, const struct request *request,
                                struct response *response)
{
    struct app *app = context;
    struct product_query query = {0};
    struct product_page page;
    enum status status = read_list(call, request, &query);
    if (status == STATUS_OK) status = catalog_list(app->catalog, call, &query, &page);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    list_begin(response, &json);
    let_caches_ask(response);
    for (int i = 0; i < page.count; i++)
        product_write(&json, NULL, &page.products[i]);
    list_end(&json,
             page.more ? catalog_cursor(call, &query, &page.products[page.count - 1]) : NULL);
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/v1/home", ACCESS_PUBLIC, .run = get_home},
    {METHOD_GET, "/v1/categories", ACCESS_PUBLIC, .run = get_categories},
    {METHOD_GET, "/v1/products", ACCESS_PUBLIC, .run = get_products},
    {METHOD_GET, "/v1/products/{id}", ACCESS_PUBLIC, .run = get_product},
};

void catalog_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
    catalog_admin_http_add(router, app);
}
