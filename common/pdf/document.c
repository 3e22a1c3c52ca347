/* Pages, and what is drawn on them. The foot of each page is written last, when it is known how many there
 * are. libharu reports errors through a callback; the first one is kept and everything after it is skipped.
 */
#include "common/pdf/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const float colour_ink[3] = {0.13f, 0.15f, 0.18f};
const float colour_grey[3] = {0.42f, 0.45f, 0.50f};
const float colour_accent[3] = {0.06f, 0.33f, 0.43f};
const float colour_hairline[3] = {0.85f, 0.87f, 0.89f};

enum { TITLE_MAX = 200 };

static void on_error(HPDF_STATUS code, HPDF_STATUS detail, void *context)
{
    struct pdf *pdf = context;
    (void)detail;
    if (pdf->status == STATUS_OK)
        pdf->status = code == HPDF_FAILD_TO_ALLOC_MEM ? STATUS_UNAVAILABLE : STATUS_INTERNAL;
}

/* --- drawing --- */

bool document_new_page(struct pdf *pdf)
{
    if (pdf->status == STATUS_OK && pdf->page_count == PDF_PAGES_MAX)
        pdf->status = STATUS_TOO_LARGE;
    if (pdf->status != STATUS_OK) return false;
    pdf->page = HPDF_AddPage(pdf->doc);
    if (pdf->page == NULL) return false;
    pdf->pages[pdf->page_count++] = pdf->page;
    HPDF_Page_SetWidth(pdf->page, (float)PAGE_WIDTH);
    HPDF_Page_SetHeight(pdf->page, (float)PAGE_HEIGHT);
    pdf->y = MARGIN;
    return pdf->status == STATUS_OK;
}

bool document_room(struct pdf *pdf, double height)
{
    if (pdf->status != STATUS_OK) return false;
    if (pdf->page == NULL) return document_new_page(pdf);
    if (pdf->y + height <= PAGE_BOTTOM || pdf->y <= MARGIN) return true;
    return document_new_page(pdf);
}

void document_rule(struct pdf *pdf, double from, double to, double y, double thickness,
                   const float *colour)
{
    if (pdf->status != STATUS_OK) return;
    HPDF_Page_SetRGBStroke(pdf->page, colour[0], colour[1], colour[2]);
    HPDF_Page_SetLineWidth(pdf->page, (float)thickness);
    HPDF_Page_MoveTo(pdf->page, (float)from, (float)(PAGE_HEIGHT - y));
    HPDF_Page_LineTo(pdf->page, (float)to, (float)(PAGE_HEIGHT - y));
    HPDF_Page_Stroke(pdf->page);
}

/* A run is what one font can show: characters of one face and one sheet. */
struct run {
    HPDF_Font font;
    char bytes[256];
    int length;
    double x, width;
};

static void show_run(struct pdf *pdf, const struct style *style, struct run *run, double baseline)
{
    run->bytes[run->length] = '\0';
    if (run->length > 0 && pdf->status == STATUS_OK) {
        HPDF_Page_SetFontAndSize(pdf->page, run->font, (float)style->size);
        HPDF_Page_TextOut(pdf->page, (float)run->x, (float)baseline, run->bytes);
    }
    run->x += run->width;
    run->width = 0;
    run->length = 0;
}

void document_line(struct pdf *pdf, const struct style *style, const struct line *line, double x,
                   double y)
{
    const double baseline = PAGE_HEIGHT - y - (style->leading + 0.62 * style->size) / 2;
    struct run run = {.x = x};
    if (pdf->status != STATUS_OK || line->count == 0) return;
    HPDF_Page_SetRGBFill(pdf->page, style->colour[0], style->colour[1], style->colour[2]);
    HPDF_Page_BeginText(pdf->page);
    for (int i = 0; i < line->count && pdf->status == STATUS_OK; i++) {
        const struct letter letter =
            letters_find(&pdf->letters, style->face, pdf->characters.codes[line->start + i]);
        if (letter.font != run.font || run.length == (int)sizeof(run.bytes) - 1)
            show_run(pdf, style, &run, baseline);
        run.font = letter.font;
        run.bytes[run.length++] = (char)letter.code;
        run.width += letter.width * style->size / 1000;
    }
    show_run(pdf, style, &run, baseline);
    HPDF_Page_EndText(pdf->page);
}

