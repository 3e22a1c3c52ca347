/* Housekeeping: holds that have run out give their places back, and cancellations that nobody finished are
 * handed to whoever drives refunds.
 *
 * No index says which bookings are held, and there will be millions. Holds are young, though, and a booking
 * that is not held any more never will be: a low-water mark (low_water.h) lets each round read a few
 * thousand rows by primary key instead of the table. Cancelling is different, it happens to old bookings;
 * those are noted in a small table of their own when it begins.
 */
#include "common/modules/bookings/bookings_pg.h"

#include "common/base/clock.h"
#include "statements.h"

enum { WINDOW_ROWS = 10000, WINDOWS_PER_ROUND = 20, RELEASES_PER_WINDOW = 500, STUCK_MAX = 20 };

/* Looks at the next window, releases what has run out in it, and moves on. */
static enum status sweep_window(struct bookings_pg *self, struct call *call, int *released,
                                bool *more)
{
    struct pg_rows rows;
    enum status status = pg_read(self->write, call, &bookings_sweep_window_sql,
                                 PG_ARGS(PG_INT(self->held.next), PG_INT(WINDOW_ROWS)), &rows);
    if (status != STATUS_OK) return status;
    const struct low_water_window window = {
        .last = pg_int64(&rows, 0, 0),
        .full = pg_int64(&rows, 0, 1) == WINDOW_ROWS,
        .first_open = pg_int64(&rows, 0, 2),
        .last_old = pg_int64(&rows, 0, 4),
    };
    if (pg_bool(&rows, 0, 3)) {
        status = pg_write(
            self->write, call, &bookings_sweep_release_sql,
            PG_ARGS(PG_INT(self->held.next), PG_INT(window.last), PG_INT(RELEASES_PER_WINDOW)),
            &rows);
        if (status != STATUS_OK) return status;
        *released += (int)pg_int64(&rows, 0, 0);
    }
    *more = low_water_advance(&self->held, &window, clock_monotonic_ms());
    return STATUS_OK;
}

enum status bookings_pg_sweep(struct bookings *bookings, struct call *call, int64_t stuck_before_ms,
                              int *released, struct booking_page *stuck)
{
    struct bookings_pg *self = (struct bookings_pg *)bookings;
    enum status status = STATUS_OK;
    bool more = true;
    *released = 0;
    for (int i = 0; i < WINDOWS_PER_ROUND && more && status == STATUS_OK; i++)
        status = sweep_window(self, call, released, &more);
    if (status != STATUS_OK) return status;

    struct pg_rows rows;
    status = pg_read(self->write, call, &bookings_sweep_stuck_sql,
                     PG_ARGS(PG_INT(stuck_before_ms), PG_INT(STUCK_MAX + 1)), &rows);
    if (status != STATUS_OK) return status;
    stuck->more = rows.count > STUCK_MAX;
    stuck->count = stuck->more ? STUCK_MAX : rows.count;
    stuck->bookings = arena_array(call->arena, struct booking, (size_t)stuck->count);
    for (int i = 0; i < stuck->count; i++)
        bookings_pg_read_row(&rows, i, &stuck->bookings[i]);
    return STATUS_OK;
}
