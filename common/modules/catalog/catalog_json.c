/* One function per thing that appears in answers; every route that shows a product shows this one. */
#include "common/modules/catalog/catalog_json.h"

#include "common/modules/media/picture_json.h"

#include <inttypes.h>

void product_write(struct json_writer *json, const char *name, const struct product *product)
{
    json_begin_object(json, name);
    json_add_int64(json, "id", product->id);
    json_add_text(json, "category", product->category);
    json_add_text(json, "title", product->title);
    json_add_text(json, "summary", product->summary);
    json_add_text(json, "description", product->description);
    picture_write(json, "picture", product->picture);
    json_add_int64(json, "price_cents", product->price_cents);
    json_add_text(json, "currency", product->currency);
    json_add_tenths(json, "rating", product->rating_tenths);
    json_add_int64(json, "rating_count", product->rating_count);
    json_add_bool(json, "featured", product->featured);
    json_add_bool(json, "active", product->active);
    json_add_int64(json, "version", product->version);
    json_add_time(json, "created_at", product->created_ms);
    json_add_time(json, "updated_at", product->updated_ms);
    json_end_object(json);
}

void products_write(struct json_writer *json, const char *name, const struct product *products,
                    int count)
{
    json_begin_array(json, name);
    for (int i = 0; i < count; i++)
        product_write(json, NULL, &products[i]);
    json_end_array(json);
}

void categories_write(struct json_writer *json, const char *name, const struct category *categories,
                      int count)
{
    json_begin_array(json, name);
    for (int i = 0; i < count; i++) {
        json_begin_object(json, NULL);
        json_add_int64(json, "id", categories[i].id);
        json_add_text(json, "slug", categories[i].slug);
        json_add_text(json, "name", categories[i].name);
        json_add_int64(json, "product_count", categories[i].product_count);
        json_end_object(json);
    }
    json_end_array(json);
}

const char *product_tag(struct call *call, const struct product *product)
{
    return arena_printf(call->arena, "\"p%" PRId64 "-v%" PRId64 "\"", product->id,
                        product->version);
}
