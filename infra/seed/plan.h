/* What is settled before the first row: how much, until when, and which products there are.
 *
 * Products are made first because everything refers to them: an order line needs title, price and
 * capacity. Popularity is a rank: rank 0 sells most. Which product has which rank is a shuffle, so
 * that popular ones are found all over the table as in life.
 */
#ifndef STAGECRAFT_SEED_PLAN_H
#define STAGECRAFT_SEED_PLAN_H

#include "common/base/arena.h"
#include "infra/seed/growth.h"
#include "infra/seed/pictures/pictures.h"
#include "infra/seed/sizes.h"

#include <stdbool.h>

enum {
    PLAN_TITLE_MAX = 64,
    PLAN_DAYS = STORY_DAYS + AHEAD_DAYS + 1, /* on which something can be booked */
    PLAN_PER_DAY_MAX = 30000,
    PLAN_ACCOUNTS_MAX = 8,
};

/* What all prices are in. */
#define SEED_CURRENCY "EUR"

/* Random streams, one for each kind of thing. */
enum {
    STREAM_SHUFFLE = 1,
    STREAM_PRODUCTS,
    STREAM_USERS,
    STREAM_ORDERS,
    STREAM_DAYS,
    STREAM_TEXTS = 1 << 20
};

/* An account with a password somebody knows; it comes before all other users. */
struct plan_account {
    const char *email, *name, *role;
    const char *password_hash; /* NULL in a dry run */
};

struct plan_product {
    char title[PLAN_TITLE_MAX];
    int32_t category; /* index in words.h */
    int32_t rank, per_day, rating_tenths, rating_count, version;
    int64_t price_cents, created_ms, updated_ms;
    bool featured, active;
};

struct plan {
    struct size size;
    uint64_t seed;
    int32_t today;     /* the story ends with its beginning */
    int32_t first_day; /* of the story: today - STORY_DAYS */
    struct growth users, products_growth;
    const struct plan_product *products; /* by id - 1 */
    const int32_t *by_rank;              /* index in products */
    int32_t visit_weights[PLAN_DAYS];    /* from first_day on */
    const struct plan_account *accounts;
    int account_count;
    int64_t demo_user;                 /* id of the first account that is a customer's, 0: none */
    const char *shopper_password_hash; /* of all other users; NULL in a dry run */
    const struct pictures *pictures;   /* NULL in a dry run */
    struct provider *provider; /* whose side of the orders is written, too (provider.h); or NULL */
};

/* `today` is a day since 1970-01-01. The accounts are borrowed; everything else lives in the arena.
 */
void plan_make(struct plan *out, struct arena *arena, const struct size *size, uint64_t seed,
               int32_t today, const struct plan_account *accounts, int account_count);

/* How much room in an arena a plan of that size takes. */
size_t plan_bytes(const struct size *size);

#endif
