/* One case is one life of a loop: open it and a pool, run the case in a task, turn until the task ends,
 * close everything. Nothing but the server process is shared between cases, so they cannot help or
 * disturb one another.
 */
#include "tests/ports/harness.h"

#include "common/app/generated.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/runtime/task.h"
#include "tests/ports/database.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CASE_ARENA_MAX = 64 << 20,
    CASE_TIMEOUT_MS = 90000,
    CALL_TIMEOUT_MS = 60000,
    SHARED_CONNECTIONS = 2,
    EXCLUSIVE_CONNECTIONS = 8,
    WAITING_MAX = 1000,
    MIGRATE_TIMEOUT_MS = 60000,
};

/* What cmocka hands to run_case(): its initial state. */
struct planned_case {
    struct database *database;
    const struct implementation *implementation;
    const struct port_case *port_case;
};

struct running_case {
    struct harness harness;
    const struct planned_case *planned;
    bool ended;
};

struct harness_end {
    void (*run)(void *context);
    void *context;
    struct harness_end *next;
};

static void wait_until_connected(struct harness *harness)
{
    int64_t until_ms = clock_monotonic_ms() + CALL_TIMEOUT_MS;
    while (!pg_pool_ready(harness->pool)) {
        if (clock_monotonic_ms() > until_ms) fail_msg("the pool does not get connected");
        task_sleep(harness->loop, 1);
    }
}

static void case_body(void *argument)
{
    struct running_case *running = argument;
    wait_until_connected(&running->harness);
    void *subject = running->planned->implementation->make(&running->harness);
    running->planned->port_case->run(&running->harness, subject);
    for (struct harness_end *end = running->harness.ends; end; end = end->next)
        end->run(end->context);
    running->ended = true;
    loop_stop(running->harness.loop);
}

static void run_case(void **state)
{
    struct planned_case *planned = *state;
    struct arena arena;
    arena_init(&arena, CASE_ARENA_MAX);
    struct running_case running = {
        .harness = {.arena = &arena, .database = planned->database},
        .planned = planned,
    };
    struct harness *harness = &running.harness;
    assert_true(database_empty(planned->database));
    assert_int_equal(loop_open(&harness->loop), STATUS_OK);
    const struct pg_options options = {
        .url = database_url(planned->database),
        .application_name = "ports",
        .shared_connections = SHARED_CONNECTIONS,
        .exclusive_connections = EXCLUSIVE_CONNECTIONS,
        .waiting_max = WAITING_MAX,
        .statement_timeout_ms = CALL_TIMEOUT_MS,
        .connect_timeout_ms = CALL_TIMEOUT_MS,
        .statement_count = statements_count,
    };
    assert_int_equal(pg_pool_open(harness->loop, &options, &harness->pool), STATUS_OK);
    assert_int_equal(task_start(harness->loop, case_body, &running), STATUS_OK);
    if (!running.ended) loop_run(harness->loop);

    assert_true(running.ended);
    pg_pool_close(harness->pool);
    loop_close(harness->loop);
    arena_release(&arena);
}

static int run_suite(struct database *database, const struct implementation *implementation)
{
    const struct port_suite *suite = implementation->suite;
    struct planned_case planned[HARNESS_CASES_MAX];
    struct CMUnitTest tests[HARNESS_CASES_MAX] = {0};
    char names[HARNESS_CASES_MAX][160];
    if (suite->count > HARNESS_CASES_MAX) return 1;
    for (int i = 0; i < suite->count; i++) {
        planned[i] = (struct planned_case){database, implementation, &suite->cases[i]};
        snprintf(names[i], sizeof(names[i]), "%s: %s", implementation->name, suite->cases[i].name);
        tests[i] = (struct CMUnitTest){
            .name = names[i],
            .test_func = run_case,
            .initial_state = &planned[i],
        };
    }
    return _cmocka_run_group_tests(implementation->name, tests, (size_t)suite->count, NULL, NULL);
}

/* The suite runs in a process of its own, because a case that fails leaves things lying about, and unheard, because
   its failures are what is wanted. */
static void fails_somewhere(void **state)
{
    const struct planned_case *planned = *state;
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const int nowhere = open("/dev/null", O_WRONLY);
        if (nowhere < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0) _exit(2);
        _exit(run_suite(planned->database, planned->implementation) > 0 ? 1 : 0);
    }
    int ended;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    assert_int_equal(WEXITSTATUS(ended), 1);
}

