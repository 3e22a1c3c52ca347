/* The home page in three statements where the file of the same name in common/modules/catalog needs up to two dozen:
 * what sold is known to bookings and asked there, as before; then the products of all three shelves come in one
 * answer, and the categories with their counts in another.
 */
#include "common/modules/catalog/catalog_pg.h"

#include "common/base/clock.h"
#include "common/modules/bookings/bookings.h"
#include "statements.h"

enum { SHELF_COLUMN = 14, FEATURED = 1, NEWEST, BEST_SELLERS };

static enum status read_best_sellers(struct catalog_pg *self, struct call *call, const char **ids)
{
    static const int64_t day_ms = 24 * 3600 * 1000;
    int64_t found[CATALOG_HOME_PRODUCTS];
    int count = 0;
    enum status status = bookings_best_sellers(self->bookings, call,
                                               clock_wall_ms() - CATALOG_BEST_SELLER_DAYS * day_ms,
                                               CATALOG_HOME_PRODUCTS, found, &count);
    if (status == STATUS_OK) *ids = pg_int64_array(call, found, count);
    return status;
}

/* The rows of one shelf, which follow upon those of the one before. */
static struct product *take_shelf(const struct catalog_pg *self, struct call *call,
                                  const struct pg_rows *rows, int64_t shelf, int *next, int *count)
{
    const int from = *next;
    while (*next < rows->count && pg_int64(rows, *next, SHELF_COLUMN) == shelf)
        ++*next;
    *count = *next - from;
    return catalog_pg_products(self, call, rows, from, *count);
}

static enum status read_shelves(struct catalog_pg *self, struct call *call,
                                const char *best_sellers, struct home *out)
{
    struct pg_rows rows;
    enum status status =
        pg_read(self->read, call, &catalog_shelves_sql,
                PG_ARGS(PG_INT(CATALOG_HOME_PRODUCTS), PG_TEXT(best_sellers)), &rows);
    if (status != STATUS_OK) return status;
    int next = 0;
    out->featured = take_shelf(self, call, &rows, FEATURED, &next, &out->featured_count);
    out->newest = take_shelf(self, call, &rows, NEWEST, &next, &out->newest_count);
    out->best_sellers = take_shelf(self, call, &rows, BEST_SELLERS, &next, &out->best_seller_count);
    return STATUS_OK;
}

enum status catalog_pg_categories(struct catalog *catalog, struct call *call, struct category **out,
                                  int *count)
{
    struct catalog_pg *self = (struct catalog_pg *)catalog;
    struct pg_rows rows;
    enum status status = pg_read(self->read, call, &catalog_categories_counted_sql,
                                 PG_ARGS(PG_INT(CATALOG_CATEGORIES_MAX)), &rows);
    if (status != STATUS_OK) return status;
    struct category *categories = arena_array(call->arena, struct category, (size_t)rows.count);
    for (int i = 0; i < rows.count; i++)
        categories[i] = (struct category){
            .id = pg_int64(&rows, i, 0),
            .slug = pg_text(&rows, i, 1),
            .name = pg_text(&rows, i, 2),
            .product_count = pg_int64(&rows, i, 3),
        };
    *out = categories;
    *count = rows.count;
    return STATUS_OK;
}

enum status catalog_pg_home(struct catalog *catalog, struct call *call, struct home *out)
{
    struct catalog_pg *self = (struct catalog_pg *)catalog;
    const char *best_sellers = NULL;
    *out = (struct home){0};
    enum status status = read_best_sellers(self, call, &best_sellers);
    if (status == STATUS_OK) status = read_shelves(self, call, best_sellers, out);
    if (status == STATUS_OK)
        status = catalog_pg_categories(catalog, call, &out->categories, &out->category_count);
    return status;
}
