/* Open Sans for the text and, when a character is missing there, DejaVu Sans for nearly every symbol there
 * is. The files are read once and handed to libharu through callbacks: a document then costs no system call
 * and is never surprised by a package upgrade.
 *
 * Two things libharu 2.3 does not do are done here. It embeds the names of all glyphs although nobody looks
 * characters up by them in these documents: the table "post" is reduced to its header, which halves an
 * invoice. And of a glyph composed of others it embeds the parts, but not the parts' parts.
 */
#include "common/pdf/fonts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_BYTES_MAX = 4 << 20,
    DIRECTORY_AT = 12,
    DIRECTORY_ENTRY = 16,
    POST_HEADER = 32,
    PARTS_DEPTH_MAX = 6,
};

static const char *const paths[FACE_COUNT] = {
    [FACE_REGULAR] = "/usr/share/fonts/truetype/open-sans/OpenSans-Regular.ttf",
    [FACE_BOLD] = "/usr/share/fonts/truetype/open-sans/OpenSans-Bold.ttf",
    [FACE_SYMBOLS] = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
};

/* --- libharu reads --- */

static HPDF_STATUS read_bytes(HPDF_Stream stream, HPDF_BYTE *out, HPDF_UINT *size)
{
    struct font_reader *reader = stream->attr;
    const size_t left = reader->file->length - reader->place;
    const size_t length = *size < left ? *size : left;
    memcpy(out, reader->file->bytes + reader->place, length);
    reader->place += length;
    const bool whole = length == *size;
    *size = (HPDF_UINT)length;
    return whole ? HPDF_OK : HPDF_STREAM_EOF;
}

static HPDF_STATUS seek(HPDF_Stream stream, HPDF_INT place, HPDF_WhenceMode mode)
{
    struct font_reader *reader = stream->attr;
    int64_t wanted = place;
    if (mode == HPDF_SEEK_CUR) wanted += (int64_t)reader->place;
    if (mode == HPDF_SEEK_END) wanted += (int64_t)reader->file->length;
    if (wanted < 0 || wanted > (int64_t)reader->file->length) return HPDF_FILE_IO_ERROR;
    reader->place = (size_t)wanted;
    return HPDF_OK;
}

static HPDF_INT32 tell(HPDF_Stream stream)
{
    return (HPDF_INT32)((struct font_reader *)stream->attr)->place;
}

static HPDF_UINT32 size_of(HPDF_Stream stream)
{
    return (HPDF_UINT32)((struct font_reader *)stream->attr)->file->length;
}

HPDF_FontDef font_load(HPDF_Doc doc, const struct pdf_fonts *fonts, enum face face,
                       struct font_reader *reader)
{
    static const char *const tags[FACE_COUNT] = {"SHOPAA", "SHOPAB", "SHOPAC"};
    *reader = (struct font_reader){.file = &fonts->files[face]};
    HPDF_Stream stream =
        HPDF_CallbackReader_New(doc->mmgr, read_bytes, seek, tell, size_of, reader);
    if (stream == NULL) return NULL;
    HPDF_FontDef font = HPDF_TTFontDef_Load(doc->mmgr, stream, HPDF_TRUE);
    if (font == NULL || HPDF_Doc_RegisterFontDef(doc, font) != HPDF_OK) return NULL;
    HPDF_TTFontDef_SetTagName(font, (char *)tags[face]);
    return font;
}

/* --- glyphs --- */

static unsigned number(const struct font_file *file, size_t at)
{
    return at + 2 <= file->length ? (unsigned)file->bytes[at] << 8 | file->bytes[at + 1] : 0;
}

/* TrueType, table "glyf": a composed glyph begins with -1, a box, and then its parts, each with flags that
   say how much follows it. */
