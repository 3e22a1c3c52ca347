/* Sessions on PostgreSQL: one row each, found by the hash of its token.
 *
 * Nobody ends most sessions; they expire. Now and then a login therefore also removes a batch of expired
 * rows, so that the table does not grow for ever; failing at that does not fail the login. All reads go
 * where sessions are written: a token must hold from the moment it is handed out, and must not hold after
 * it was ended.
 */
#include "common/modules/users/sessions.h"

#include "common/base/clock.h"
#include "common/pg/pg.h"
#include "statements.h"

enum { SWEEP_EVERY_MS = 60000, SWEEP_MAX = 1000 };

struct sessions_pg {
    struct sessions port;
    struct pg_pool *write;
    int64_t sweep_at_ms; /* monotonic: the next login after this sweeps */
};

static void sweep(struct sessions_pg *self, struct call *call)
{
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms < self->sweep_at_ms) return;
    self->sweep_at_ms = now_ms + SWEEP_EVERY_MS;
    enum status status =
        pg_write(self->write, call, &users_session_sweep_sql, PG_ARGS(PG_INT(SWEEP_MAX)), NULL);
    if (status != STATUS_OK) call_forgive(call);
}

static enum status insert_session(struct sessions *sessions, struct call *call,
                                  const char *token_hash, const struct session *session)
{
    struct sessions_pg *self = (struct sessions_pg *)sessions;
    enum status status =
        pg_write(self->write, call, &users_session_insert_sql,
                 PG_ARGS(PG_TEXT(token_hash), PG_INT(session->user_id),
                         PG_TEXT(users_role_name(session->role)), PG_INT(session->expires_ms)),
                 NULL);
    if (status == STATUS_OK) sweep(self, call);
    return status;
}

static enum status find_session(struct sessions *sessions, struct call *call,
                                const char *token_hash, struct session *out)
{
    struct sessions_pg *self = (struct sessions_pg *)sessions;
    struct pg_rows rows;
    enum status status =
        pg_read(self->write, call, &users_session_find_sql, PG_ARGS(PG_TEXT(token_hash)), &rows);
    if (status != STATUS_OK) return status;
    if (rows.count == 0) return call_fail(call, STATUS_NOT_FOUND, "there is no such session");
    *out = (struct session){
        .user_id = pg_int64(&rows, 0, 0),
        .role = users_role(pg_text(&rows, 0, 1)),
        .expires_ms = pg_time_ms(&rows, 0, 2),
    };
    return STATUS_OK;
}

static enum status remove_session(struct sessions *sessions, struct call *call,
                                  const char *token_hash)
{
    struct sessions_pg *self = (struct sessions_pg *)sessions;
    return pg_write(self->write, call, &users_session_remove_sql, PG_ARGS(PG_TEXT(token_hash)),
                    NULL);
}

static const struct sessions_ops ops = {
    .insert = insert_session,
    .find = find_session,
    .remove = remove_session,
};

struct sessions *sessions_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write)
{
    (void)read;
    struct sessions_pg *self = arena_new(arena, struct sessions_pg);
    *self = (struct sessions_pg){.port = {.ops = &ops}, .write = write};
    return &self->port;
}
