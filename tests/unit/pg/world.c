/* The tests' surroundings, and their statements. */
#include "tests/unit/pg/world.h"

#include "common/base/log.h"
#include "tests/unit/pg/cmocka_group.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STATEMENT(number, label, text) [number] = {label, text, number}

const struct pg_statement sql[SQL_COUNT] = {
    STATEMENT(SQL_ONE, "one", "SELECT $1::bigint + 1"),
    STATEMENT(SQL_ROW, "row", "SELECT id, name FROM things WHERE id = $1"),
    STATEMENT(SQL_DIVIDE, "divide", "SELECT 100 / $1::bigint"),
    STATEMENT(SQL_BROKEN, "broken", "SELECT id FROM no_such_table WHERE id = $1::bigint"),
    STATEMENT(SQL_SLEEP, "sleep", "SELECT pg_sleep($1::bigint / 1000.0)"),
    STATEMENT(
        SQL_TYPES, "types",
        "SELECT $1::bigint, $2::text, $3::boolean, $4::date, $5::text, "
        "timestamptz '2026-11-23 21:00:00.123+01', '', NULL::bigint, NULL::boolean, NULL::date, "
        "NULL::timestamptz, NULL::bytea, '\\x00ff'::bytea, (-2)::smallint, (-70000)::integer, "
        "timestamptz '1969-12-31 23:59:59.9999+00', date '1999-12-31'"),
    STATEMENT(SQL_BIG, "big", "SELECT repeat('x', $1::int * 1024)"),
    STATEMENT(SQL_BYTES, "bytes", "SELECT $1::bytea, octet_length($1::bytea), $2::text"),
    STATEMENT(SQL_ARRAYS, "arrays",
              "SELECT array_length($1::bigint[], 1), ($1::bigint[])[2], ($2::text[])[1], "
              "($2::text[])[2], ($2::text[])[3] IS NULL"),
    STATEMENT(SQL_INSERT, "insert", "INSERT INTO things (id, name) VALUES ($1, $2) RETURNING id"),
    STATEMENT(SQL_INSERT_PART, "insert_part", "INSERT INTO parts (thing, size) VALUES ($1, $2)"),
    STATEMENT(SQL_UPDATE, "update", "UPDATE things SET name = $2 WHERE id = $1"),
    STATEMENT(SQL_TOUCH_ALL, "touch_all", "UPDATE things SET name = name || '!' WHERE id <= $1"),
    STATEMENT(SQL_PID, "pid", "SELECT pg_backend_pid(), txid_current_if_assigned()"),
    STATEMENT(SQL_CAST, "cast", "SELECT $1::text::bigint"),
    STATEMENT(SQL_DEFERRED, "deferred", "INSERT INTO late (id) VALUES ($1)"),
    STATEMENT(SQL_LATE, "late", "SELECT $1::bigint * 2"),
    STATEMENT(SQL_SETTINGS, "settings",
              "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), "
              "current_setting('idle_in_transaction_session_timeout'), "
              "current_setting('TimeZone'), current_setting('client_encoding'), "
              "current_setting('application_name')"),
};

const char world_schema[] =
    "DROP TABLE IF EXISTS parts, things, late;"
    "CREATE TABLE things (id bigint PRIMARY KEY, name text NOT NULL,"
    " CONSTRAINT things_name_key UNIQUE (name));"
    "CREATE TABLE parts (thing bigint CONSTRAINT parts_thing_fkey REFERENCES things (id),"
    " size bigint CONSTRAINT parts_size_sane CHECK (size > 0));"
    "CREATE TABLE late (id bigint CONSTRAINT late_id_key UNIQUE DEFERRABLE INITIALLY DEFERRED);"
    "INSERT INTO things SELECT n, 'thing ' || n FROM generate_series(1, 1000) n;"
    "INSERT INTO late VALUES (1)";

static int log_fd = -1; /* one for the program: the log is one too */

void world_log_open(void)
{
    log_fd = memfd_create("log", MFD_CLOEXEC);
    log_open(LOG_DEBUG, log_fd);
}

const char *world_log(void)
{
    static char text[1 << 20];
    log_flush();
    ssize_t length = pread(log_fd, text, sizeof(text) - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    return text;
}

void errand_begin(struct errand *errand, int64_t timeout_ms)
{
    arena_init(&errand->arena, 8 << 20);
    call_init(&errand->call, &errand->arena, timeout_ms);
}

void errand_end(struct errand *errand)
{
    arena_release(&errand->arena);
}

void world_init(struct world *world, struct server *server)
{
    *world = (struct world){
        .server = server,
        .options = {.application_name = "shop test",
                    .shared_connections = 2,
                    .exclusive_connections = 2,
                    .waiting_max = 10,
                    .statement_timeout_ms = 2000,
                    .connect_timeout_ms = 1000,
                    .statement_count = SQL_COUNT},
    };
    assert_int_equal(loop_open(&world->loop), STATUS_OK);
    assert_true(server_sql(server, world_schema));
}

void world_release(struct world *world)
{
    loop_close(world->loop);
}

int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    world_init(world, *state);
    *state = world;
    return 0;
}

int world_teardown(void **state)
{
    world_release(*state);
    free(*state);
    return 0;
}

struct start {
    struct world *world;
    void (*body)(struct world *world);
};

static void run_body(void *argument)
{
    struct start start = *(struct start *)argument; /* the starter's stack, for now */
    start.world->running++;
    start.body(start.world);
    if (--start.world->running == 0) loop_stop(start.world->loop);
}

void world_start(struct world *world, void (*body)(struct world *world))
{
    struct start start = {world, body};
    check_status(world, STATUS_OK, task_start(world->loop, run_body, &start));
}

void world_join(struct world *world)
{
    while (world->running > 1)
        task_sleep(world->loop, 2);
}

void world_run(struct world *world, void (*body)(struct world *world))
{
    char url[200];
    snprintf(url, sizeof(url), "%s", server_url(world->server, "test"));
    if (!world->options.url) world->options.url = url;
    assert_int_equal(pg_pool_open(world->loop, &world->options, &world->pool), STATUS_OK);
    world_start(world, body);
    loop_run(world->loop);
    pg_pool_close(world->pool);
    world->pool = NULL;
    world->options.url = NULL;
    assert_int_equal(world->failures, 0);
}

void world_await_ready(struct world *world)
{
    int64_t until_ms = clock_monotonic_ms() + 10000;
    int all = world->options.shared_connections + world->options.exclusive_connections;
    while (world_stats(world).connected < all && clock_monotonic_ms() < until_ms)
        task_sleep(world->loop, 5);
    check(world, world_stats(world).connected == all && pg_pool_ready(world->pool));
}

struct pg_stats world_stats(struct world *world)
{
    struct pg_stats stats;
    pg_pool_stats(world->pool, &stats);
    return stats;
}
