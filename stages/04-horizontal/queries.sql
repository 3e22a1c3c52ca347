-- name: replica_primary_position
-- How far the primary's log has safely been written: what has been committed, and told to be, is before it.
SELECT (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint;

-- name: replica_position
-- How far a replica has repeated the log; 0 from a server that is none.
SELECT CASE WHEN pg_is_in_recovery() THEN coalesce((pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint, 0) ELSE 0 END;

-- name: users_session_generation
-- The present one, and for how many milliseconds it has been; an hour, if none has ever ended.
SELECT coalesce(max(generation), 0), coalesce((extract(epoch FROM clock_timestamp() - max(began_at)) * 1000)::bigint, 3600000)
FROM users.session_generation;

-- name: users_session_generation_end
-- What is remembered of sessions elsewhere is void from now on.
INSERT INTO users.session_generation AS present (generation, began_at)
VALUES (1, clock_timestamp())
ON CONFLICT (only_row) DO UPDATE SET generation = present.generation + 1, began_at = clock_timestamp()
RETURNING generation;
