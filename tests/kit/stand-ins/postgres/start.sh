#!/bin/bash
# What the well-known image does: as root, hand the folder to the user postgres and become it; make a cluster, the user
# and the database at the first start, and run what stands in /docker-entrypoint-initdb.d; then serve.
set -euo pipefail
[[ $1 == postgres ]] || exec "$@"
if [[ $EUID -eq 0 ]]; then
    mkdir -p "$PGDATA"
    chown postgres: "$PGDATA" /run/postgresql
    chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [[ ! -s $PGDATA/PG_VERSION ]]; then
    initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -D "$PGDATA" postgres >/dev/null
    pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=''" start >/dev/null
    for script in /docker-entrypoint-initdb.d/*.sh; do
        if [[ -x $script ]]; then "$script"; fi
    done
    pg_ctl -D "$PGDATA" -w -m fast stop >/dev/null
fi
shift
exec postgres -D "$PGDATA" -c listen_addresses='*' "$@"
