/* What was acknowledged, order by order, for whoever compares it with the database afterwards.
 *
 * A line is given to the system when the outcome is known, so a generator that is killed has lost none of
 * what it was told. It is not synced: the machine is not what is tested.
 */
#ifndef STAGECRAFT_LOAD_LEDGER_H
#define STAGECRAFT_LOAD_LEDGER_H

#include "common/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEDGER_KEY_MAX = 64 };

struct ledger;

struct ledger_line {
    const char *key, *outcome;
    int status;                           /* of the last answer, 0: there was none */
    int64_t order_id, total_cents;        /* order_id 0: the answer had none */
    const char *product, *day, *quantity; /* NULL: the mix has no such value */
    int tries;
    bool replayed;
};

/* Makes or empties the file and writes the header. STATUS_UNAVAILABLE: errno says why. */
enum status ledger_open(struct ledger **out, const char *path);

void ledger_add(struct ledger *ledger, const struct ledger_line *line);

/* False: some line could not be written. */
bool ledger_close(struct ledger *ledger);

/* Reads id and total_cents of an order's JSON; leaves them 0 when they are not there. */
void ledger_read_order(const char *text, size_t length, int64_t *order_id, int64_t *total_cents);

#endif
