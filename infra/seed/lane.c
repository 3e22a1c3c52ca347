/* What is taken off is read from the database's own catalog and kept as statements in a temporary
 * table, so a later stage's indexes are treated like the first one's. Foreign keys go first and
 * come last: they need the others' unique indexes. Tables that are not loaded keep theirs: a later
 * stage's triggers may fill them meanwhile, and look rows up.
 */
#include "infra/seed/lane.h"

#include <stdio.h>
#include <string.h>

enum { CONNECT_MS = 20000, PREPARE_MS = 60000, RESTORE_MS = 900000, COMMIT_MS = 120000 };

void lanes_init(struct lane lanes[LANE_COUNT])
{
#define IDENTITY(table) \
    "SELECT setval(pg_get_serial_sequence('" table "', 'id'), max(id)) FROM " table ";"
    static const char *const definitions[LANE_COUNT][3] = {
        [LANE_USERS] = {"users", "{users.accounts}", IDENTITY("users.accounts")},
        [LANE_CATALOG] = {"catalog", "{catalog.categories,catalog.products}",
                          IDENTITY("catalog.categories") IDENTITY("catalog.products")},
        [LANE_MEDIA] = {"media", "{media.pictures,media.files}", ""},
        [LANE_BOOKINGS] = {"bookings", "{bookings.capacities,bookings.bookings,bookings.days}",
                           IDENTITY("bookings.bookings")},
        [LANE_ORDERS] = {"orders", "{orders.orders,orders.lines}",
                         "SELECT setval('orders.order_ids', max(id)) FROM orders.orders;"},
        [LANE_PAYMENTS] = {"payments", "{payments.charges,payments.refunds}", ""},
        [LANE_REPORTS] = {"reports", "{reports.sales}", ""},
    };
#undef IDENTITY
    for (int id = 0; id < LANE_COUNT; id++)
        lanes[id] = (struct lane){.schema = definitions[id][0],
                                  .tables = definitions[id][1],
                                  .sequences = definitions[id][2]};
}

enum lane_id lane_of(enum table_id table)
{
    static const enum lane_id lanes[TABLE_COUNT] = {
        [TABLE_ACCOUNTS] = LANE_USERS,    [TABLE_CATEGORIES] = LANE_CATALOG,
        [TABLE_PRODUCTS] = LANE_CATALOG,  [TABLE_CAPACITIES] = LANE_BOOKINGS,
        [TABLE_BOOKINGS] = LANE_BOOKINGS, [TABLE_DAYS] = LANE_BOOKINGS,
        [TABLE_ORDERS] = LANE_ORDERS,     [TABLE_LINES] = LANE_ORDERS,
        [TABLE_CHARGES] = LANE_PAYMENTS,  [TABLE_REFUNDS] = LANE_PAYMENTS,
        [TABLE_SALES] = LANE_REPORTS,     [TABLE_PICTURES] = LANE_MEDIA,
        [TABLE_FILES] = LANE_MEDIA,
    };
    return lanes[table];
}

/* FREEZE is allowed only in the transaction that has made the table anew, hence TRUNCATE; under
   the lock, so that it removes nothing. */
static const char prepare[] =
    "BEGIN;"
    "SET LOCAL lock_timeout = '10s';"
    "SET LOCAL maintenance_work_mem = '128MB';"
    "SET LOCAL work_mem = '64MB';"
    "DO $do$ DECLARE t regclass; filled boolean; all_tables text; BEGIN "
    "  FOR t IN SELECT oid FROM pg_class WHERE relnamespace = '%1$s'::regnamespace AND relkind = "
    "'r' "
    "  ORDER BY oid LOOP "
    "    EXECUTE format('LOCK TABLE %%s IN ACCESS EXCLUSIVE MODE', t);"
    "    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %%s)', t) INTO filled;"
    "    IF filled THEN RAISE EXCEPTION 'table %% has got rows meanwhile', t; END IF;"
    "  END LOOP;"
    "  SELECT string_agg(oid::regclass::text, ', ') INTO all_tables FROM pg_class "
    "  WHERE relnamespace = '%1$s'::regnamespace AND relkind = 'r';"
    "  EXECUTE 'TRUNCATE ' || all_tables;"
    "END $do$;"
    "CREATE TEMPORARY TABLE taken_off (step integer, off text, back text) ON COMMIT DROP;"
    "INSERT INTO taken_off "
    "SELECT CASE contype WHEN 'f' THEN 3 ELSE 2 END,"
    "  format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),"
    "  format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,"
    "         pg_get_constraintdef(oid)) "
    "FROM pg_constraint "
    "WHERE (conrelid = ANY ('%2$s'::regclass[]) AND contype IN ('p', 'u', 'x', 'f'))"
    "  OR (confrelid = ANY ('%2$s'::regclass[]) AND contype = 'f');"
    "INSERT INTO taken_off "
    "SELECT 1, format('DROP INDEX %%s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid) "
    "FROM pg_index i "
    "WHERE i.indrelid = ANY ('%2$s'::regclass[])"
    "  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid"
    "                  AND k.contype IN ('p', 'u', 'x'));"
    "DO $do$ DECLARE statement text; BEGIN "
    "  FOR statement IN SELECT off FROM taken_off ORDER BY step DESC LOOP EXECUTE statement; END "
    "LOOP;"
    "END $do$;";

static const char restore[] =
    "DO $do$ DECLARE statement text; t regclass; BEGIN "
    "  FOR statement IN SELECT back FROM taken_off ORDER BY step LOOP EXECUTE statement; END LOOP;"
    "  FOR t IN SELECT oid FROM pg_class WHERE relnamespace = '%1$s'::regnamespace AND relkind = "
    "'r' "
    "  LOOP EXECUTE format('ANALYZE %%s', t); END LOOP;"
    "END $do$;"
    "%2$s";

enum { SCRIPT_MAX = 4000 };

enum status lane_open(struct lane *lane, struct arena *arena, const char *url,
                      char error[COPY_ERROR])
{
    char sql[SCRIPT_MAX], what[64];
    enum status status = pg_copy_open(arena, url, CONNECT_MS, &lane->copy, error);
    if (status != STATUS_OK) return status;
    snprintf(sql, sizeof(sql), prepare, lane->schema, lane->tables);
    snprintf(what, sizeof(what), "cannot prepare schema %s", lane->schema);
    return pg_copy_run(lane->copy, sql, PREPARE_MS, what, error);
}

void lane_close(struct lane *lane)
{
    pg_copy_close(lane->copy);
    lane->copy = NULL;
}

void lane_restore(struct lane *lane)
{
    char sql[SCRIPT_MAX];
    snprintf(sql, sizeof(sql), restore, lane->schema, lane->sequences);
    pg_copy_send(lane->copy, sql);
    lane->restoring = true;
}

enum status lane_await(struct lane *lane, char error[COPY_ERROR])
{
    if (!lane->restoring) return STATUS_OK;
    lane->restoring = false;
    char what[64];
    snprintf(what, sizeof(what), "cannot index schema %s", lane->schema);
    return pg_copy_wait(lane->copy, RESTORE_MS, what, error);
}

enum status lane_commit(struct lane *lane, char error[COPY_ERROR])
{
    return pg_copy_run(lane->copy, "COMMIT", COMMIT_MS, "cannot commit", error);
}
