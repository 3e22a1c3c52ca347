/* users: who may book, and who may administer.
 *
 * The port stores accounts; the rules below (users.c) register and authenticate on top of it. A password
 * exists only between the request body and argon2id; what is stored is libsodium's self-describing string.
 */
#ifndef STAGECRAFT_USERS_USERS_H
#define STAGECRAFT_USERS_USERS_H

#include "common/base/call.h"
#include "common/runtime/offload.h"

#include <stddef.h>

enum { USER_EMAIL_MAX = 254, USER_NAME_MAX = 100, USER_PASSWORD_MIN = 10, USER_PASSWORD_MAX = 200 };

struct user { /* text lives in the call's arena */
    int64_t id;
    const char *email; /* lower case, unique */
    const char *name;
    enum role role;
    int64_t created_ms;
};

struct user_query {
    const char *email;  /* exact, or NULL */
    const char *prefix; /* the e-mail begins with it, or NULL; exactly one of the two */
    int64_t after_id;   /* keyset: users with a larger id; 0 from the start */
    int limit;
};

struct user_page {
    struct user *users;
    int count;
    bool more; /* another page follows after users[count - 1] */
};

/* --- the port --- */

struct users;

/* STATUS_CONFLICT when the e-mail is taken. */
typedef enum status users_insert_fn(struct users *users, struct call *call, const char *email,
                                    const char *name, const char *password_hash, enum role role,
                                    struct user *out);
typedef enum status users_find_fn(struct users *users, struct call *call, int64_t id,
                                  struct user *out);
/* The account and its password hash; STATUS_NOT_FOUND when there is none. */
typedef enum status users_credentials_fn(struct users *users, struct call *call, const char *email,
                                         struct user *out, const char **password_hash);
typedef enum status users_search_fn(struct users *users, struct call *call,
                                    const struct user_query *query, struct user_page *out);

struct users_ops {
    users_insert_fn *insert;
    users_find_fn *find;
    users_credentials_fn *credentials;
    users_search_fn *search;
};

struct users {
    const struct users_ops *ops;
};

static inline enum status users_insert(struct users *users, struct call *call, const char *email,
                                       const char *name, const char *password_hash, enum role role,
                                       struct user *out)
{
    return users->ops->insert(users, call, email, name, password_hash, role, out);
}

static inline enum status users_credentials(struct users *users, struct call *call,
                                            const char *email, struct user *out,
                                            const char **password_hash)
{
    return users->ops->credentials(users, call, email, out, password_hash);
}

static inline enum status users_find(struct users *users, struct call *call, int64_t id,
                                     struct user *out)
{
    return users->ops->find(users, call, id, out);
}

static inline enum status users_search(struct users *users, struct call *call,
                                       const struct user_query *query, struct user_page *out)
{
    return users->ops->search(users, call, query, out);
}

struct pg_pool;
struct users *users_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write);

/* --- the rules (users.c, passwords.c) --- */

/* "customer" and "admin": in answers and in the database. */
const char *users_role_name(enum role role);
enum role users_role(const char *name);

/* The address in lower case, in the call's arena; NULL when it is not an address we can write to. */
const char *users_normal_email(struct call *call, const char *email);

/* Where password hashing runs. */
struct users_hashing {
    struct offload *offload;
    struct loop *loop;
};

struct new_user {
    const char *email, *name, *password;
};

/* Records a call field for each wrong one; `email` becomes the normal form. users_register() does this. */
enum status users_check_new(struct call *call, const struct new_user *new_user, const char **email);

/* Checks the fields (call fields), hashes off the loop, stores. A taken e-mail is STATUS_CONFLICT. */
enum status users_register(struct users *users, const struct users_hashing *hashing,
                           struct call *call, const struct new_user *new_user, struct user *out);

/* STATUS_UNAUTHENTICATED with the same message and the same work whether the account or the password is
   wrong. */
enum status users_authenticate(struct users *users, const struct users_hashing *hashing,
                               struct call *call, const char *email, const char *password,
                               struct user *out);

/* Argon2id off the loop: the stored form of a password, and whether a password fits a stored form. */
enum status users_hash_password(const struct users_hashing *hashing, struct call *call,
                                const char *password, const char **out);
enum status users_verify_password(const struct users_hashing *hashing, struct call *call,
                                  const char *password, const char *stored, bool *fits);

/* A stored form that no password fits, as dear to verify as a real one. */
extern const char users_nobodys_password[];

/* Opaque page cursors of the search. One that is not ours is STATUS_MALFORMED. */
const char *users_cursor(struct call *call, const struct user *last);
enum status users_read_cursor(struct call *call, const char *cursor, struct user_query *query);

#endif
