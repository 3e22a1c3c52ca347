/* Which days may be asked for. A range is given whole, in part or not at all: what is missing is filled in
 * so that the usual question, "the last month", needs no answer to it.
 */
#include "common/modules/reports/reports.h"

#include "common/base/clock.h"

void reports_check_range(struct call *call, struct report_range *range, int days_max)
{
    if (range->to == 0) {
        const int32_t today = clock_today();
        const int32_t full = range->from + REPORT_DAYS_DEFAULT - 1;
        range->to = range->from == 0 || full > today ? today : full;
        if (range->from > range->to) range->to = range->from; /* in the future: nothing was sold */
    }
    if (range->from == 0) range->from = range->to - (REPORT_DAYS_DEFAULT - 1);
    if (range->from > range->to)
        call_fail_field(call, "to", "must not be before 'from'");
    else if (range->to - range->from >= days_max)
        call_fail_field(call, "to", "at most %d days can be reported at once", days_max);
}
