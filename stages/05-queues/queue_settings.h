/* The settings that this stage adds; explained in queue_settings.c and by `shop --help`. */
#ifndef STAGECRAFT_STAGES_QUEUE_SETTINGS_H
#define STAGECRAFT_STAGES_QUEUE_SETTINGS_H

#include "common/app/settings_part.h"
#include "stages/05-queues/worker.h"

#include <stdbool.h>
#include <stdint.h>

enum { QUEUE_PREFIX_MAX = 48 };

struct queue_values {
    const char *role; /* "shop", "relay" or "worker"; queue_parts.h */
    const char *url, *prefix;
    bool tls;
    int64_t partitions, replicas, keep_hours, timeout_ms;
    int64_t relay_batch, relay_idle_ms;
    int64_t concurrency, handle_timeout_ms, tries, inbox_hours;
    const char *retry_delays; /* "1000,10000,60000"; queue_delays() */
    int64_t watch_every_ms, watchers_max;
};

extern const struct settings_part queue_settings;

/* How many there are; 0 when the text is no such list. */
int queue_delays(const char *text, int64_t delays_ms[WORKER_DELAYS_MAX]);

#endif
