/* From UTF-8 to lines that fit. Private to common/pdf.
 */
#ifndef STAGECRAFT_PDF_LINES_H
#define STAGECRAFT_PDF_LINES_H

#include "common/pdf/letters.h"

struct characters {
    uint16_t codes[PDF_TEXT_MAX + 1];
    int count;
};

/* What of the text can be shown; '\n' stays. Text over PDF_TEXT_MAX bytes is cut and ends with "…". */
void characters_read(struct characters *out, const char *text);

struct style {
    enum face face;
    double size;         /* points */
    double leading;      /* from one line to the next */
    const float *colour; /* red, green, blue */
};

struct line {
    int start, count; /* in characters; blanks at the end do not count */
    double width;
};

/* The next line from `*at` on, not wider than `width` unless that is less than one character; false: there
   is no more. Breaks at blanks and behind hyphens, inside a word only if it must. */
bool line_next(struct letters *letters, const struct style *style,
               const struct characters *characters, double width, int *at, struct line *out);

/* Shortens the line so that "…" fits behind it, and puts it there. The characters change. */
void line_cut(struct letters *letters, const struct style *style, struct characters *characters,
              double width, struct line *line);

#endif
