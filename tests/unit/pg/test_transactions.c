/* Transactions: all or nothing, in as few round trips as can be, and nothing left behind for the next. */
#include "tests/unit/pg/cmocka_group.h"

#include <string.h>

static long things(struct world *world)
{
    return server_number(world->server, "SELECT count(*) FROM things");
}

static struct pg_tx *begin(struct world *world, struct call *call)
{
    struct pg_tx *tx = NULL;
    check_status(world, STATUS_OK, pg_begin(world->pool, call, &tx));
    return tx;
}

static enum status exec_insert(struct pg_tx *tx, int64_t id, const char *name)
{
    return pg_exec(tx, &sql[SQL_INSERT], PG_ARGS(PG_INT(id), PG_TEXT(name)), NULL);
}

static enum status queue_insert(struct pg_tx *tx, int64_t id, const char *name)
{
    return pg_queue(tx, &sql[SQL_INSERT], PG_ARGS(PG_INT(id), PG_TEXT(name)));
}

static void commit_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct pg_tx *tx = begin(world, &errand.call);
    check(world, pg_tx_call(tx) == &errand.call);
    struct pg_rows rows;
    check_status(world, STATUS_OK,
                 pg_exec(tx, &sql[SQL_INSERT], PG_ARGS(PG_INT(2001), PG_TEXT("a")), &rows));
    check(world, rows.count == 1 && pg_int64(&rows, 0, 0) == 2001);
    check_status(world, STATUS_OK, queue_insert(tx, 2002, "b"));
    check_status(world, STATUS_OK, pg_exec(tx, &sql[SQL_ROW], PG_ARGS(PG_INT(2002)), &rows));
    check(world, rows.count == 1); /* it sees its own */
    check(world, things(world) == 1000);
    check_status(world, STATUS_OK, queue_insert(tx, 2003, "c"));
    check_status(world, STATUS_OK, pg_commit(tx));
    check(world, things(world) == 1003);
    check(world, world_stats(world).exclusive_busy == 0);
    errand_end(&errand);
}

static void test_commit_keeps_all(void **state)
{
    world_run(*state, commit_body);
}

static void rollback_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    for (int i = 0; i < 6; i++) {
        struct pg_tx *tx = begin(world, &errand.call);
        check_status(world, STATUS_OK, exec_insert(tx, 2001, "a"));
        check_status(world, STATUS_OK, queue_insert(tx, 2002, "b"));
        if (i % 2) check_status(world, STATUS_CONFLICT, exec_insert(tx, 2001, "a"));
        int64_t began_us = clock_monotonic_us();
        pg_rollback(tx);
        check(world, clock_monotonic_us() - began_us < 20000); /* does not wait */
    }
    struct pg_tx *tx = begin(world, &errand.call);
    check_status(world, STATUS_OK, queue_insert(tx, 2002, "b")); /* never left this machine */
    pg_rollback(tx);
    struct pg_rows rows;
    for (int i = 0; i < 4; i++) {
        check_status(world, STATUS_OK,
                     pg_write(world->pool, &errand.call, &sql[SQL_PID], PG_NO_ARGS, &rows));
        check(world, pg_is_null(&rows, 0, 1)); /* no transaction was left open */
    }
    check(world, things(world) == 1000 && world_stats(world).reconnects == 0);
    errand_end(&errand);
}

static void test_rollback_keeps_nothing(void **state)
{
    world_run(*state, rollback_body);
}

static void round_trip_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    for (int64_t i = 0; i < 4; i++) {
        uint64_t batches = world_stats(world).batches;
        struct pg_tx *tx = begin(world, &errand.call);
        check_status(world, STATUS_OK, queue_insert(tx, 2001 + 2 * i, errand.call.request_id));
        char name[] = "x0"; /* arguments are copied */
        name[1] = (char)('0' + i);
        check_status(world, STATUS_OK, queue_insert(tx, 2002 + 2 * i, name));
        name[0] = '?';
        check(world, world_stats(world).batches == batches);
        check_status(world, STATUS_OK, pg_commit(tx));
        check(world, world_stats(world).batches == batches + 1);
        check(world, server_sql(world->server, "UPDATE things SET name = id WHERE id > 2000"));
        check(world, things(world) == 1000 + 2 * (i + 1));
    }
    errand_end(&errand);
}

static void test_queued_statements_are_one_round_trip(void **state)
{
    world_run(*state, round_trip_body);
}

static void nothing_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct pg_tx *tx = begin(world, &errand.call);
    check_status(world, STATUS_OK, pg_commit(tx));
    tx = begin(world, &errand.call);
    pg_rollback(tx);
    check(world, world_stats(world).statements == 0 && world_stats(world).batches == 0);
    errand_end(&errand);
}

static void test_nothing_sent_costs_nothing(void **state)
{
    world_run(*state, nothing_body);
}

