/* What the two catalog suites share: making products and categories to look at. */
#ifndef STAGECRAFT_TESTS_CATALOG_CASES_H
#define STAGECRAFT_TESTS_CATALOG_CASES_H

#include "tests/ports/suites.h"

/* Categories tours, workshops and empty. */
void catalog_add_categories(struct harness *harness);

struct product catalog_add(struct harness *harness, struct catalog *catalog, const char *category,
                           const char *title, int64_t price_cents);

#endif
