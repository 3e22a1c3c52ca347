/* What is read from a replica is as new as what has been answered, also when the replica stands still or is not there.
 * Accounts are what is written and read: the pool under test is given to the users port as its read pool, whose
 * search uses it.
 */
#include "common/app/generated.h"
#include "common/base/clock.h"
#include "common/modules/users/users.h"
#include "common/pg/follower.h"
#include "common/runtime/task.h"
#include "stages/04-horizontal/replica_reads.h"
#include "tests/ports/04-horizontal/cases.h"
#include "tests/ports/database.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 500, QUESTION_MS = 2000, PAUSED_MS = 3000, UP_MS = 10000, WRITES = 40 };

struct replica_subject {
    struct pg_pool *replica; /* not followed yet */
    struct database *control;
    int written;
};

static void close_pool(void *pool)
{
    pg_pool_close(pool);
}

static struct pg_pool *open_pool(struct harness *harness, const char *url)
{
    const struct pg_options options = {.url = url,
                                       .application_name = "ports",
                                       .shared_connections = 2,
                                       .exclusive_connections = 1,
                                       .waiting_max = 10,
                                       .statement_timeout_ms = 5000,
                                       .connect_timeout_ms = 2000,
                                       .statement_count = statements_count};
    struct pg_pool *pool;
    assert_int_equal(pg_pool_open(harness->loop, &options, &pool), STATUS_OK);
    harness_at_end(harness, close_pool, pool);
    return pool;
}

static void resume(void *context)
{
    struct replica_subject *subject = context;
    database_run(subject->control, "SELECT pg_wal_replay_resume()");
    database_close(subject->control);
}

/* The administrator's way to the replica: its address, and the password file. */
static struct database *open_control(const char *url)
{
    char place[64] = "", conninfo[600];
    const char *at = strrchr(url, '@');
    if (!at || sscanf(at + 1, "127.0.0.1:%10[0-9]", place) != 1) fail_msg("not a url of a replica");
    snprintf(conninfo, sizeof(conninfo),
             "host=127.0.0.1 port=%s user=postgres dbname=postgres passfile=%s", place,
             server_url("TEST_PGPASSFILE"));
    return database_open(conninfo);
}

void *make_replica(struct harness *harness)
{
    struct replica_subject *subject = arena_new(harness->arena, struct replica_subject);
    const char *url = server_url("TEST_REPLICA_URL");
    subject->replica = open_pool(harness, url);
    subject->control = open_control(url);
    assert_non_null(subject->control);
    assert_true(database_run(subject->control, "SELECT pg_wal_replay_resume()"));
    harness_at_end(harness, resume, subject);
    const int64_t until_ms = clock_monotonic_ms() + UP_MS;
    while (!pg_pool_ready(subject->replica)) {
        if (clock_monotonic_ms() > until_ms) fail_msg("the replica does not get connected");
        task_sleep(harness->loop, 1);
    }
    return subject;
}

static const struct replica_counters *follow(struct harness *harness, struct pg_pool *replica,
                                             int64_t wait_ms)
{
    const struct replica_limits limits = {wait_ms, QUESTION_MS};
    return replica_follow(harness->arena, harness->loop, replica, harness->pool, &limits);
}

/* Writes an account and looks for it where reads go. */
static bool is_read_at_once(struct harness *harness, struct replica_subject *subject,
                            struct pg_pool *reads)
{
    struct users *users = users_pg_new(harness->arena, reads, harness->pool);
    struct call *call = harness_call(harness);
    char email[64];
    struct user user;
    struct user_page page;
    snprintf(email, sizeof(email), "ada%d@example.org", subject->written++);
    assert_status(call, STATUS_OK,
                  users_insert(users, call, email, "Ada",
                               "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", ROLE_CUSTOMER,
                               &user));
    const struct user_query query = {.email = email, .limit = 1};
    assert_status(call, STATUS_OK, users_search(users, call, &query, &page));
    return page.count == 1;
}

