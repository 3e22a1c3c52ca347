/* How much there is of everything. */
#ifndef STAGECRAFT_SEED_SIZES_H
#define STAGECRAFT_SEED_SIZES_H

#include <stdint.h>

struct size {
    const char *name;
    int32_t users, products;
    int64_t bookings; /* orders, lines, charges and days follow from them */
};

/* NULL when there is no such size. */
const struct size *size_named(const char *name);

#endif
