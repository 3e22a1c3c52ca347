/* invoices: one per confirmed order, numbered without gaps, never changed.
 *
 * Issuing takes the next number and writes down everything the invoice says (the seller as the settings
 * name it today, the buyer, lines, amounts) in one transaction. From then on the document is made of that
 * record alone, so neither a new address in the settings nor a renamed customer changes what was sent.
 */
#ifndef STAGECRAFT_INVOICES_INVOICES_H
#define STAGECRAFT_INVOICES_INVOICES_H

#include "common/modules/orders/orders.h"
#include "common/modules/users/users.h"
#include "common/pdf/press.h"

enum {
    INVOICE_LINES_MAX = BOOKINGS_LINES_MAX,
    INVOICE_VAT_MAX = 5000,
    INVOICE_FACTS_MAX = 64 * 1024
};

struct invoice_line {
    const char *title;
    int32_t day, quantity;
    int64_t unit_price_cents, amount_cents;
};

struct invoice { /* text lives in the call's arena */
    int64_t number;
    const char
        *label; /* "2026-000017": the year of issue and the number, which goes on over the years */
    int64_t issued_ms;
    int64_t order_id, ordered_ms, paid_ms;
    const char *seller_name;
    const char *seller_address; /* lines */
    const char *seller_vat_id;  /* "": none */
    const char *buyer_name, *buyer_email;
    const char *currency;
    int64_t
        vat_basis_points; /* contained in the amounts; 1900 is 19 %; 0: the invoice has no VAT line */
    int64_t total_cents;
    struct invoice_line lines[INVOICE_LINES_MAX];
    int line_count;
};

struct invoice_document {
    const char *file_name; /* "invoice-2026-000017.pdf" */
    const char *bytes;     /* PDF; lives as long as the call's arena */
    size_t length;
};

struct invoices;
struct pg_pool;

struct invoices_options {
    struct pg_pool *pool; /* the one that writes: whoever has just got an invoice looks at it */
    struct users *users;
    struct pdf_press press;
    const char *seller_name, *seller_address,
        *seller_vat_id; /* address: lines, with ';' between them */
    int64_t vat_basis_points;
};

/* Everything is borrowed. */
struct invoices *invoices_new(struct arena *arena, const struct invoices_options *options);

/* The order's invoice, issued now if it has none. However many ask at once, it is the same one.
   STATUS_CONFLICT: the order is not confirmed. */
enum status invoices_issue(struct invoices *invoices, struct call *call, const struct order *order,
                           struct invoice *out);

/* The invoice as PDF, the same bytes each time; waits for an offload thread. STATUS_INTERNAL: it cannot be
   made at all, trying again does not help; anything else may pass. */
enum status invoices_make_document(struct invoices *invoices, struct call *call,
                                   const struct invoice *invoice, struct invoice_document *out);

/* The VAT contained in an amount, rounded half up to a cent. */
int64_t invoice_vat_cents(int64_t amount_cents, int64_t basis_points);

#endif
