/* Work that no request asks for: settling orders, retrying receipts, publishing gauges.
 */
#ifndef STAGECRAFT_APP_BACKGROUND_H
#define STAGECRAFT_APP_BACKGROUND_H

#include "common/app/app.h"

struct background;

/* Starts the jobs of this loop: the reconciler runs on loop 0 only, one round after another. NULL when
   there is nothing to do here or no task left to do it in (logged). */
struct background *background_start(struct app *app);

/* Lets the round that runs end and no other begin. NULL is fine. */
void background_stop(struct background *background);

#endif
