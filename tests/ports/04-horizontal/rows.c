/* What stage 04 adds: sessions remembered in Redis, and reads from a replica. */
#include "tests/ports/04-horizontal/cases.h"
#include "tests/ports/suites.h"

static const struct implementation rows[] = {
    {"sessions in Redis", &sessions_suite, make_sessions_redis},
    {"sessions with Redis dead", &sessions_suite, make_sessions_redis_dead},
    {"sessions of several instances", &sessions_instances_suite, make_sessions_instances},
    {"reads from a replica", &replica_suite, make_replica},
};
const struct implementation_table ports_04_horizontal = {rows, sizeof(rows) / sizeof(rows[0])};
