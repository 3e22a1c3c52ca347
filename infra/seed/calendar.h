/* How busy days and hours are: summer before winter, Saturday before Monday, evening before night.
 *
 * Weights are whole numbers and only their proportions count. Days are days since 1970-01-01
 * (clock.h).
 */
#ifndef STAGECRAFT_SEED_CALENDAR_H
#define STAGECRAFT_SEED_CALENDAR_H

#include <stdint.h>

enum { CALENDAR_VISIT_MAX = 289 };

/* How much people like to be somewhere on that day: up to CALENDAR_VISIT_MAX. */
int32_t calendar_visit_weight(int32_t day);

/* How much is ordered on that day; people plan some two weeks ahead, mostly in their free time. */
int32_t calendar_order_weight(int32_t day);

/* The moment at `position` (0 … CALENDAR_POSITIONS - 1) of a day's orders, in ms after midnight.
   The last minute stays free: what an order sets off (payment, receipt) is of the same day. */
enum { CALENDAR_POSITIONS = 1 << 20 };
int32_t calendar_time_of_day(int32_t position);

#endif
