/* Figures for people. Digits are grouped by hand: printf's own grouping follows the process's locale, and a
 * document must not depend on where it was made.
 */
#include "common/pdf/figures.h"

#include "common/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 24, GROUPED = 32, DAY_MS = 86400000 };

static const char *group(char out[GROUPED], uint64_t value)
{
    char digits[DIGITS];
    const int length = snprintf(digits, sizeof(digits), "%" PRIu64, value);
    int used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}

static uint64_t size_of(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

const char *figure_count(char out[FIGURE_TEXT], int64_t count)
{
    char grouped[GROUPED];
    snprintf(out, FIGURE_TEXT, "%s%s", count < 0 ? "-" : "", group(grouped, size_of(count)));
    return out;
}

const char *figure_money(char out[FIGURE_TEXT], int64_t cents, const char *currency)
{
    static const char *const signs[][2] = {{"EUR", "€"}, {"USD", "$"}, {"GBP", "£"}};
    const uint64_t size = size_of(cents);
    char grouped[GROUPED];
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (strcmp(currency, signs[i][0]) == 0) currency = signs[i][1];
    snprintf(out, FIGURE_TEXT, "%s%.8s %s.%02d", cents < 0 ? "-" : "", currency,
             group(grouped, size / 100), (int)(size % 100));
    return out;
}

const char *figure_day(char out[FIGURE_TEXT], int32_t day)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[CLOCK_DAY_TEXT];
    clock_format_day(day, text);
    const int month = (text[5] - '0') * 10 + text[6] - '0';
    snprintf(out, FIGURE_TEXT, "%d %s %.4s", atoi(text + 8), months[month - 1], text);
    return out;
}

const char *figure_day_of(char out[FIGURE_TEXT], int64_t wall_ms)
{
    return figure_day(out, (int32_t)(wall_ms / DAY_MS));
}
