/* Pool, task and loop numbers for /metrics.
 *
 * They live in plain fields of their loop's thread; once a second the loop copies them into atomics that
 * any thread's scrape may read.
 */
#ifndef STAGECRAFT_APP_GAUGES_H
#define STAGECRAFT_APP_GAUGES_H

#include "common/app/app.h"

/* Adds a number to them, during wire(): an atomic that this loop writes and any thread may read.
   The texts live as long as it. Numbers of the same name are added up over loops. */
void gauges_add(struct app *app, const char *name, const char *type, const char *help,
                const _Atomic int64_t *value);

/* Call after app->metrics exists; runs as long as the loop does. */
void gauges_start(struct app *app);

#endif
