/* The server dies, hangs, or was never there: callers hear of it at once or at their deadline, nothing
 * piles up, and the pool finds back by itself.
 */
#include "tests/unit/pg/cmocka_group.h"

#include <string.h>

struct tally {
    int ok, unavailable, timeout, other;
};

static void count(struct world *world, enum status status)
{
    struct tally *tally = world->extra;
    if (status == STATUS_OK)
        tally->ok++;
    else if (status == STATUS_UNAVAILABLE)
        tally->unavailable++;
    else if (status == STATUS_TIMEOUT)
        tally->timeout++;
    else
        tally->other++;
}

static void sleep_in_a_read(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_rows rows;
    count(world, pg_read(world->pool, &errand.call, &sql[SQL_SLEEP], PG_ARGS(PG_INT(1500)), &rows));
    errand_end(&errand);
}

static void sleep_in_a_transaction(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_tx *tx;
    enum status status = pg_begin(world->pool, &errand.call, &tx);
    if (status == STATUS_OK) status = pg_exec(tx, &sql[SQL_SLEEP], PG_ARGS(PG_INT(1500)), NULL);
    count(world, status);
    pg_rollback(tx);
    errand_end(&errand);
}

static void sleep_in_a_commit(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_tx *tx;
    check_status(world, STATUS_OK, pg_begin(world->pool, &errand.call, &tx));
    check_status(world, STATUS_OK, pg_queue(tx, &sql[SQL_SLEEP], PG_ARGS(PG_INT(1500))));
    count(world, pg_commit(tx));
    errand_end(&errand);
}

static void one_of_each(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_rows rows;
    count(world, pg_read(world->pool, &errand.call, &sql[SQL_ONE], PG_ARGS(PG_INT(1)), &rows));
    count(world,
          pg_write(world->pool, &errand.call, &sql[SQL_TOUCH_ALL], PG_ARGS(PG_INT(1)), NULL));
    errand_end(&errand);
}

static void killed_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    world_await_ready(world);
    for (int i = 0; i < 20; i++)
        world_start(world, sleep_in_a_read);
    world_start(world, sleep_in_a_commit);
    for (int i = 0; i < 6; i++) /* one runs, five wait for a connection */
        world_start(world, sleep_in_a_transaction);
    task_sleep(world->loop, 50);
    int64_t began_ms = clock_monotonic_ms();
    server_kill(world->server);
    world_join(world);
    check(world, clock_monotonic_ms() - began_ms < 2000);
    check(world, tally.unavailable == 27 && tally.ok + tally.timeout + tally.other == 0);
    check(world, !pg_pool_ready(world->pool) && world_stats(world).connected == 0);

    began_ms = clock_monotonic_ms();
    for (int i = 0; i < 50; i++)
        one_of_each(world);
    check(world, clock_monotonic_ms() - began_ms < 2000); /* refused at once */
    check(world, tally.unavailable == 127);
    task_sleep(world->loop, 300);

    check(world, server_start(world->server));
    world_await_ready(world);
    check(world, world_stats(world).reconnects == 4);
    one_of_each(world);
    check(world, tally.ok == 2);
}

static void test_a_killed_server(void **state)
{
    world_run(*state, killed_body);
}

/* Cut off one by one by an administrator: a message, then the end of the connection. */
static void terminated_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    world_await_ready(world);
    for (int i = 0; i < 20; i++)
        world_start(world, sleep_in_a_read);
    world_start(world, sleep_in_a_commit);
    world_start(world, sleep_in_a_transaction);
    task_sleep(world->loop, 50);
    int64_t began_ms = clock_monotonic_ms();
    check(world, server_sql(world->server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                           " WHERE application_name = 'shop test'"));
    world_join(world);
    check(world, clock_monotonic_ms() - began_ms < 2000);
    check(world, tally.unavailable == 22 && tally.ok + tally.timeout + tally.other == 0);
    world_await_ready(world);
    one_of_each(world);
    check(world, tally.ok == 2 && world_stats(world).reconnects == 4);
}

static void test_terminated_connections(void **state)
{
    world_run(*state, terminated_body);
}

/* Somebody who holds a transaction while it happens, and notices later. */
static void killed_between_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 8000);
    world_await_ready(world);
    struct pg_tx *tx[2];
    for (int i = 0; i < 2; i++) {
        check_status(world, STATUS_OK, pg_begin(world->pool, &errand.call, &tx[i]));
        check_status(world, STATUS_OK,
                     pg_exec(tx[i], &sql[SQL_UPDATE],
                             PG_ARGS(PG_INT(1 + i), PG_TEXT(i ? "?" : "??")), NULL));
    }
    check(world, server_sql(world->server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                           " WHERE application_name = 'shop test'"));
    task_sleep(world->loop, 20); /* the loop hears of it */
    world_await_ready(world);    /* connected again, while the old ones are still held */
    check_status(world, STATUS_UNAVAILABLE, pg_exec(tx[0], &sql[SQL_PID], PG_NO_ARGS, NULL));
    pg_rollback(tx[0]);
    check_status(world, STATUS_UNAVAILABLE, pg_commit(tx[1]));
    struct pg_rows rows;
    check_status(world, STATUS_OK,
                 pg_write(world->pool, &errand.call, &sql[SQL_PID], PG_NO_ARGS, &rows));
    check(world,
          server_number(world->server, "SELECT count(*) FROM things WHERE name LIKE '?%'") == 0);
    errand_end(&errand);
}

static void test_a_transaction_that_outlives_its_connection(void **state)
{
    world_run(*state, killed_between_body);
}

static void read_with_little_time(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 200);
    struct pg_rows rows;
    count(world, pg_read(world->pool, &errand.call, &sql[SQL_ONE], PG_ARGS(PG_INT(1)), &rows));
    errand_end(&errand);
}

