/* The mark moves only while the walk is contiguous with it (next == mark): behind a gap of rows that are
 * still open nothing can be said about all smaller ids.
 */
#include "common/base/low_water.h"

bool low_water_advance(struct low_water *water, const struct low_water_window *window,
                       int64_t now_ms)
{
    if (water->believed_from_ms == 0) water->believed_from_ms = now_ms;
    if (water->next == water->mark) {
        int64_t settled = window->last_old;
        if (window->first_open > 0 && window->first_open <= settled)
            settled = window->first_open - 1;
        if (settled > water->mark) water->mark = settled;
    }
    if (!window->full && now_ms - water->believed_from_ms >= LOW_WATER_BELIEVED_MS) {
        water->mark = 0;
        water->believed_from_ms = now_ms;
    }
    water->next = window->full ? window->last : water->mark;
    return window->full;
}
