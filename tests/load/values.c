/* Kinds by their first word, numbers by hand: strtoll() takes blanks and signs that nobody meant.
 */
#include "tests/load/values.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZIPF_MAX = 100000000, NUMBER_MAX = 2000000000, DAYS_MAX = 3660 };

static const char known[] =
    "zipf:N, range:A-B, days:A-B, fetch:PATH#MEMBER, lines:FILE or text:WORDS";

__attribute__((format(printf, 2, 3))) static bool fail(char error[VALUE_ERROR_MAX],
                                                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error, VALUE_ERROR_MAX, format, arguments);
    va_end(arguments);
    return false;
}

/* Digits from *at on, which is moved behind them. */
static bool read_number(const char **at, int64_t max, int64_t *out)
{
    const char *from = *at;
    int64_t value = 0;
    while (**at >= '0' && **at <= '9') {
        value = value * 10 + (*(*at)++ - '0');
        if (value > max) return false;
    }
    *out = value;
    return *at > from;
}

static bool read_span(const char *text, int64_t max, struct value *out)
{
    return read_number(&text, max, &out->low) && *text++ == '-' &&
           read_number(&text, max, &out->high) && *text == '\0' && out->low <= out->high;
}

static bool parse_zipf(const char *text, struct value *out, char *error)
{
    out->low = 1;
    if (read_number(&text, ZIPF_MAX, &out->high) && *text == '\0' && out->high > 0) return true;
    return fail(error, "zipf: takes a number from 1 to %d", ZIPF_MAX);
}

static bool parse_range(const char *text, struct value *out, char *error)
{
    if (read_span(text, NUMBER_MAX, out)) return true;
    return fail(error, "range: takes two numbers from 0 to %d, the smaller first: range:1-3",
                NUMBER_MAX);
}

static bool parse_days(struct arena *arena, const char *text, struct value *out, char *error)
{
    if (!read_span(text, DAYS_MAX, out))
        return fail(error,
                    "days: takes two numbers from 0 to %d, the smaller first: days:1-60 is "
                    "tomorrow to sixty days from now",
                    DAYS_MAX);
    out->count = (int)(out->high - out->low + 1);
    out->list = arena_array(arena, const char *, (size_t)out->count);
    const int32_t first = clock_today() + (int32_t)out->low;
    for (int i = 0; i < out->count; i++) {
        char day[CLOCK_DAY_TEXT];
        clock_format_day(first + i, day);
        out->list[i] = arena_strdup(arena, day);
    }
    return true;
}

static bool parse_text(struct arena *arena, const char *text, struct value *out, char *error)
{
    if (!value_text_is_good(text))
        return fail(error, "text: takes at most %d bytes of UTF-8 without control characters",
                    VALUE_TEXT_MAX);
    out->list = arena_new(arena, const char *);
    out->list[0] = arena_strdup(arena, text);
    out->count = 1;
    return true;
}

static bool parse_lines(struct arena *arena, const char *text, const char *folder,
                        struct value *out, char *error)
{
    if (text[0] == '\0') return fail(error, "lines: takes the name of a file");
    out->path = folder && text[0] != '/' ? arena_printf(arena, "%s/%s", folder, text)
                                         : arena_strdup(arena, text);
    return true;
}

static bool parse_fetch(struct arena *arena, const char *text, struct value *out, char *error)
{
    const char *mark = strrchr(text, '#');
    if (text[0] != '/' || !mark || mark[1] == '\0' || strpbrk(text, " \t\r\n") ||
        !value_text_is_good(text))
        return fail(error, "fetch: takes a path and a member of each of the answer's items: "
                           "fetch:/v1/categories#slug");
    out->path = arena_printf(arena, "%.*s", (int)(mark - text), text);
    out->member = arena_strdup(arena, mark + 1);
    return true;
}

