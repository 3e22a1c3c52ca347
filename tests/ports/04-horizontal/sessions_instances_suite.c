/* An ended session is ended in every instance, whatever happens to Redis; one that goes on is found without asking the
 * database, or in it.
 */
#include "common/base/clock.h"
#include "common/runtime/task.h"
#include "stages/04-horizontal/sessions_redis.h"
#include "tests/ports/04-horizontal/cases.h"

#include <inttypes.h>
#include <stdio.h>

static const char token[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

enum { HERE, THERE, ELSEWHERE };

static void log_in(struct harness *harness, struct sessions_instances *all)
{
    struct call *call = harness_call(harness);
    const struct session session = {all->user_id, ROLE_CUSTOMER, clock_wall_ms() + 600000};
    assert_status(call, STATUS_OK, sessions_insert(all->of[HERE].sessions, call, token, &session));
}

static enum status look(struct harness *harness, struct sessions_instances *all, int instance)
{
    struct call *call = harness_call(harness);
    struct session found;
    enum status status = sessions_find(all->of[instance].sessions, call, token, &found);
    if (status == STATUS_OK) assert_int_equal(found.user_id, all->user_id);
    return status;
}

/* All remember the session, in the generation that there is: each has ended one when it started, and the last of those
   is known to everybody when nobody may believe another any more. */
static void all_have_seen_it(struct harness *harness, struct sessions_instances *all)
{
    for (int i = 0; i < INSTANCES; i++)
        assert_int_equal(look(harness, all, i), STATUS_OK);
    task_sleep(harness->loop, SESSIONS_WAIT_MS);
    for (int i = 0; i < INSTANCES; i++)
        assert_int_equal(look(harness, all, i), STATUS_OK);
}

static int64_t log_out(struct harness *harness, struct sessions_instances *all, int instance)
{
    struct call *call = harness_call(harness);
    const int64_t began_ms = clock_monotonic_ms();
    assert_status(call, STATUS_OK, sessions_remove(all->of[instance].sessions, call, token));
    return clock_monotonic_ms() - began_ms;
}

static void nobody_finds_it(struct harness *harness, struct sessions_instances *all)
{
    for (int i = 0; i < INSTANCES; i++)
        assert_int_equal(look(harness, all, i), STATUS_NOT_FOUND);
}

static void what_was_found_is_remembered(struct harness *harness, void *context)
{
    struct sessions_instances *all = context;
    log_in(harness, all);
    all_have_seen_it(harness, all);
    harness_sql(harness, "DELETE FROM users.sessions"); /* nobody has told the shop */
    assert_int_equal(look(harness, all, THERE), STATUS_OK);
    all->of[THERE].kv.is_cut = true;
    assert_int_equal(look(harness, all, THERE), STATUS_NOT_FOUND);
}

static void ended_in_one_is_ended_in_all(struct harness *harness, void *context)
{
    struct sessions_instances *all = context;
    log_in(harness, all);
    all_have_seen_it(harness, all);
    assert_true(log_out(harness, all, HERE) < SESSIONS_TRUST_MS); /* nothing to wait for */
    nobody_finds_it(harness, all);
}

static void ended_without_redis_is_ended_in_all(struct harness *harness, void *context)
{
    struct sessions_instances *all = context;
    log_in(harness, all);
    all_have_seen_it(harness, all);
    all->of[HERE].kv.is_cut = true; /* the others still reach it, and remember */
    assert_int_equal(look(harness, all, THERE), STATUS_OK);
    const int64_t took_ms = log_out(harness, all, HERE);
    assert_true(took_ms >= SESSIONS_TRUST_MS);
    nobody_finds_it(harness, all);
}

/* The other instance does not know yet that a generation has ended when the session is marked in the new one. */
static void ended_after_a_new_generation_is_ended_in_all(struct harness *harness, void *context)
{
    struct sessions_instances *all = context;
    log_in(harness, all);
    all_have_seen_it(harness, all);                                   /* has asked just now */
    all->of[HERE].kv.news(all->of[HERE].kv.context, KV_ALL, NULL, 0); /* ends the generation … */
    assert_int_equal(look(harness, all, HERE), STATUS_OK); /* … with its next request */
    log_out(harness, all, HERE);
    nobody_finds_it(harness, all);
}

struct meanwhile {
    struct harness *harness;
    struct sessions_instances *all;
    bool done;
};

static void end_it(void *context)
{
    struct meanwhile *meanwhile = context;
    if (meanwhile->done) return;
    meanwhile->done = true;
    log_out(meanwhile->harness, meanwhile->all, HERE);
}

static void ended_between_finding_and_remembering(struct harness *harness, void *context)
{
    struct sessions_instances *all = context;
    struct meanwhile meanwhile = {harness, all, false};
    log_in(harness, all);
    all_have_seen_it(harness, all);
    /* as if Redis had forgotten it: the next one asks the database */
    char key[128];
    struct call *call = harness_call(harness);
    for (int generation = 0; generation < 20; generation++) {
        snprintf(key, sizeof(key), "session:%d:%s", generation, token);
        assert_status(call, STATUS_OK, kv_delete(all->of[HERE].kv.real, call, key));
    }
    all->of[THERE].stored.when_found = end_it;
    all->of[THERE].stored.context = &meanwhile;
    (void)look(harness, all, THERE); /* it asked before the end: either answer is right */
    assert_true(meanwhile.done);
    nobody_finds_it(harness, all);
}

/* What was ended is there again, and the mark is not: a snapshot of an hour ago. */
static void an_older_redis_brings_nothing_back(struct harness *harness, void *context)
{
    struct sessions_instances *all = context;
    struct call *call = harness_call(harness);
    char key[128], entry[64];
    log_in(harness, all);
    all_have_seen_it(harness, all);
    log_out(harness, all, HERE);
    const int length = snprintf(entry, sizeof(entry), "%" PRId64 " customer %" PRId64, all->user_id,
                                clock_wall_ms() + 600000);
    for (int generation = 0; generation < 20; generation++) {
        snprintf(key, sizeof(key), "session:%d:%s", generation, token);
        struct kv *real = all->of[HERE].kv.real;
        if (generation < 10) /* those there can have been so far, and a few more */
            assert_status(call, STATUS_OK, kv_set(real, call, key, entry, (size_t)length, 600000));
    }
    harness_sql(harness, "UPDATE users.session_generation SET generation = 9");
    for (int i = 0; i < INSTANCES; i++) { /* everybody has lost the connection */
        all->of[i].kv.news(all->of[i].kv.context, KV_LOST, NULL, 0);
        all->of[i].kv.news(all->of[i].kv.context, KV_ALL, NULL, 0);
    }
    nobody_finds_it(harness, all);
}

static const struct port_case cases[] = {
    {"what was found is remembered", what_was_found_is_remembered},
    {"ended in one is ended in all", ended_in_one_is_ended_in_all},
    {"ended without Redis is ended in all", ended_without_redis_is_ended_in_all},
    {"ended after a new generation is ended in all", ended_after_a_new_generation_is_ended_in_all},
    {"ended between finding and remembering", ended_between_finding_and_remembering},
    {"an older Redis brings nothing back", an_older_redis_brings_nothing_back},
};
const struct port_suite sessions_instances_suite = {cases, sizeof(cases) / sizeof(cases[0])};
