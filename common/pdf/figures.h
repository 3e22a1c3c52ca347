/* Numbers as people read them on paper: "€ 1,234.50", "1,234", "24 Nov 2026". Days have the month's name, so
 * that no reader takes one for the other. English, like everything the shop says.
 */
#ifndef STAGECRAFT_PDF_FIGURES_H
#define STAGECRAFT_PDF_FIGURES_H

#include <stdint.h>

enum { FIGURE_TEXT = 64 }; /* enough for any of them */

/* Each writes into `out` and answers it. */
const char *figure_count(char out[FIGURE_TEXT], int64_t count);
const char *figure_money(char out[FIGURE_TEXT], int64_t cents, const char *currency);
const char *figure_day(char out[FIGURE_TEXT], int32_t day);
const char *figure_day_of(char out[FIGURE_TEXT], int64_t wall_ms); /* the UTC day of a moment */

#endif
