/* An entry is the session in four words of text, or a dash for one that was ended. Everything that goes wrong with
 * Redis is forgiven here: it never fails a request, it only costs a question to the database.
 */
#include "stages/04-horizontal/sessions_redis.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/runtime/task.h"
#include "stages/03-caching/counter.h"
#include "statements.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 128, ENTRY_MAX = 96 };

static const char ended[] = "-";

struct sessions_redis {
    struct sessions port;
    struct loop *loop;
    struct sessions *stored;
    struct kv *kv;
    struct pg_pool *primary;
    int64_t generation;
    int64_t trusted_until_ms; /* monotonic; 0: not at all */
    bool broken; /* the connection was lost: a new generation, before anything is believed */
    bool asking; /* somebody finds out about the generation; others do without meanwhile */
    struct sessions_redis_counters counters;
};

/* --- generations --- */

static void on_news(void *context, enum kv_news news, const char *key, size_t length)
{
    struct sessions_redis *self = context;
    (void)key, (void)length;
    if (news == KV_CHANGED) return;
    self->broken = true;
    self->trusted_until_ms = 0;
}

static enum status end_generation(struct sessions_redis *self, struct call *call,
                                  int64_t *generation)
{
    struct pg_rows rows;
    enum status status =
        pg_write(self->primary, call, &users_session_generation_end_sql, PG_NO_ARGS, &rows);
    if (status != STATUS_OK) return status;
    *generation = pg_int64(&rows, 0, 0);
    counter_add(&self->counters.generations, 1);
    return STATUS_OK;
}

static enum status ask_generation(struct sessions_redis *self, struct call *call,
                                  int64_t *generation, int64_t *age_ms)
{
    struct pg_rows rows;
    enum status status =
        pg_read(self->primary, call, &users_session_generation_sql, PG_NO_ARGS, &rows);
    if (status != STATUS_OK) return status;
    *generation = pg_int64(&rows, 0, 0);
    *age_ms = pg_int64(&rows, 0, 1);
    return STATUS_OK;
}

/* Makes sure of the generation, for another SESSIONS_TRUST_MS from now: from before the question. */
static void renew(struct sessions_redis *self, struct call *call)
{
    const int64_t began_ms = clock_monotonic_ms();
    const bool was_broken = self->broken;
    int64_t generation, age_ms;
    self->asking = true;
    self->broken = false; /* news that come while we ask set it again */
    const enum status status = was_broken ? end_generation(self, call, &generation)
                                          : ask_generation(self, call, &generation, &age_ms);
    self->asking = false;
    if (status != STATUS_OK) {
        self->broken |= was_broken;
        call_forgive(call);
        return;
    }
    if (self->broken) return;
    self->generation = generation;
    self->trusted_until_ms = began_ms + SESSIONS_TRUST_MS;
}

/* May what is remembered be believed now? Asks when it is time to; who comes meanwhile does not wait. */
static bool trusts(struct sessions_redis *self, struct call *call)
{
    if (!kv_is_up(self->kv)) return false;
    const int64_t left_ms = self->trusted_until_ms - clock_monotonic_ms();
    if (left_ms < SESSIONS_TRUST_MS / 2 && !self->asking) renew(self, call);
    return clock_monotonic_ms() < self->trusted_until_ms;
}

/* --- entries --- */

static void write_key(char out[KEY_MAX], int64_t generation, const char *token_hash)
{
    snprintf(out, KEY_MAX, "session:%" PRId64 ":%s", generation, token_hash);
}

static bool read_entry(const char *text, size_t length, struct session *out)
{
    char copy[ENTRY_MAX], role[16];
    if (length >= sizeof(copy)) return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (sscanf(copy, "%" SCNd64 " %15s %" SCNd64, &out->user_id, role, &out->expires_ms) != 3)
        return false;
    out->role = users_role(role);
    return true;
}

/* Remembers it unless something is known about it already. */
static void remember(struct sessions_redis *self, struct call *call, const char *key,
                     const struct session *session)
{
    char entry[ENTRY_MAX];
    int64_t ttl_ms = session->expires_ms - clock_wall_ms();
    if (ttl_ms > SESSIONS_ENTRY_MS) ttl_ms = SESSIONS_ENTRY_MS;
    if (ttl_ms < 1) return;
    const int length = snprintf(entry, sizeof(entry), "%" PRId64 " %s %" PRId64, session->user_id,
                                users_role_name(session->role), session->expires_ms);
    if (kv_add(self->kv, call, key, entry, (size_t)length, ttl_ms) != STATUS_OK) call_forgive(call);
}

