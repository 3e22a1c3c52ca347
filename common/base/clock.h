/* Time, in int64_t milliseconds everywhere.
 *
 * Two clocks: monotonic for deadlines and durations (never jumps), wall for what people and databases
 * see (milliseconds since 1970-01-01 UTC). Days are civil dates "YYYY-MM-DD" without a zone, as they
 * are printed on a ticket; in arithmetic a day is the number of days since 1970-01-01.
 */
#ifndef STAGECRAFT_BASE_CLOCK_H
#define STAGECRAFT_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLOCK_DAY_TEXT = 11, CLOCK_TIME_TEXT = 25 };

int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
int64_t clock_wall_ms(void);

/* "2026-11-23T20:50:00.123Z" */
void clock_format_time(int64_t wall_ms, char out[CLOCK_TIME_TEXT]);

/* Civil day <-> text. Parsing is strict: exactly ten characters, a date that exists, 1970..2999. */
bool clock_parse_day(const char *text, int32_t *out_day);
void clock_format_day(int32_t day, char out[CLOCK_DAY_TEXT]);
int32_t clock_today(void); /* UTC */

#endif