bool value_parse(struct arena *arena, const char *name, const char *text, const char *folder,
                 struct value *out, char error[VALUE_ERROR_MAX])
{
    static const char *const kinds[] = {
        [VALUE_ZIPF] = "zipf:", [VALUE_RANGE] = "range:", [VALUE_DAYS] = "days:",
        [VALUE_TEXT] = "text:", [VALUE_LINES] = "lines:", [VALUE_FETCH] = "fetch:",
    };
    if (!value_name_is_good(name, strlen(name)))
        return fail(error,
                    "'%.80s' cannot be a value's name: at most %d lower-case letters, digits and "
                    "_, a letter first",
                    name, VALUE_NAME_MAX);
    size_t kind = 0;
    while (kind < VALUE_SHOPPER && strncmp(text, kinds[kind], strlen(kinds[kind])) != 0)
        kind++;
    if (kind == VALUE_SHOPPER)
        return fail(error, "'%.80s' is not a value: it takes %s", text, known);
    *out = (struct value){.name = arena_strdup(arena, name), .kind = (enum value_kind)kind};
    text += strlen(kinds[kind]);
    switch (out->kind) {
    case VALUE_ZIPF:
        return parse_zipf(text, out, error);
    case VALUE_RANGE:
        return parse_range(text, out, error);
    case VALUE_DAYS:
        return parse_days(arena, text, out, error);
    case VALUE_TEXT:
        return parse_text(arena, text, out, error);
    case VALUE_LINES:
        return parse_lines(arena, text, folder, out, error);
    default:
        return parse_fetch(arena, text, out, error);
    }
}

bool value_name_is_good(const char *name, size_t length)
{
    if (length == 0 || length > VALUE_NAME_MAX || name[0] < 'a' || name[0] > 'z') return false;
    for (size_t i = 0; i < length; i++)
        if (!(name[i] >= 'a' && name[i] <= 'z') && !(name[i] >= '0' && name[i] <= '9') &&
            name[i] != '_')
            return false;
    return true;
}

int values_find(const struct values *values, const char *name, size_t length)
{
    for (int i = 0; i < values->count; i++)
        if (strncmp(values->all[i].name, name, length) == 0 && values->all[i].name[length] == '\0')
            return i;
    return -1;
}

bool values_put(struct values *values, const struct value *value)
{
    int place = values_find(values, value->name, strlen(value->name));
    if (place < 0 && values->count == VALUES_MAX) return false;
    if (place < 0) place = values->count++;
    values->all[place] = *value;
    return true;
}

bool value_text_is_good(const char *text)
{
    const size_t length = strlen(text);
    if (length > VALUE_TEXT_MAX || !bytes_is_utf8(text, length)) return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) return false;
    return true;
}

/* --- lines of a file --- */

static bool read_file(struct arena *arena, const char *path, char **out, char *error)
{
    FILE *file = fopen(path, "re");
    if (!file) return fail(error, "%.200s: %s", path, strerror(errno));
    char *text = arena_alloc(arena, VALUE_FILE_MAX + 1);
    const size_t length = fread(text, 1, VALUE_FILE_MAX, file);
    const bool is_whole = !ferror(file) && (length < VALUE_FILE_MAX || fgetc(file) == EOF);
    fclose(file);
    if (!is_whole)
        return fail(error, "%.200s: cannot be read, or has more than %d bytes", path,
                    VALUE_FILE_MAX);
    if (memchr(text, '\0', length)) return fail(error, "%.200s: is not a text file", path);
    text[length] = '\0';
    *out = text;
    return true;
}

static bool read_lines(struct arena *arena, struct value *value, char *error)
{
    char *text = NULL;
    if (!read_file(arena, value->path, &text, error)) return false;
    int lines = 1, number = 0;
    for (const char *at = text; *at != '\0'; at++)
        lines += *at == '\n';
    if (lines > VALUE_LIST_MAX + 1)
        return fail(error, "%.200s: has more than %d lines", value->path, VALUE_LIST_MAX);
    value->list = arena_array(arena, const char *, (size_t)lines);
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        number++;
        const size_t length = strlen(line);
        if (length > 0 && line[length - 1] == '\r') line[length - 1] = '\0';
        if (line[0] == '\0') continue;
        if (!value_text_is_good(line))
            return fail(error,
                        "%.200s:%d: a line has at most %d bytes of UTF-8 without control "
                        "characters",
                        value->path, number, VALUE_TEXT_MAX);
        value->list[value->count++] = line;
    }
    return value->count > 0 || fail(error, "%.200s: has no lines", value->path);
}

bool values_read_files(struct arena *arena, struct values *values, char error[VALUE_ERROR_MAX])
{
    for (int i = 0; i < values->count; i++)
        if (values->all[i].kind == VALUE_LINES && !read_lines(arena, &values->all[i], error))
            return false;
    return true;
}

void value_draw(const struct value *value, struct random *dice, struct drawn *out)
{
    if (value->list) {
        out->text = value->list[random_below(dice, (uint32_t)value->count)];
        return;
    }
    const int64_t number = value->kind == VALUE_ZIPF
                               ? 1 + (int64_t)random_zipf(dice, (uint32_t)value->high)
                               : random_between(dice, value->low, value->high);
    snprintf(out->number, sizeof(out->number), "%" PRId64, number);
    out->text = out->number;
}
