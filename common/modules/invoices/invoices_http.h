/* The route of invoices. */
#ifndef STAGECRAFT_INVOICES_INVOICES_HTTP_H
#define STAGECRAFT_INVOICES_INVOICES_HTTP_H

#include "common/app/app.h"

void invoices_http_add(struct router *router, struct app *app);

#endif
