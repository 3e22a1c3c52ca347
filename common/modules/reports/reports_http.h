/* The routes of reports. */
#ifndef STAGECRAFT_REPORTS_REPORTS_HTTP_H
#define STAGECRAFT_REPORTS_REPORTS_HTTP_H

#include "common/app/app.h"

void reports_http_add(struct router *router, struct app *app);

#endif
