/* The catalog on PostgreSQL: lists, single products, changes. The home page has a file of its own
 * (catalog_home.c), because it can be asked for quite differently.
 *
 * Shoppers read from the read pool; changes and what decides about them use the write pool. The text of a
 * product is borrowed from the database's answer, which lives in the call's arena: nothing is copied.
 */
#include "common/modules/catalog/catalog_pg.h"

#include "common/pg/like.h"
#include "statements.h"

#include <inttypes.h>
#include <string.h>

/* --- rows --- */

static void read_product(const struct catalog_pg *self, const struct pg_rows *rows, int row,
                         struct product *out)
{
    *out = (struct product){
        .id = pg_int64(rows, row, 0),
        .category = pg_text(rows, row, 1),
        .title = pg_text(rows, row, 2),
        .summary = pg_text(rows, row, 3),
        .description = pg_text(rows, row, 4),
        .price_cents = pg_int64(rows, row, 5),
        .currency = self->currency,
        .rating_tenths = (int32_t)pg_int64(rows, row, 6),
        .rating_count = (int32_t)pg_int64(rows, row, 7),
        .featured = pg_bool(rows, row, 8),
        .active = pg_bool(rows, row, 9),
        .version = pg_int64(rows, row, 10),
        .created_ms = pg_time_ms(rows, row, 11),
        .updated_ms = pg_time_ms(rows, row, 12),
        .picture = pg_text(rows, row, 13),
    };
}

struct product *catalog_pg_products(const struct catalog_pg *self, struct call *call,
                                    const struct pg_rows *rows, int from, int count)
{
    struct product *products = arena_array(call->arena, struct product, (size_t)count);
    for (int i = 0; i < count; i++)
        read_product(self, rows, from + i, &products[i]);
    return products;
}

static enum status no_such_product(struct call *call, int64_t id)
{
    return call_fail(call, STATUS_NOT_FOUND, "there is no product %" PRId64, id);
}

enum status catalog_pg_find(const struct catalog_pg *self, struct pg_pool *pool, struct call *call,
                            int64_t id, struct product *out)
{
    struct pg_rows rows;
    enum status status = pg_read(pool, call, &catalog_find_sql, PG_ARGS(PG_INT(id)), &rows);
    if (status != STATUS_OK) return status;
    if (rows.count == 0) return no_such_product(call, id);
    read_product(self, &rows, 0, out);
    return STATUS_OK;
}

static enum status find_product(struct catalog *catalog, struct call *call, int64_t id,
                                struct product *out)
{
    struct catalog_pg *self = (struct catalog_pg *)catalog;
    return catalog_pg_find(self, self->read, call, id, out);
}

/* --- lists --- */

static enum status list_products(struct catalog *catalog, struct call *call,
                                 const struct product_query *query, struct product_page *out)
{
    static const struct pg_statement *const statements[][2] = {
        [PRODUCT_SORT_NEWEST] = {&catalog_list_newest_asc_sql, &catalog_list_newest_desc_sql},
        [PRODUCT_SORT_PRICE] = {&catalog_list_price_asc_sql, &catalog_list_price_desc_sql},
        [PRODUCT_SORT_RATING] = {&catalog_list_rating_asc_sql, &catalog_list_rating_desc_sql},
    };
    struct catalog_pg *self = (struct catalog_pg *)catalog;
    const struct pg_args args = PG_ARGS(
        PG_TEXT(query->category), PG_TEXT(query->text ? pg_like_part(call, query->text) : NULL),
        query->min_price_cents > 0 ? PG_INT(query->min_price_cents) : PG_NULL,
        query->max_price_cents > 0 ? PG_INT(query->max_price_cents) : PG_NULL,
        query->has_after ? PG_INT(query->after_value) : PG_NULL, PG_INT(query->after_id),
        PG_INT(query->limit + 1)); /* one more tells whether a page follows */
    struct pg_rows rows;
    enum status status =
        pg_read(self->read, call, statements[query->sort][query->descending], args, &rows);
    if (status != STATUS_OK) return status;
    out->more = rows.count > query->limit;
    out->count = out->more ? query->limit : rows.count;
    out->products = catalog_pg_products(self, call, &rows, 0, out->count);
    return STATUS_OK;
}