static int run_mutant(struct database *database, const struct implementation *implementation)
{
    struct planned_case planned = {database, implementation, NULL};
    char name[160];
    snprintf(name, sizeof(name), "%s: its suite notices", implementation->name);
    struct CMUnitTest tests[] = {
        {.name = name, .test_func = fails_somewhere, .initial_state = &planned}};
    return _cmocka_run_group_tests(implementation->name, tests, 1, NULL, NULL);
}

static struct database *open_database(const char *url)
{
    char error[512];
    int applied;
    if (!database_is_for_tests(url)) return NULL;
    enum status status =
        pg_migrate(url, migrations_all, migrations_count, MIGRATE_TIMEOUT_MS, &applied, error);
    if (status != STATUS_OK) {
        fprintf(stderr, "ports: %s\n", error);
        return NULL;
    }
    return database_open(url);
}

static int run_table(struct database *database, const struct implementation *implementations,
                     int count)
{
    int failed = 0;
    for (int i = 0; i < count; i++)
        failed += implementations[i].must_fail ? run_mutant(database, &implementations[i])
                                               : run_suite(database, &implementations[i]);
    return failed;
}

int harness_run(const char *url, const struct implementation *implementations, int count)
{
    bytes_open();
    log_open(LOG_ERROR, 2);
    struct database *database = open_database(url);
    if (database == NULL) return 1;
    int failed = run_table(database, implementations, count);
    for (int i = 0; stage_tables[i]; i++)
        failed += run_table(database, stage_tables[i]->rows, stage_tables[i]->count);
    database_close(database);
    return failed;
}

struct call *harness_call(struct harness *harness)
{
    struct call *call = arena_new(harness->arena, struct call);
    call_init(call, harness->arena, CALL_TIMEOUT_MS);
    return call;
}

void harness_sql(struct harness *harness, const char *sql)
{
    assert_true(database_run(harness->database, sql));
}

void harness_at_end(struct harness *harness, void (*run)(void *context), void *context)
{
    struct harness_end *end = arena_new(harness->arena, struct harness_end);
    *end = (struct harness_end){.run = run, .context = context, .next = harness->ends};
    harness->ends = end;
}

/* --- several tasks at once --- */

struct crowd {
    struct harness *harness;
    void (*body)(struct harness *harness, int index, void *context);
    void *context;
    struct task *waiter;
    int left;
};

struct crowd_member {
    struct crowd *crowd;
    int index;
};

static void member_body(void *argument)
{
    struct crowd_member *member = argument;
    struct crowd *crowd = member->crowd;
    crowd->body(crowd->harness, member->index, crowd->context);
    if (--crowd->left == 0) task_wake(crowd->waiter);
}

void harness_together(struct harness *harness, int count,
                      void (*body)(struct harness *harness, int index, void *context),
                      void *context)
{
    struct crowd crowd = {harness, body, context, task_current(harness->loop), count};
    struct crowd_member *members = arena_array(harness->arena, struct crowd_member, (size_t)count);
    int64_t until_ms = clock_monotonic_ms() + CASE_TIMEOUT_MS;
    for (int i = 0; i < count; i++) {
        members[i] = (struct crowd_member){&crowd, i};
        assert_int_equal(task_start(harness->loop, member_body, &members[i]), STATUS_OK);
    }
    while (crowd.left > 0)
        assert_int_equal(task_park(harness->loop, until_ms), STATUS_OK);
}

/* --- assertions --- */

void harness_check_status(struct call *call, enum status wanted, enum status got, const char *file,
                          int line)
{
    if (got != wanted) {
        print_error("wanted %s, got %s: %s\n", status_name(wanted), status_name(got),
                    got != STATUS_OK && call->failure.message ? call->failure.message : "-");
        _fail(file, line);
    }
    if (got != STATUS_OK) call_forgive(call);
}

void harness_check_field(struct call *call, enum status wanted, enum status got, const char *field,
                         const char *file, int line)
{
    bool named = false;
    for (const struct call_field *at = call->failure.fields; at; at = at->next)
        if (strcmp(at->field, field) == 0) named = true;
    if (got == wanted && !named) {
        print_error("got %s, but '%s' is not named\n", status_name(got), field);
        _fail(file, line);
    }
    harness_check_status(call, wanted, got, file, line);
}
