/* The provider's ledger: every movement of money it has ever made, in order, on disk before it is answered.
 *
 * Two kinds of keys, which do not meet: a charge's and a refund's. A charge's key ends in one of three
 * ways and then never changes: charged, declined, or voided (closed before anything happened). An entry
 * is one line of JSON appended with one write(2); at start the file is read back. It survives the death of
 * the program; a loss of power may cost the last lines, as nothing is synced: this is a stand-in.
 */
#ifndef STAGECRAFT_SANDBOX_LEDGER_H
#define STAGECRAFT_SANDBOX_LEDGER_H

#include "common/base/call.h"

enum {
    LEDGER_KEY_MAX = 64,
    LEDGER_ID_MAX = 28,
    LEDGER_CURRENCY_MAX = 3,
    LEDGER_REFERENCE_MAX = 64,
    LEDGER_ENTRIES_MAX = 4 * 1000 * 1000, /* about 1 GiB */
};

#define LEDGER_AMOUNT_MAX INT64_C(1000000000000)

enum ledger_kind { LEDGER_CHARGE, LEDGER_REFUND, LEDGER_DECLINE, LEDGER_VOID };

const char *ledger_kind_name(enum ledger_kind kind); /* "charge" */

struct ledger_entry {
    int64_t seq; /* from 1, without gaps */
    enum ledger_kind kind;
    const char *key, *id; /* id: "ch_…" or "re_…" */
    int64_t amount_cents, at_ms;
    const char *currency, *reference; /* of a charge or decline; else "" */
    const char *charge_key;           /* of a refund: whose money; else "" */
    uint64_t fingerprint;             /* of the request: the same key must mean the same */
    int64_t refunded_cents;           /* of a charge: sum of its refunds */
};

struct ledger_totals {
    int64_t charged_cents, refunded_cents;
    int64_t charges, refunds, declines, voids;
};

struct ledger;

/* Reads the file, or makes it. A last line that was cut short is dropped. STATUS_MALFORMED with
   "path:line: …" in `error` for anything else that cannot be right; STATUS_UNAVAILABLE when the file
   cannot be opened. */
enum status ledger_open(const char *path, struct ledger **out, char error[256]);
void ledger_close(struct ledger *ledger);

/* NULL when the key has not been used. The entries live as long as the ledger. */
const struct ledger_entry *ledger_find_charge(const struct ledger *ledger, const char *key);
const struct ledger_entry *ledger_find_refund(const struct ledger *ledger, const char *key);

/* Writes `entry` (everything but seq, id, at_ms and refunded_cents is given) and says where it is kept.
   The key must be new; a refund must fit its charge. STATUS_UNAVAILABLE: the disk or the ledger is full,
   and nothing has happened. */
enum status ledger_record(struct ledger *ledger, struct call *call,
                          const struct ledger_entry *entry, const struct ledger_entry **out);

/* Entries behind `after`, oldest first: how many there are, up to `limit`, and the first of them. */
int ledger_list(const struct ledger *ledger, int64_t after, int limit,
                const struct ledger_entry *const **out);

void ledger_totals(const struct ledger *ledger, struct ledger_totals *out);

/* How often this key of a charge has been tried without an entry, this time included: for the flaky
   card. Forgotten at restart. */
int ledger_count_attempt(struct ledger *ledger, const char *key);

#endif
