/* CSV as RFC 4180 has it: commas, CRLF, quotes where they are needed and doubled inside.
 *
 * A spreadsheet takes a cell that begins with = + - or @ for a formula and runs it, and such a text may come
 * from a stranger. Text cells that begin so (or with a tab or a line break, which some programs skip) get
 * an apostrophe in front, which spreadsheets do not show. Numbers are numbers and stay as they are.
 */
#ifndef STAGECRAFT_BASE_CSV_H
#define STAGECRAFT_BASE_CSV_H

#include "common/base/strbuf.h"

#include <stdbool.h>

struct csv_writer {
    struct strbuf *out; /* borrowed */
    bool comma;         /* a cell has been written in this row */
};

void csv_init(struct csv_writer *csv, struct strbuf *out);
void csv_add_text(struct csv_writer *csv, const char *text); /* NULL: an empty cell */
void csv_add_int64(struct csv_writer *csv, int64_t value);
void csv_add_day(struct csv_writer *csv, int32_t day);
void csv_add_time(struct csv_writer *csv, int64_t wall_ms); /* 0: an empty cell */
void csv_end_row(struct csv_writer *csv);

#endif
