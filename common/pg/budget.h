/* Do the connections that all processes together may open fit into what the server takes?
 *
 * A pool that cannot have its connections works, more slowly, and fails when everybody is busy: at the worst time,
 * and in whichever process comes last. So the sum is made when a process starts, and one that does not add up
 * refuses to.
 */
#ifndef STAGECRAFT_PG_BUDGET_H
#define STAGECRAFT_PG_BUDGET_H

#include "common/base/status.h"

#include <stdint.h>

struct pg_budget {
    int64_t processes, loops, connections; /* of each loop of each process */
};

/* Asks the server at `url`, on the caller's thread. STATUS_CONFLICT with the sum in `error` when it takes fewer; a
   server that cannot be asked now is not an error: the pools will find out when it is back. */
enum status pg_budget_check(const char *url, const struct pg_budget *budget, char error[256]);

#endif
