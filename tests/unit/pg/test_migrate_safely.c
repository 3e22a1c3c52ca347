/* Migrations on a database that is in use: an index whose building was interrupted, and locks in the way. */
#include "common/pg/migrate.h"
#include "common/pg/migrate_index.h"
#include "tests/unit/pg/cmocka_group.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum { TIMEOUT_MS = 5000 };

static const struct pg_migration migrations[] = {
    {"depot", "001_schema.sql",
     "CREATE SCHEMA depot;\nCREATE TABLE depot.things (id bigint PRIMARY KEY);\n"},
    {"depot", "002_index.sql",
     "-- no transaction\n-- why\nCREATE INDEX CONCURRENTLY IF NOT EXISTS things_a\n"
     "    ON depot.things ((id % 2));\n"},
    {"depot", "003_name.sql", "ALTER TABLE depot.things ADD name text;\n"},
};

struct other { /* something that runs meanwhile */
    struct world *world;
    const char *sql;
    size_t count;
    enum status status;
    int applied;
    char error[512], url[200];
    pthread_t thread;
};

static void *run_migrations(void *argument)
{
    struct other *other = argument;
    other->status =
        pg_migrate(other->url, migrations, other->count, TIMEOUT_MS, &other->applied, other->error);
    return NULL;
}

static void *run_sql(void *argument)
{
    struct other *other = argument;
    other->status = server_sql(other->world->server, other->sql) ? STATUS_OK : STATUS_INTERNAL;
    return NULL;
}

static void start(struct other *other, struct world *world, void *(*run)(void *))
{
    other->world = world;
    snprintf(other->url, sizeof(other->url), "%s", server_url(world->server, "test"));
    assert_int_equal(pthread_create(&other->thread, NULL, run, other), 0);
}

static void fresh(struct world *world, size_t count)
{
    int applied;
    char error[512];
    assert_true(server_sql(world->server, "DROP SCHEMA IF EXISTS depot, migrations CASCADE"));
    assert_int_equal(pg_migrate(server_url(world->server, "test"), migrations, count, TIMEOUT_MS,
                                &applied, error),
                     STATUS_OK);
}

static void await(struct world *world, const char *query)
{
    for (int i = 0; i < 500 && server_number(world->server, query) != 1; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(server_number(world->server, query), 1);
}

static long indexes(struct world *world, const char *which)
{
    char query[200];
    snprintf(query, sizeof(query),
             "SELECT count(*) FROM pg_index WHERE indrelid = 'depot.things'::regclass"
             " AND NOT indisprimary AND %s",
             which);
    return server_number(world->server, query);
}

#define WRITER_SLEEPS "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
#define MIGRATION_WAITS                                                    \
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'" \
    " AND application_name = 'shop migrations'"

static void test_an_index_that_was_interrupted(void **state)
{
    struct world *world = *state;
    struct other writer = {.sql = "BEGIN; INSERT INTO depot.things VALUES (1); "
                                  "SELECT pg_sleep(30); COMMIT"};
    struct other migration = {.count = 2};
    fresh(world, 1);
    start(&writer, world, run_sql);
    await(world, WRITER_SLEEPS);
    start(&migration, world, run_migrations);
    await(world, MIGRATION_WAITS); /* for the writer's transaction */
    assert_true(server_sql(world->server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                          " WHERE application_name = 'shop migrations'"));
    pthread_join(migration.thread, NULL);
    assert_int_not_equal(migration.status, STATUS_OK);
    assert_int_equal(indexes(world, "NOT indisvalid"), 1);
    assert_int_equal(server_number(world->server, "SELECT count(*) FROM migrations.applied"), 1);
    (void)server_sql(world->server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                    " WHERE wait_event = 'PgSleep'");
    pthread_join(writer.thread, NULL);

    int applied;
    char error[512];
    assert_int_equal(
        pg_migrate(server_url(world->server, "test"), migrations, 2, TIMEOUT_MS, &applied, error),
        STATUS_OK);
    assert_int_equal(applied, 1);
    assert_int_equal(indexes(world, "NOT indisvalid"), 0);
    assert_int_equal(indexes(world, "indisvalid"), 1);
    assert_non_null(strstr(world_log(), "migration_index_dropped"));
}

static void test_a_lock_in_the_way(void **state)
{
    struct world *world = *state;
    struct other reader = {.sql = "BEGIN; LOCK TABLE depot.things IN ACCESS SHARE MODE; "
                                  "SELECT pg_sleep(2.5); COMMIT"};
    struct other migration = {.count = 3};
    fresh(world, 2);
    start(&reader, world, run_sql);
    await(world, WRITER_SLEEPS);
    start(&migration, world, run_migrations);
    pthread_join(migration.thread, NULL);
    pthread_join(reader.thread, NULL);
    if (migration.status != STATUS_OK) fail_msg("%s", migration.error);
    assert_int_equal(migration.applied, 1);
    assert_string_equal(migration.error, "");
    assert_non_null(strstr(world_log(), "migration_waits"));
}

static void test_which_statements_build_an_index(void **state)
{
    (void)state;
    struct pg_new_index index;
    assert_true(
        pg_migrate_index_read("\n-- why\n/* and */ create unique index concurrently a_b on only "
                              "depot.things (id)",
                              &index));
    assert_string_equal(index.name, "a_b");
    assert_string_equal(index.table, "depot.things");
    assert_true(
        pg_migrate_index_read("CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON t(id)", &index));
    assert_string_equal(index.table, "t");
    static const char *const others[] = {"",
                                         "CREATE INDEX a ON t (id)",
                                         "CREATE INDEX CONCURRENTLY ON t (id)",
                                         "CREATE INDEX CONCURRENTLY IF EXISTS a ON t (id)",
                                         "DROP INDEX CONCURRENTLY a",
                                         "CREATE INDEX CONCURRENTLYa ON t (id)",
                                         "-- CREATE INDEX CONCURRENTLY a ON t (id)",
                                         "CREATE INDEX CONCURRENTLY a"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (pg_migrate_index_read(others[i], &index)) fail_msg("taken for one: %s", others[i]);
}

int test_migrate_safely(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_an_index_that_was_interrupted, server),
        world_test(test_a_lock_in_the_way, server),
        world_test(test_which_statements_build_an_index, server),
    };
    return cmocka_run_group_tests_name("pg migrate safely", tests, NULL, NULL);
}
