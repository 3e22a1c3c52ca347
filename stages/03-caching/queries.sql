-- name: catalog_changes_since
-- The clock, and what has happened since $1: one row at least, also when nothing has. A copy of a database (CREATE
-- DATABASE … TEMPLATE) has the same log_id and goes its own way from there, so the database's own number belongs to it.
SELECT c.log_id::text || '-' || (SELECT oid FROM pg_database WHERE datname = current_database())::text,
       c.seq, c.floor, c.lease_ms, l.seq, l.product_id, l.category
FROM catalog.change_clock c
LEFT JOIN (SELECT seq, product_id, category
           FROM catalog.changes
           WHERE seq > $1::bigint
           ORDER BY seq
           LIMIT $2::bigint) l ON true;
