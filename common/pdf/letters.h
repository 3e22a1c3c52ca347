/* The characters of one document: which byte stands for each, in which font, and how wide it is. Private to
 * common/pdf.
 */
#ifndef STAGECRAFT_PDF_LETTERS_H
#define STAGECRAFT_PDF_LETTERS_H

#include "common/pdf/fonts.h"

#include <stdbool.h>

enum {
    SHEETS_MAX = 8, /* of up to 223 characters: further ones in the same document show as "□" */
    LETTER_MISSING = 0x25A1,
    LETTER_ELLIPSIS = 0x2026,
};

struct letters {
    HPDF_Doc doc;
    const struct pdf_fonts *fonts;
    struct font_reader readers[FACE_COUNT];
    HPDF_FontDef definitions[FACE_COUNT];
    HPDF_Encoder sheets[SHEETS_MAX];
    HPDF_Font set[FACE_COUNT][SHEETS_MAX]; /* made when first used */
    int16_t widths[FACE_COUNT][SHEETS_MAX]
                  [256]; /* 0: not looked up; -1: no glyph; else width + 1 */
    int sheet_count;
    int next_code; /* free in the last sheet; 256: full */
};

struct letter {
    HPDF_Font font; /* NULL: the document has failed */
    unsigned char code;
    int width; /* thousandths of the font's size */
};

void letters_open(struct letters *letters, HPDF_Doc doc, const struct pdf_fonts *fonts);

/* How to show the character, in the face wanted if it has it. */
struct letter letters_find(struct letters *letters, enum face wanted, uint16_t character);

#endif
