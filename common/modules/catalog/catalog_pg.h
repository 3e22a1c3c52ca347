/* What the files of the catalog on PostgreSQL share: catalog_pg.c and catalog_home.c. Private to this module, and
 * to whoever puts a file of their own in the place of one of them.
 */
#ifndef STAGECRAFT_CATALOG_CATALOG_PG_H
#define STAGECRAFT_CATALOG_CATALOG_PG_H

#include "common/modules/catalog/catalog.h"
#include "common/pg/pg.h"

struct catalog_pg {
    struct catalog port;
    struct pg_pool *read, *write;
    struct bookings *bookings;
    const char *currency;
};

/* `count` rows from `from` on as products: the first fourteen columns, in the order of queries.sql. */
struct product *catalog_pg_products(const struct catalog_pg *self, struct call *call,
                                    const struct pg_rows *rows, int from, int count);

enum status catalog_pg_find(const struct catalog_pg *self, struct pg_pool *pool, struct call *call,
                            int64_t id, struct product *out);

/* --- catalog_home.c: two operations of the port --- */

enum status catalog_pg_home(struct catalog *catalog, struct call *call, struct home *out);
enum status catalog_pg_categories(struct catalog *catalog, struct call *call, struct category **out,
                                  int *count);

#endif
