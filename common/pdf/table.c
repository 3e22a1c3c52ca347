/* Tables. Each row is measured first and then drawn as a whole, on the next page if it does not fit, below a
 * repeated header. Between columns there is a gap, so that a right-aligned amount does not touch what follows.
 */
#include "common/pdf/document.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define COLUMN_GAP 12.0

static const struct style normal = {FACE_REGULAR, 9.5, 13.5, colour_ink};
static const struct style strong = {FACE_BOLD, 11, 15, colour_ink};
static const struct style label = {FACE_REGULAR, 8, 11, colour_grey};
static const struct style header = {FACE_BOLD, 8, 11, colour_grey};

struct look {
    const struct style *style;
    double above, below;
};

static const struct look looks[] = {
    [PDF_ROW_NORMAL] = {&normal, 5, 5},
    [PDF_ROW_PLAIN] = {&normal, 1.5, 1.5},
    [PDF_ROW_STRONG] = {&strong, 6, 4},
    [PDF_ROW_LABEL] = {&label, 2, 1},
};
static const struct look header_look = {&header, 3, 4};

static double left_of(const struct pdf *pdf, int column)
{
    double left = MARGIN;
    for (int i = 0; i < column; i++)
        left += pdf->columns[i].share * CONTENT_WIDTH;
    return left;
}

static double width_of(const struct pdf *pdf, int column)
{
    const double gap = column == pdf->column_count - 1 ? 0 : COLUMN_GAP;
    return pdf->columns[column].share * CONTENT_WIDTH - gap;
}

static double draw_cells(struct pdf *pdf, const struct look *look, const char *const *cells,
                         bool draw)
{
    double height = 0;
    for (int i = 0; i < pdf->column_count; i++)
        height = fmax(height, document_block(pdf, look->style, pdf->columns[i].align, cells[i],
                                             left_of(pdf, i), pdf->y + look->above,
                                             width_of(pdf, i), PDF_CELL_LINES_MAX, draw));
    return height + look->above + look->below;
}

static double right_edge(const struct pdf *pdf)
{
    return left_of(pdf, pdf->column_count);
}

static bool has_header(const struct pdf *pdf)
{
    for (int i = 0; i < pdf->column_count; i++)
        if (pdf->columns[i].title != NULL) return true;
    return false;
}

static void draw_header(struct pdf *pdf)
{
    const char *titles[PDF_COLUMNS_MAX];
    if (!has_header(pdf)) return;
    for (int i = 0; i < pdf->column_count; i++)
        titles[i] = pdf->columns[i].title;
    pdf->y += draw_cells(pdf, &header_look, titles, true);
    document_rule(pdf, MARGIN, right_edge(pdf), pdf->y, 0.8, colour_grey);
}

void pdf_table_begin(struct pdf *pdf, const struct pdf_column *columns, int count)
{
    assert(count > 0 && count <= PDF_COLUMNS_MAX && pdf->column_count == 0);
    memcpy(pdf->columns, columns, sizeof(*columns) * (size_t)count);
    pdf->column_count = count;
    /* the header stays with at least one row */
    const double least = looks[PDF_ROW_NORMAL].above + normal.leading;
    if (document_room(pdf, has_header(pdf) ? header.leading + 3 * least : least)) draw_header(pdf);
}

void pdf_table_row(struct pdf *pdf, enum pdf_row kind, const char *const *cells)
{
    const struct look *look = &looks[kind];
    assert(pdf->column_count > 0);
    if (pdf->status != STATUS_OK) return;
    const double height = draw_cells(pdf, look, cells, false);
    if (pdf->y + height > PAGE_BOTTOM) {
        if (!document_new_page(pdf)) return;
        draw_header(pdf);
    }
    if (kind == PDF_ROW_STRONG) {
        int first = 0;
        while (first < pdf->column_count - 1 && cells[first] == NULL)
            first++;
        document_rule(pdf, left_of(pdf, first), right_edge(pdf), pdf->y + 2, 0.8, colour_accent);
    }
    draw_cells(pdf, look, cells, true);
    pdf->y += height;
    if (kind == PDF_ROW_NORMAL && has_header(pdf))
        document_rule(pdf, MARGIN, right_edge(pdf), pdf->y, 0.4, colour_hairline);
}

void pdf_table_end(struct pdf *pdf)
{
    pdf->column_count = 0;
    pdf_space(pdf, 10);
}
