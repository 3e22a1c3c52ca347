/* The settings that this stage adds; explained in cache_settings.c and by `shop --help`. */
#ifndef STAGECRAFT_STAGES_CACHE_SETTINGS_H
#define STAGECRAFT_STAGES_CACHE_SETTINGS_H

#include "common/app/settings_part.h"

#include <stdint.h>

struct cache_values {
    const char *redis_url; /* secret */
    int64_t redis_timeout_ms, redis_retry_max_ms;
    int64_t home_seconds, lists_seconds, product_seconds, missing_seconds;
    int64_t near_kilobytes; /* per loop */
};

extern const struct settings_part cache_settings;

#endif
