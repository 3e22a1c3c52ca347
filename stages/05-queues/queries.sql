-- name: events_outbox_insert
-- Travels in the publisher's transaction. What is told again under the same id while it waits is told once.
INSERT INTO events.outbox (event_id, topic, key, payload)
VALUES ($1::text, $2::text, $3::text, $4::text)
ON CONFLICT (event_id) DO NOTHING;

-- name: events_relay_lock
-- One relay works at a time: the lock is its transaction's.
SELECT pg_try_advisory_xact_lock('events.outbox'::regclass::bigint);

-- name: events_outbox_batch
-- The oldest that wait. Asked from the beginning each time: see the migration.
SELECT id, event_id, topic, key, payload, published_at
FROM events.outbox
ORDER BY id
LIMIT $1::bigint;

-- name: events_outbox_delete
-- The broker has them.
DELETE FROM events.outbox WHERE id = ANY ($1::bigint[]);

-- name: events_outbox_waiting
-- How many wait, counted up to $1, and how old the oldest of them is in milliseconds.
SELECT count(*), COALESCE((extract(epoch FROM clock_timestamp() - min(w.published_at)) * 1000)::bigint, 0)
FROM (SELECT published_at FROM events.outbox ORDER BY id LIMIT $1::bigint) w;

-- name: events_inbox_find
SELECT 1 FROM events.inbox WHERE subscriber = $1::text AND event_id = $2::text;

-- name: events_inbox_insert
INSERT INTO events.inbox (subscriber, event_id) VALUES ($1::text, $2::text)
ON CONFLICT (subscriber, event_id) DO NOTHING;

-- name: events_inbox_sweep
-- Forgets some of what was done longer ago than $1 ms: by then no broker delivers it again.
DELETE FROM events.inbox
WHERE ctid = ANY (ARRAY(SELECT ctid FROM events.inbox
                        WHERE done_at < now() - $1::bigint * interval '1 millisecond'
                        LIMIT $2::bigint));

-- name: orders_decided
-- Which of these are not pending any more.
SELECT id FROM orders.orders WHERE id = ANY ($1::bigint[]) AND state <> 'pending' LIMIT 5000;

-- name: errand_add
INSERT INTO events.errands (detail, input) VALUES ($1::text, $2::bytea) RETURNING id;

-- name: errand_find
-- No row: it has been done.
SELECT detail, input FROM events.errands WHERE id = $1::bigint AND input IS NOT NULL;

-- name: errand_finish
-- And forgets those of whom nobody waits for the outcome any more.
WITH forgotten AS (
    DELETE FROM events.errands WHERE id < $1::bigint AND wanted_at < now() - interval '1 hour'
)
UPDATE events.errands SET input = NULL, output = $2::bytea, problem = $3::text
WHERE id = $1::bigint AND input IS NOT NULL;

-- name: errand_outcome
SELECT output, problem FROM events.errands WHERE id = $1::bigint AND input IS NULL;
