/* A lane is one connection that loads one module's schema in one transaction.
 *
 * Inside it constraints and indexes are taken off first and put back at the end: building an index
 * once is several times cheaper than growing it row by row, and whoever sees the rows sees the
 * constraints too, for all of it is one commit. The tables are locked meanwhile, and loaded frozen:
 * nothing is left for vacuum to do.
 */
#ifndef STAGECRAFT_SEED_LANE_H
#define STAGECRAFT_SEED_LANE_H

#include "infra/seed/table.h"

enum lane_id {
    LANE_USERS,
    LANE_CATALOG,
    LANE_MEDIA,
    LANE_BOOKINGS,
    LANE_ORDERS,
    LANE_PAYMENTS,
    LANE_REPORTS,
    LANE_COUNT
};

struct lane {
    const char *schema, *tables; /* those that are loaded, as an array's literal */
    const char *sequences;       /* the statements that set its sequences behind the rows */
    struct pg_copy *copy;
    bool restoring; /* sent: its end has to be waited for */
};

void lanes_init(struct lane lanes[LANE_COUNT]);
enum lane_id lane_of(enum table_id table);

/* Connects, opens the transaction, makes sure that all tables are empty, takes off what slows down.
 */
enum status lane_open(struct lane *lane, struct arena *arena, const char *url,
                      char error[COPY_ERROR]);
void lane_close(struct lane *lane); /* what is not committed is gone */

/* Asks for constraints, indexes, sequences and statistics; does not wait. */
void lane_restore(struct lane *lane);
enum status lane_await(struct lane *lane, char error[COPY_ERROR]);
enum status lane_commit(struct lane *lane, char error[COPY_ERROR]);

#endif