/* --- changes --- */

/* Both writes meet an unknown category as a violated foreign key. */
static enum status explain_conflict(struct call *call, enum status status)
{
    const char *constraint = call->failure.constraint;
    if (status != STATUS_CONFLICT || !constraint) return status;
    if (strcmp(constraint, "products_category_fkey") != 0) return status;
    call_forgive(call);
    call_fail_field(call, "category", "there is no such category");
    return call_check_fields(call);
}

static enum status create_product(struct catalog *catalog, struct call *call,
                                  const struct product_change *change, struct product *out)
{
    struct catalog_pg *self = (struct catalog_pg *)catalog;
    struct pg_rows rows;
    enum status status = pg_write(self->write, call, &catalog_create_sql,
                                  PG_ARGS(PG_TEXT(change->category), PG_TEXT(change->title),
                                          PG_TEXT(change->summary), PG_TEXT(change->description),
                                          PG_INT(change->price_cents),
                                          PG_BOOL(change->has_featured && change->featured),
                                          PG_BOOL(!change->has_active || change->active)),
                                  &rows);
    if (status != STATUS_OK) return explain_conflict(call, status);
    read_product(self, &rows, 0, out);
    return STATUS_OK;
}

static bool changes_nothing(const struct product_change *change)
{
    return !change->category && !change->title && !change->summary && !change->description &&
           !change->has_price && !change->has_featured && !change->has_active &&
           !change->has_picture;
}

/* The product as it is where it is written; `version` as in catalog_change_fn. */
static enum status find_version(struct catalog_pg *self, struct call *call, int64_t id,
                                int64_t version, struct product *out)
{
    enum status status = catalog_pg_find(self, self->write, call, id, out);
    if (status != STATUS_OK || version == 0 || version == out->version) return status;
    return call_fail(call, STATUS_PRECONDITION, "the product is at version %" PRId64 " by now",
                     out->version);
}

static enum status change_product(struct catalog *catalog, struct call *call, int64_t id,
                                  int64_t version, const struct product_change *change,
                                  struct product *out)
{
    struct catalog_pg *self = (struct catalog_pg *)catalog;
    if (changes_nothing(change)) return find_version(self, call, id, version, out);
    struct pg_rows rows;
    enum status status = pg_write(
        self->write, call, &catalog_change_sql,
        PG_ARGS(PG_INT(id), PG_INT(version), PG_TEXT(change->category), PG_TEXT(change->title),
                PG_TEXT(change->summary), PG_TEXT(change->description),
                change->has_price ? PG_INT(change->price_cents) : PG_NULL,
                change->has_featured ? PG_BOOL(change->featured) : PG_NULL,
                change->has_active ? PG_BOOL(change->active) : PG_NULL,
                PG_BOOL(change->has_picture), PG_TEXT(change->picture)),
        &rows);
    if (status != STATUS_OK) return explain_conflict(call, status);
    if (rows.count > 0) {
        read_product(self, &rows, 0, out);
        return STATUS_OK;
    }
    /* there is no such product, or it has moved on: the reader finds out which */
    status = find_version(self, call, id, version, out);
    if (status == STATUS_OK) status = call_fail(call, STATUS_PRECONDITION, "it is just changing");
    return status;
}

static const struct catalog_ops ops = {
    .home = catalog_pg_home,
    .categories = catalog_pg_categories,
    .list = list_products,
    .find = find_product,
    .create = create_product,
    .change = change_product,
};

struct catalog *catalog_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write,
                               struct bookings *bookings, const char *currency)
{
    struct catalog_pg *self = arena_new(arena, struct catalog_pg);
    *self = (struct catalog_pg){
        .port = {.ops = &ops},
        .read = read,
        .write = write,
        .bookings = bookings,
        .currency = currency,
    };
    return &self->port;
}
