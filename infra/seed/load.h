/* The load as a whole: which sources run side by side, into which tables, in which order.
 */
#ifndef STAGECRAFT_SEED_LOAD_H
#define STAGECRAFT_SEED_LOAD_H

#include "infra/seed/plan.h"
#include "infra/seed/table.h"

/* Makes all rows of the plan. With a url they are loaded, all or none; without (NULL) they are
   only counted and summed. `tables` are the caller's, from tables_init(). `quiet`: no line for
   each table. */
enum status load_run(const struct plan *plan, const char *url, bool quiet,
                     struct table tables[TABLE_COUNT], char error[COPY_ERROR]);

#endif
