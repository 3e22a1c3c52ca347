/* The routes of orders: placing, reading, and cancelling a booking (which gives money back). */
#ifndef STAGECRAFT_ORDERS_ORDERS_HTTP_H
#define STAGECRAFT_ORDERS_ORDERS_HTTP_H

#include "common/app/app.h"

void orders_http_add(struct router *router, struct app *app);

#endif
