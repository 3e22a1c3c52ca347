/* The rules of sessions. The token is 32 random bytes, so it cannot be guessed and needs no slow hash: one
 * SHA-256 turns it into what is stored. Whoever asks with something that cannot be a token of ours is
 * turned away without asking the store.
 */
#include "common/modules/users/sessions.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"

#include <string.h>

enum { TOKEN_TEXT = 43 }; /* 32 bytes in base64url */

enum status sessions_start(struct sessions *sessions, struct call *call, const struct user *user,
                           int64_t lifetime_ms, const char **token, int64_t *expires_ms)
{
    const char *fresh = bytes_random_token(call->arena);
    char hash[BYTES_SHA256_HEX];
    bytes_sha256_hex(fresh, strlen(fresh), hash);
    const struct session session = {
        .user_id = user->id,
        .role = user->role,
        .expires_ms = clock_wall_ms() + lifetime_ms,
    };
    enum status status = sessions_insert(sessions, call, hash, &session);
    if (status != STATUS_OK) return status;
    *token = fresh;
    *expires_ms = session.expires_ms;
    return STATUS_OK;
}

static enum status does_not_hold(struct call *call)
{
    return call_fail(call, STATUS_UNAUTHENTICATED, "the token is unknown, ended or expired");
}

enum status sessions_identify(void *context, struct call *call, const char *token)
{
    struct sessions *sessions = context;
    if (strlen(token) != TOKEN_TEXT) return does_not_hold(call);
    char hash[BYTES_SHA256_HEX];
    bytes_sha256_hex(token, TOKEN_TEXT, hash);

    struct session session;
    enum status status = sessions_find(sessions, call, hash, &session);
    if (status == STATUS_NOT_FOUND) {
        call_forgive(call);
        return does_not_hold(call);
    }
    if (status != STATUS_OK) return status;
    call->user_id = session.user_id;
    call->role = session.role;
    call->token_hash = arena_strdup(call->arena, hash);
    return STATUS_OK;
}

enum status sessions_end(struct sessions *sessions, struct call *call)
{
    return sessions_remove(sessions, call, call->token_hash);
}
