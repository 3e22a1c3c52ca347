/* sessions: a bearer token, and whom it stands for, until it expires or is ended.
 *
 * The token is 32 random bytes given to the client once; only its SHA-256 is stored, so a stolen table
 * logs nobody in. A port of its own, because later stages move it out of the database.
 */
#ifndef STAGECRAFT_USERS_SESSIONS_H
#define STAGECRAFT_USERS_SESSIONS_H

#include "common/modules/users/users.h"

struct session {
    int64_t user_id;
    enum role role;
    int64_t expires_ms; /* wall clock */
};

struct sessions;

typedef enum status sessions_insert_fn(struct sessions *sessions, struct call *call,
                                       const char *token_hash, const struct session *session);
/* STATUS_NOT_FOUND when there is none or it has expired. */
typedef enum status sessions_find_fn(struct sessions *sessions, struct call *call,
                                     const char *token_hash, struct session *out);
/* Removing what is not there is fine. */
typedef enum status sessions_remove_fn(struct sessions *sessions, struct call *call,
                                       const char *token_hash);

struct sessions_ops {
    sessions_insert_fn *insert;
    sessions_find_fn *find;
    sessions_remove_fn *remove;
};

struct sessions {
    const struct sessions_ops *ops;
};

static inline enum status sessions_insert(struct sessions *sessions, struct call *call,
                                          const char *token_hash, const struct session *session)
{
    return sessions->ops->insert(sessions, call, token_hash, session);
}

static inline enum status sessions_find(struct sessions *sessions, struct call *call,
                                        const char *token_hash, struct session *out)
{
    return sessions->ops->find(sessions, call, token_hash, out);
}

static inline enum status sessions_remove(struct sessions *sessions, struct call *call,
                                          const char *token_hash)
{
    return sessions->ops->remove(sessions, call, token_hash);
}

struct sessions *sessions_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write);

/* --- the rules (sessions.c) --- */

/* Starts a session of `lifetime_ms`; `token` lives in the call's arena and is never logged. */
enum status sessions_start(struct sessions *sessions, struct call *call, const struct user *user,
                           int64_t lifetime_ms, const char **token, int64_t *expires_ms);

/* router_identify_fn with a struct sessions * as context: fills the call's user. */
enum status sessions_identify(void *sessions, struct call *call, const char *token);

/* Ends the session this call came with. */
enum status sessions_end(struct sessions *sessions, struct call *call);

#endif
