# shellcheck shell=bash disable=SC2034 # names are for others
# A private Redis that remembers who is logged in. Unlike the cache it forgets nothing before its time: that a session
# was ended must not be pushed out by others that go on. When its memory is full it takes no more, and the shop asks the
# database. It writes nothing to disk: the database has it all.

DEFAULT_PORT=18380

# shellcheck source-path=SCRIPTDIR source=../redis.sh
. "$LOCAL/redis.sh"

sessions_settings() {
    cat <<'CONF'
save ""
appendonly no
maxmemory 64mb
maxmemory-policy noeviction
maxclients 1000
CONF
}

inputs() {
    echo "$SESSIONS_PORT $RUN"
    sessions_settings
}

start() { sessions_settings | redis_start sessions "$SESSIONS_PORT"; }

ready() { redis_answers sessions "$SESSIONS_PORT"; }

stop() { terminate sessions TERM 5; }

status() { printf 'sessions in memory, 64 MB at most'; }

# An earlier stage ends sessions without telling it, so it must not remember any while one runs. Without it the shop
# asks the database.
alone() { redis_login sessions "$SESSIONS_PORT"; }

# what the shop is told about it
shop_settings() { printf 'SHOP_SESSIONS_REDIS_URL_FILE=%s\n' "$(redis_url_file sessions)"; }
