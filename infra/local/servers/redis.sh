# shellcheck shell=bash disable=SC2034 # names are for others
# A private Redis for the cache: it may lose everything at any time, so it writes nothing to disk, and when its memory
# is full it forgets what is asked for least. (What must not be lost, such as sessions, needs another one.)

DEFAULT_PORT=18379

# shellcheck source-path=SCRIPTDIR source=../redis.sh
. "$LOCAL/redis.sh"

redis_settings() {
    cat <<'CONF'
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lfu
maxclients 1000
client-output-buffer-limit pubsub 32mb 8mb 60
CONF
}

inputs() {
    echo "$REDIS_PORT $RUN"
    redis_settings
}

start() { redis_settings | redis_start redis "$REDIS_PORT"; }

ready() { redis_answers redis "$REDIS_PORT"; }

stop() { terminate redis TERM 5; }

status() { printf 'cache in memory, 256 MB at most'; }

# what the shop is told about it
shop_settings() { printf 'SHOP_CACHE_REDIS_URL_FILE=%s\n' "$(redis_url_file redis)"; }
