/* One question to the catalog as plain bytes: it can be copied into a flight, and it has a name. */
#ifndef STAGECRAFT_STAGES_CATALOG_LOOKUP_H
#define STAGECRAFT_STAGES_CATALOG_LOOKUP_H

#include "common/modules/catalog/catalog.h"
#include "stages/03-caching/cached.h"
#include "stages/03-caching/catalog_codec.h"
#include "stages/03-caching/catalog_lease.h"
#include "stages/03-caching/kv.h"

/* Every key begins with it: what this cache asks Redis for news of. */
#define CATALOG_KEYS "catalog:"

enum lookup_kind { LOOKUP_HOME, LOOKUP_CATEGORIES, LOOKUP_LIST, LOOKUP_PRODUCT };

struct catalog_lookup {
    enum lookup_kind kind;
    int64_t id;                 /* of a product */
    struct product_query query; /* of a list; its texts are not used: */
    char category[CATALOG_SLUG_MAX * 4 + 1];
    struct catalog_tag tag; /* what the answer depends on */
    char key[KV_KEY_MAX];
    int64_t as_of;
    bool early;    /* ahead of time: do not look for what is there */
    bool computed; /* by the flight: others do not have it yet */
};

void catalog_lookup_home(struct catalog_lookup *out);
void catalog_lookup_categories(struct catalog_lookup *out);
void catalog_lookup_product(struct catalog_lookup *out, int64_t id);

/* False when answers to such a query are not kept. */
bool catalog_lookup_list(struct catalog_lookup *out, const struct product_query *query);

/* Sets the key: histories (catalog_lease.h) have keys of their own. */
void catalog_lookup_name(struct catalog_lookup *lookup, const char *log_id);

/* Asks the catalog and writes the answer down. STATUS_OK also when there is no such product. */
enum status catalog_lookup_ask(const struct catalog_lookup *lookup, struct catalog *catalog,
                               struct call *call, struct strbuf *out, bool *missing);

#endif
