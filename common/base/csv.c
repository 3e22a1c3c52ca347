/* The writer appends to a string; where that goes, and when, is not its business.
 */
#include "common/base/csv.h"

#include "common/base/clock.h"

#include <string.h>

void csv_init(struct csv_writer *csv, struct strbuf *out)
{
    *csv = (struct csv_writer){.out = out};
}

static void begin_cell(struct csv_writer *csv)
{
    if (csv->comma) strbuf_add_char(csv->out, ',');
    csv->comma = true;
}

static bool looks_like_a_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL;
}

/* Spaces at the ends are kept by everybody only within quotes. */
static bool needs_quotes(const char *text, size_t length)
{
    return text[strcspn(text, ",\"\r\n")] != '\0' ||
           (length > 0 && (text[0] == ' ' || text[length - 1] == ' '));
}

void csv_add_text(struct csv_writer *csv, const char *text)
{
    begin_cell(csv);
    if (text == NULL) return;
    const size_t length = strlen(text);
    const bool quotes = needs_quotes(text, length);
    if (quotes) strbuf_add_char(csv->out, '"');
    if (looks_like_a_formula(text)) strbuf_add_char(csv->out, '\'');
    if (!quotes) {
        strbuf_add(csv->out, text, length);
        return;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"') strbuf_add_char(csv->out, '"');
        strbuf_add_char(csv->out, *at);
    }
    strbuf_add_char(csv->out, '"');
}

void csv_add_int64(struct csv_writer *csv, int64_t value)
{
    begin_cell(csv);
    strbuf_add_int64(csv->out, value);
}

void csv_add_day(struct csv_writer *csv, int32_t day)
{
    char text[CLOCK_DAY_TEXT];
    begin_cell(csv);
    clock_format_day(day, text);
    strbuf_add_text(csv->out, text);
}

void csv_add_time(struct csv_writer *csv, int64_t wall_ms)
{
    char text[CLOCK_TIME_TEXT];
    begin_cell(csv);
    if (wall_ms == 0) return;
    clock_format_time(wall_ms, text);
    strbuf_add_text(csv->out, text);
}

void csv_end_row(struct csv_writer *csv)
{
    strbuf_add_text(csv->out, "\r\n");
    csv->comma = false;
}
