# shellcheck shell=bash disable=SC2016,SC2034,SC2153 # code in quotes is for sh; names are for others
# A second PostgreSQL that follows the first by streaming replication and answers reads (a hot standby).
#
# It begins as a base backup of the primary and keeps its place there by a replication slot: the primary holds back
# the log it has not had yet, up to max_slot_wal_keep_size. When it was away for longer than that, or the primary is
# not the one it was made from, it is of no use any more, and start makes it anew. It logs in as a role that may
# replicate and nothing else.

# shellcheck source-path=SCRIPTDIR source=postgres.sh
. "$LOCAL/servers/postgres.sh"

DEFAULT_PORT=18433

REPLICA_SLOT=replica
PRIMARY_SECONDS=30   # it starts together with the primary, and needs it
BACKUP_SECONDS=3600

replica_data() { printf '%s/replica' "$(postgres_home)"; }

replica_settings() {
    POSTGRES_PORT=$REPLICA_PORT postgres_settings
    cat <<CONF

# What makes it a replica.
primary_conninfo = 'host=127.0.0.1 port=$POSTGRES_PORT user=replica passfile=''$(postgres_home)/replica.pass'' application_name=replica'
primary_slot_name = '$REPLICA_SLOT'
hot_standby_feedback = on        # the primary keeps rows that a read here still needs: no read is cancelled for it
max_standby_streaming_delay = 5s
wal_receiver_status_interval = 1s
CONF
}

replica_await_primary() {
    local until=$((EPOCHSECONDS + PRIMARY_SECONDS))
    until "$1/pg_isready" -q -t 2 -h 127.0.0.1 -p "$POSTGRES_PORT" && [[ -s $SECRETS/pgpass ]]; do
        ((EPOCHSECONDS < until)) || return 1
        sleep 0.1
    done
}

# Its role at the primary, and the file with which it logs in there.
replica_role() {
    local password
    secret postgres-replica 24
    password=$(<"$SECRETS/postgres-replica")
    postgres_admin "DO \$\$ BEGIN CREATE ROLE replica LOGIN REPLICATION; EXCEPTION WHEN duplicate_object THEN END \$\$" || return 1
    # on standard input: an argument could be read by every user of the machine
    echo "ALTER ROLE replica PASSWORD '$password'" | PGPASSFILE=$SECRETS/pgpass timeout 60 psql -qXw -v ON_ERROR_STOP=1 \
        -h 127.0.0.1 -p "$POSTGRES_PORT" -U postgres -d postgres 2>>"$LOGS/replica.log" || return 1
    echo "127.0.0.1:*:*:replica:$password" | as_postgres sh -c 'umask 077; cat >"$0"' "$(postgres_home)/replica.pass"
}

# Can it go on from where it is? Its place at the primary must be there, with all the log that it has not had.
replica_in_reach() {
    local state
    as_postgres test -e "$(replica_data)/made" || return 1
    state=$(postgres_admin "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '$REPLICA_SLOT'") || return 1
    [[ $state == reserved || $state == extended ]]
}

# replica_make PROGRAMS: a base backup, with all the log from its beginning on held back for it.
replica_make() {
    local data since=$EPOCHREALTIME
    data=$(replica_data)
    as_postgres rm -rf "$data" || return 1
    postgres_admin "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '$REPLICA_SLOT'" \
        >/dev/null || return 1
    as_postgres env -i PATH="$PATH" LC_ALL=C.UTF-8 PGPASSFILE="$(postgres_home)/replica.pass" timeout $BACKUP_SECONDS \
        "$1/pg_basebackup" --pgdata="$data" --checkpoint=fast --wal-method=stream --create-slot --slot=$REPLICA_SLOT \
        --host=127.0.0.1 --port="$POSTGRES_PORT" --username=replica --no-password >>"$LOGS/replica.log" 2>&1 || return 1
    as_postgres touch "$data/standby.signal" "$data/made" || return 1
    say replica "copied from the primary" "$since"
}

inputs() {
    postgres_programs
    replica_data
    replica_settings
}

start() {
    local programs run=()
    programs=$(postgres_programs) || return 1
    replica_await_primary "$programs" || return 1
    replica_role || return 1
    replica_in_reach || replica_make "$programs" || return 1
    replica_settings | as_postgres sh -c 'cat >"$0"' "$(replica_data)/stagecraft.conf" || return 1
    replica_logins
    postgres_await_burial "$(replica_data)"
    [[ $EUID -ne 0 ]] || run=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    launch replica "${run[@]}" "$programs/postgres" -D "$(replica_data)"
}

replica_url_file() { printf '%s/replica-%s.url' "$SECRETS" "$DATA"; }

replica_logins() {
    (
        umask 077
        echo "postgresql://shop:$(<"$SECRETS/postgres-shop")@127.0.0.1:$REPLICA_PORT/$(data_database)" |
            replace_file "$(replica_url_file)"
    )
}

# It answers, and it still has its place at the primary; when the primary is away, nobody can say more than that.
ready() {
    "$(postgres_programs)/pg_isready" -q -t 2 -h 127.0.0.1 -p "$REPLICA_PORT" -U shop -d shop || return 1
    ! "$(postgres_programs)/pg_isready" -q -t 2 -h 127.0.0.1 -p "$POSTGRES_PORT" || replica_in_reach
}

stop() { terminate replica INT 20; }

status() {
    local behind
    behind=$(postgres_admin "SELECT pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), replay_lsn)) \
FROM pg_stat_replication WHERE application_name = 'replica'" 2>/dev/null)
    if [[ -n $behind ]]; then printf 'replica of postgres, %s behind' "$behind"; else printf 'replica, not connected to postgres'; fi
}

# what the shop is told about it; it may be opened on another set of data than when this server was started
shop_settings() {
    if [[ -s $SECRETS/postgres-shop ]]; then replica_logins; fi
    printf 'SHOP_REPLICA_URL_FILE=%s\n' "$(replica_url_file)"
}