static void pause(struct replica_subject *subject)
{
    assert_true(database_run(subject->control, "SELECT pg_wal_replay_pause()"));
}

static void what_was_written_is_read(struct harness *harness, void *context)
{
    struct replica_subject *subject = context;
    const struct replica_counters *counters = follow(harness, subject->replica, WAIT_MS);
    for (int i = 0; i < WRITES; i++)
        assert_true(is_read_at_once(harness, subject, subject->replica));
    assert_true(atomic_load(&counters->here) > 0);
}

static void one_of_many(struct harness *harness, int index, void *context)
{
    struct replica_subject *subject = context;
    (void)index;
    for (int i = 0; i < 5; i++)
        assert_true(is_read_at_once(harness, subject, subject->replica));
}

static void also_by_many_at_once(struct harness *harness, void *context)
{
    struct replica_subject *subject = context;
    (void)follow(harness, subject->replica, WAIT_MS);
    harness_together(harness, 20, one_of_many, subject);
}

static void a_replica_that_stands_still_is_not_read(struct harness *harness, void *context)
{
    struct replica_subject *subject = context;
    const struct replica_counters *counters = follow(harness, subject->replica, 20);
    assert_true(is_read_at_once(harness, subject, subject->replica));
    pause(subject);
    const int64_t began_ms = clock_monotonic_ms();
    for (int i = 0; i < WRITES; i++)
        assert_true(is_read_at_once(harness, subject, subject->replica));
    assert_true(clock_monotonic_ms() - began_ms < PAUSED_MS); /* they do not all wait for it */
    assert_true(atomic_load(&counters->behind) > 0);
}

static void one_that_has_caught_up_is_read_again(struct harness *harness, void *context)
{
    struct replica_subject *subject = context;
    const struct replica_counters *counters = follow(harness, subject->replica, 20);
    pause(subject);
    assert_true(is_read_at_once(harness, subject, subject->replica));
    assert_true(database_run(subject->control, "SELECT pg_wal_replay_resume()"));
    const int64_t before = atomic_load(&counters->here);
    const int64_t until_ms = clock_monotonic_ms() + UP_MS;
    while (atomic_load(&counters->here) == before) {
        if (clock_monotonic_ms() > until_ms) fail_msg("it is never read again");
        assert_true(is_read_at_once(harness, subject, subject->replica));
        task_sleep(harness->loop, 10);
    }
}

static void without_a_replica_the_primary_is_read(struct harness *harness, void *context)
{
    struct replica_subject *subject = context;
    struct pg_pool *nobody = open_pool(harness, "postgresql://shop@127.0.0.1:1/shop_test");
    const struct replica_counters *counters = follow(harness, nobody, WAIT_MS);
    assert_true(is_read_at_once(harness, subject, nobody));
    assert_true(atomic_load(&counters->away) > 0);
}

/* --- and that these cases can fail: the same, with a replica that is always good enough --- */

static bool always(struct pg_follower *follower, struct call *call)
{
    (void)follower, (void)call;
    return true;
}

static void a_careless_one_would_be_seen(struct harness *harness, void *context)
{
    struct replica_subject *subject = context;
    struct pg_follower careless = {always, harness->pool};
    pg_pool_follow(subject->replica, &careless);
    pause(subject);
    assert_false(is_read_at_once(harness, subject, subject->replica));
    pg_pool_follow(subject->replica, NULL);
}

static const struct port_case cases[] = {
    {"what was written is read", what_was_written_is_read},
    {"also by many at once", also_by_many_at_once},
    {"a replica that stands still is not read", a_replica_that_stands_still_is_not_read},
    {"one that has caught up is read again", one_that_has_caught_up_is_read_again},
    {"without a replica the primary is read", without_a_replica_the_primary_is_read},
    {"a careless one would be seen", a_careless_one_would_be_seen},
};
const struct port_suite replica_suite = {cases, sizeof(cases) / sizeof(cases[0])};