static void conflict_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct call *call = &errand.call;
    world_await_ready(world);

    struct pg_tx *tx = begin(world, call); /* seen by pg_exec */
    check_status(world, STATUS_OK, queue_insert(tx, 2001, "a"));
    check_status(world, STATUS_CONFLICT, exec_insert(tx, 2002, "thing 5"));
    check(world,
          call->failure.constraint && strcmp(call->failure.constraint, "things_name_key") == 0);
    call_forgive(call);
    check_status(world, STATUS_CONFLICT, exec_insert(tx, 2003, "c")); /* still failed */
    check(world, call->failure.status == STATUS_CONFLICT);
    check_status(world, STATUS_CONFLICT, pg_commit(tx));
    call_forgive(call);

    tx = begin(world, call); /* a queued one, seen by pg_commit */
    check_status(world, STATUS_OK, queue_insert(tx, 2001, "a"));
    check_status(world, STATUS_OK, queue_insert(tx, 1, "b"));
    check_status(world, STATUS_OK, queue_insert(tx, 2003, "c"));
    check_status(world, STATUS_CONFLICT, pg_commit(tx));
    check(world, call->failure.constraint && strcmp(call->failure.constraint, "things_pkey") == 0);
    call_forgive(call);

    tx = begin(world, call); /* a queued one, seen by pg_exec */
    check_status(world, STATUS_OK, queue_insert(tx, 1, "b"));
    struct pg_rows rows;
    check_status(world, STATUS_CONFLICT, pg_exec(tx, &sql[SQL_ONE], PG_ARGS(PG_INT(1)), &rows));
    pg_rollback(tx);
    call_forgive(call);

    tx = begin(world, call); /* seen by COMMIT itself */
    check_status(world, STATUS_OK, pg_exec(tx, &sql[SQL_DEFERRED], PG_ARGS(PG_INT(1)), NULL));
    check_status(world, STATUS_CONFLICT, pg_commit(tx));
    check(world, call->failure.constraint && strcmp(call->failure.constraint, "late_id_key") == 0);
    check(world, things(world) == 1000 && world_stats(world).reconnects == 0);
    errand_end(&errand);
}

static void test_a_conflict_keeps_nothing(void **state)
{
    world_run(*state, conflict_body);
}

static void broken_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    for (int i = 0; i < 4; i++) { /* prepared in a batch that is aborted before it */
        struct pg_tx *tx = begin(world, &errand.call);
        check_status(world, STATUS_OK, pg_queue(tx, &sql[SQL_BROKEN], PG_ARGS(PG_INT(1))));
        check_status(world, STATUS_OK, pg_queue(tx, &sql[SQL_LATE], PG_ARGS(PG_INT(1))));
        check_status(world, STATUS_INTERNAL, pg_commit(tx));
        tx = begin(world, &errand.call);
        struct pg_rows rows;
        if (i >= 2) {
            check_status(world, STATUS_OK, pg_exec(tx, &sql[SQL_LATE], PG_ARGS(PG_INT(4)), &rows));
            check(world, pg_int64(&rows, 0, 0) == 8);
        }
        check_status(world, STATUS_OK, pg_commit(tx));
    }
    check(world, world_stats(world).reconnects == 0);
    errand_end(&errand);
}

static void test_what_was_not_prepared_is_known(void **state)
{
    world_run(*state, broken_body);
}

struct trail {
    struct world *world;
    char text[20];
};

static void hook_a(void *context, struct call *call)
{
    struct trail *trail = context;
    check(trail->world, call->arena != NULL);
    check(trail->world, world_stats(trail->world).exclusive_busy == 0); /* given back before */
    strcat(trail->text, "a");
}

static void hook_b(void *context, struct call *call)
{
    struct trail *trail = context;
    struct pg_rows rows;
    check_status(trail->world, STATUS_OK, /* a hook may wait */
                 pg_read(trail->world->pool, call, &sql[SQL_ONE], PG_ARGS(PG_INT(1)), &rows));
    strcat(trail->text, "b");
}

static void hooks_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct trail trail = {.world = world};
    struct pg_tx *tx = begin(world, &errand.call);
    pg_on_commit(tx, hook_a, &trail);
    check_status(world, STATUS_OK, queue_insert(tx, 2001, "a"));
    pg_on_commit(tx, hook_b, &trail);
    pg_on_commit(tx, hook_a, &trail);
    check_status(world, STATUS_OK, pg_commit(tx));
    check(world, strcmp(trail.text, "aba") == 0);

    tx = begin(world, &errand.call);
    pg_on_commit(tx, hook_a, &trail);
    check_status(world, STATUS_OK, queue_insert(tx, 2001, "a"));
    check_status(world, STATUS_CONFLICT, pg_commit(tx));
    tx = begin(world, &errand.call);
    pg_on_commit(tx, hook_a, &trail);
    check_status(world, STATUS_OK, exec_insert(tx, 2002, "b"));
    pg_rollback(tx);
    check(world, strcmp(trail.text, "aba") == 0);
    errand_end(&errand);
}

