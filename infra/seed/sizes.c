/* "small" costs nothing to start with and is large enough to show lists, filters and sold-out days;
 * "large" is the million users that the later stages are about. Between them lie two sizes named by
 * their users, which are the large one divided by a hundred and by ten: the same shop when it was
 * younger, so that a plot over the three shows growth and nothing else.
 */
#include "infra/seed/sizes.h"

#include <stddef.h>
#include <string.h>

static const struct size sizes[] = {
    {.name = "small", .users = 1000, .products = 500, .bookings = 5000},
    {.name = "10k", .users = 10000, .products = 1000, .bookings = 50000},
    {.name = "100k", .users = 100000, .products = 10000, .bookings = 500000},
    {.name = "large", .users = 1000000, .products = 100000, .bookings = 5000000},
};

const struct size *size_named(const char *name)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        if (strcmp(sizes[i].name, name) == 0) return &sizes[i];
    return NULL;
}
