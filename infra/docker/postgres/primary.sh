#!/bin/bash
# Runs once, when the database is made: whoever has the replica's password may follow this server, and nothing else.
set -euo pipefail

password=$(<"$REPLICA_PASSWORD_FILE")
psql -qX -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
CREATE ROLE replica LOGIN REPLICATION PASSWORD '$password';
SQL
echo 'host replication replica all scram-sha-256' >>"$PGDATA/pg_hba.conf"