static void test_hooks_run_after_a_commit_only(void **state)
{
    world_run(*state, hooks_body);
}

static void leaving_body(struct world *world)
{
    struct errand errand;
    world_await_ready(world);
    for (int i = 0; i < 4; i++) {
        errand_begin(&errand, 80);
        struct pg_tx *tx = begin(world, &errand.call);
        check_status(world, STATUS_OK, exec_insert(tx, 2001, "a"));
        check_status(world, STATUS_TIMEOUT,
                     pg_exec(tx, &sql[SQL_SLEEP], PG_ARGS(PG_INT(250)), NULL));
        check_status(world, STATUS_TIMEOUT, exec_insert(tx, 2002, "a"));
        if (i % 2)
            check_status(world, STATUS_TIMEOUT, pg_commit(tx));
        else
            pg_rollback(tx);
        errand_end(&errand);
        for (int tries = 0; world_stats(world).exclusive_busy > 0 && tries < 500; tries++)
            task_sleep(world->loop, 10); /* it is cleaned up meanwhile */
        check(world, world_stats(world).exclusive_busy == 0);
    }
    errand_begin(&errand, 5000);
    struct pg_tx *tx = begin(world, &errand.call);
    check_status(world, STATUS_OK, exec_insert(tx, 2001, "a"));
    check_status(world, STATUS_OK, pg_commit(tx));
    check(world, things(world) == 1001 && world_stats(world).reconnects == 0);
    errand_end(&errand);
}

static void test_a_transaction_left_behind_is_rolled_back(void **state)
{
    world_run(*state, leaving_body);
}

static void lock_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct pg_tx *first = begin(world, &errand.call), *second = begin(world, &errand.call);
    check_status(world, STATUS_OK,
                 pg_exec(first, &sql[SQL_UPDATE], PG_ARGS(PG_INT(1), PG_TEXT("1")), NULL));
    enum status status = pg_exec(second, &sql[SQL_UPDATE], PG_ARGS(PG_INT(1), PG_TEXT("2")), NULL);
    check(world, status == STATUS_UNAVAILABLE || status == STATUS_TIMEOUT);
    pg_rollback(second);
    check_status(world, STATUS_OK, pg_commit(first));
    errand_end(&errand);
}

static void test_a_lock_is_not_waited_for_forever(void **state)
{
    struct world *world = *state;
    world->options.statement_timeout_ms = 300;
    world_run(world, lock_body);
}

static void update_in_order(struct world *world, int64_t one, int64_t other)
{
    int *deadlocks = world->extra;
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_tx *tx = begin(world, &errand.call);
    check_status(
        world, STATUS_OK,
        pg_exec(tx, &sql[SQL_UPDATE], PG_ARGS(PG_INT(one), PG_TEXT(one == 1 ? "a" : "b")), NULL));
    task_sleep(world->loop, 30);
    enum status status =
        pg_exec(tx, &sql[SQL_UPDATE], PG_ARGS(PG_INT(other), PG_TEXT(one == 1 ? "c" : "d")), NULL);
    check(world, status == STATUS_OK || status == STATUS_UNAVAILABLE);
    *deadlocks += status == STATUS_UNAVAILABLE;
    pg_rollback(tx);
    errand_end(&errand);
}

static void update_up(struct world *world)
{
    update_in_order(world, 1, 2);
}

static void update_down(struct world *world)
{
    update_in_order(world, 2, 1);
}

static void deadlock_body(struct world *world)
{
    int deadlocks = 0;
    world->extra = &deadlocks;
    world_await_ready(world);
    world_start(world, update_up);
    world_start(world, update_down);
    world_join(world);
    check(world, deadlocks == 1);
}

static void test_a_deadlock_is_weather(void **state)
{
    world_run(*state, deadlock_body);
}

int test_transactions(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_commit_keeps_all, server),
        world_test(test_rollback_keeps_nothing, server),
        world_test(test_queued_statements_are_one_round_trip, server),
        world_test(test_nothing_sent_costs_nothing, server),
        world_test(test_a_conflict_keeps_nothing, server),
        world_test(test_what_was_not_prepared_is_known, server),
        world_test(test_hooks_run_after_a_commit_only, server),
        world_test(test_a_transaction_left_behind_is_rolled_back, server),
        world_test(test_a_lock_is_not_waited_for_forever, server),
        world_test(test_a_deadlock_is_weather, server),
    };
    return cmocka_run_group_tests_name("pg transactions", tests, NULL, NULL);
}
