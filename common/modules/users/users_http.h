/* The users module's routes: registering, logging in and out, who am I, and the admins' search. */
#ifndef STAGECRAFT_USERS_HTTP_H
#define STAGECRAFT_USERS_HTTP_H

#include "common/app/app.h"

void users_http_add(struct router *router, struct app *app);

#endif