static void write_with_little_time(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 200);
    count(world,
          pg_write(world->pool, &errand.call, &sql[SQL_TOUCH_ALL], PG_ARGS(PG_INT(1)), NULL));
    errand_end(&errand);
}

static void frozen_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    world_await_ready(world);
    one_of_each(world);
    server_freeze(world->server);
    int64_t began_ms = clock_monotonic_ms();
    for (int i = 0; i < 20; i++)
        world_start(world, read_with_little_time);
    for (int i = 0; i < 5; i++)
        world_start(world, write_with_little_time);
    world_join(world);
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    check(world, took_ms >= 190 && took_ms < 400);
    check(world, tally.timeout == 25 && tally.unavailable + tally.other == 0);
    server_thaw(world->server);
    tally = (struct tally){0};
    one_of_each(world); /* what was left in the pipelines arrives and is dropped */
    check(world, tally.ok == 2 && world_stats(world).reconnects == 0);
}

static void test_a_frozen_server_that_wakes(void **state)
{
    world_run(*state, frozen_body);
}

/* Frozen for so long that the pool gives its connections up. */
static void hung_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    world_await_ready(world);
    one_of_each(world);
    server_freeze(world->server);
    int64_t began_ms = clock_monotonic_ms();
    world_start(world, sleep_in_a_read);
    world_start(world, sleep_in_a_read);
    world_start(world, sleep_in_a_commit);
    world_start(world, sleep_in_a_commit);
    world_join(world);
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    check(world, tally.unavailable == 4 && took_ms > 1200 && took_ms < 4000);
    tally = (struct tally){0};
    began_ms = clock_monotonic_ms();
    one_of_each(world);
    check(world, tally.unavailable == 2 && clock_monotonic_ms() - began_ms < 1000);
    task_sleep(world->loop, 1200); /* attempts to connect get no answer either */
    server_thaw(world->server);
    world_await_ready(world);
    tally = (struct tally){0};
    one_of_each(world);
    check(world, tally.ok == 2);
}

static void test_a_frozen_server_is_given_up(void **state)
{
    struct world *world = *state;
    world->options.statement_timeout_ms = 400;
    world->options.connect_timeout_ms = 300;
    world_run(world, hung_body);
}

/* More callers than a pipeline may hold: the rest is refused, not queued. */
static void full_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    world_await_ready(world);
    server_freeze(world->server);
    for (int i = 0; i < 2500; i++)
        world_start(world, read_with_little_time);
    check(world, tally.unavailable > 400);
    world_join(world);
    check(world, tally.timeout > 2000 && tally.timeout + tally.unavailable == 2500);
    server_thaw(world->server);
    tally = (struct tally){0};
    task_sleep(world->loop, 200);
    one_of_each(world);
    check(world, tally.ok == 2);
}

static void test_a_full_pipeline_refuses(void **state)
{
    struct world *world = *state;
    world->options.shared_connections = 1;
    world->options.statement_timeout_ms = 30000; /* starting so many takes a while in some builds */
    world_run(world, full_body);
}

static int lines_with(const char *text)
{
    int lines = 0;
    for (const char *at = world_log(); (at = strstr(at, text)); at++)
        lines++;
    return lines;
}

static void absent_body(struct world *world)
{
    struct tally tally = {0};
    world->extra = &tally;
    one_of_each(world);
    check(world, tally.unavailable == 2); /* nothing is up yet */
    task_sleep(world->loop, 700);
    one_of_each(world);
    check(world, tally.unavailable == 4 && !pg_pool_ready(world->pool));
}

static void expect_refusal(struct world *world, const char *url, const char *logged)
{
    int before = lines_with("pg_connect_failed");
    world->options.url = url;
    world_run(world, absent_body);
    assert_int_equal(lines_with("pg_connect_failed"), before + 1); /* for all attempts */
    if (!strstr(world_log(), logged)) fail_msg("not in the log: %s", logged);
}

static void test_a_server_that_is_not_there(void **state)
{
    struct world *world = *state;
    char url[200];
    snprintf(url, sizeof(url), "postgres://shop:%s@127.0.0.1:1/test", SERVER_PASSWORD);
    expect_refusal(world, url, "refused");
    snprintf(url, sizeof(url), "postgres://shop:wrong-%s@127.0.0.1:%d/test", SERVER_PASSWORD,
             server_port(world->server));
    expect_refusal(world, url, "password authentication failed");
    snprintf(url, sizeof(url), "postgres://shop:%s@127.0.0.1:%d/nowhere", SERVER_PASSWORD,
             server_port(world->server));
    expect_refusal(world, url, "nowhere");
}

static void test_a_malformed_url(void **state)
{
    struct world *world = *state;
    world->options.url = "postgres://shop:" SERVER_PASSWORD "@127.0.0.1:x/%zz?no";
    assert_int_equal(pg_pool_open(world->loop, &world->options, &world->pool), STATUS_MALFORMED);
    world->options.url = NULL;
    assert_int_equal(pg_pool_open(world->loop, &world->options, &world->pool), STATUS_MALFORMED);
}

int test_faults(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_a_killed_server, server),
        world_test(test_terminated_connections, server),
        world_test(test_a_transaction_that_outlives_its_connection, server),
        world_test(test_a_frozen_server_that_wakes, server),
        world_test(test_a_frozen_server_is_given_up, server),
        world_test(test_a_full_pipeline_refuses, server),
        world_test(test_a_server_that_is_not_there, server),
        world_test(test_a_malformed_url, server),
    };
    return cmocka_run_group_tests_name("pg faults", tests, NULL, NULL);
}
