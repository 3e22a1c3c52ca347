/* Reads: many callers, few connections, few round trips; every kind of value; nobody waits behind a slow
 * neighbour while another connection is idle.
 */
#include "tests/unit/pg/cmocka_group.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void read_many(struct world *world)
{
    for (int i = 0; i < 20; i++) {
        struct errand errand;
        errand_begin(&errand, 5000);
        int64_t id = 1 + rand() % 1000;
        struct pg_rows rows;
        check_status(world, STATUS_OK,
                     pg_read(world->pool, &errand.call, &sql[SQL_ROW], PG_ARGS(PG_INT(id)), &rows));
        check(world, rows.count == 1 && pg_int64(&rows, 0, 0) == id);
        check(world,
              strcmp(pg_text(&rows, 0, 1), arena_printf(&errand.arena, "thing %" PRId64, id)) == 0);
        errand_end(&errand);
    }
}

static void pipelined_body(struct world *world)
{
    world_await_ready(world);
    for (int i = 0; i < 200; i++)
        world_start(world, read_many);
    world_join(world);
    struct pg_stats stats = world_stats(world);
    check(world, stats.statements == 200 * 20);
    check(world, stats.batches < stats.statements / 10);
    check(world, stats.failures == 0 && stats.resent == 0 && stats.shared_busy == 0);
}

static void test_many_tasks_share_round_trips(void **state)
{
    world_run(*state, pipelined_body);
}

static void types_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct pg_rows rows;
    static const int64_t numbers[] = {0, 1, -1, INT64_MAX, INT64_MIN, 1234567890123};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        check_status(world, STATUS_OK,
                     pg_read(world->pool, &errand.call, &sql[SQL_TYPES],
                             PG_ARGS(PG_INT(numbers[i]), PG_TEXT("it's \"ü\" \\ $1"),
                                     PG_BOOL(i % 2), PG_TEXT("2026-11-23"), PG_NULL),
                             &rows));
        check(world, rows.count == 1 && pg_int64(&rows, 0, 0) == numbers[i]);
        check(world, strcmp(pg_text(&rows, 0, 1), "it's \"ü\" \\ $1") == 0);
        check(world, pg_bool(&rows, 0, 2) == (i % 2 == 1));
        char day[CLOCK_DAY_TEXT];
        clock_format_day(pg_day(&rows, 0, 3), day);
        check(world, strcmp(day, "2026-11-23") == 0);
        check(world, pg_is_null(&rows, 0, 4) && pg_text(&rows, 0, 4) == NULL);
        char time[CLOCK_TIME_TEXT];
        clock_format_time(pg_time_ms(&rows, 0, 5), time);
        check(world, strcmp(time, "2026-11-23T20:00:00.123Z") == 0);
        check(world, !pg_is_null(&rows, 0, 6) && strcmp(pg_text(&rows, 0, 6), "") == 0);
        size_t length = 0;
        check(world, pg_int64(&rows, 0, 7) == 0 && !pg_bool(&rows, 0, 8));
        check(world, pg_day(&rows, 0, 9) == 0 && pg_time_ms(&rows, 0, 10) == 0);
        check(world, pg_bytes(&rows, 0, 11, &length) == NULL && length == 0);
        check(world, memcmp(pg_bytes(&rows, 0, 12, &length), "\x00\xff", 2) == 0 && length == 2);
        check(world, pg_int64(&rows, 0, 13) == -2 && pg_int64(&rows, 0, 14) == -70000);
        check(world, pg_time_ms(&rows, 0, 15) == -1);
        clock_format_day(pg_day(&rows, 0, 16), day);
        check(world, strcmp(day, "1999-12-31") == 0);
    }
    errand_end(&errand);
}

static void test_values_arrive_as_they_were(void **state)
{
    world_run(*state, types_body);
}

static void arrays_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct pg_rows rows;
    const char *numbers = pg_int64_array(&errand.call, (int64_t[]){7, INT64_MIN, 9}, 3);
    const char *texts =
        pg_text_array(&errand.call, (const char *const[]){"a,\"b\" \\ {}", "", NULL}, 3);
    check(world, strcmp(numbers, "{7,-9223372036854775808,9}") == 0);
    check_status(world, STATUS_OK,
                 pg_read(world->pool, &errand.call, &sql[SQL_ARRAYS],
                         PG_ARGS(PG_TEXT(numbers), PG_TEXT(texts)), &rows));
    check(world, pg_int64(&rows, 0, 0) == 3 && pg_int64(&rows, 0, 1) == INT64_MIN);
    check(world, strcmp(pg_text(&rows, 0, 2), "a,\"b\" \\ {}") == 0);
    check(world, strcmp(pg_text(&rows, 0, 3), "") == 0 && pg_bool(&rows, 0, 4));
    check(world, strcmp(pg_int64_array(&errand.call, NULL, 0), "{}") == 0);
    check(world, strcmp(pg_text_array(&errand.call, NULL, 0), "{}") == 0);
    errand_end(&errand);
}

static void test_arrays(void **state)
{
    world_run(*state, arrays_body);
}

