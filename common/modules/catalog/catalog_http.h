/* The catalog's routes: home, categories, products (catalog_http.c), and the admins' changes
 * (catalog_admin_http.c).
 */
#ifndef STAGECRAFT_CATALOG_HTTP_H
#define STAGECRAFT_CATALOG_HTTP_H

#include "common/app/app.h"

void catalog_http_add(struct router *router, struct app *app);

/* Called by catalog_http_add(). */
void catalog_admin_http_add(struct router *router, struct app *app);

#endif
