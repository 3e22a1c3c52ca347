/* A failed statement aborts the rest of its batch: only its own caller may notice. The same for statements
 * that cannot be prepared.
 */
#include "tests/unit/pg/cmocka_group.h"

#include <string.h>

struct tally {
    int ok, internal;
};

static void divide_by(struct world *world, int64_t divisor)
{
    struct tally *tally = world->extra;
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_rows rows;
    enum status status =
        pg_read(world->pool, &errand.call, &sql[SQL_DIVIDE], PG_ARGS(PG_INT(divisor)), &rows);
    if (status == STATUS_OK) {
        check(world, pg_int64(&rows, 0, 0) == 100 / divisor);
        tally->ok++;
    } else {
        check(world, status == STATUS_INTERNAL && divisor == 0);
        check(world, errand.call.failure.status == STATUS_INTERNAL);
        tally->internal++;
    }
    errand_end(&errand);
}

static void divide_by_seven(struct world *world)
{
    divide_by(world, 7);
}

static void divide_by_zero(struct world *world)
{
    divide_by(world, 0);
}

static void aborts_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    world_await_ready(world);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 50; i++)
            world_start(world, i % 10 == 3 ? divide_by_zero : divide_by_seven);
        world_join(world);
    }
    check(world, tally.ok == 20 * 45 && tally.internal == 20 * 5);
    check(world, world_stats(world).resent > 0);
    check(world, world_stats(world).failures == 20 * 5);
    check(world, strstr(world_log(), "sqlstate=22012") != NULL); /* division_by_zero */
}

static void test_only_the_failing_read_reports(void **state)
{
    world_run(*state, aborts_body);
}

static void read_broken(struct world *world)
{
    struct tally *tally = world->extra;
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_rows rows;
    check_status(world, STATUS_INTERNAL,
                 pg_read(world->pool, &errand.call, &sql[SQL_BROKEN], PG_ARGS(PG_INT(1)), &rows));
    tally->internal++;
    errand_end(&errand);
}

static void read_one(struct world *world)
{
    struct tally *tally = world->extra;
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_rows rows;
    check_status(world, STATUS_OK,
                 pg_read(world->pool, &errand.call, &sql[SQL_ONE], PG_ARGS(PG_INT(1)), &rows));
    check(world, pg_int64(&rows, 0, 0) == 2);
    tally->ok++;
    errand_end(&errand);
}

static void unprepared_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    world_await_ready(world);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 40; i++)
            world_start(world, i % 4 == 1 ? read_broken : read_one);
        world_join(world);
    }
    check(world, tally.ok == 5 * 30 && tally.internal == 5 * 10);
    check(world, strstr(world_log(), "no_such_table") != NULL); /* the reason, not its echo */
    check(world, strstr(world_log(), "sqlstate=26000") == NULL);
}

static void test_a_statement_that_cannot_be_prepared(void **state)
{
    world_run(*state, unprepared_body);
}

static void mended_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    world_await_ready(world);
    for (int i = 0; i < 8; i++)
        world_start(world, read_broken);
    world_join(world);
    check(world, server_sql(world->server, "CREATE TABLE no_such_table (id bigint)"));
    for (int i = 0; i < 8; i++) {
        struct errand errand;
        errand_begin(&errand, 5000);
        struct pg_rows rows;
        check_status(
            world, STATUS_OK,
            pg_read(world->pool, &errand.call, &sql[SQL_BROKEN], PG_ARGS(PG_INT(1)), &rows));
        errand_end(&errand);
    }
    check(world, server_sql(world->server, "DROP TABLE no_such_table"));
}

static void test_it_is_prepared_once_it_can_be(void **state)
{
    world_run(*state, mended_body);
}

static void cast_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct pg_rows rows;
    check_status(world, STATUS_INTERNAL,
                 pg_read(world->pool, &errand.call, &sql[SQL_CAST],
                         PG_ARGS(PG_TEXT("card-4242-of-ada")), &rows));
    check(world, strstr(world_log(), "sqlstate=22P02") != NULL);
    check(world, strstr(world_log(), "card-4242-of-ada") == NULL);
    errand_end(&errand);
}

static void test_parameters_stay_out_of_the_log(void **state)
{
    world_run(*state, cast_body);
}

int test_aborts(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_only_the_failing_read_reports, server),
        world_test(test_a_statement_that_cannot_be_prepared, server),
        world_test(test_it_is_prepared_once_it_can_be, server),
        world_test(test_parameters_stay_out_of_the_log, server),
    };
    return cmocka_run_group_tests_name("pg aborts", tests, NULL, NULL);
}
