/* How long things are kept has nothing to do with how soon a change is seen: that is at once (catalog_lease.h).
 * These times bound what no change of the catalog announces, such as who sells best, and how long memory is
 * spent on what nobody asks for any more.
 */
#include "stages/03-caching/cache_settings.h"

#define INT(key, field, initial, low, high, text) \
    SETTING_INT(struct cache_values, key, field, initial, low, high, text)

/* clang-format off */
static const struct config_key keys[] = {
    SETTING_SECRET(struct cache_values, "cache.redis_url", redis_url, "redis://:password@host:port/database"),
    INT("cache.redis_timeout_ms", redis_timeout_ms, "100", 5, 5000, "Redis answers a command within, or is given up"),
    INT("cache.redis_retry_max_ms", redis_retry_max_ms, "2000", 50, 60000, "between attempts to connect to Redis"),
    INT("cache.home_seconds", home_seconds, "30", 1, 3600, "the home page is kept (best sellers lag by it)"),
    INT("cache.lists_seconds", lists_seconds, "600", 1, 86400, "a page of a list is kept"),
    INT("cache.product_seconds", product_seconds, "3600", 1, 86400, "a product is kept"),
    INT("cache.missing_seconds", missing_seconds, "10", 1, 3600, "that there is no such product is kept"),
    INT("cache.near_kilobytes", near_kilobytes, "16384", 64, 1048576, "copies in the process itself, per loop"),
};
/* clang-format on */

const struct settings_part cache_settings = SETTINGS_PART(struct cache_values, keys, NULL);
