/* Migrations: once, in order, all or nothing, and clear words when one is wrong. */
#include "common/pg/migrate.h"
#include "tests/unit/pg/cmocka_group.h"

#include <pthread.h>
#include <string.h>

enum { TIMEOUT_MS = 5000 };

static struct pg_migration first[] = {
    {"depot", "001_schema.sql",
     "CREATE SCHEMA depot;\nCREATE TABLE depot.things (id bigint PRIMARY KEY);\n"},
    {"depot", "002_name.sql", "ALTER TABLE depot.things ADD name text;\n"},
    {"other", "001_schema.sql",
     "-- why\nCREATE SCHEMA other;\nINSERT INTO depot.things VALUES (1, 'a;b');\n"},
};

static void fresh(struct world *world)
{
    assert_true(
        server_sql(world->server, "DROP SCHEMA IF EXISTS depot, other, migrations CASCADE"));
}

static enum status migrate(struct world *world, const struct pg_migration *migrations, size_t count,
                           int *applied, char error[512])
{
    return pg_migrate(server_url(world->server, "test"), migrations, count, TIMEOUT_MS, applied,
                      error);
}

static void test_fresh_and_again(void **state)
{
    struct world *world = *state;
    int applied;
    char error[512];
    fresh(world);
    assert_int_equal(migrate(world, first, 2, &applied, error), STATUS_OK);
    assert_int_equal(applied, 2);
    assert_int_equal(migrate(world, first, 3, &applied, error), STATUS_OK);
    assert_int_equal(applied, 1);
    assert_int_equal(migrate(world, first, 3, &applied, error), STATUS_OK);
    assert_int_equal(applied, 0);
    assert_string_equal(error, "");
    assert_int_equal(server_number(world->server, "SELECT count(*) FROM migrations.applied"), 3);
    assert_int_equal(server_number(world->server, "SELECT count(*) FROM depot.things"), 1);
    assert_int_equal(
        server_number(world->server, "SELECT length(checksum) FROM migrations.applied LIMIT 1"),
        64);
    assert_int_equal(migrate(world, first, 1, &applied, error), STATUS_OK); /* an older program */
    assert_non_null(strstr(world_log(), "migration_unknown"));
}

static void test_a_changed_file_is_refused(void **state)
{
    struct world *world = *state;
    int applied;
    char error[512];
    fresh(world);
    assert_int_equal(migrate(world, first, 2, &applied, error), STATUS_OK);
    struct pg_migration changed[] = {first[0], first[1], first[2]};
    changed[1].sql = "ALTER TABLE depot.things ADD title text;\n";
    assert_int_equal(migrate(world, changed, 3, &applied, error), STATUS_CONFLICT);
    assert_int_equal(applied, 0);
    assert_non_null(strstr(error, "depot/002_name.sql"));
    assert_int_equal(server_number(world->server, "SELECT count(*) FROM migrations.applied"), 2);
}

static void test_a_wrong_statement(void **state)
{
    struct world *world = *state;
    int applied;
    char error[512];
    fresh(world);
    const struct pg_migration wrong[] = {
        first[0],
        {"depot", "002_wrong.sql",
         "-- ä ü ö\nCREATE TABLE depot.more (id bigint);\n\nSELECT nothing;\n"},
        first[2],
    };
    assert_int_equal(migrate(world, wrong, 3, &applied, error), STATUS_INTERNAL);
    assert_int_equal(applied, 1);
    assert_non_null(strstr(error, "depot/002_wrong.sql, line 4"));
    assert_non_null(strstr(error, "column \"nothing\" does not exist"));
    assert_int_equal(server_number(world->server, "SELECT count(*) FROM migrations.applied"), 1);
    assert_int_equal(
        server_number(world->server, "SELECT count(*) FROM pg_tables WHERE tablename = 'more'"), 0);
    assert_int_equal(migrate(world, first, 3, &applied, error), STATUS_OK); /* mended */
    assert_int_equal(applied, 2);
}

