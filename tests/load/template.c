/* Pieces alternate freely: text, value, value, text. Escapes are made when a value is written, because where it
 * stands decides which.
 */
#include "tests/load/template.h"

#include <stdio.h>
#include <string.h>

_Static_assert(VALUES_MAX <= 32, "template_uses() has a bit for each");

/* Of "{name}" at `at`: how long the name is. 0: this is only a brace. */
static size_t name_at(const char *at)
{
    const char *end = at[0] == '{' ? strchr(at, '}') : NULL;
    if (!end || !value_name_is_good(at + 1, (size_t)(end - at - 1))) return 0;
    return (size_t)(end - at - 1);
}

bool template_compile(struct arena *arena, const char *text, const struct values *values,
                      struct template *out, char error[VALUE_ERROR_MAX])
{
    out->pieces = arena_array(arena, struct template_piece, 2 * TEMPLATE_PLACES_MAX + 1);
    out->count = 0;
    int places = 0;
    for (const char *from = text, *at = text;; at++) {
        const size_t length = *at != '\0' ? name_at(at) : 0;
        if (*at != '\0' && length == 0) continue;
        if (at > from)
            out->pieces[out->count++] =
                (struct template_piece){.text = from, .length = (size_t)(at - from)};
        if (*at == '\0') return true;
        const int value = values_find(values, at + 1, length);
        if (value < 0 || places++ == TEMPLATE_PLACES_MAX) {
            if (value >= 0)
                snprintf(error, VALUE_ERROR_MAX, "has more than %d values", TEMPLATE_PLACES_MAX);
            else
                snprintf(error, VALUE_ERROR_MAX, "there is no value '%.*s': add it to 'values'%s",
                         (int)length, at + 1,
                         length == 7 && memcmp(at + 1, "shopper", 7) == 0
                             ? ", or say with 'shoppers' how many accounts to register"
                             : "");
            return false;
        }
        out->pieces[out->count++] = (struct template_piece){.value = value};
        at += length + 1;
        from = at + 1;
    }
}

void template_literal(struct arena *arena, const char *text, struct template *out)
{
    out->pieces = arena_new(arena, struct template_piece);
    out->pieces[0] = (struct template_piece){.text = text, .length = strlen(text)};
    out->count = 1;
}

uint32_t template_uses(const struct template *template)
{
    uint32_t uses = 0;
    for (int i = 0; i < template->count; i++)
        if (!template->pieces[i].text) uses |= UINT32_C(1) << template->pieces[i].value;
    return uses;
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c));
}

static void write_escaped(const char *text, enum template_escape escape, struct strbuf *out)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        if (escape == TEMPLATE_JSON && (*text == '"' || *text == '\\')) strbuf_add_char(out, '\\');
        if (escape != TEMPLATE_PATH || is_unreserved(*text)) {
            strbuf_add_char(out, *text);
            continue;
        }
        const unsigned char byte = (unsigned char)*text;
        const char code[3] = {'%', hex[byte >> 4], hex[byte & 15]};
        strbuf_add(out, code, sizeof(code));
    }
}

void template_write(const struct template *template, const struct drawn *drawn,
                    enum template_escape escape, struct strbuf *out)
{
    for (int i = 0; i < template->count; i++) {
        const struct template_piece *piece = &template->pieces[i];
        if (piece->text)
            strbuf_add(out, piece->text, piece->length);
        else
            write_escaped(drawn[piece->value].text, escape, out);
    }
}
