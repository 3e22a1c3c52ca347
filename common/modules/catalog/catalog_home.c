/* What everybody sees first, and the categories beside every list, as a good first version: correct, plain, and with
 * a round trip wherever one reads naturally. The shelves are asked for one after the other, best sellers product
 * by product and categories count by count; measured, that is the first thing a later stage improves.
 */
#include "common/modules/catalog/catalog_pg.h"

#include "common/base/clock.h"
#include "common/modules/bookings/bookings.h"
#include "statements.h"

static enum status read_shelf(struct catalog_pg *self, struct call *call,
                              const struct pg_statement *statement, struct product **out,
                              int *count)
{
    struct pg_rows rows;
    enum status status =
        pg_read(self->read, call, statement, PG_ARGS(PG_INT(CATALOG_HOME_PRODUCTS)), &rows);
    if (status != STATUS_OK) return status;
    *out = catalog_pg_products(self, call, &rows, 0, rows.count);
    *count = rows.count;
    return STATUS_OK;
}

/* What sold is known to bookings, what it is to us: ids first, then product by product. Those that are
   hidden by now are left out. */
static enum status read_best_sellers(struct catalog_pg *self, struct call *call, struct home *out)
{
    static const int64_t day_ms = 24 * 3600 * 1000;
    int64_t ids[CATALOG_HOME_PRODUCTS];
    int found = 0;
    enum status status = bookings_best_sellers(self->bookings, call,
                                               clock_wall_ms() - CATALOG_BEST_SELLER_DAYS * day_ms,
                                               CATALOG_HOME_PRODUCTS, ids, &found);
    if (status != STATUS_OK) return status;
    out->best_sellers = arena_array(call->arena, struct product, CATALOG_HOME_PRODUCTS);
    for (int i = 0; i < found; i++) {
        struct product product;
        status = catalog_pg_find(self, self->read, call, ids[i], &product);
        if (status == STATUS_NOT_FOUND) {
            call_forgive(call);
            continue;
        }
        if (status != STATUS_OK) return status;
        if (product.active) out->best_sellers[out->best_seller_count++] = product;
    }
    return STATUS_OK;
}

enum status catalog_pg_categories(struct catalog *catalog, struct call *call, struct category **out,
                                  int *count)
{
    struct catalog_pg *self = (struct catalog_pg *)catalog;
    struct pg_rows rows, counted;
    enum status status = pg_read(self->read, call, &catalog_categories_sql,
                                 PG_ARGS(PG_INT(CATALOG_CATEGORIES_MAX)), &rows);
    if (status != STATUS_OK) return status;
    struct category *categories = arena_array(call->arena, struct category, (size_t)rows.count);
    for (int i = 0; i < rows.count; i++) {
        const char *slug = pg_text(&rows, i, 1);
        status = pg_read(self->read, call, &catalog_count_sql, PG_ARGS(PG_TEXT(slug)), &counted);
        if (status != STATUS_OK) return status;
        categories[i] = (struct category){
            .id = pg_int64(&rows, i, 0),
            .slug = slug,
            .name = pg_text(&rows, i, 2),
            .product_count = pg_int64(&counted, 0, 0),
        };
    }
    *out = categories;
    *count = rows.count;
    return STATUS_OK;
}

enum status catalog_pg_home(struct catalog *catalog, struct call *call, struct home *out)
{
    struct catalog_pg *self = (struct catalog_pg *)catalog;
    *out = (struct home){0};
    enum status status =
        read_shelf(self, call, &catalog_featured_sql, &out->featured, &out->featured_count);
    if (status == STATUS_OK)
        status = read_shelf(self, call, &catalog_newest_sql, &out->newest, &out->newest_count);
    if (status == STATUS_OK) status = read_best_sellers(self, call, out);
    if (status == STATUS_OK)
        status = catalog_pg_categories(catalog, call, &out->categories, &out->category_count);
    return status;
}
