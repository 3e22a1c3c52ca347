/* One page of A4 for nearly everybody: who sells, who buys, what, for how much, and that it has been paid.
 */
#include "common/modules/invoices/invoice_layout.h"

#include "common/pdf/figures.h"

#include <inttypes.h>
#include <stdio.h>

enum { BLOCK_TEXT = 2200 };

static void add_sender(struct pdf *pdf, const struct invoice *invoice)
{
    char details[BLOCK_TEXT];
    const bool vat_id = invoice->seller_vat_id[0] != '\0';
    snprintf(details, sizeof(details), "%s%s%s%s", invoice->seller_address,
             vat_id && invoice->seller_address[0] != '\0' ? "\n" : "", vat_id ? "VAT ID " : "",
             invoice->seller_vat_id);
    pdf_letterhead(pdf, invoice->seller_name, details);
}

static void add_parties(struct pdf *pdf, const struct invoice *invoice)
{
    static const struct pdf_column columns[] = {
        {NULL, 0.5, PDF_LEFT}, {NULL, 0.27, PDF_LEFT}, {NULL, 0.23, PDF_LEFT}};
    char buyer[BLOCK_TEXT], order[FIGURE_TEXT], issued[FIGURE_TEXT], ordered[FIGURE_TEXT];
    snprintf(buyer, sizeof(buyer), "%s\n%s", invoice->buyer_name, invoice->buyer_email);
    snprintf(order, sizeof(order), "%" PRId64, invoice->order_id);
    pdf_table_begin(pdf, columns, 3);
    pdf_table_row(pdf, PDF_ROW_LABEL,
                  (const char *[]){"Billed to", "Invoice number", "Order number"});
    pdf_table_row(pdf, PDF_ROW_PLAIN, (const char *[]){buyer, invoice->label, order});
    pdf_table_row(pdf, PDF_ROW_LABEL, (const char *[]){NULL, "Invoice date", "Order date"});
    pdf_table_row(pdf, PDF_ROW_PLAIN,
                  (const char *[]){NULL, figure_day_of(issued, invoice->issued_ms),
                                   figure_day_of(ordered, invoice->ordered_ms)});
    pdf_table_end(pdf);
    pdf_space(pdf, 8);
}

static void add_lines(struct pdf *pdf, const struct invoice *invoice)
{
    static const struct pdf_column columns[] = {
        {"Description", 0.40, PDF_LEFT}, {"Day", 0.14, PDF_LEFT},     {"Qty", 0.08, PDF_RIGHT},
        {"Unit price", 0.18, PDF_RIGHT}, {"Amount", 0.20, PDF_RIGHT},
    };
    pdf_table_begin(pdf, columns, 5);
    for (int i = 0; i < invoice->line_count; i++) {
        const struct invoice_line *line = &invoice->lines[i];
        char day[FIGURE_TEXT], quantity[FIGURE_TEXT], price[FIGURE_TEXT], amount[FIGURE_TEXT];
        snprintf(quantity, sizeof(quantity), "%d", (int)line->quantity);
        pdf_table_row(
            pdf, PDF_ROW_NORMAL,
            (const char *[]){line->title, figure_day(day, line->day), quantity,
                             figure_money(price, line->unit_price_cents, invoice->currency),
                             figure_money(amount, line->amount_cents, invoice->currency)});
    }
    pdf_table_end(pdf);
}

static void add_totals(struct pdf *pdf, const struct invoice *invoice)
{
    static const struct pdf_column columns[] = {
        {NULL, 0.54, PDF_LEFT}, {NULL, 0.20, PDF_LEFT}, {NULL, 0.26, PDF_RIGHT}};
    const int64_t rate = invoice->vat_basis_points;
    const int64_t vat = invoice_vat_cents(invoice->total_cents, rate);
    char label[FIGURE_TEXT], amount[FIGURE_TEXT];
    pdf_table_begin(pdf, columns, 3);
    if (rate > 0) {
        figure_money(amount, invoice->total_cents - vat, invoice->currency);
        pdf_table_row(pdf, PDF_ROW_PLAIN, (const char *[]){NULL, "Net", amount});
        if (rate % 100 == 0)
            snprintf(label, sizeof(label), "VAT %d %%", (int)(rate / 100));
        else
            snprintf(label, sizeof(label), "VAT %d.%02d %%", (int)(rate / 100), (int)(rate % 100));
        figure_money(amount, vat, invoice->currency);
        pdf_table_row(pdf, PDF_ROW_PLAIN, (const char *[]){NULL, label, amount});
    }
    figure_money(amount, invoice->total_cents, invoice->currency);
    pdf_table_row(pdf, PDF_ROW_STRONG, (const char *[]){NULL, "Total", amount});
    pdf_table_end(pdf);
}

static void add_closing(struct pdf *pdf, const struct invoice *invoice)
{
    char day[FIGURE_TEXT], text[BLOCK_TEXT];
    snprintf(text, sizeof(text), "%s on %s. Thank you for booking with us.",
             invoice->total_cents > 0 ? "Paid in full by card" : "Confirmed, free of charge",
             figure_day_of(day, invoice->paid_ms));
    pdf_space(pdf, 14);
    pdf_paragraph(pdf, text);
    pdf_note(pdf,
             "The day is the day of the service. A booking can be cancelled until the day before.");
}

enum status invoice_layout(const struct pdf_fonts *fonts, const void *subject, char **bytes,
                           size_t *length)
{
    const struct invoice *invoice = subject;
    char title[FIGURE_TEXT], footer[BLOCK_TEXT];
    snprintf(title, sizeof(title), "Invoice %s", invoice->label);
    snprintf(footer, sizeof(footer), "%s  ·  %s", title, invoice->seller_name);
    const struct pdf_options options = {
        .title = title,
        .author = invoice->seller_name,
        .made_ms = invoice->issued_ms,
        .footer = footer,
    };
    struct pdf *pdf = pdf_new(fonts, &options);
    add_sender(pdf, invoice);
    pdf_heading(pdf, "Invoice");
    add_parties(pdf, invoice);
    add_lines(pdf, invoice);
    add_totals(pdf, invoice);
    add_closing(pdf, invoice);
    return pdf_finish(pdf, bytes, length);
}
