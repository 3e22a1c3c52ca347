/* Writes alone: one statement, one round trip, one transaction. */
#include "tests/unit/pg/cmocka_group.h"

#include <string.h>

static void write_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct call *call = &errand.call;
    world_await_ready(world);
    struct pg_rows rows;
    check_status(world, STATUS_OK,
                 pg_write(world->pool, call, &sql[SQL_INSERT],
                          PG_ARGS(PG_INT(2001), PG_TEXT("new")), &rows));
    check(world, rows.count == 1 && rows.affected == 1 && pg_int64(&rows, 0, 0) == 2001);
    check_status(world, STATUS_OK,
                 pg_write(world->pool, call, &sql[SQL_TOUCH_ALL], PG_ARGS(PG_INT(10)), &rows));
    check(world, rows.count == 0 && rows.affected == 10);
    uint64_t batches = world_stats(world).batches;
    check_status(world, STATUS_OK,
                 pg_write(world->pool, call, &sql[SQL_TOUCH_ALL], PG_ARGS(PG_INT(-1)), NULL));
    check(world, world_stats(world).batches == batches + 1);
    check(world, server_number(world->server, "SELECT count(*) FROM things") == 1001);
    check(world, world_stats(world).exclusive_busy == 0);
    errand_end(&errand);
}

static void test_a_write_is_kept(void **state)
{
    world_run(*state, write_body);
}

static void expect_conflict(struct world *world, enum status status, struct call *call,
                            const char *constraint)
{
    check_status(world, STATUS_CONFLICT, status);
    check(world, call->failure.status == STATUS_CONFLICT && call->failure.message);
    check(world, call->failure.constraint && strcmp(call->failure.constraint, constraint) == 0);
    call_forgive(call);
}

static void conflict_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct call *call = &errand.call;
    world_await_ready(world);
    for (int i = 0; i < 5; i++) { /* on either connection, again and again */
        expect_conflict(world,
                        pg_write(world->pool, call, &sql[SQL_INSERT],
                                 PG_ARGS(PG_INT(1), PG_TEXT("other")), NULL),
                        call, "things_pkey");
        expect_conflict(world,
                        pg_write(world->pool, call, &sql[SQL_INSERT],
                                 PG_ARGS(PG_INT(3000), PG_TEXT("thing 1")), NULL),
                        call, "things_name_key");
        expect_conflict(world,
                        pg_write(world->pool, call, &sql[SQL_INSERT_PART],
                                 PG_ARGS(PG_INT(99999), PG_INT(1)), NULL),
                        call, "parts_thing_fkey");
        expect_conflict(
            world,
            pg_write(world->pool, call, &sql[SQL_INSERT_PART], PG_ARGS(PG_INT(1), PG_INT(0)), NULL),
            call, "parts_size_sane");
        expect_conflict(world,
                        pg_write(world->pool, call, &sql[SQL_DEFERRED], PG_ARGS(PG_INT(1)), NULL),
                        call, "late_id_key");
    }
    check(world, world_stats(world).reconnects == 0 && world_stats(world).failures == 0);
    errand_end(&errand);
}

static void test_a_conflict_names_its_constraint(void **state)
{
    world_run(*state, conflict_body);
}

static void broken_write_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    for (int i = 0; i < 5; i++) {
        check_status(world, STATUS_INTERNAL, /* NOT NULL: a bug of ours */
                     pg_write(world->pool, &errand.call, &sql[SQL_INSERT],
                              PG_ARGS(PG_INT(4000), PG_NULL), NULL));
        check_status(
            world, STATUS_INTERNAL,
            pg_write(world->pool, &errand.call, &sql[SQL_BROKEN], PG_ARGS(PG_INT(1)), NULL));
    }
    check(world, world_stats(world).reconnects == 0 && world_stats(world).exclusive_busy == 0);
    errand_end(&errand);
}

static void test_a_bug_leaves_the_connection_sound(void **state)
{
    world_run(*state, broken_write_body);
}

static void leaving_body(struct world *world)
{
    struct errand errand;
    world_await_ready(world);
    for (int i = 0; i < 4; i++) {
        errand_begin(&errand, 60);
        check_status(
            world, STATUS_TIMEOUT,
            pg_write(world->pool, &errand.call, &sql[SQL_SLEEP], PG_ARGS(PG_INT(300)), NULL));
        errand_end(&errand);
    }
    errand_begin(&errand, 5000);
    check_status(
        world, STATUS_OK, /* waits until one of them is clean */
        pg_write(world->pool, &errand.call, &sql[SQL_TOUCH_ALL], PG_ARGS(PG_INT(1)), NULL));
    check(world, world_stats(world).reconnects == 0);
    errand_end(&errand);
}

static void test_a_write_left_behind_is_waited_for(void **state)
{
    world_run(*state, leaving_body);
}

int test_writes(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_a_write_is_kept, server),
        world_test(test_a_conflict_names_its_constraint, server),
        world_test(test_a_bug_leaves_the_connection_sound, server),
        world_test(test_a_write_left_behind_is_waited_for, server),
    };
    return cmocka_run_group_tests_name("pg writes", tests, NULL, NULL);
}
