/* A font in a PDF is addressed by bytes, so a document that uses more than 256 characters needs a second
 * table of bytes. libharu's own answer, UTF-8 text in a composite font, writes tables for all 65,536
 * characters into every document: 40 ms and 176 KB for one line of text, against 2 ms and 25 KB this way. So
 * each document collects the characters it meets on sheets. Sheet 0 is Windows' table for Western Europe, as
 * it is; on the others each new character gets the next free byte, and a name that says which it is
 * ("uni0142"). The names of Adobe's list are avoided: some stand for two characters, "Omega" also for ohm.
 */
#include "common/pdf/letters.h"

#include <stdio.h>
#include <string.h>

enum { ASCII_FIRST = 0x20, ASCII_LAST = 0x7E, CODE_FIRST = 0x21, CODE_END = 256 };

static HPDF_BasicEncoderAttr map_of(HPDF_Encoder sheet)
{
    return sheet->attr;
}

/* What libharu writes for a sheet: only how it differs from Windows' table. */
static HPDF_STATUS write_sheet(HPDF_Encoder sheet, HPDF_Stream out)
{
    HPDF_Stream_WriteStr(out, "/Encoding <<\n/Type /Encoding\n/BaseEncoding /WinAnsiEncoding\n"
                              "/Differences [");
    for (int code = CODE_FIRST; code < CODE_END; code++) {
        const HPDF_UNICODE character = map_of(sheet)->unicode_map[code];
        char text[32];
        if (character == 0) break;
        snprintf(text, sizeof(text), "%d /uni%04X\n", code, (unsigned)character);
        HPDF_Stream_WriteStr(out, text);
    }
    return HPDF_Stream_WriteStr(out, "]\n>>\n");
}

static bool add_sheet(struct letters *letters)
{
    if (letters->sheet_count == SHEETS_MAX) return false;
    HPDF_Encoder sheet = HPDF_BasicEncoder_New(letters->doc->mmgr, HPDF_ENCODING_WIN_ANSI);
    if (sheet == NULL) return false;
    snprintf(sheet->name, sizeof(sheet->name), "Sheet%d", letters->sheet_count);
    if (letters->sheet_count > 0) {
        memset(map_of(sheet)->unicode_map, 0, sizeof(map_of(sheet)->unicode_map));
        sheet->write_fn = write_sheet;
    }
    if (HPDF_Doc_RegisterEncoder(letters->doc, sheet) != HPDF_OK) return false;
    letters->next_code = letters->sheet_count > 0 ? CODE_FIRST : CODE_END;
    letters->sheets[letters->sheet_count++] = sheet;
    return true;
}

void letters_open(struct letters *letters, HPDF_Doc doc, const struct pdf_fonts *fonts)
{
    letters->doc = doc;
    letters->fonts = fonts;
    (void)add_sheet(letters); /* what fails is told to the document's error handler */
}

static bool find_place(const struct letters *letters, uint16_t character, int *sheet, int *code)
{
    *sheet = 0;
    *code = character;
    if (character >= ASCII_FIRST && character <= ASCII_LAST) return letters->sheet_count > 0;
    for (; *sheet < letters->sheet_count; (*sheet)++) {
        const HPDF_UNICODE *map = map_of(letters->sheets[*sheet])->unicode_map;
        for (*code = CODE_FIRST; *code < CODE_END; (*code)++)
            if (map[*code] == character) return true;
    }
    return false;
}

static bool make_place(struct letters *letters, uint16_t character, int *sheet, int *code)
{
    if (letters->next_code == CODE_END && !add_sheet(letters)) return false;
    *sheet = letters->sheet_count - 1;
    *code = letters->next_code++;
    map_of(letters->sheets[*sheet])->unicode_map[*code] = character;
    return true;
}

/* The width in that face; -1 when it has no such glyph. */
static int look_up(struct letters *letters, enum face face, uint16_t character)
{
    HPDF_FontDef *font = &letters->definitions[face];
    int width = 0;
    if (*font == NULL)
        *font = font_load(letters->doc, letters->fonts, face, &letters->readers[face]);
    if (*font == NULL || !font_use(*font, &letters->fonts->files[face], character, &width))
        return -1;
    return width;
}

static struct letter in_face(struct letters *letters, enum face face, int sheet, int code,
                             int width)
{
    HPDF_Font *font = &letters->set[face][sheet];
    if (*font == NULL)
        *font = HPDF_GetFont(letters->doc, letters->definitions[face]->base_font,
                             letters->sheets[sheet]->name);
    return (struct letter){.font = *font, .code = (unsigned char)code, .width = width};
}

static bool find(struct letters *letters, enum face face, uint16_t character, struct letter *out)
{
    int sheet, code, width;
    const bool known = find_place(letters, character, &sheet, &code);
    int16_t *cached = known ? &letters->widths[face][sheet][code] : NULL;
    if (cached != NULL && *cached != 0) {
        width = *cached > 0 ? *cached - 1 : -1;
    } else {
        width = look_up(letters, face, character);
        if (cached != NULL) *cached = (int16_t)(width + (width >= 0));
    }
    if (width < 0) return false;
    if (!known && !make_place(letters, character, &sheet, &code)) return false;
    *out = in_face(letters, face, sheet, code, width);
    return true;
}

struct letter letters_find(struct letters *letters, enum face wanted, uint16_t character)
{
    struct letter letter = {0};
    if (find(letters, wanted, character, &letter) ||
        find(letters, FACE_SYMBOLS, character, &letter) ||
        find(letters, FACE_SYMBOLS, LETTER_MISSING, &letter) || find(letters, wanted, '?', &letter))
        return letter;
    return letter;
}