static void bytes_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_rows rows;
    unsigned char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (unsigned char)i;
    world_await_ready(world);
    for (size_t sent = 0; sent <= 256; sent += 128) {
        size_t length = 1;
        check_status(world, STATUS_OK,
                     pg_read(world->pool, &errand.call, &sql[SQL_BYTES],
                             PG_ARGS(PG_BYTES(bytes, sent), PG_TEXT("beside")), &rows));
        const void *read = pg_bytes(&rows, 0, 0, &length);
        check(world, length == sent && memcmp(read, bytes, sent) == 0);
        check(world, pg_int64(&rows, 0, 1) == (int64_t)sent);
        check(world, strcmp(pg_text(&rows, 0, 2), "beside") == 0);
    }
    errand_end(&errand);
}

static void test_bytes(void **state)
{
    world_run(*state, bytes_body);
}

/* Bigger than socket buffers, in both directions at once. */
static void read_big(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 8000);
    struct pg_rows rows;
    char *name = arena_alloc(&errand.arena, 300001);
    memset(name, 'n', 300000);
    check_status(world, STATUS_OK,
                 pg_read(world->pool, &errand.call, &sql[SQL_BIG], PG_ARGS(PG_INT(900)), &rows));
    check(world, rows.count == 1 && strlen(pg_text(&rows, 0, 0)) == 900 * 1024);
    check_status(world, STATUS_OK,
                 pg_read(world->pool, &errand.call, &sql[SQL_TYPES],
                         PG_ARGS(PG_INT(1), PG_TEXT(name), PG_BOOL(true), PG_NULL, PG_NULL),
                         &rows));
    check(world, rows.count == 1 && strlen(pg_text(&rows, 0, 1)) == 300000);
    errand_end(&errand);
}

static void big_body(struct world *world)
{
    world_await_ready(world);
    for (int i = 0; i < 12; i++)
        world_start(world, read_big);
    world_join(world);
}

static void test_big_results_and_parameters(void **state)
{
    world_run(*state, big_body);
}

enum { SLOW_MS = 1500 };

static void read_slowly(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_rows rows;
    check_status(
        world, STATUS_OK,
        pg_read(world->pool, &errand.call, &sql[SQL_SLEEP], PG_ARGS(PG_INT(SLOW_MS)), &rows));
    errand_end(&errand);
}

static void slow_body(struct world *world)
{
    world_await_ready(world);
    world_start(world, read_slowly);
    task_sleep(world->loop, 50);
    int64_t began_ms = clock_monotonic_ms();
    for (int i = 0; i < 30; i++)
        world_start(world, read_many);
    while (world->running > 2)
        task_sleep(world->loop, 2);
    check(world, clock_monotonic_ms() - began_ms < SLOW_MS - 300); /* nobody waits for it */
    world_join(world);
}

static void test_a_slow_statement_holds_up_nobody(void **state)
{
    world_run(*state, slow_body);
}

static void leaving_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 100);
    world_await_ready(world);
    errand_end(&errand);
    for (int i = 0; i < 10; i++) {
        errand_begin(&errand, 60);
        struct pg_rows rows;
        int64_t began_ms = clock_monotonic_ms();
        check_status(
            world, STATUS_TIMEOUT,
            pg_read(world->pool, &errand.call, &sql[SQL_SLEEP], PG_ARGS(PG_INT(300)), &rows));
        int64_t took_ms = clock_monotonic_ms() - began_ms;
        check(world, took_ms >= 55 && took_ms < 200);
        check_status(world, STATUS_TIMEOUT, /* at once: nothing is sent after the deadline */
                     pg_read(world->pool, &errand.call, &sql[SQL_ONE], PG_ARGS(PG_INT(1)), &rows));
        errand_end(&errand);
    }
    read_many(world); /* behind what is left of those */
    check(world, world_stats(world).reconnects == 0);
}

static void test_who_leaves_at_the_deadline_harms_nobody(void **state)
{
    world_run(*state, leaving_body);
}

static void limit_body(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct pg_rows rows;
    int64_t began_ms = clock_monotonic_ms();
    check_status(world, STATUS_TIMEOUT,
                 pg_read(world->pool, &errand.call, &sql[SQL_SLEEP], PG_ARGS(PG_INT(3000)), &rows));
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    check(world, took_ms >= 290 && took_ms < 600);
    check_status(world, STATUS_OK,
                 pg_read(world->pool, &errand.call, &sql[SQL_SETTINGS], PG_NO_ARGS, &rows));
    check(world, strcmp(pg_text(&rows, 0, 0), "300ms") == 0);
    check(world, strcmp(pg_text(&rows, 0, 1), "300ms") == 0);
    check(world, strcmp(pg_text(&rows, 0, 2), "600ms") == 0);
    check(world, strcmp(pg_text(&rows, 0, 3), "UTC") == 0);
    check(world, strcmp(pg_text(&rows, 0, 4), "UTF8") == 0);
    check(world, strcmp(pg_text(&rows, 0, 5), "shop test") == 0);
    errand_end(&errand);
}

static void test_the_server_limits_statements_itself(void **state)
{
    struct world *world = *state;
    world->options.statement_timeout_ms = 300;
    world_run(world, limit_body);
}

int test_reads(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_many_tasks_share_round_trips, server),
        world_test(test_values_arrive_as_they_were, server),
        world_test(test_arrays, server),
        world_test(test_bytes, server),
        world_test(test_big_results_and_parameters, server),
        world_test(test_a_slow_statement_holds_up_nobody, server),
        world_test(test_who_leaves_at_the_deadline_harms_nobody, server),
        world_test(test_the_server_limits_statements_itself, server),
    };
    return cmocka_run_group_tests_name("pg reads", tests, NULL, NULL);
}
