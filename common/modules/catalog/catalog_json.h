/* How the catalog looks in JSON answers: shared by the shoppers' and the admins' routes. */
#ifndef STAGECRAFT_CATALOG_JSON_H
#define STAGECRAFT_CATALOG_JSON_H

#include "common/base/json.h"
#include "common/modules/catalog/catalog.h"

void product_write(struct json_writer *json, const char *name, const struct product *product);
void products_write(struct json_writer *json, const char *name, const struct product *products,
                    int count);
void categories_write(struct json_writer *json, const char *name, const struct category *categories,
                      int count);

/* The ETag of a product, with its quotes: "p<id>-v<version>". In the call's arena. */
const char *product_tag(struct call *call, const struct product *product);

#endif
