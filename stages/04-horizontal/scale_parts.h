/* Makes this stage's parts from its settings, so that wire.c stays one page (as common/app/parts.h does). */
#ifndef STAGECRAFT_STAGES_SCALE_PARTS_H
#define STAGECRAFT_STAGES_SCALE_PARTS_H

#include "common/app/app.h"

/* A pool on the replica, as replica.url says, that is as new as app->write (replica_reads.h). */
enum status scale_open_replica(struct app *app, struct pg_pool **out, char error[256]);

/* The sessions of `stored`, remembered in Redis, as sessions.redis_url says (sessions_redis.h). */
enum status scale_open_sessions(struct app *app, struct sessions *stored, struct sessions **out,
                                char error[256]);

#endif
