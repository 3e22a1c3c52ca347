/* The font files of the process, as libharu reads them. Private to common/pdf.
 */
#ifndef STAGECRAFT_PDF_FONTS_H
#define STAGECRAFT_PDF_FONTS_H

#include "common/pdf/pdf.h"

#include <hpdf.h>
#include <stdbool.h>

enum face { FACE_REGULAR, FACE_BOLD, FACE_SYMBOLS, FACE_COUNT };

struct font_file {
    const unsigned char *bytes;
    size_t length;
};

struct pdf_fonts {
    struct font_file files[FACE_COUNT];
};

/* One document's place in one file. */
struct font_reader {
    const struct font_file *file;
    size_t place;
};

/* Makes the font part of a document; only the glyphs that are used will be embedded. NULL: the document's
   error handler has been told why. The reader is borrowed until the document is freed. */
HPDF_FontDef font_load(HPDF_Doc doc, const struct pdf_fonts *fonts, enum face face,
                       struct font_reader *reader);

/* The glyph of a character, marked as used; false when the font has none. */
bool font_use(HPDF_FontDef font, const struct font_file *file, uint16_t character, int *width);

#endif