static enum status not_there(struct call *call)
{
    return call_fail(call, STATUS_NOT_FOUND, "there is no such session");
}

/* STATUS_NOT_FOUND: it was ended, or has expired. STATUS_UNAVAILABLE: nothing is known, nothing has failed. */
static enum status recall(struct sessions_redis *self, struct call *call, const char *key,
                          struct session *out)
{
    const char *text;
    size_t length;
    if (kv_get(self->kv, call, key, &text, &length) != STATUS_OK) {
        call_forgive(call);
        return STATUS_UNAVAILABLE;
    }
    if (length == sizeof(ended) - 1 && text[0] == ended[0]) return not_there(call);
    if (!read_entry(text, length, out)) return STATUS_UNAVAILABLE;
    return out->expires_ms > clock_wall_ms() ? STATUS_OK : not_there(call);
}

/* --- the port --- */

static enum status insert_session(struct sessions *sessions, struct call *call,
                                  const char *token_hash, const struct session *session)
{
    struct sessions_redis *self = (struct sessions_redis *)sessions;
    const bool trusted = trusts(self, call);
    char key[KEY_MAX];
    write_key(key, self->generation, token_hash);
    enum status status = sessions_insert(self->stored, call, token_hash, session);
    if (status == STATUS_OK && trusted) remember(self, call, key, session);
    return status;
}

static enum status find_session(struct sessions *sessions, struct call *call,
                                const char *token_hash, struct session *out)
{
    struct sessions_redis *self = (struct sessions_redis *)sessions;
    const bool trusted = trusts(self, call);
    char key[KEY_MAX];
    write_key(key, self->generation, token_hash); /* of now: what follows may take time */
    enum status status = trusted ? recall(self, call, key, out) : STATUS_UNAVAILABLE;
    if (status != STATUS_UNAVAILABLE) {
        counter_add(&self->counters.remembered, 1);
        return status;
    }
    counter_add(&self->counters.stored, 1);
    status = sessions_find(self->stored, call, token_hash, out);
    if (status == STATUS_OK && trusted) remember(self, call, key, out);
    return status;
}

/* Sets the mark, in the generation that there is now. `age_ms`: of the generation that holds from then on. */
static enum status mark_ended(struct sessions_redis *self, struct call *call,
                              const char *token_hash, int64_t *age_ms)
{
    char key[KEY_MAX];
    int64_t generation;
    enum status status = ask_generation(self, call, &generation, age_ms);
    if (status != STATUS_OK) return status;
    write_key(key, generation, token_hash);
    if (kv_set(self->kv, call, key, ended, sizeof(ended) - 1, SESSIONS_MARK_MS) == STATUS_OK)
        return STATUS_OK;
    call_forgive(call);
    log_warn("session_mark_not_set", call, LOG_INT("generation", generation));
    *age_ms = 0;
    return end_generation(self, call, &generation);
}

static enum status remove_session(struct sessions *sessions, struct call *call,
                                  const char *token_hash)
{
    struct sessions_redis *self = (struct sessions_redis *)sessions;
    int64_t age_ms;
    enum status status = sessions_remove(self->stored, call, token_hash);
    if (status == STATUS_OK) status = mark_ended(self, call, token_hash, &age_ms);
    if (status == STATUS_OK && age_ms < SESSIONS_WAIT_MS)
        task_sleep(self->loop, SESSIONS_WAIT_MS - age_ms);
    return status;
}

struct sessions *sessions_redis_new(struct arena *arena, struct loop *loop, struct sessions *stored,
                                    struct kv *kv, struct pg_pool *primary,
                                    const struct sessions_redis_counters **counters)
{
    static const struct sessions_ops ops = {
        .insert = insert_session, .find = find_session, .remove = remove_session};
    struct sessions_redis *self = arena_new(arena, struct sessions_redis);
    *self = (struct sessions_redis){.port = {&ops},
                                    .loop = loop,
                                    .stored = stored,
                                    .kv = kv,
                                    .primary = primary,
                                    .broken = true};
    /* no key begins like this: only the loss of the connection is news */
    kv_track(kv, "no session:", on_news, self);
    *counters = &self->counters;
    return &self->port;
}
