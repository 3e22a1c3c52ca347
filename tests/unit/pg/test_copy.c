/* Loading by COPY: what goes in comes out, whatever is in it, and a failure is told whenever it
 * happens.
 */
#include "common/base/clock.h"
#include "common/pg/copy.h"
#include "tests/unit/pg/cmocka_group.h"

#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 5000, PATIENCE_MS = 30000, ARENA_BYTES = 2 << 20, MANY_ROWS = 50000 };

struct loading {
    struct world *world;
    struct arena arena;
    struct pg_copy *copy;
    char error[COPY_ERROR];
};

static struct loading loading_begin(struct world *world)
{
    struct loading loading = {.world = world};
    arena_init(&loading.arena, ARENA_BYTES);
    assert_true(server_sql(world->server,
                           "DROP TABLE IF EXISTS cargo; CREATE TABLE cargo (id bigint PRIMARY KEY, "
                           "text text CHECK (length(text) < 1000))"));
    assert_int_equal(pg_copy_open(&loading.arena, server_url(world->server, "test"), TIMEOUT_MS,
                                  &loading.copy, loading.error),
                     STATUS_OK);
    return loading;
}

static void loading_end(struct loading *loading)
{
    pg_copy_close(loading->copy);
    arena_release(&loading->arena);
}

static void add_row(struct pg_copy *copy, int64_t id, const char *text)
{
    pg_copy_int64(copy, id);
    pg_copy_text(copy, text);
    pg_copy_end_row(copy);
}

static const char *ask(struct loading *loading, const char *question)
{
    const char *answer = NULL;
    assert_int_equal(
        pg_copy_ask(loading->copy, &loading->arena, question, TIMEOUT_MS, &answer, loading->error),
        STATUS_OK);
    return answer;
}

static void test_every_text_comes_back(void **state)
{
    struct loading loading = loading_begin(*state);
    static const char *const texts[] = {"",      "\\N",    "\\.",     "a\tb\nc\rd\\e", "\\",
                                        "tab\t", "Kraków", "\"'; --", "\b\f\v\x7f",    NULL};
    enum { COUNT = sizeof(texts) / sizeof(texts[0]) };
    pg_copy_begin(loading.copy, "cargo (id, text)", "");
    for (int i = 0; i < COUNT; i++)
        add_row(loading.copy, i, texts[i]);
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_OK);
    for (int i = 0; i < COUNT; i++) {
        char question[100];
        snprintf(question, sizeof(question), "SELECT text FROM cargo WHERE id = %d", i);
        const char *found = ask(&loading, question);
        if (texts[i])
            assert_string_equal(found, texts[i]);
        else
            assert_null(found);
    }
    loading_end(&loading);
}

static void test_numbers_to_their_limits(void **state)
{
    struct loading loading = loading_begin(*state);
    static const int64_t numbers[] = {0, -1, 7, 10, INT64_MAX, INT64_MIN, -90071992547409910};
    enum { COUNT = sizeof(numbers) / sizeof(numbers[0]) };
    pg_copy_begin(loading.copy, "cargo (id)", "");
    for (int i = 0; i < COUNT; i++) {
        pg_copy_int64(loading.copy, numbers[i]);
        pg_copy_end_row(loading.copy);
    }
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_OK);
    for (int i = 0; i < COUNT; i++) {
        char question[100];
        snprintf(question, sizeof(question), "SELECT count(*) FROM cargo WHERE id = '%lld'",
                 (long long)numbers[i]);
        assert_string_equal(ask(&loading, question), "1");
    }
    loading_end(&loading);
}

/* Fields and rows across the ends of blocks, one table after the other on the same connection. */
static void test_many_blocks_and_another_table(void **state)
{
    struct loading loading = loading_begin(*state);
    char text[101];
    memset(text, 'x', 100);
    pg_copy_begin(loading.copy, "cargo (id, text)", "");
    for (int i = 0; i < MANY_ROWS; i++) {
        text[i % 100] = '\0';
        add_row(loading.copy, i, text);
        text[i % 100] = 'x';
    }
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_OK);
    assert_string_equal(ask(&loading, "SELECT count(*) FROM cargo WHERE length(text) = id % 100"),
                        "50000");
    pg_copy_begin(loading.copy, "cargo (id)", "");
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_OK); /* no row is fine */
    pg_copy_begin(loading.copy, "cargo (id, text)", "");
    add_row(loading.copy, MANY_ROWS, "last");
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_OK);
    assert_string_equal(ask(&loading, "SELECT count(*) FROM cargo"), "50001");
    loading_end(&loading);
}

