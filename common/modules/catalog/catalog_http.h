/* The catalog's routes: home, categories, products (catalog_http.c), and the admins' changes
 * (catalog_admin_http.c); and what any admin's route that changes a product asks and answers.
 */
#ifndef STAGECRAFT_CATALOG_HTTP_H
#define STAGECRAFT_CATALOG_HTTP_H

#include "common/app/app.h"
#include "common/modules/catalog/catalog.h"

void catalog_http_add(struct router *router, struct app *app);

/* Called by catalog_http_add(). */
void catalog_admin_http_add(struct router *router, struct app *app);

/* The version that If-Match asks for, 0 when it asks for none; STATUS_PRECONDITION when it names none
   of this product. */
enum status product_if_match(struct call *call, const struct request *request, int64_t id,
                             int64_t *version);

/* The product as JSON, with its ETag. */
void product_answer(struct response *response, struct call *call, int status,
                    const struct product *product);

#endif
