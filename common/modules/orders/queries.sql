-- name: orders_by_key
-- What a checkout asks first: is there an order under this key, and if not, which id may a new one have.
-- Drawing an id is no transaction worth waiting for.
SELECT o.id, o.user_id, o.state, o.reason, o.detail, o.field, o.total_cents, o.currency,
       o.created_at,
       o.updated_at, o.receipt_sent_at IS NOT NULL,
       o.body_hash, CASE WHEN o.id IS NULL THEN nextval('orders.order_ids') END
FROM (SELECT 1) one (row)
LEFT JOIN orders.orders o ON o.user_id = $1::bigint AND o.key = $2::text;

-- name: orders_find
SELECT id, user_id, state, reason, detail, field, total_cents, currency,
       created_at,
       updated_at, receipt_sent_at IS NOT NULL
FROM orders.orders
WHERE id = $1::bigint;

-- name: orders_history
SELECT id, user_id, state, reason, detail, field, total_cents, currency,
       created_at,
       updated_at, receipt_sent_at IS NOT NULL
FROM orders.orders
WHERE user_id = $1::bigint AND id < $2::bigint
ORDER BY id DESC
LIMIT $3::bigint;

-- name: orders_lines
SELECT line, product_id, title, day, quantity, unit_price_cents, amount_cents
FROM orders.lines
WHERE order_id = $1::bigint
ORDER BY line
LIMIT 10;

-- name: orders_insert
-- The order and its lines. A second order under the same key violates orders_key, and neither is stored.
WITH added AS (
    INSERT INTO orders.orders
        (id, user_id, key, body_hash, state, reason, detail, field, total_cents, currency)
    VALUES ($1::bigint, $2::bigint, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text,
            $9::bigint, $10::text)
    RETURNING id
)
INSERT INTO orders.lines
    (order_id, line, product_id, title, day, quantity, unit_price_cents, amount_cents)
SELECT a.id, l.line - 1, l.product_id, l.title, l.day, l.quantity, l.unit_price_cents,
       l.unit_price_cents * l.quantity
FROM added a
CROSS JOIN unnest($11::bigint[], $12::text[], $13::date[], $14::integer[], $15::bigint[])
     WITH ORDINALITY AS l (product_id, title, day, quantity, unit_price_cents, line);

-- name: orders_finish
-- Only a pending order can still become something else, so of two who finish it one touches a row.
UPDATE orders.orders
SET state = $2::text, reason = $3::text, detail = $4::text, updated_at = now()
WHERE id = $1::bigint AND state = 'pending'
RETURNING updated_at;

-- name: orders_pending_window
-- What lies in the next stretch of the table behind $1, as low_water.h wants to know it.
SELECT COALESCE(max(w.id), 0), count(*), COALESCE(min(w.id) FILTER (WHERE w.state = 'pending'), 0),
       COALESCE(max(w.id) FILTER (WHERE w.created_at < now() - interval '60 seconds'), 0)
FROM (SELECT id, state, created_at
      FROM orders.orders
      WHERE id > $1::bigint
      ORDER BY id
      LIMIT $2::bigint) w;

-- name: orders_pending_due
-- Pending for longer than $3 ms among the ids behind $1 up to $2.
SELECT id
FROM orders.orders
WHERE id > $1::bigint AND id <= $2::bigint AND state = 'pending'
  AND created_at <= now() - $3::bigint * interval '1 millisecond'
ORDER BY id
LIMIT $4::bigint;

-- name: orders_receipt_window
-- The same walk for receipts: an order is open until it is rejected or its receipt has been sent.
SELECT COALESCE(max(w.id), 0), count(*),
       COALESCE(min(w.id) FILTER (WHERE w.state = 'pending'
                                     OR w.state = 'confirmed' AND w.receipt_sent_at IS NULL), 0),
       COALESCE(max(w.id) FILTER (WHERE w.created_at < now() - interval '60 seconds'), 0)
FROM (SELECT id, state, created_at, receipt_sent_at
      FROM orders.orders
      WHERE id > $1::bigint
      ORDER BY id
      LIMIT $2::bigint) w;

-- name: orders_receipts_claim
-- Receipts that are due among the ids behind $1 up to $2, confirmed longer ago than $3 ms. Asking is
-- claiming: each is not due again for 2 s, 4 s, 8 s, … at most an hour, whatever becomes of it. So two
-- processes do not send the same one, and a mailbox that keeps refusing is asked ever more rarely.
WITH due AS (
    SELECT id
    FROM orders.orders
    WHERE id > $1::bigint AND id <= $2::bigint AND state = 'confirmed' AND receipt_sent_at IS NULL
      AND COALESCE(receipt_after, updated_at + $3::bigint * interval '1 millisecond') <= now()
    ORDER BY id
    LIMIT $4::bigint
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE orders.orders o
    SET receipt_tries = o.receipt_tries + 1,
        receipt_after = now() + LEAST(2 * power(2, LEAST(o.receipt_tries, 20)), 3600) * interval '1 second'
    FROM due
    WHERE o.id = due.id
    RETURNING o.id
)
SELECT id FROM claimed ORDER BY id;

-- name: orders_receipt_again
-- One more attempt is about to be made, by whoever does not ask which are due.
UPDATE orders.orders
SET receipt_tries = receipt_tries + 1
WHERE id = $1::bigint AND state = 'confirmed' AND receipt_sent_at IS NULL;

-- name: orders_receipt_sent
UPDATE orders.orders
SET receipt_sent_at = now()
WHERE id = $1::bigint AND state = 'confirmed' AND receipt_sent_at IS NULL;
