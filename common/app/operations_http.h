/* Routes for those who run the shop: health, readiness, metrics, which stage this is.
 */
#ifndef STAGECRAFT_APP_OPERATIONS_HTTP_H
#define STAGECRAFT_APP_OPERATIONS_HTTP_H

#include "common/app/app.h"

void operations_http_add(struct router *router, struct app *app);

#endif
