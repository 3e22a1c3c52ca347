/* Tables of weights, in percent of an ordinary month, weekday or hour.
 */
#include "infra/seed/calendar.h"

#include "common/base/clock.h"

enum { PLANNED_AHEAD_DAYS = 14, MS_PER_HOUR = 3600000, MINUTES = 24 * 60 };

static const int32_t months[12] = {55, 60, 75, 95, 110, 135, 165, 170, 125, 100, 70, 115};

/* From Thursday on: 1970-01-01 was one. */
static const int32_t visits[7] = {90, 120, 170, 140, 70, 70, 80};
static const int32_t orders[7] = {100, 85, 95, 130, 110, 100, 100};

static const int32_t hours[24] = {20, 10, 6,  4,  4,  8,  20,  40,  60,  80,  95,  100,
                                  95, 80, 75, 75, 80, 90, 110, 130, 145, 140, 100, 50};

static int32_t month_weight(int32_t day)
{
    char text[CLOCK_DAY_TEXT];
    clock_format_day(day, text);
    return months[(text[5] - '0') * 10 + (text[6] - '0') - 1];
}

int32_t calendar_visit_weight(int32_t day)
{
    return month_weight(day) * visits[day % 7] / 100;
}

int32_t calendar_order_weight(int32_t day)
{
    return month_weight(day + PLANNED_AHEAD_DAYS) * orders[day % 7] / 100;
}

int32_t calendar_time_of_day(int32_t position)
{
    int64_t total = 0;
    for (int hour = 0; hour < 24; hour++)
        total += hours[hour];
    const int64_t wanted = (int64_t)position * total; /* in units of a position's share */
    int64_t below = 0;
    int hour = 0;
    while (below + (int64_t)hours[hour] * CALENDAR_POSITIONS <= wanted)
        below += (int64_t)hours[hour++] * CALENDAR_POSITIONS;
    const int64_t into =
        (wanted - below) * MS_PER_HOUR / ((int64_t)hours[hour] * CALENDAR_POSITIONS);
    const int64_t time = (int64_t)hour * MS_PER_HOUR + into;
    return (int32_t)(time * (MINUTES - 1) / MINUTES);
}
