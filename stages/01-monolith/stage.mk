# Stage 01: the clean monolith. Later stages include the stage before them and append what they add.
STAGE_WIRE    := stages/01-monolith/wire.c
STAGE_CONFIG  := stages/01-monolith/config.yaml
STAGE_SOURCES :=
STAGE_QUERIES :=
STAGE_MIGRATIONS :=
STAGE_SERVERS := postgres smtp sandbox
STAGE_SERVICES := shop
STAGE_ENTRY   := shop
STAGE_LIBRARIES := libmicrohttpd libpq libcurl jansson yaml-0.1 libsodium libjpeg libpng