static void test_without_a_transaction(void **state)
{
    struct world *world = *state;
    int applied;
    char error[512];
    fresh(world);
    struct pg_migration bare[] = {
        first[0],
        {"depot", "002_index.sql",
         "-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS things_a ON depot.things "
         "(id);\n"
         "-- a comment; with a semicolon\n"
         "CREATE INDEX CONCURRENTLY IF NOT EXISTS things_b ON depot.things ((id % 2)); -- end\n"},
    };
    assert_int_equal(migrate(world, bare, 2, &applied, error), STATUS_OK);
    assert_int_equal(applied, 2);
    assert_int_equal(
        server_number(world->server, "SELECT count(*) FROM pg_indexes WHERE schemaname = 'depot'"),
        3);
    assert_int_equal(migrate(world, bare, 2, &applied, error), STATUS_OK);
    assert_int_equal(applied, 0);

    fresh(world);
    bare[1].sql = "-- no transaction\nCREATE INDEX CONCURRENTLY a ON depot.things (id);\n"
                  "CREATE INDEX CONCURRENTLY b\n  ON depot.things (nothing);\n";
    assert_int_equal(migrate(world, bare, 2, &applied, error), STATUS_INTERNAL);
    assert_int_equal(applied, 1);
    assert_non_null(strstr(error, "depot/002_index.sql"));
    assert_non_null(strstr(error, "half done"));
}

struct instance {
    struct world *world;
    char url[200], error[512];
    int applied;
    enum status status;
};

static void *run_instance(void *argument)
{
    struct instance *instance = argument;
    struct pg_migration slow[] = {
        first[0],
        {"depot", "002_slow.sql", "SELECT pg_sleep(0.2);\n"},
        {"depot", "003_index.sql",
         "-- no transaction\nCREATE INDEX CONCURRENTLY a ON depot.things (id)"},
    };
    instance->status =
        pg_migrate(instance->url, slow, 3, TIMEOUT_MS, &instance->applied, instance->error);
    return NULL;
}

static void test_instances_that_start_together(void **state)
{
    struct world *world = *state;
    enum { INSTANCES = 4 };
    struct instance instances[INSTANCES] = {0};
    pthread_t threads[INSTANCES];
    fresh(world);
    for (int i = 0; i < INSTANCES; i++) {
        snprintf(instances[i].url, sizeof(instances[i].url), "%s",
                 server_url(world->server, "test"));
        assert_int_equal(pthread_create(&threads[i], NULL, run_instance, &instances[i]), 0);
    }
    int applied = 0;
    for (int i = 0; i < INSTANCES; i++) {
        pthread_join(threads[i], NULL);
        if (instances[i].status != STATUS_OK) fail_msg("%s", instances[i].error);
        applied += instances[i].applied;
    }
    assert_int_equal(applied, 3);
}

static void test_a_server_that_cannot_be_reached(void **state)
{
    (void)state;
    int applied;
    char error[512];
    int64_t began_ms = clock_monotonic_ms();
    assert_int_equal(pg_migrate("postgres://shop:" SERVER_PASSWORD "@127.0.0.1:1/test", first, 1,
                                300, &applied, error),
                     STATUS_UNAVAILABLE);
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    assert_true(took_ms > 100 && took_ms < 1000);
    assert_non_null(strstr(error, "refused"));
    assert_null(strstr(error, SERVER_PASSWORD));
    assert_int_equal(
        pg_migrate("postgres://shop:" SERVER_PASSWORD "@h:x/%zz", first, 1, 300, &applied, error),
        STATUS_UNAVAILABLE);
    assert_null(strstr(error, SERVER_PASSWORD));
}

static void test_a_server_that_hangs(void **state)
{
    struct world *world = *state;
    int applied;
    char error[512];
    server_freeze(world->server);
    int64_t began_ms = clock_monotonic_ms();
    enum status status =
        pg_migrate(server_url(world->server, "test"), first, 1, 300, &applied, error);
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    server_thaw(world->server);
    assert_int_equal(status, STATUS_UNAVAILABLE);
    assert_true(took_ms < 1000);
}

int test_migrate(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_fresh_and_again, server),
        world_test(test_a_changed_file_is_refused, server),
        world_test(test_a_wrong_statement, server),
        world_test(test_without_a_transaction, server),
        world_test(test_instances_that_start_together, server),
        world_test(test_a_server_that_cannot_be_reached, server),
        world_test(test_a_server_that_hangs, server),
    };
    return cmocka_run_group_tests_name("pg migrate", tests, NULL, NULL);
}
