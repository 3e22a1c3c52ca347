/* A document being made: its pages and the place where the next thing goes. Private to common/pdf.
 */
#ifndef STAGECRAFT_PDF_DOCUMENT_H
#define STAGECRAFT_PDF_DOCUMENT_H

#include "common/pdf/lines.h"

/* Points; y counts downwards from the page's upper edge. */
#define PAGE_WIDTH 595.28
#define PAGE_HEIGHT 841.89
#define MARGIN 56.0
#define PAGE_BOTTOM (PAGE_HEIGHT - 72.0) /* nothing but the footer below */
#define CONTENT_WIDTH (PAGE_WIDTH - 2 * MARGIN)

struct pdf {
    HPDF_Doc doc;
    enum status status; /* the first thing that went wrong */
    struct pdf_options options;
    struct letters letters;
    HPDF_Page page; /* NULL: none yet */
    HPDF_Page pages[PDF_PAGES_MAX];
    int page_count;
    double y;
    struct pdf_column columns[PDF_COLUMNS_MAX]; /* of the open table */
    int column_count;
    struct characters characters; /* of the text at hand */
};

extern const float colour_ink[3], colour_grey[3], colour_accent[3], colour_hairline[3];

/* Makes sure that `height` fits on the page, which may be the next one then. False: the document has failed,
   draw nothing. */
bool document_room(struct pdf *pdf, double height);
bool document_new_page(struct pdf *pdf);

/* One line of pdf->characters, its upper edge at `y`. */
void document_line(struct pdf *pdf, const struct style *style, const struct line *line, double x,
                   double y);

/* A horizontal rule. */
void document_rule(struct pdf *pdf, double from, double to, double y, double thickness,
                   const float *colour);

/* The text in at most `lines_max` lines from (x, y) down; its height. Draws when `draw`, else measures. */
double document_block(struct pdf *pdf, const struct style *style, enum pdf_align align,
                      const char *text, double x, double y, double width, int lines_max, bool draw);

#endif
