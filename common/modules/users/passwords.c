/* Argon2id, made slow on purpose: whoever steals the table must pay this for every guess.
 *
 * The parameters are OWASP's minimum for argon2id: 19 MiB of memory, 2 passes, 1 lane; about 20 ms on one
 * core. More is safer and makes every login dearer; the stored string says its own parameters, so they can
 * be raised later without touching old accounts. The work runs on the offload threads: on the loop it
 * would stop every other request for that long.
 */
#include "common/modules/users/users.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

enum { ARGON2_PASSES = 2, ARGON2_MEMORY = 19 << 20 };

/* Of 32 random bytes that were thrown away; the parameters must be the ones above. */
const char users_nobodys_password[] = "$argon2id$v=19$m=19456,t=2,p=1$Jy/XSfErbCWmk8Kf+0IAUw$"
                                      "TKQybk8ul8BZjWwzIK79JXhdPFeyOOVhIR2odZAMt+I";

struct hash_work {
    const char *password;
    char stored[crypto_pwhash_STRBYTES];
    bool done; /* false: no memory */
};

static void hash(void *argument)
{
    struct hash_work *work = argument;
    work->done = crypto_pwhash_str(work->stored, work->password, strlen(work->password),
                                   ARGON2_PASSES, ARGON2_MEMORY) == 0;
}

enum status users_hash_password(const struct users_hashing *hashing, struct call *call,
                                const char *password, const char **out)
{
    struct hash_work work = {.password = password};
    enum status status = offload_run(hashing->offload, hashing->loop, call, hash, &work);
    if (status != STATUS_OK) return status;
    if (!work.done)
        return call_fail(call, STATUS_UNAVAILABLE, "there is no memory for the password right now");
    *out = arena_strdup(call->arena, work.stored);
    return STATUS_OK;
}

struct verify_work {
    const char *password, *stored;
    bool fits, no_memory;
};

static void verify(void *argument)
{
    struct verify_work *work = argument;
    errno = 0;
    work->fits =
        crypto_pwhash_str_verify(work->stored, work->password, strlen(work->password)) == 0;
    work->no_memory = !work->fits && errno == ENOMEM;
}

enum status users_verify_password(const struct users_hashing *hashing, struct call *call,
                                  const char *password, const char *stored, bool *fits)
{
    struct verify_work work = {.password = password, .stored = stored};
    enum status status = offload_run(hashing->offload, hashing->loop, call, verify, &work);
    if (status != STATUS_OK) return status;
    if (work.no_memory)
        return call_fail(call, STATUS_UNAVAILABLE, "there is no memory for the password right now");
    *fits = work.fits;
    return STATUS_OK;
}
