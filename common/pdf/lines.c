/* Text as people type it holds characters that a printed page has no use for: emoji, marks that only steer a
 * terminal, invisible joiners. They leave no trace. Letters that would be there but cannot be shown (a script
 * that runs from right to left, or one beyond the fonts) leave "□", so that nobody takes the rest for all.
 * A text of emoji alone leaves one "□" too: an empty cell would look like a mistake.
 */
#include "common/pdf/lines.h"

#include <string.h>

enum { NO_BREAK_SPACE = 0xA0 };

/* --- characters --- */

struct range {
    uint32_t first, last;
};

static const struct range invisible[] = {
    {0x00, 0x09},     {0x0B, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},     {0x200B, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F},   {0x20D0, 0x20FF},   {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF}, {0x1F000, 0x1FAFF},
};
static const struct range not_laid_out[] = {
    {0x0590, 0x08FF}, {0xD800, 0xF8FF}, {0xFB1D, 0xFDFF}, {0xFE70, 0xFEFE}, {0x10000, 0x10FFFF},
};

static bool within(const struct range *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++)
        if (character >= ranges[i].first && character <= ranges[i].last) return true;
    return false;
}

/* Reads one character and moves on; what is no UTF-8 counts byte by byte, as missing. */
static uint32_t decode(const unsigned char **at)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char first = *(*at)++;
    if (first < 0x80) return first;
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    uint32_t character = first & (0x3F >> more);
    if (first < 0xC2 || first > 0xF4) return LETTER_MISSING;
    for (int i = 0; i < more; i++) {
        if (((*at)[i] & 0xC0) != 0x80) return LETTER_MISSING;
        character = character << 6 | ((*at)[i] & 0x3F);
    }
    if (character < least[more]) return LETTER_MISSING;
    *at += more;
    return character;
}

void characters_read(struct characters *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + PDF_TEXT_MAX;
    out->count = 0;
    while (*at != '\0' && at < end) {
        uint32_t character = decode(&at);
        if (character == '\t') character = ' ';
        if (character == 0x202F) character = NO_BREAK_SPACE;
        if (within(invisible, sizeof(invisible) / sizeof(invisible[0]), character)) continue;
        if (within(not_laid_out, sizeof(not_laid_out) / sizeof(not_laid_out[0]), character))
            character = LETTER_MISSING;
        if (character == ' ' && out->count > 0 && out->codes[out->count - 1] == ' ') continue;
        out->codes[out->count++] = (uint16_t)character;
    }
    if (*at != '\0') out->codes[out->count++] = LETTER_ELLIPSIS;
    if (out->count == 0 && *text != '\0') out->codes[out->count++] = LETTER_MISSING;
}

/* --- lines --- */

static double width_of(struct letters *letters, const struct style *style, uint16_t character)
{
    return letters_find(letters, style->face, character).width * style->size / 1000;
}

static void drop_blanks(struct letters *letters, const struct style *style,
                        const struct characters *characters, struct line *line)
{
    while (line->count > 0 && characters->codes[line->start + line->count - 1] == ' ') {
        line->count--;
        line->width -= width_of(letters, style, ' ');
    }
}

bool line_next(struct letters *letters, const struct style *style,
               const struct characters *characters, double width, int *at, struct line *out)
{
    const uint16_t *codes = characters->codes;
    int place = *at;
    while (place < characters->count && codes[place] == ' ')
        place++;
    if (place >= characters->count) return false;
    *out = (struct line){.start = place};
    struct line whole_words = {0};
    for (; place < characters->count && codes[place] != '\n'; place++) {
        const double more = width_of(letters, style, codes[place]);
        if (out->width + more > width && codes[place] != ' ' && out->count > 0) {
            if (whole_words.count > 0) *out = whole_words;
            break;
        }
        out->count++;
        out->width += more;
        if (codes[place] == ' ' || codes[place] == '-') whole_words = *out;
    }
    *at = out->start + out->count;
    if (*at < characters->count && codes[*at] == '\n') (*at)++;
    drop_blanks(letters, style, characters, out);
    return true;
}

void line_cut(struct letters *letters, const struct style *style, struct characters *characters,
              double width, struct line *line)
{
    const double dots = width_of(letters, style, LETTER_ELLIPSIS);
    while (line->count > 0 && line->width + dots > width) {
        line->count--;
        line->width -= width_of(letters, style, characters->codes[line->start + line->count]);
    }
    drop_blanks(letters, style, characters, line);
    characters->codes[line->start + line->count++] = LETTER_ELLIPSIS;
    line->width += dots;
}
