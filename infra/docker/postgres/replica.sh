#!/bin/bash
# The first process of the replica's container: a PostgreSQL that follows the one at PRIMARY and answers reads. At its first
# start it is copied from there, and keeps its place by a replication slot. When it was away for so long that the primary
# has not kept the log for it (max_slot_wal_keep_size), it is of no use any more and is copied anew. As root it becomes
# the user postgres; the password is in a file, never on a command line.
set -euo pipefail

SLOT=replica
PRIMARY_SECONDS=120

if [[ $EUID -eq 0 ]]; then
    mkdir -p "$PGDATA"
    chown postgres: "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0"
fi

umask 077
export PGPASSFILE=/tmp/replica.pass PGUSER=replica PGHOST=$PRIMARY PGCONNECT_TIMEOUT=5
printf '*:*:*:replica:%s\n' "$(<"$REPLICA_PASSWORD_FILE")" >"$PGPASSFILE"

ask() { timeout 30 psql -qXtAw -v ON_ERROR_STOP=1 -d postgres -c "$1"; }

# Can it go on from where it is?
in_reach() {
    local state
    [[ -e $PGDATA/made ]] || return 1
    state=$(ask "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '$SLOT'") || return 1
    [[ $state == reserved || $state == extended ]]
}

copy() {
    echo "copying from $PRIMARY"
    mkdir -p "$PGDATA"
    find "$PGDATA" -mindepth 1 -delete
    ask "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '$SLOT'" >/dev/null
    pg_basebackup --pgdata="$PGDATA" --checkpoint=fast --wal-method=stream --create-slot --slot="$SLOT" --no-password
    touch "$PGDATA/standby.signal" "$PGDATA/made"
}

until pg_isready -q -t 5; do
    if ((SECONDS >= PRIMARY_SECONDS)); then
        echo "$PRIMARY has not answered within $PRIMARY_SECONDS s" >&2
        exit 1
    fi
    sleep 0.5
done
in_reach || copy
chmod 700 "$PGDATA"
exec postgres -D "$PGDATA" -c listen_addresses='*' -c hot_standby_feedback=on -c max_standby_streaming_delay=5s \
    -c wal_receiver_status_interval=1s -c primary_slot_name=$SLOT -c "max_connections=${MAX_CONNECTIONS:-100}" \
    -c "primary_conninfo=host=$PRIMARY user=replica passfile=$PGPASSFILE application_name=replica connect_timeout=5"
