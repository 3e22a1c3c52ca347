/* Where the rows of one table go: into a COPY, and always into a checksum.
 *
 * The checksum is over values, not over COPY's text, and leaves password hashes out: two loads with
 * the same seed, size and day have the same checksums. Fields come in the order of `columns`.
 */
#ifndef STAGECRAFT_SEED_TABLE_H
#define STAGECRAFT_SEED_TABLE_H

#include "common/base/clock.h"
#include "common/pg/copy.h"

enum table_id {
    TABLE_ACCOUNTS,
    TABLE_CATEGORIES,
    TABLE_PICTURES,
    TABLE_FILES,
    TABLE_PRODUCTS,
    TABLE_CAPACITIES,
    TABLE_BOOKINGS,
    TABLE_DAYS,
    TABLE_ORDERS,
    TABLE_LINES,
    TABLE_CHARGES,
    TABLE_REFUNDS,
    TABLE_SALES,
    TABLE_COUNT
};

struct table {
    const char *name;     /* "orders.lines" */
    const char *columns;  /* "order_id, line, …" */
    struct pg_copy *copy; /* NULL: rows are only counted and summed */
    int64_t rows;
    uint64_t checksum;
    int32_t cached_day; /* day_text is this day: rows of one day come together */
    char day_text[CLOCK_DAY_TEXT];
};

/* All tables, empty, in the order of their ids. */
void tables_init(struct table tables[TABLE_COUNT]);

void table_int(struct table *table, int64_t value);
void table_bool(struct table *table, bool value);
void table_text(struct table *table, const char *text); /* NULL is SQL null */
void table_secret(struct table *table, const char *text);
/* `number` stands for the text in the checksum; NULL is SQL null. */
void table_named(struct table *table, int64_t number, const char *text);

void table_day(struct table *table, int32_t day);
void table_time(struct table *table, int64_t wall_ms); /* 0 is SQL null */
void table_end_row(struct table *table);

#endif
