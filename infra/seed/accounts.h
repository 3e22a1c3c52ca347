/* The accounts somebody can log in to: read from a file, checked and hashed as the shop does it.
 *
 * The file has a line for each: "admin admin@shop.example the-password" (role, e-mail, password).
 * Passwords are in memory only as long as it takes to hash them, and never in a message.
 */
#ifndef STAGECRAFT_SEED_ACCOUNTS_H
#define STAGECRAFT_SEED_ACCOUNTS_H

#include "infra/seed/plan.h"

enum { ACCOUNTS_ERROR = 256 };

struct accounts {
    struct plan_account list[PLAN_ACCOUNTS_MAX];
    int count;
    const char *shopper_password_hash;
};

/* For a dry run: the two accounts that a local stack has, without passwords. */
void accounts_usual(struct accounts *out);

/* Reads and hashes; text lives in the arena. `shopper_file` holds the password of all other
   users; NULL: one that nobody knows. STATUS_MALFORMED with a sentence in `error` that names
   file and line. */
enum status accounts_read(struct accounts *out, struct arena *arena, const char *file,
                          const char *shopper_file, char error[ACCOUNTS_ERROR]);

#endif
