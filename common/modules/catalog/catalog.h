/* catalog: what can be booked, and for how much.
 *
 * Products belong to a category and have a price in cents. How many places a product has on a day is not
 * known here but in bookings (capacity.h), which guards it.
 */
#ifndef STAGECRAFT_CATALOG_CATALOG_H
#define STAGECRAFT_CATALOG_CATALOG_H

#include "common/base/call.h"

#include <stddef.h>

enum {
    CATALOG_HOME_PRODUCTS = 8,
    CATALOG_CATEGORIES_MAX = 100,
    CATALOG_PAGE_MAX = 100,
    CATALOG_SLUG_MAX = 64, /* these in characters, as the database checks them too */
    CATALOG_TITLE_MAX = 120,
    CATALOG_SUMMARY_MAX = 300,
    CATALOG_DESCRIPTION_MAX = 5000,
    CATALOG_PRICE_MAX_CENTS = 100000000,
    CATALOG_BEST_SELLER_DAYS = 30,
};

struct product { /* text lives in the call's arena */
    int64_t id;
    const char *category; /* slug */
    const char *title;
    const char *summary;
    const char *description;
    int64_t price_cents;
    const char *currency;  /* "EUR" */
    int32_t rating_tenths; /* 0..50 */
    int32_t rating_count;
    bool featured;
    bool active;     /* false: hidden from shoppers, kept for orders */
    int64_t version; /* grows with every change; the ETag of the product */
    int64_t created_ms, updated_ms;
    const char *picture; /* its key in media, or NULL */
};

struct category {
    int64_t id;
    const char *slug, *name;
    int64_t product_count; /* active ones */
};

enum product_sort { PRODUCT_SORT_NEWEST, PRODUCT_SORT_PRICE, PRODUCT_SORT_RATING };

struct product_query {
    const char *category;                     /* slug, or NULL */
    const char *text;                         /* words in title or summary, or NULL */
    int64_t min_price_cents, max_price_cents; /* max 0: no bound */
    enum product_sort sort;
    bool descending;
    bool has_after;      /* keyset: continue behind (after_value, after_id) */
    int64_t after_value; /* of the sort column: created_ms, price_cents or rating_tenths */
    int64_t after_id;
    int limit; /* 1..CATALOG_PAGE_MAX */
};

struct product_page {
    struct product *products;
    int count;
    bool more;
};

struct home {
    struct product *featured, *newest, *best_sellers;
    int featured_count, newest_count, best_seller_count;
    struct category *categories;
    int category_count;
};

/* What an admin may set. NULL / false `has_…`: leave as it is (create: required unless noted). */
struct product_change {
    const char *category, *title, *summary, *description;
    bool has_price, has_featured, has_active;
    int64_t price_cents;
    bool featured, active;
    bool has_picture;    /* not when creating */
    const char *picture; /* a key of media, or NULL: none any more */
};

/* --- the port --- */

struct catalog;

typedef enum status catalog_home_fn(struct catalog *catalog, struct call *call, struct home *out);
typedef enum status catalog_categories_fn(struct catalog *catalog, struct call *call,
                                          struct category **out, int *count);
typedef enum status catalog_list_fn(struct catalog *catalog, struct call *call,
                                    const struct product_query *query, struct product_page *out);
/* STATUS_NOT_FOUND for an unknown id; inactive products are found (callers decide). */
typedef enum status catalog_find_fn(struct catalog *catalog, struct call *call, int64_t id,
                                    struct product *out);
/* STATUS_UNPROCESSABLE with a field when the category does not exist. */
typedef enum status catalog_create_fn(struct catalog *catalog, struct call *call,
                                      const struct product_change *change, struct product *out);
/* `version` 0: whatever it is now; else STATUS_PRECONDITION when it is no longer that one. */
typedef enum status catalog_change_fn(struct catalog *catalog, struct call *call, int64_t id,
                                      int64_t version, const struct product_change *change,
                                      struct product *out);

struct catalog_ops {
    catalog_home_fn *home;
    catalog_categories_fn *categories;
    catalog_list_fn *list;
    catalog_find_fn *find;
    catalog_create_fn *create;
    catalog_change_fn *change;
};

struct catalog {
    const struct catalog_ops *ops;
};

static inline enum status catalog_home(struct catalog *catalog, struct call *call, struct home *out)
{
    return catalog->ops->home(catalog, call, out);
}

static inline enum status catalog_categories(struct catalog *catalog, struct call *call,
                                             struct category **out, int *count)
{
    return catalog->ops->categories(catalog, call, out, count);
}

static inline enum status catalog_list(struct catalog *catalog, struct call *call,
                                       const struct product_query *query, struct product_page *out)
{
    return catalog->ops->list(catalog, call, query, out);
}

static inline enum status catalog_find(struct catalog *catalog, struct call *call, int64_t id,
                                       struct product *out)
{
    return catalog->ops->find(catalog, call, id, out);
}

static inline enum status catalog_create(struct catalog *catalog, struct call *call,
                                         const struct product_change *change, struct product *out)
{
    return catalog->ops->create(catalog, call, change, out);
}

static inline enum status catalog_change(struct catalog *catalog, struct call *call, int64_t id,
                                         int64_t version, const struct product_change *change,
                                         struct product *out)
{
    return catalog->ops->change(catalog, call, id, version, change, out);
}

struct pg_pool;
struct bookings;

/* On PostgreSQL. `bookings` tells the best sellers. `currency` is borrowed. */
struct catalog *catalog_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write,
                               struct bookings *bookings, const char *currency);

/* --- the rules (catalog.c) --- */

/* Checks an admin's change; wrong values become call fields. `creating`: required ones must be there. */
enum status catalog_check_change(struct call *call, const struct product_change *change,
                                 bool creating);

/* Opaque page cursors: they say where the page ended and for which sort. A cursor that is not ours, or
   that belongs to another sort, is STATUS_MALFORMED. */
const char *catalog_cursor(struct call *call, const struct product_query *query,
                           const struct product *last);
enum status catalog_read_cursor(struct call *call, const char *cursor, struct product_query *query);

#endif
