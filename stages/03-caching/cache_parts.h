/* Makes this stage's parts from its settings, so that wire.c stays one page (as common/app/parts.h does). */
#ifndef STAGECRAFT_STAGES_CACHE_PARTS_H
#define STAGECRAFT_STAGES_CACHE_PARTS_H

#include "common/app/app.h"
#include "stages/03-caching/catalog_cache.h"

/* Redis, as cache.redis_url says; connects in the background. Its numbers appear in /metrics. */
enum status cache_open_kv(struct app *app, struct kv **out, char error[256]);

/* A cache before the catalog: near copies, then `kv`, then `inner`. */
struct catalog_cache *cache_catalog(struct app *app, struct kv *kv, struct catalog *inner);

/* Finished answers before a handler. */
struct handler *cache_answers(struct app *app, struct catalog_cache *cache, struct handler *inner);

#endif
