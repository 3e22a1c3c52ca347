/* The routes of bookings: availability, lists (bookings_http.c), and the admins' capacity
 * (capacity_http.c). Cancelling one is a route of orders, because money is given back.
 */
#ifndef STAGECRAFT_BOOKINGS_BOOKINGS_HTTP_H
#define STAGECRAFT_BOOKINGS_BOOKINGS_HTTP_H

#include "common/app/app.h"

void bookings_http_add(struct router *router, struct app *app);

/* Called by bookings_http_add(). */
void capacity_http_add(struct router *router, struct app *app);

#endif
