# Stage 02: indexing and query optimisation. All of stage 01, and what is appended here.
include stages/01-monolith/stage.mk
STAGE_SOURCES    += stages/02-indexing/order_page.c stages/02-indexing/catalog_home.c
STAGE_QUERIES    += stages/02-indexing/queries.sql
STAGE_MIGRATIONS += $(sort $(wildcard stages/02-indexing/migrations/*.sql))
