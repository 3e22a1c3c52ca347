/* The statements of reports, as functions. Private to this module.
 *
 * Every statement that reads walks the primary key and looks at a window of at most REPORTS_WINDOW rows,
 * so that none takes longer because the table has grown.
 */
#ifndef STAGECRAFT_REPORTS_REPORTS_PG_H
#define STAGECRAFT_REPORTS_REPORTS_PG_H

#include "common/modules/reports/reports.h"
#include "common/pg/pg.h"

enum { REPORTS_WINDOW = 20000 };

/* The ids behind `after` up to `last`. */
struct reports_window {
    int64_t after, last;
    bool final; /* nothing lies behind it */
};

struct reports {
    struct report_documents documents; /* first: the port is this */
    struct reports_options options;
    int64_t checked;     /* the comparison has come so far */
    int64_t check_at_ms; /* monotonic: not to go on before then */
};

/* Finds out where the window behind `after` ends. */
enum status reports_pg_window(struct pg_pool *pool, struct call *call, int64_t after,
                              struct reports_window *out);

/* Adds what was sold within window and range to days[0] (range.from) and on. */
enum status reports_pg_days(struct pg_pool *pool, struct call *call, struct reports_window window,
                            struct report_range range, struct report_sums *days);

/* Columns: product, bookings, quantity, cents, largest booking id. */
enum status reports_pg_products(struct pg_pool *pool, struct call *call,
                                struct reports_window window, struct report_range range,
                                struct pg_rows *out);

/* titles[i] becomes the title of the sale booking_ids[i]; at most 100. In the call's arena. */
enum status reports_pg_titles(struct pg_pool *pool, struct call *call, const int64_t *booking_ids,
                              int count, const char **titles);

/* At most SALES_PAGE_MAX. */
enum status reports_pg_sales(struct pg_pool *pool, struct call *call, struct reports_window window,
                             struct report_range range, const struct sale **out, int *count);

/* How many sales are entered within the window, and how many of them as cancelled. */
enum status reports_pg_count(struct pg_pool *pool, struct call *call, struct reports_window window,
                             int64_t *sold, int64_t *cancelled);

/* The same one by one, at most SOLD_PAGE_MAX; the order ids stay 0. */
enum status reports_pg_known(struct pg_pool *pool, struct call *call, struct reports_window window,
                             struct sold_booking *out, int *count);

#endif
