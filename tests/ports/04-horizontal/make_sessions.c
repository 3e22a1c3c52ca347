/* Sessions as stage 04's wire() makes them. Redis outlives a case, unlike the rows of the database, so what the cases'
 * tokens may have left there is removed first.
 */
#include "common/base/clock.h"
#include "common/runtime/task.h"
#include "stages/04-horizontal/sessions_redis.h"
#include "tests/ports/04-horizontal/cases.h"
#include "tests/ports/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UP_MS = 5000, GENERATIONS_MAX = 30, COMMAND_MS = 2000 };

const char *server_url(const char *variable)
{
    const char *url = getenv(variable);
    if (!url || url[0] == '\0') fail_msg("%s must name the server", variable);
    return url;
}

static void close_kv(void *kv)
{
    kv_redis_close(kv);
}

static struct kv *open_kv(struct harness *harness, const char *url)
{
    const struct kv_redis_options options = {
        .url = url, .timeout_ms = COMMAND_MS, .retry_max_ms = 200};
    struct kv *kv;
    assert_int_equal(kv_redis_open(harness->loop, &options, &kv), STATUS_OK);
    harness_at_end(harness, close_kv, kv);
    return kv;
}

static void wait_until_up(struct harness *harness, struct kv *kv)
{
    const int64_t until_ms = clock_monotonic_ms() + UP_MS;
    while (!kv_is_up(kv)) {
        if (clock_monotonic_ms() > until_ms) fail_msg("Redis does not answer");
        task_sleep(harness->loop, 1);
    }
}

static void forget_all(struct harness *harness, struct kv *kv)
{
    struct call *call = harness_call(harness);
    for (int generation = 0; generation < GENERATIONS_MAX; generation++)
        for (char letter = 'a'; letter <= 'b'; letter++) {
            char key[128], hash[65] = "";
            memset(hash, letter, 64);
            snprintf(key, sizeof(key), "session:%d:%s", generation, hash);
            assert_status(call, STATUS_OK, kv_delete(kv, call, key));
        }
}

static struct sessions_subject *subject_of(struct harness *harness, struct sessions *sessions)
{
    struct sessions_subject *subject = arena_new(harness->arena, struct sessions_subject);
    subject->sessions = sessions;
    subject->users = users_pg_new(harness->arena, harness->pool, harness->pool);
    return subject;
}

static struct sessions *wrapped(struct harness *harness, struct sessions *stored, struct kv *kv)
{
    const struct sessions_redis_counters *counters;
    return sessions_redis_new(harness->arena, harness->loop, stored, kv, harness->pool, &counters);
}

static struct sessions *stored(struct harness *harness)
{
    return sessions_pg_new(harness->arena, harness->pool, harness->pool);
}

void *make_sessions_redis(struct harness *harness)
{
    struct kv *kv = open_kv(harness, server_url("TEST_SESSIONS_URL"));
    struct sessions *sessions = wrapped(harness, stored(harness), kv);
    wait_until_up(harness, kv);
    forget_all(harness, kv);
    return subject_of(harness, sessions);
}

/* Nobody listens on port 1. */
void *make_sessions_redis_dead(struct harness *harness)
{
    struct kv *kv = open_kv(harness, "redis://127.0.0.1:1/0");
    return subject_of(harness, wrapped(harness, stored(harness), kv));
}

/* --- several instances --- */

static enum status cut_off(struct call *call)
{
    return call_fail(call, STATUS_UNAVAILABLE, "the cache is away");
}

static enum status get(struct kv *kv, struct call *call, const char *key, const char **value,
                       size_t *length)
{
    struct cuttable *self = (struct cuttable *)kv;
    return self->is_cut ? cut_off(call) : kv_get(self->real, call, key, value, length);
}

static enum status set(struct kv *kv, struct call *call, const char *key, const char *value,
                       size_t length, int64_t ttl_ms)
{
    struct cuttable *self = (struct cuttable *)kv;
    return self->is_cut ? cut_off(call) : kv_set(self->real, call, key, value, length, ttl_ms);
}

static enum status add(struct kv *kv, struct call *call, const char *key, const char *value,
                       size_t length, int64_t ttl_ms)
{
    struct cuttable *self = (struct cuttable *)kv;
    return self->is_cut ? cut_off(call) : kv_add(self->real, call, key, value, length, ttl_ms);
}

static void track(struct kv *kv, const char *prefix, kv_news_fn *news, void *context)
{
    struct cuttable *self = (struct cuttable *)kv;
    (void)prefix;
    self->news = news;
    self->context = context;
}

static bool is_up(const struct kv *kv)
{
    return !((const struct cuttable *)kv)->is_cut;
}

static enum status held_insert(struct sessions *sessions, struct call *call, const char *token_hash,
                               const struct session *session)
{
    return sessions_insert(((struct held_sessions *)sessions)->real, call, token_hash, session);
}

static enum status held_find(struct sessions *sessions, struct call *call, const char *token_hash,
                             struct session *out)
{
    struct held_sessions *self = (struct held_sessions *)sessions;
    enum status status = sessions_find(self->real, call, token_hash, out);
    if (self->when_found) self->when_found(self->context);
    return status;
}

static enum status held_remove(struct sessions *sessions, struct call *call, const char *token_hash)
{
    return sessions_remove(((struct held_sessions *)sessions)->real, call, token_hash);
}

void *make_sessions_instances(struct harness *harness)
{
    static const struct kv_ops kv_ops = {
        .get = get, .set = set, .add = add, .track = track, .is_up = is_up};
    static const struct sessions_ops held_ops = {
        .insert = held_insert, .find = held_find, .remove = held_remove};
    struct sessions_instances *all = arena_new(harness->arena, struct sessions_instances);
    struct kv *real = open_kv(harness, server_url("TEST_SESSIONS_URL"));
    wait_until_up(harness, real);
    forget_all(harness, real);
    for (int i = 0; i < INSTANCES; i++) {
        all->of[i].kv = (struct cuttable){.port = {&kv_ops}, .real = real};
        all->of[i].stored = (struct held_sessions){.port = {&held_ops}, .real = stored(harness)};
        all->of[i].sessions = wrapped(harness, &all->of[i].stored.port, &all->of[i].kv.port);
    }
    struct users *users = users_pg_new(harness->arena, harness->pool, harness->pool);
    struct call *call = harness_call(harness);
    struct user user;
    assert_status(call, STATUS_OK,
                  users_insert(users, call, "ada@example.org", "Ada",
                               "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", ROLE_CUSTOMER,
                               &user));
    all->user_id = user.id;
    return all;
}
