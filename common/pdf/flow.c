/* Running text, from top to bottom. The sizes and the space around things are here and nowhere else, so that
 * every document of the shop looks the same.
 */
#include "common/pdf/document.h"

#include <math.h>

static const struct style name = {FACE_BOLD, 16, 22, colour_accent};
static const struct style small = {FACE_REGULAR, 8.5, 12, colour_grey};
static const struct style heading = {FACE_BOLD, 20, 27, colour_ink};
static const struct style subheading = {FACE_BOLD, 11.5, 17, colour_ink};
static const struct style body = {FACE_REGULAR, 9.5, 14, colour_ink};

enum { LETTERHEAD_LINES_MAX = 8, HEADING_LINES_MAX = 3 };

void pdf_space(struct pdf *pdf, double points)
{
    if (pdf->page != NULL && pdf->y > MARGIN) pdf->y += points;
}

void pdf_letterhead(struct pdf *pdf, const char *sender, const char *details)
{
    const double half = CONTENT_WIDTH / 2;
    if (!document_room(pdf, LETTERHEAD_LINES_MAX * small.leading)) return;
    const double left = document_block(pdf, &name, PDF_LEFT, sender, MARGIN, pdf->y, half, 2, true);
    const double right = document_block(pdf, &small, PDF_RIGHT, details, MARGIN + half, pdf->y + 4,
                                        half, LETTERHEAD_LINES_MAX, true);
    pdf->y += fmax(left, right + 4) + 8;
    document_rule(pdf, MARGIN, MARGIN + CONTENT_WIDTH, pdf->y, 1.2, colour_accent);
    pdf->y += 22;
}

/* Lines that may be spread over pages. `together`: height that must fit before it begins. */
static void flow(struct pdf *pdf, const struct style *style, const char *text, int lines_max,
                 double together)
{
    int at = 0;
    struct line line;
    if (!document_room(pdf, together)) return;
    characters_read(&pdf->characters, text);
    for (int lines = 0; lines < lines_max; lines++) {
        if (!line_next(&pdf->letters, style, &pdf->characters, CONTENT_WIDTH, &at, &line)) return;
        if (!document_room(pdf, style->leading)) return;
        document_line(pdf, style, &line, MARGIN, pdf->y);
        pdf->y += style->leading;
    }
}

void pdf_heading(struct pdf *pdf, const char *text)
{
    flow(pdf, &heading, text, HEADING_LINES_MAX, heading.leading * HEADING_LINES_MAX);
    pdf_space(pdf, 6);
}

void pdf_subheading(struct pdf *pdf, const char *text)
{
    pdf_space(pdf, 10);
    flow(pdf, &subheading, text, HEADING_LINES_MAX, subheading.leading * HEADING_LINES_MAX);
    pdf_space(pdf, 3);
}

void pdf_paragraph(struct pdf *pdf, const char *text)
{
    flow(pdf, &body, text, PDF_TEXT_MAX, body.leading);
    pdf_space(pdf, 5);
}

void pdf_note(struct pdf *pdf, const char *text)
{
    flow(pdf, &small, text, PDF_TEXT_MAX, small.leading);
    pdf_space(pdf, 3);
}