double document_block(struct pdf *pdf, const struct style *style, enum pdf_align align,
                      const char *text, double x, double y, double width, int lines_max, bool draw)
{
    struct characters *characters = &pdf->characters;
    struct line line;
    int at = 0, lines = 0;
    if (text == NULL || pdf->status != STATUS_OK) return 0;
    characters_read(characters, text);
    while (lines < lines_max && line_next(&pdf->letters, style, characters, width, &at, &line)) {
        lines++;
        if (lines == lines_max && at < characters->count)
            line_cut(&pdf->letters, style, characters, width, &line);
        const double left = align == PDF_RIGHT ? x + width - line.width : x;
        if (draw) document_line(pdf, style, &line, left, y + (lines - 1) * style->leading);
    }
    return lines * style->leading;
}

/* --- the beginning and the end --- */

/* Text outside pages is UTF-16 with a mark in front. */
static void set_info(struct pdf *pdf, const char *key, const char *text)
{
    unsigned char bytes[2 + 2 * TITLE_MAX] = {0xFE, 0xFF};
    HPDF_UINT length = 2;
    if (text == NULL || pdf->status != STATUS_OK) return;
    characters_read(&pdf->characters, text);
    for (int i = 0; i < pdf->characters.count && i < TITLE_MAX; i++) {
        bytes[length++] = (unsigned char)(pdf->characters.codes[i] >> 8);
        bytes[length++] = (unsigned char)pdf->characters.codes[i];
    }
    HPDF_Binary value = HPDF_Binary_New(pdf->doc->mmgr, bytes, length);
    if (value != NULL) HPDF_Dict_Add(pdf->doc->info, key, value);
}

static void set_date(struct pdf *pdf, int64_t wall_ms)
{
    const time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    const HPDF_Date date = {
        .year = utc.tm_year + 1900,
        .month = utc.tm_mon + 1,
        .day = utc.tm_mday,
        .hour = utc.tm_hour,
        .minutes = utc.tm_min,
        .seconds = utc.tm_sec,
        .ind = 'Z',
    };
    HPDF_SetInfoDateAttr(pdf->doc, HPDF_INFO_CREATION_DATE, date);
}

struct pdf *pdf_new(const struct pdf_fonts *fonts, const struct pdf_options *options)
{
    struct pdf *pdf = calloc(1, sizeof(*pdf));
    if (pdf == NULL) abort();
    pdf->options = *options;
    pdf->doc = HPDF_New(on_error, pdf);
    if (pdf->doc == NULL) {
        pdf->status = STATUS_UNAVAILABLE;
        return pdf;
    }
    HPDF_SetCompressionMode(pdf->doc, HPDF_COMP_ALL);
    set_date(pdf, options->made_ms);
    set_info(pdf, "Title", options->title);
    set_info(pdf, "Author", options->author);
    letters_open(&pdf->letters, pdf->doc, fonts);
    return pdf;
}

static void write_footers(struct pdf *pdf)
{
    static const struct style style = {FACE_REGULAR, 8, 11, colour_grey};
    const double y = PAGE_HEIGHT - 50, number_width = 80;
    for (int i = 0; i < pdf->page_count && pdf->status == STATUS_OK; i++) {
        char number[40];
        snprintf(number, sizeof(number), "Page %d of %d", i + 1, pdf->page_count);
        pdf->page = pdf->pages[i];
        document_rule(pdf, MARGIN, MARGIN + CONTENT_WIDTH, y - 6, 0.5, colour_hairline);
        document_block(pdf, &style, PDF_LEFT, pdf->options.footer, MARGIN, y,
                       CONTENT_WIDTH - number_width, 1, true);
        document_block(pdf, &style, PDF_RIGHT, number, MARGIN + CONTENT_WIDTH - number_width, y,
                       number_width, 1, true);
    }
}

static void save(struct pdf *pdf, char **bytes, size_t *length)
{
    if (HPDF_SaveToStream(pdf->doc) != HPDF_OK || pdf->status != STATUS_OK) return;
    HPDF_UINT32 size = HPDF_GetStreamSize(pdf->doc);
    HPDF_ResetStream(pdf->doc);
    *bytes = malloc(size > 0 ? size : 1);
    if (*bytes == NULL) abort();
    HPDF_ReadFromStream(pdf->doc, (HPDF_BYTE *)*bytes, &size);
    *length = size;
}

enum status pdf_finish(struct pdf *pdf, char **bytes, size_t *length)
{
    *bytes = NULL;
    *length = 0;
    if (pdf->page == NULL) document_new_page(pdf);
    write_footers(pdf);
    if (pdf->status == STATUS_OK) save(pdf, bytes, length);
    const enum status status = pdf->status;
    if (status != STATUS_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    if (pdf->doc != NULL) HPDF_Free(pdf->doc);
    free(pdf);
    return status;
}