/* Refused early, in the middle or at the end: nothing is loaded, and the connection goes on. */
static void test_refused_rows_are_told(void **state)
{
    struct loading loading = loading_begin(*state);
    pg_copy_begin(loading.copy, "cargo (nothing)", "");
    add_row(loading.copy, 1, "a");
    assert_true(pg_copy_failed(loading.copy));
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_INTERNAL);
    assert_non_null(strstr(loading.error, "\"nothing\""));

    pg_copy_begin(loading.copy, "cargo (id, text)", "");
    add_row(loading.copy, 1, "a");
    add_row(loading.copy, 1, "the same id");
    assert_false(pg_copy_failed(loading.copy)); /* nothing was sent yet */
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_INTERNAL);
    assert_non_null(strstr(loading.error, "cargo_pkey"));

    assert_string_equal(ask(&loading, "SELECT count(*) FROM cargo"), "0");
    loading_end(&loading);
}

static void test_a_long_load_notices_early(void **state)
{
    struct loading loading = loading_begin(*state);
    int rows = 0;
    pg_copy_begin(loading.copy, "cargo (id, text)", "");
    while (!pg_copy_failed(loading.copy) && rows < 5000000) {
        add_row(loading.copy, 1, "always the same id");
        rows++;
    }
    assert_true(rows < 5000000);
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_INTERNAL);
    assert_non_null(strstr(loading.error, "cargo_pkey"));
    assert_string_equal(ask(&loading, "SELECT count(*) FROM cargo"), "0");
    loading_end(&loading);
}

static void test_statements_between_loads(void **state)
{
    struct loading loading = loading_begin(*state);
    assert_int_equal(pg_copy_run(loading.copy, "BEGIN; TRUNCATE cargo", TIMEOUT_MS, "cannot begin",
                                 loading.error),
                     STATUS_OK);
    pg_copy_begin(loading.copy, "cargo (id, text)", "(FREEZE)");
    add_row(loading.copy, 1, "a");
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_OK);
    assert_int_equal(
        pg_copy_run(loading.copy, "ROLLBACK", TIMEOUT_MS, "cannot roll back", loading.error),
        STATUS_OK);
    assert_string_equal(ask(&loading, "SELECT count(*) FROM cargo"), "0");
    assert_null(ask(&loading, "SELECT id FROM cargo"));
    assert_int_equal(
        pg_copy_run(loading.copy, "SELECT 1/0", TIMEOUT_MS, "cannot divide", loading.error),
        STATUS_INTERNAL);
    assert_string_equal(loading.error, "cannot divide: division by zero");
    pg_copy_send(loading.copy, "SELECT pg_sleep(2)");
    assert_int_equal(pg_copy_wait(loading.copy, 50, "cannot wait", loading.error),
                     STATUS_UNAVAILABLE);
    loading_end(&loading);
}

static void test_a_dead_server_ends_a_load(void **state)
{
    struct loading loading = loading_begin(*state);
    struct server *server = loading.world->server;
    pg_copy_begin(loading.copy, "cargo (id, text)", "");
    add_row(loading.copy, 1, "a");
    server_kill(server);
    const int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS; /* for the killed to be gone */
    for (int i = 2; clock_monotonic_ms() < until_ms && !pg_copy_failed(loading.copy); i++)
        add_row(loading.copy, i, "text");
    assert_true(pg_copy_failed(loading.copy));
    assert_int_equal(pg_copy_finish(loading.copy, loading.error), STATUS_UNAVAILABLE);
    struct pg_copy *another = NULL;
    assert_int_equal(
        pg_copy_open(&loading.arena, server_url(server, "test"), 300, &another, loading.error),
        STATUS_UNAVAILABLE);
    assert_null(strstr(loading.error, SERVER_PASSWORD));
    assert_true(server_start(server));
    loading_end(&loading);
}

static void test_a_wrong_url_is_not_shown(void **state)
{
    struct loading loading = loading_begin(*state);
    struct pg_copy *copy = NULL;
    assert_int_equal(pg_copy_open(&loading.arena, "postgres://shop:" SERVER_PASSWORD "@[",
                                  TIMEOUT_MS, &copy, loading.error),
                     STATUS_UNAVAILABLE);
    assert_null(copy);
    assert_null(strstr(loading.error, SERVER_PASSWORD));
    loading_end(&loading);
}

int test_copy(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_every_text_comes_back, server),
        world_test(test_numbers_to_their_limits, server),
        world_test(test_many_blocks_and_another_table, server),
        world_test(test_refused_rows_are_told, server),
        world_test(test_a_long_load_notices_early, server),
        world_test(test_statements_between_loads, server),
        world_test(test_a_dead_server_ends_a_load, server),
        world_test(test_a_wrong_url_is_not_shown, server),
    };
    return cmocka_run_group_tests_name("copy", tests, NULL, NULL);
}
