/* Asking for an invoice is safe to repeat: look for it, issue it if there is none, and if somebody else was
 * quicker, look again. The number and the record are one statement, so there is no moment at which a number
 * has been taken and its invoice is missing.
 */
#include "common/modules/invoices/invoices.h"

#include "common/modules/invoices/invoice_facts.h"
#include "common/modules/invoices/invoice_layout.h"
#include "common/modules/invoices/invoices_pg.h"

#include <assert.h>
#include <inttypes.h>
#include <time.h>

struct invoices {
    struct invoices_options options;
    const char *seller_address; /* with line breaks */
};

/* "12 Harbour Street; Hamburg" as two lines. */
static const char *lines_of(struct arena *arena, const char *address)
{
    char *lines = arena_strdup(arena, address), *to = lines;
    for (const char *from = address; *from != '\0'; from++) {
        const bool begins = to == lines || to[-1] == '\n';
        if (*from == ' ' && begins) continue;
        *to++ = *from == ';' ? '\n' : *from;
    }
    *to = '\0';
    return lines;
}

struct invoices *invoices_new(struct arena *arena, const struct invoices_options *options)
{
    struct invoices *invoices = arena_new(arena, struct invoices);
    invoices->options = *options;
    invoices->seller_address = lines_of(arena, options->seller_address);
    return invoices;
}

int64_t invoice_vat_cents(int64_t amount_cents, int64_t basis_points)
{
    assert(amount_cents >= 0 && basis_points >= 0 && basis_points <= INVOICE_VAT_MAX);
    const int64_t whole = 10000 + basis_points;
    return (amount_cents * basis_points + whole / 2) / whole;
}

static const char *label_of(struct arena *arena, int64_t number, int64_t issued_ms)
{
    const time_t seconds = (time_t)(issued_ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    return arena_printf(arena, "%d-%06" PRId64, utc.tm_year + 1900, number);
}

static void collect(const struct invoices *invoices, const struct order *order,
                    const struct user *buyer, struct invoice *out)
{
    const struct invoices_options *options = &invoices->options;
    assert(order->line_count <= INVOICE_LINES_MAX);
    *out = (struct invoice){
        .order_id = order->id,
        .ordered_ms = order->created_ms,
        .paid_ms = order->updated_ms,
        .seller_name = options->seller_name,
        .seller_address = invoices->seller_address,
        .seller_vat_id = options->seller_vat_id,
        .buyer_name = buyer->name,
        .buyer_email = buyer->email,
        .currency = order->currency,
        .vat_basis_points = options->vat_basis_points,
        .total_cents = order->total_cents,
        .line_count = order->line_count,
    };
    for (int i = 0; i < order->line_count; i++)
        out->lines[i] = (struct invoice_line){
            .title = order->lines[i].title,
            .day = order->lines[i].day,
            .quantity = order->lines[i].quantity,
            .unit_price_cents = order->lines[i].unit_price_cents,
            .amount_cents = order->lines[i].amount_cents,
        };
}

static enum status issue(struct invoices *invoices, struct call *call, const struct order *order,
                         struct stored_invoice *out)
{
    struct user buyer;
    struct invoice invoice;
    enum status status = users_find(invoices->options.users, call, order->user_id, &buyer);
    if (status != STATUS_OK) return status;
    collect(invoices, order, &buyer, &invoice);
    return invoices_pg_issue(invoices->options.pool, call, order->id,
                             invoice_facts_write(call, &invoice), out);
}

enum status invoices_issue(struct invoices *invoices, struct call *call, const struct order *order,
                           struct invoice *out)
{
    struct pg_pool *pool = invoices->options.pool;
    struct stored_invoice stored;
    if (order->state != ORDER_CONFIRMED)
        return call_fail(call, STATUS_CONFLICT, "order %" PRId64 " is %s: it has no invoice",
                         order->id, order_state_name(order->state));
    enum status status = invoices_pg_find(pool, call, order->id, &stored);
    if (status == STATUS_OK && stored.number == 0) {
        status = issue(invoices, call, order, &stored);
        if (status == STATUS_OK && stored.number == 0)
            status = invoices_pg_find(pool, call, order->id, &stored);
    }
    if (status == STATUS_OK) status = invoice_facts_read(call, stored.facts, out);
    if (status != STATUS_OK) return status;
    out->number = stored.number;
    out->issued_ms = stored.issued_ms;
    out->label = label_of(call->arena, stored.number, stored.issued_ms);
    return STATUS_OK;
}

enum status invoices_make_document(struct invoices *invoices, struct call *call,
                                   const struct invoice *invoice, struct invoice_document *out)
{
    const char *name = arena_printf(call->arena, "invoice %s", invoice->label);
    struct pdf_printed printed;
    enum status status =
        pdf_print(&invoices->options.press, call, name, invoice_layout, invoice, &printed);
    if (status != STATUS_OK) return status;
    *out = (struct invoice_document){
        .file_name = arena_printf(call->arena, "invoice-%s.pdf", invoice->label),
        .bytes = printed.bytes,
        .length = printed.length,
    };
    return STATUS_OK;
}
