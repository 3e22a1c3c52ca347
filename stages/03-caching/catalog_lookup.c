/* The names are short, because each lies in Redis beside its value: h, c, p:17, l:tours:1:0:20:12900:17. */
#include "stages/03-caching/catalog_lookup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void catalog_lookup_home(struct catalog_lookup *out)
{
    *out = (struct catalog_lookup){.kind = LOOKUP_HOME, .tag = catalog_tag_all()};
}

void catalog_lookup_categories(struct catalog_lookup *out)
{
    *out = (struct catalog_lookup){.kind = LOOKUP_CATEGORIES, .tag = catalog_tag_all()};
}

void catalog_lookup_product(struct catalog_lookup *out, int64_t id)
{
    *out =
        (struct catalog_lookup){.kind = LOOKUP_PRODUCT, .id = id, .tag = catalog_tag_product(id)};
}

bool catalog_lookup_list(struct catalog_lookup *out, const struct product_query *query)
{
    const bool common = !query->text && query->min_price_cents == 0 && query->max_price_cents == 0;
    if (!common || (query->category && strlen(query->category) >= sizeof(out->category)))
        return false;
    *out = (struct catalog_lookup){.kind = LOOKUP_LIST, .query = *query};
    out->tag = query->category ? catalog_tag_category(query->category) : catalog_tag_all();
    if (query->category) strcpy(out->category, query->category);
    return true;
}

void catalog_lookup_name(struct catalog_lookup *lookup, const char *log_id)
{
    const struct product_query *query = &lookup->query;
    char *key = lookup->key;
    const int used = snprintf(key, KV_KEY_MAX, CATALOG_KEYS "%s:", log_id);
    const size_t room = KV_KEY_MAX - (size_t)used;
    switch (lookup->kind) {
    case LOOKUP_HOME:
        snprintf(key + used, room, "h");
        break;
    case LOOKUP_CATEGORIES:
        snprintf(key + used, room, "c");
        break;
    case LOOKUP_PRODUCT:
        snprintf(key + used, room, "p:%" PRId64, lookup->id);
        break;
    case LOOKUP_LIST:
        snprintf(key + used, room, "l:%s:%d:%d:%d:%" PRId64 ":%" PRId64, lookup->category,
                 (int)query->sort, query->descending, query->limit,
                 query->has_after ? query->after_value : 0, query->has_after ? query->after_id : 0);
        break;
    }
}

static enum status ask_product(const struct catalog_lookup *lookup, struct catalog *catalog,
                               struct call *call, struct strbuf *out, bool *missing)
{
    struct product product;
    enum status status = catalog_find(catalog, call, lookup->id, &product);
    if (status == STATUS_NOT_FOUND) {
        call_forgive(call);
        *missing = true;
        codec_write_missing(out);
        return STATUS_OK;
    }
    if (status == STATUS_OK) codec_write_product(out, &product);
    return status;
}

static enum status ask_list(const struct catalog_lookup *lookup, struct catalog *catalog,
                            struct call *call, struct strbuf *out)
{
    struct product_query query = lookup->query;
    struct product_page page;
    query.category = lookup->category[0] != '\0' ? lookup->category : NULL;
    enum status status = catalog_list(catalog, call, &query, &page);
    if (status == STATUS_OK) codec_write_page(out, &page);
    return status;
}

enum status catalog_lookup_ask(const struct catalog_lookup *lookup, struct catalog *catalog,
                               struct call *call, struct strbuf *out, bool *missing)
{
    struct home home;
    struct category *categories;
    int count;
    enum status status;
    *missing = false;
    switch (lookup->kind) {
    case LOOKUP_HOME:
        status = catalog_home(catalog, call, &home);
        if (status == STATUS_OK) codec_write_home(out, &home);
        return status;
    case LOOKUP_CATEGORIES:
        status = catalog_categories(catalog, call, &categories, &count);
        if (status == STATUS_OK) codec_write_categories(out, categories, count);
        return status;
    case LOOKUP_PRODUCT:
        return ask_product(lookup, catalog, call, out, missing);
    default:
        return ask_list(lookup, catalog, call, out);
    }
}
