# Stage 04: horizontal scaling. All of stage 03, and what is appended here.
include stages/03-caching/stage.mk
INSTANCES        ?= 3
STAGE_WIRE       := stages/04-horizontal/wire.c
STAGE_CONFIG     := stages/04-horizontal/config.yaml
STAGE_SOURCES    += stages/04-horizontal/position.c stages/04-horizontal/replica_reads.c stages/04-horizontal/scale_parts.c stages/04-horizontal/scale_settings.c stages/04-horizontal/sessions_redis.c
STAGE_QUERIES    += stages/04-horizontal/queries.sql
STAGE_MIGRATIONS += $(sort $(wildcard stages/04-horizontal/migrations/*.sql))
STAGE_SETTINGS   += scale_settings
STAGE_SERVERS    += replica sessions nginx
STAGE_SERVICES   := shop*$(INSTANCES)
STAGE_ENTRY      := nginx
STAGE_PORTS      += 04-horizontal
STAGE_PACKAGES   += 04-horizontal
