/* What the files that put bookings on PostgreSQL share: bookings_pg.c takes places and gives them back,
 * bookings_cancel_pg.c cancels, bookings_read_pg.c lists, bookings_sweep_pg.c cleans up. Private to them.
 */
#ifndef STAGECRAFT_BOOKINGS_BOOKINGS_PG_H
#define STAGECRAFT_BOOKINGS_BOOKINGS_PG_H

#include "common/base/clock.h"
#include "common/base/low_water.h"
#include "common/events/events.h"
#include "common/modules/bookings/bookings.h"
#include "common/pg/pg.h"

struct bookings_pg {
    struct bookings port; /* first: the port is this */
    struct pg_pool *read, *write;
    struct events *events;
    struct low_water held; /* below its mark nothing is held */
};

/* The eleven columns of queries.sql. */
void bookings_pg_read_row(const struct pg_rows *rows, int row, struct booking *out);

/* A day as a parameter; the text lives in the call's arena. */
struct pg_value bookings_pg_day(struct call *call, int32_t day);

bookings_cancel_fn bookings_pg_cancel;
bookings_list_fn bookings_pg_list;
bookings_best_sellers_fn bookings_pg_best_sellers;
bookings_sweep_fn bookings_pg_sweep;

#endif
