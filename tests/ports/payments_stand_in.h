/* A payment provider of the tests' own: in memory, with cards that misbehave on demand, and a memory of
 * what it was asked. What the shop believes is compared with what this knows.
 *
 *   card_ok        charges          card_declined   says no
 *   card_silent    charges, then the answer is lost        card_lost   the request never arrives
 *   card_away      cannot be reached
 */
#ifndef STAGECRAFT_TESTS_PAYMENTS_STAND_IN_H
#define STAGECRAFT_TESTS_PAYMENTS_STAND_IN_H

#include "common/modules/payments/payments.h"
#include "common/runtime/loop.h"

enum { STAND_IN_ENTRIES_MAX = 256 };

struct stand_in_charge {
    int64_t order_id, amount_cents, refunded_cents;
    enum payment_outcome outcome;
};

struct payments_stand_in {
    struct payments port; /* first: the port is this */
    struct loop *loop;
    bool away; /* nothing reaches it */
    struct stand_in_charge charges[STAND_IN_ENTRIES_MAX];
    int charge_count;
    char refund_keys[STAND_IN_ENTRIES_MAX][64];
    int refund_count;
    int settled;        /* times it was asked for an outcome */
    int64_t mute_order; /* will not tell what became of this one */
};

struct payments_stand_in *payments_stand_in_new(struct arena *arena, struct loop *loop);

/* The one charge of an order, or NULL; fails the test when there are two. */
const struct stand_in_charge *stand_in_find(const struct payments_stand_in *payments,
                                            int64_t order_id);

/* Money it holds: charged and not given back. */
int64_t stand_in_balance(const struct payments_stand_in *payments);

#endif
