/* Producers of rows, each of which can be asked for a little at a time.
 *
 * A step makes what belongs together (a product and its capacity; all rows an order has in the
 * tables of this pass). So several sources can be drained side by side, each into tables of its
 * own, and PostgreSQL works on all of them at once.
 */
#ifndef STAGECRAFT_SEED_SOURCES_H
#define STAGECRAFT_SEED_SOURCES_H

#include "infra/seed/checkouts.h"
#include "infra/seed/table.h"

struct source {
    void (*step)(struct source *source, struct table *tables);
    int64_t total, done; /* it has ended when they are equal */
};

struct accounts_source { /* users.accounts */
    struct source base;
    const struct plan *plan;
    struct random random;
};
void accounts_source_init(struct accounts_source *out, const struct plan *plan);

struct categories_source { /* catalog.categories */
    struct source base;
};
void categories_source_init(struct categories_source *out);

struct pictures_source { /* media.pictures; or, made by the second function, media.files */
    struct source base;
    const struct plan *plan;
};
void pictures_source_init(struct pictures_source *out, const struct plan *plan);
void files_source_init(struct pictures_source *out, const struct plan *plan);

struct products_source { /* catalog.products, bookings.capacities */
    struct source base;
    const struct plan *plan;
};
void products_source_init(struct products_source *out, const struct plan *plan);

/* Orders in two passes, because a connection fills one table at a time: orders, bookings and
   charges; then lines, refunds and sales. The passes have a struct checkouts each. */
struct orders_source {
    struct source base;
    struct checkouts *checkouts;
};
void orders_source_init(struct orders_source *out, struct checkouts *checkouts);
void lines_source_init(struct orders_source *out, struct checkouts *checkouts);

/* The sales of one order; none when it was not confirmed. */
void sales_rows(struct table *sales, const struct plan *plan, const struct checkout *order);

struct days_source { /* bookings.days, when all orders have been made */
    struct source base;
    const struct checkouts *checkouts;
    struct random random;
};
void days_source_init(struct days_source *out, const struct checkouts *checkouts);

#endif
