/* Two sizes: one that costs nothing to start with and is large enough to show lists, filters and
 * sold-out days; and the million users that the later stages are about.
 */
#include "infra/seed/sizes.h"

#include <stddef.h>
#include <string.h>

static const struct size sizes[] = {
    {.name = "small", .users = 1000, .products = 500, .bookings = 5000},
    {.name = "large", .users = 1000000, .products = 100000, .bookings = 5000000},
};

const struct size *size_named(const char *name)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        if (strcmp(sizes[i].name, name) == 0) return &sizes[i];
    return NULL;
}
