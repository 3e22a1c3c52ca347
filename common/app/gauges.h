/* Pool, task and loop numbers for /metrics.
 *
 * They live in plain fields of their loop's thread; once a second the loop copies them into atomics that
 * any thread's scrape may read.
 */
#ifndef STAGECRAFT_APP_GAUGES_H
#define STAGECRAFT_APP_GAUGES_H

#include "common/app/app.h"

/* Call after app->metrics exists; runs as long as the loop does. */
void gauges_start(struct app *app);

#endif
