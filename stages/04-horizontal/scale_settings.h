/* The settings that this stage adds; explained in scale_settings.c and by `shop --help`. */
#ifndef STAGECRAFT_STAGES_SCALE_SETTINGS_H
#define STAGECRAFT_STAGES_SCALE_SETTINGS_H

#include "common/app/settings_part.h"

#include <stdint.h>

struct scale_values {
    const char *replica_url; /* secret */
    int64_t replica_connections, replica_wait_ms, replica_question_ms;
    const char *sessions_url; /* secret */
    int64_t sessions_timeout_ms, sessions_retry_max_ms;
};

extern const struct settings_part scale_settings;

#endif
