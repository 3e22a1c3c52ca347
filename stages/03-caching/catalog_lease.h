/* What has changed in the catalog, known for certain up to a moment that is at most a lease ago.
 *
 * This is what makes a copy trustworthy, wherever it lies: in this process, in Redis, or on its way between.
 * The catalog numbers its changes inside the transactions that make them (migrations/001). A copy says up to
 * which number it has seen them (`as_of`, taken before its first statement), and is good when nothing that it
 * depends on has changed since. So no message can be lost and no store need be told: a copy that was made
 * from rows read before a change, and stored after it, carries the older number and is refused.
 *
 * How a process knows the changes: it reads those it does not know yet, one small statement for all keys, at
 * most twenty times a second and only while somebody asks. What it has read counts for one lease (100 ms)
 * from the moment *before* the statement was sent. And whoever changes the catalog waits one lease, after the
 * commit, before saying so:
 *
 *   change committed ──────── one lease ────────► acknowledged ──► a request begins
 *          any knowledge from before the commit has expired ─┘     and must rest on later knowledge
 *
 * That holds whatever is down, hung, slow, emptied or cut off from the others, for nothing is sent to anybody.
 * It rests on clocks that run at about the same speed (5 % are allowed for), not on what time they show, and on
 * one database: a replica that lags would need its own numbers.
 */
#ifndef STAGECRAFT_STAGES_CATALOG_LEASE_H
#define STAGECRAFT_STAGES_CATALOG_LEASE_H

#include "common/base/call.h"
#include "common/pg/pg.h"
#include "common/runtime/loop.h"

#include <stdatomic.h>

struct catalog_lease;

/* What a copy depends on. */
struct catalog_tag {
    uint64_t hash; /* 0: on the whole catalog */
};

struct catalog_tag catalog_tag_all(void);
struct catalog_tag catalog_tag_product(int64_t id);
struct catalog_tag catalog_tag_category(const char *slug);

struct catalog_lease *catalog_lease_new(struct arena *arena, struct loop *loop,
                                        struct pg_pool *pool);

/* Makes sure that all changes are known that were acknowledged before this call; mostly without waiting. */
enum status catalog_lease_hold(struct catalog_lease *lease, struct call *call);

/* The same, but also of those committed before this call. */
enum status catalog_lease_renew(struct catalog_lease *lease, struct call *call);

/* Waits until no one may rest on what was known before now: between a commit and saying so. */
void catalog_lease_wait_out(struct catalog_lease *lease);

/* --- what is known; after a hold --- */

/* Names the history that the numbers belong to; "" when the database keeps none: then nothing may be kept. */
const char *catalog_lease_log_id(const struct catalog_lease *lease);

/* Grows when that history ends and another begins. */
uint64_t catalog_lease_history(const struct catalog_lease *lease);

/* The number of the last change that is known. */
int64_t catalog_lease_seq(const struct catalog_lease *lease);

/* The number from which on a copy with this tag is good. */
int64_t catalog_lease_good_from(const struct catalog_lease *lease, struct catalog_tag tag);

/* How often it has asked the database. */
const _Atomic int64_t *catalog_lease_polls(const struct catalog_lease *lease);

#endif
