# Stage 03: caching. All of stage 02, and what is appended here.
include stages/02-indexing/stage.mk
STAGE_WIRE       := stages/03-caching/wire.c
STAGE_CONFIG     := stages/03-caching/config.yaml
STAGE_SOURCES    += stages/03-caching/answers.c stages/03-caching/cache_parts.c stages/03-caching/cache_settings.c stages/03-caching/cached.c stages/03-caching/catalog_cache.c stages/03-caching/catalog_codec.c stages/03-caching/catalog_fetch.c stages/03-caching/catalog_lease.c stages/03-caching/catalog_lookup.c stages/03-caching/flights.c stages/03-caching/kv_redis.c stages/03-caching/near.c stages/03-caching/redis_link.c stages/03-caching/redis_url.c
STAGE_QUERIES    += stages/03-caching/queries.sql
STAGE_MIGRATIONS += $(sort $(wildcard stages/03-caching/migrations/*.sql))
STAGE_SETTINGS   += cache_settings
STAGE_SERVERS    += redis
STAGE_LIBRARIES  += hiredis
STAGE_PACKAGES   += 03-caching
STAGE_PORTS      += 03-caching
