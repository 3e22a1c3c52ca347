/* Clocks and calendar. The calendar is computed here instead of by gmtime_r() because lists print
 * dozens of times per answer and libc takes a lock for each; the Gregorian rules are short enough
 * to own. Years are counted from March, so that the leap day is the last day of a year and not in
 * its middle.
 */
#include "common/base/clock.h"

#include <string.h>
#include <time.h>

enum {
    DAYS_PER_ERA = 146097,  /* 400 years: after that the calendar repeats */
    DAYS_TO_EPOCH = 719468, /* from 0000-03-01 to 1970-01-01 */
    DAY_FIRST = -719528,    /* 0000-01-01 */
    DAY_LAST = 2932896,     /* 9999-12-31: four digits are all there is room for */
    MS_PER_DAY = 24 * 3600 * 1000,
};

static int64_t clock_read_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now); /* cannot fail for these two clocks */
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return clock_read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_monotonic_us(void)
{
    return clock_read_us(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
    return clock_read_us(CLOCK_REALTIME) / 1000;
}

int32_t clock_today(void)
{
    return (int32_t)(clock_wall_ms() / MS_PER_DAY);
}

/* Days from 1 March to the first of the given month (0 is March): lengths 31 30 31 30 31,
   repeating. */
static int days_before_month(int month_from_march)
{
    return (153 * month_from_march + 2) / 5;
}

static int32_t day_from_civil(int year, int month, int day)
{
    int from_march = month >= 3 ? month - 3 : month + 9;
    int shifted = month >= 3 ? year : year - 1;
    int leap_days = shifted / 4 - shifted / 100 + shifted / 400;
    return 365 * shifted + leap_days + days_before_month(from_march) + day - 1 - DAYS_TO_EPOCH;
}

static void write_digits(char *out, int value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* Ten characters, no NUL. A day that does not fit into four digits is shown as the nearest that
   does. */
static void write_day(int32_t day, char *out)
{
    if (day < DAY_FIRST) day = DAY_FIRST;
    if (day > DAY_LAST) day = DAY_LAST;
    int count = day + DAYS_TO_EPOCH + DAYS_PER_ERA; /* one era more: never negative */
    int era = count / DAYS_PER_ERA;
    int in_era = count % DAYS_PER_ERA;
    /* Without leap days every year has 365: take those out, first the rare corrections, then
       divide. */
    int year = (in_era - in_era / 1460 + in_era / 36524 - in_era / (DAYS_PER_ERA - 1)) / 365;
    int in_year = in_era - (365 * year + year / 4 - year / 100);
    int from_march = (5 * in_year + 2) / 153;
    int month = from_march < 10 ? from_march + 3 : from_march - 9;
    year += 400 * (era - 1) + (month < 3);

    write_digits(out, year, 4);
    out[4] = '-';
    write_digits(out + 5, month, 2);
    out[7] = '-';
    write_digits(out + 8, in_year - days_before_month(from_march) + 1, 2);
}

void clock_format_day(int32_t day, char out[CLOCK_DAY_TEXT])
{
    write_day(day, out);
    out[CLOCK_DAY_TEXT - 1] = '\0';
}

void clock_format_time(int64_t wall_ms, char out[CLOCK_TIME_TEXT])
{
    const int64_t first = (int64_t)DAY_FIRST * MS_PER_DAY;
    const int64_t last = ((int64_t)DAY_LAST + 1) * MS_PER_DAY - 1;
    if (wall_ms < first) wall_ms = first;
    if (wall_ms > last) wall_ms = last;
    int32_t day = (int32_t)((wall_ms - first) / MS_PER_DAY) + DAY_FIRST;
    int rest = (int)((wall_ms - first) % MS_PER_DAY);

    memcpy(out, "0000-00-00T00:00:00.000Z", CLOCK_TIME_TEXT);
    write_day(day, out);
    write_digits(out + 11, rest / 3600000, 2);
    write_digits(out + 14, rest / 60000 % 60, 2);
    write_digits(out + 17, rest / 1000 % 60, 2);
    write_digits(out + 20, rest % 1000, 3);
}

/* `width` digits as a number, -1 when there is anything else. */
static int read_digits(const char *text, int width)
{
    int value = 0;
    for (int i = 0; i < width; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = 10 * value + (text[i] - '0');
    }
    return value;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool clock_parse_day(const char *text, int32_t *out_day)
{
    if (strnlen(text, CLOCK_DAY_TEXT) != CLOCK_DAY_TEXT - 1 || text[4] != '-' || text[7] != '-')
        return false;
    int year = read_digits(text, 4);
    int month = read_digits(text + 5, 2);
    int day = read_digits(text + 8, 2);
    if (year < 1970 || year > 2999 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month))
        return false;
    *out_day = day_from_civil(year, month, day);
    return true;
}
