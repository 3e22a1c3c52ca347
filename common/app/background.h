/* Work that no request asks for: settling orders, retrying receipts, publishing gauges.
 */
#ifndef STAGECRAFT_APP_BACKGROUND_H
#define STAGECRAFT_APP_BACKGROUND_H

#include "common/app/app.h"

/* Starts the jobs of this loop; the reconciler runs on loop 0 only, one round after another. They end
   when the process drains. */
enum status background_start(struct app *app);

#endif
