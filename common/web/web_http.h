/* The storefront over HTTP: its pages, its assets, and a friendly page where there is nothing.
 *
 * Pages are the same for everybody: what a visitor sees is fetched by the page's own script from
 * the public API. So nothing here needs a session, a database, or `struct app`.
 */
#ifndef STAGECRAFT_WEB_WEB_HTTP_H
#define STAGECRAFT_WEB_WEB_HTTP_H

#include "common/http/router.h"

/* Adds a route for each page, and /assets/{version}/{name}. */
void web_http_add(struct router *router, struct arena *arena);

/* Wraps a handler: where it knows no route, a browser that asks for HTML gets the page that says so,
   everybody else the problem answer. Paths under /v1/ are the API's and stay as they are. */
struct handler *web_http_around(struct arena *arena, struct handler *inner);

#endif