static void mark_parts(HPDF_TTFontDefAttr font, const struct font_file *file, unsigned glyph,
                       int depth)
{
    enum { WORDS = 1, SCALE = 8, MORE = 32, SCALE_X_Y = 64, SCALE_2X2 = 128 };
    if (glyph >= font->num_glyphs || depth > PARTS_DEPTH_MAX) return;
    const size_t unit = font->header.index_to_loc_format == 0 ? 2 : 1;
    size_t at = font->glyph_tbl.base_offset + font->glyph_tbl.offsets[glyph] * unit;
    const size_t end = font->glyph_tbl.base_offset + font->glyph_tbl.offsets[glyph + 1] * unit;
    font->glyph_tbl.flgs[glyph] = 1;
    if (end <= at || number(file, at) != 0xFFFF) return;
    unsigned flags = MORE;
    for (at += 10; (flags & MORE) && at < end;) {
        flags = number(file, at);
        mark_parts(font, file, number(file, at + 2), depth + 1);
        at += 4 + (flags & WORDS ? 4 : 2);
        at += flags & SCALE ? 2 : flags & SCALE_X_Y ? 4 : flags & SCALE_2X2 ? 8 : 0;
    }
}

bool font_use(HPDF_FontDef font, const struct font_file *file, uint16_t character, int *width)
{
    const unsigned glyph = HPDF_TTFontDef_GetGlyphid(font, character);
    if (glyph == 0) return false;
    *width = HPDF_TTFontDef_GetCharWidth(font, character);
    mark_parts(font->attr, file, glyph, 0);
    return true;
}

/* --- at start --- */

static enum status read_file(const char *path, struct font_file *out, char error[PDF_ERROR_TEXT])
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        snprintf(error, PDF_ERROR_TEXT, "cannot read the font %s: %s", path, strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    unsigned char *bytes = malloc(FILE_BYTES_MAX);
    if (bytes == NULL) abort();
    out->length = fread(bytes, 1, FILE_BYTES_MAX, file);
    fclose(file);
    unsigned char *fitting = realloc(bytes, out->length > 0 ? out->length : 1);
    out->bytes = fitting != NULL ? fitting : bytes;
    return STATUS_OK;
}

/* Version 3 of the table "post" has no names and ends after its header. */
static void drop_glyph_names(const struct font_file *file)
{
    unsigned char *bytes = (unsigned char *)file->bytes;
    for (unsigned i = 0; i < number(file, 4); i++) {
        const size_t entry = DIRECTORY_AT + (size_t)i * DIRECTORY_ENTRY;
        if (entry + DIRECTORY_ENTRY > file->length) return;
        if (memcmp(bytes + entry, "post", 4) != 0) continue;
        const size_t at = (size_t)number(file, entry + 8) << 16 | number(file, entry + 10);
        if (at + POST_HEADER > file->length) return;
        memcpy(bytes + at, (const unsigned char[]){0, 3, 0, 0}, 4);
        memcpy(bytes + entry + 12, (const unsigned char[]){0, 0, 0, POST_HEADER}, 4);
    }
}

static void ignore_error(HPDF_STATUS code, HPDF_STATUS detail, void *context)
{
    (void)code, (void)detail, (void)context;
}

static enum status try_font(const struct pdf_fonts *fonts, enum face face,
                            char error[PDF_ERROR_TEXT])
{
    struct font_reader reader;
    HPDF_Doc doc = HPDF_New(ignore_error, NULL);
    const bool good = doc != NULL && font_load(doc, fonts, face, &reader) != NULL;
    if (doc != NULL) HPDF_Free(doc);
    if (good) return STATUS_OK;
    snprintf(error, PDF_ERROR_TEXT, "%s is no TrueType font that may be embedded", paths[face]);
    return STATUS_UNAVAILABLE;
}

enum status pdf_fonts_open(struct arena *arena, struct pdf_fonts **out, char error[PDF_ERROR_TEXT])
{
    struct pdf_fonts *fonts = arena_new(arena, struct pdf_fonts);
    enum status status = STATUS_OK;
    for (enum face face = 0; face < FACE_COUNT && status == STATUS_OK; face++) {
        struct font_file *file = &fonts->files[face];
        status = read_file(paths[face], file, error);
        if (status != STATUS_OK) break;
        arena_on_release(arena, free, (void *)file->bytes);
        drop_glyph_names(file);
        status = try_font(fonts, face, error);
    }
    *out = status == STATUS_OK ? fonts : NULL;
    return status;
}
