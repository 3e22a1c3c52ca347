/* A small document writer: what an invoice or a report needs on A4 pages, and nothing else. libharu appears
 * nowhere outside common/pdf.
 *
 *   struct pdf *pdf = pdf_new(fonts, &options);
 *   pdf_heading(pdf, "Sales in May");
 *   pdf_table_begin(pdf, columns, 2);
 *   pdf_table_row(pdf, PDF_ROW_NORMAL, (const char *[]){"Harbour tour", "€ 35.00"});
 *   pdf_table_end(pdf);
 *   status = pdf_finish(pdf, &bytes, &length);
 *
 * Content flows from top to bottom and onto further pages by itself. Text is UTF-8. What the fonts have is
 * shown (Latin, Greek, Cyrillic and many symbols); emoji are left out, and any other character without a
 * glyph is shown as "□". Writing from right to left is not laid out. Invalid UTF-8 shows as "□" too.
 *
 * Nothing here touches a call, a loop or a global, and one document belongs to one thread: make it on an
 * offload thread (offload.h). Errors stick: after the first, all further content is ignored and pdf_finish()
 * answers it. Equal input gives equal bytes, always: the date comes from the options.
 *
 * Bounds: PDF_PAGES_MAX pages, PDF_CELL_LINES_MAX lines in a cell, PDF_TEXT_MAX bytes in one text; what is
 * longer is cut and ends with "…". So a document needs at most about 1 MB, and 20 KB for each further page.
 */
#ifndef STAGECRAFT_PDF_PDF_H
#define STAGECRAFT_PDF_PDF_H

#include "common/base/arena.h"
#include "common/base/status.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PDF_PAGES_MAX = 200,
    PDF_COLUMNS_MAX = 8,
    PDF_CELL_LINES_MAX = 12,
    PDF_TEXT_MAX = 4000,
    PDF_ERROR_TEXT = 256,
};

/* The font files, read once per process; afterwards read-only and shared by all threads. */
struct pdf_fonts;

/* STATUS_UNAVAILABLE with a sentence in `error` when a file is missing or is no TrueType font. */
enum status pdf_fonts_open(struct arena *arena, struct pdf_fonts **out, char error[PDF_ERROR_TEXT]);

struct pdf_options {    /* all borrowed until pdf_finish() */
    const char *title;  /* shown by readers in the window's title */
    const char *author; /* the shop's name */
    int64_t made_ms;    /* wall clock; becomes the document's date */
    const char *footer; /* stands left at the foot of each page; "Page 1 of 2" stands right of it */
};

struct pdf;

/* Never NULL. Must be followed by exactly one pdf_finish(). */
struct pdf *pdf_new(const struct pdf_fonts *fonts, const struct pdf_options *options);

/* The document's bytes, from malloc: the caller frees them (arena_on_release(arena, free, bytes)).
   STATUS_TOO_LARGE: more than PDF_PAGES_MAX pages. STATUS_UNAVAILABLE: no memory. STATUS_INTERNAL: libharu
   refused something. Frees the document whatever happens; `bytes` is then NULL. */
enum status pdf_finish(struct pdf *pdf, char **bytes, size_t *length);

/* --- running text; '\n' breaks a line --- */

/* The sender at the top: the name, large, and right of it the lines of `details` (address, VAT id), small. */
void pdf_letterhead(struct pdf *pdf, const char *name, const char *details);

void pdf_heading(struct pdf *pdf, const char *text);    /* stays with what follows */
void pdf_subheading(struct pdf *pdf, const char *text); /* stays with what follows */
void pdf_paragraph(struct pdf *pdf, const char *text);
void pdf_note(struct pdf *pdf, const char *text); /* small and grey */
void pdf_space(struct pdf *pdf, double points);   /* nothing at the top of a page */

/* --- tables --- */

enum pdf_align { PDF_LEFT, PDF_RIGHT };

struct pdf_column {
    const char *title; /* all titles NULL: a table without a header */
    double share;      /* of the page's width; all columns together at most 1 */
    enum pdf_align align;
};

enum pdf_row {
    PDF_ROW_NORMAL, /* with a hairline under it when the table has a header */
    PDF_ROW_PLAIN,  /* without: totals before the last, blocks side by side */
    PDF_ROW_STRONG, /* bold, with a line above: a sum */
    PDF_ROW_LABEL,  /* small and grey: the captions above a block */
};

/* The columns are copied, their titles borrowed. A row is never split; the header is repeated on each
   page. A NULL cell is empty. Tables do not nest, and nothing else is added before pdf_table_end(). */
void pdf_table_begin(struct pdf *pdf, const struct pdf_column *columns, int count);
void pdf_table_row(struct pdf *pdf, enum pdf_row kind, const char *const *cells);
void pdf_table_end(struct pdf *pdf);

#endif
