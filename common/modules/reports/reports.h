/* reports: what was sold on which days, told in three ways: as totals, as a document, as every single row.
 *
 * It keeps books of its own (reports.sales, one row per booking that was paid for), filled from the events
 * order.confirmed and booking.cancelled. The in-process bus loses an event whose process dies between
 * the commit and the delivery, so the books are also compared with what bookings says has been sold, at
 * start and every few minutes, and what is missing is asked for (reports_catch_up).
 *
 * A sale belongs to the UTC day on which its order was confirmed, and so does its refund if the booking is
 * cancelled later: a day's figures say what became of that day's sales.
 */
#ifndef STAGECRAFT_REPORTS_REPORTS_H
#define STAGECRAFT_REPORTS_REPORTS_H

#include "common/events/events.h"
#include "common/modules/bookings/sold.h"
#include "common/modules/orders/orders.h"
#include "common/pdf/press.h"

enum {
    REPORT_DAYS_DEFAULT = 30,
    REPORT_DAYS_MAX = 366,         /* of a summary */
    REPORT_EXPORT_DAYS_MAX = 3660, /* of the single sales */
    REPORT_TOP_PRODUCTS = 20,
    REPORT_PRODUCTS_MAX = 190000, /* different ones in a summary */
    SALES_PAGE_MAX = 1000,
};

struct sale {
    int64_t booking_id, order_id, product_id;
    const char *title; /* as it was when ordered */
    int64_t sold_ms;
    int32_t day, quantity; /* day: the one that was booked */
    int64_t amount_cents;
    const char *currency;
    int64_t cancelled_ms; /* 0: it stands */
};

/* Days of the sale, both included. */
struct report_range {
    int32_t from, to;
};

struct report_sums {
    int64_t bookings, quantity, sold_cents; /* also of those that were cancelled later */
    int64_t cancelled_bookings, refunded_cents;
};

struct report_product {
    int64_t product_id;
    const char *title; /* as in its latest sale */
    int64_t bookings, quantity, sold_cents;
};

struct report { /* in the call's arena */
    struct report_range range;
    const char *currency;
    struct report_sums totals;
    struct report_sums *days; /* one for each day of the range */
    int day_count;
    struct report_product products[REPORT_TOP_PRODUCTS]; /* by money, most first */
    int product_count;
};

/* How far a walk over the sales has come; zeroed: to the start. */
struct sales_walk {
    int64_t after, window_end;
    bool final; /* nothing lies behind the window */
};

struct sales_page {
    const struct sale *sales; /* in the call's arena */
    int count;                /* may be 0 in the middle of a walk */
    bool more;
};

struct pg_pool;
struct reports;

struct reports_options {
    struct pg_pool *read, *write;
    struct sold *sold;
    struct orders *orders;
    struct events *events;
    struct pdf_press press;
    const char *seller_name; /* whose report it is */
    const char *currency;
    int64_t check_every_ms;
};

/* Everything is borrowed. Subscribes to order.confirmed and booking.cancelled. */
struct reports *reports_new(struct arena *arena, const struct reports_options *options);

/* --- the books --- */

/* Enters the sales of one order (1 to BOOKINGS_LINES_MAX); those that are there already stay as they are. */
enum status reports_record(struct reports *reports, struct call *call, const struct sale *sales,
                           int count);

/* STATUS_NOT_FOUND when there is no such sale (yet). Only the first time counts. */
enum status reports_cancel(struct reports *reports, struct call *call, int64_t booking_id,
                           int64_t cancelled_ms);

/* One bounded round of comparing the books with what has been sold. `recovered` counts sales and
   cancellations that had been missing. Does nothing between one walk over everything and the next. */
enum status reports_catch_up(struct reports *reports, struct call *call, int *recovered);

/* --- reading --- */

/* Fills in what the caller left 0, and records wrong ones as call fields "from" and "to". */
void reports_check_range(struct call *call, struct report_range *range, int days_max);

/* Reads the whole table in small steps, whatever the range: seconds when there are millions of sales.
   STATUS_UNPROCESSABLE when more than REPORT_PRODUCTS_MAX different products were sold. */
enum status reports_summary(struct reports *reports, struct call *call, struct report_range range,
                            struct report *out);

/* The next sales of the range, in the order of their bookings; moves the walk on. Sales that are made
   meanwhile may or may not be met. */
enum status reports_read_sales(struct reports *reports, struct call *call,
                               struct report_range range, struct sales_walk *walk,
                               struct sales_page *out);

/* --- the summary on paper, as a port: nothing that is asked of the shop takes longer --- */

struct report_documents;

/* As PDF, of days that reports_check_range() is content with. Fails as reports_summary() and pdf_print() do. */
typedef enum status report_document_fn(struct report_documents *documents, struct call *call,
                                       struct report_range range, struct pdf_printed *out);

struct report_documents_ops {
    report_document_fn *make;
};

struct report_documents {
    const struct report_documents_ops *ops;
};

static inline enum status report_document(struct report_documents *documents, struct call *call,
                                          struct report_range range, struct pdf_printed *out)
{
    return documents->ops->make(documents, call, range, out);
}

/* Made by whoever is asked, with an offload thread for the layout. */
struct report_documents *reports_documents(struct reports *reports);

#endif
