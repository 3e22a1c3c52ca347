/* Waiting for the replica is for its usual distance of a millisecond or two; for more than that the primary is there.
 * A question about a position takes a fraction of a millisecond: who does not answer it in fifty times that is in
 * trouble.
 */
#include "stages/04-horizontal/scale_settings.h"

#define INT(key, field, initial, low, high, text) \
    SETTING_INT(struct scale_values, key, field, initial, low, high, text)
#define SECRET(key, field, text) SETTING_SECRET(struct scale_values, key, field, text)

/* clang-format off */
static const struct config_key keys[] = {
    SECRET("replica.url", replica_url, "postgres://user:password@host:port/database of the replica"),
    INT("replica.connections", replica_connections, "2", 1, 64, "for pipelined reads from the replica, per loop"),
    INT("replica.wait_ms", replica_wait_ms, "20", 0, 1000, "a read waits for the replica to catch up, then goes to the primary"),
    INT("replica.question_ms", replica_question_ms, "50", 1, 5000, "a server says how far it is within, or is left alone"),
    SECRET("sessions.redis_url", sessions_url, "redis://:password@host:port/database that remembers sessions"),
    INT("sessions.redis_timeout_ms", sessions_timeout_ms, "100", 5, 5000, "it answers a command within, or is given up"),
    INT("sessions.redis_retry_max_ms", sessions_retry_max_ms, "2000", 50, 60000, "between attempts to connect to it"),
};
/* clang-format on */

const struct settings_part scale_settings = SETTINGS_PART(struct scale_values, keys, NULL);
