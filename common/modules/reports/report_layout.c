/* The summary as a document that can be filed or sent to an accountant: totals, what sold best, every day.
 * The same figures as in the JSON, from the same struct. A year has 366 lines, about a dozen pages, and that
 * is all that can make it long.
 */
#include "common/modules/reports/report_layout.h"

#include "common/pdf/figures.h"

#include <stdio.h>

enum { LINE_TEXT = 4 * FIGURE_TEXT };

static void add_total(struct pdf *pdf, enum pdf_row kind, const char *name, const char *value)
{
    pdf_table_row(pdf, kind, (const char *[]){name, value});
}

static void add_totals(struct pdf *pdf, const struct report *report)
{
    static const struct pdf_column columns[] = {{NULL, 0.3, PDF_LEFT}, {NULL, 0.3, PDF_RIGHT}};
    const struct report_sums *totals = &report->totals;
    const int64_t net = totals->sold_cents - totals->refunded_cents;
    char text[FIGURE_TEXT];
    pdf_table_begin(pdf, columns, 2);
    add_total(pdf, PDF_ROW_PLAIN, "Bookings", figure_count(text, totals->bookings));
    add_total(pdf, PDF_ROW_PLAIN, "Places", figure_count(text, totals->quantity));
    add_total(pdf, PDF_ROW_PLAIN, "Cancelled bookings",
              figure_count(text, totals->cancelled_bookings));
    add_total(pdf, PDF_ROW_PLAIN, "Sold", figure_money(text, totals->sold_cents, report->currency));
    add_total(pdf, PDF_ROW_PLAIN, "Refunded",
              figure_money(text, totals->refunded_cents, report->currency));
    add_total(pdf, PDF_ROW_STRONG, "Net", figure_money(text, net, report->currency));
    pdf_table_end(pdf);
}

static void add_products(struct pdf *pdf, const struct report *report)
{
    static const struct pdf_column columns[] = {
        {"Product", 0.52, PDF_LEFT},
        {"Bookings", 0.13, PDF_RIGHT},
        {"Places", 0.13, PDF_RIGHT},
        {"Sold", 0.22, PDF_RIGHT},
    };
    pdf_subheading(pdf, "What sold best");
    pdf_table_begin(pdf, columns, 4);
    for (int i = 0; i < report->product_count; i++) {
        const struct report_product *product = &report->products[i];
        char bookings[FIGURE_TEXT], places[FIGURE_TEXT], sold[FIGURE_TEXT];
        pdf_table_row(pdf, PDF_ROW_NORMAL,
                      (const char *[]){product->title, figure_count(bookings, product->bookings),
                                       figure_count(places, product->quantity),
                                       figure_money(sold, product->sold_cents, report->currency)});
    }
    pdf_table_end(pdf);
}

static void add_days(struct pdf *pdf, const struct report *report)
{
    static const struct pdf_column columns[] = {
        {"Day", 0.22, PDF_LEFT},   {"Bookings", 0.15, PDF_RIGHT}, {"Places", 0.15, PDF_RIGHT},
        {"Sold", 0.24, PDF_RIGHT}, {"Refunded", 0.24, PDF_RIGHT},
    };
    pdf_subheading(pdf, "Day by day");
    pdf_table_begin(pdf, columns, 5);
    for (int i = 0; i < report->day_count; i++) {
        const struct report_sums *sums = &report->days[i];
        char day[FIGURE_TEXT], bookings[FIGURE_TEXT], places[FIGURE_TEXT];
        char sold[FIGURE_TEXT], refunded[FIGURE_TEXT];
        pdf_table_row(
            pdf, PDF_ROW_NORMAL,
            (const char *[]){figure_day(day, report->range.from + i),
                             figure_count(bookings, sums->bookings),
                             figure_count(places, sums->quantity),
                             figure_money(sold, sums->sold_cents, report->currency),
                             figure_money(refunded, sums->refunded_cents, report->currency)});
    }
    pdf_table_end(pdf);
}

enum status report_layout(const struct pdf_fonts *fonts, const void *subject, char **bytes,
                          size_t *length)
{
    const struct report_paper *paper = subject;
    const struct report *report = paper->report;
    char from[FIGURE_TEXT], to[FIGURE_TEXT], made[FIGURE_TEXT], title[LINE_TEXT], line[LINE_TEXT];
    snprintf(title, sizeof(title), "Sales %s – %s", figure_day(from, report->range.from),
             figure_day(to, report->range.to));
    snprintf(line, sizeof(line), "Made on %s", figure_day_of(made, paper->made_ms));
    const struct pdf_options options = {
        .title = title,
        .author = paper->seller_name,
        .made_ms = paper->made_ms,
        .footer = title,
    };
    struct pdf *pdf = pdf_new(fonts, &options);
    pdf_letterhead(pdf, paper->seller_name, line);
    pdf_heading(pdf, title);
    add_totals(pdf, report);
    pdf_note(pdf,
             "A sale belongs to the UTC day on which it was paid for, and so does its refund.");
    if (report->product_count > 0) add_products(pdf, report);
    add_days(pdf, report);
    return pdf_finish(pdf, bytes, length);
}
