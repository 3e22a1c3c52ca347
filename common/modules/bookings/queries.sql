-- name: bookings_hold
-- Takes places for all lines of an order, as far as there are any, and books what it took; answers the
-- lines it booked. Lines already booked are left alone (a repeated hold changes nothing). Rows of days are
-- locked in (product, day) order, in every statement here, so that two of them cannot deadlock.
-- A day without a row gets the product's daily number; the share lock keeps that number from changing
-- until we are done, else the new row could miss the change. COALESCE: the row offered for insertion must
-- itself fit days_within_capacity, even when it is going to meet an existing row.
WITH wanted AS (
    SELECT l.line, l.product_id, l.day, l.quantity, l.amount_cents, d.capacity
    FROM unnest($3::integer[], $4::bigint[], $5::date[], $6::integer[], $7::bigint[])
         AS l (line, product_id, day, quantity, amount_cents)
    LEFT JOIN bookings.days d ON d.product_id = l.product_id AND d.day = l.day
    WHERE NOT EXISTS (SELECT 1 FROM bookings.bookings b WHERE b.order_id = $1::bigint AND b.line = l.line)
), fresh AS MATERIALIZED (
    SELECT c.product_id, c.per_day
    FROM bookings.capacities c
    WHERE c.product_id IN (SELECT w.product_id FROM wanted w WHERE w.capacity IS NULL)
    ORDER BY c.product_id
    FOR SHARE OF c
), taken AS (
    INSERT INTO bookings.days AS d (product_id, day, capacity, taken)
    SELECT w.product_id, w.day, COALESCE(w.capacity, f.per_day), w.quantity
    FROM wanted w
    LEFT JOIN fresh f ON f.product_id = w.product_id
    WHERE w.quantity <= COALESCE(w.capacity, f.per_day)
    ORDER BY w.product_id, w.day
    ON CONFLICT (product_id, day) DO UPDATE
        SET taken = d.taken + excluded.taken
        WHERE d.taken + excluded.taken <= d.capacity
    RETURNING d.product_id, d.day
)
INSERT INTO bookings.bookings
    (order_id, line, user_id, product_id, day, quantity, amount_cents, state, expires_at)
SELECT $1::bigint, w.line, $2::bigint, w.product_id, w.day, w.quantity, w.amount_cents, 'held',
       to_timestamp($8::bigint / 1000.0)
FROM wanted w
JOIN taken t ON t.product_id = w.product_id AND t.day = w.day
ORDER BY w.line
RETURNING line;

-- name: bookings_missing
-- Why a hold did not get all it asked for: for each line whether it is booked after all (by a twin of this
-- request), and how many places are left; null when the product has no capacity at all.
SELECT l.line,
       EXISTS (SELECT 1 FROM bookings.bookings b WHERE b.order_id = $1::bigint AND b.line = l.line),
       COALESCE(d.capacity - d.taken, c.per_day)
FROM unnest($2::integer[], $3::bigint[], $4::date[]) AS l (line, product_id, day)
LEFT JOIN bookings.days d ON d.product_id = l.product_id AND d.day = l.day
LEFT JOIN bookings.capacities c ON c.product_id = l.product_id
ORDER BY l.line
LIMIT 10;

-- name: bookings_confirm
-- All lines or none: decided on the locked rows, so that a sweep that is releasing one of them is waited
-- for and seen. Answers how many lines there are, and how many of them are gone.
WITH mine AS MATERIALIZED (
    SELECT id, state
    FROM bookings.bookings
    WHERE order_id = $1::bigint
    ORDER BY id
    FOR UPDATE
), changed AS (
    UPDATE bookings.bookings b
    SET state = 'confirmed', expires_at = NULL
    FROM mine m
    WHERE b.id = m.id AND b.state = 'held'
      AND NOT EXISTS (SELECT 1 FROM mine x WHERE x.state = 'released')
    RETURNING b.id
)
SELECT count(*), count(*) FILTER (WHERE m.state = 'released'), (SELECT count(*) FROM changed)
FROM mine m;

-- name: bookings_release
-- State and places in one statement: what is not held any more gives nothing back a second time. Bookings
-- are locked by id, as confirm does, then days.
WITH mine AS MATERIALIZED (
    SELECT id
    FROM bookings.bookings
    WHERE order_id = $1::bigint AND state = 'held'
    ORDER BY id
    FOR UPDATE
), freed AS (
    UPDATE bookings.bookings b
    SET state = 'released', expires_at = NULL
    FROM mine m
    WHERE b.id = m.id AND b.state = 'held'
    RETURNING b.product_id, b.day, b.quantity
), places AS MATERIALIZED (
    SELECT d.product_id, d.day, f.quantity
    FROM bookings.days d
    JOIN (SELECT product_id, day, sum(quantity)::integer AS quantity
          FROM freed GROUP BY product_id, day) f ON f.product_id = d.product_id AND f.day = d.day
    ORDER BY d.product_id, d.day
    FOR UPDATE OF d
)
UPDATE bookings.days d
SET taken = d.taken - p.quantity
FROM places p
WHERE d.product_id = p.product_id AND d.day = p.day;

-- name: bookings_cancel_begin
-- $2: the owner, or 0 for anybody; $3: today. Answers the booking as it is afterwards: still confirmed when
-- its day has come.
WITH mine AS MATERIALIZED (
    SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
           created_at, expires_at
    FROM bookings.bookings
    WHERE id = $1::bigint AND ($2::bigint = 0 OR user_id = $2::bigint)
    FOR UPDATE
), changed AS (
    UPDATE bookings.bookings b
    SET state = 'cancelling'
    FROM mine m
    WHERE b.id = m.id AND b.state = 'confirmed' AND b.day > $3::date
    RETURNING b.id
), noted AS (
    INSERT INTO bookings.cancellations (booking_id)
    SELECT id FROM changed
)
SELECT m.id, m.order_id, m.line, m.user_id, m.product_id, m.day, m.quantity, m.amount_cents,
       CASE WHEN c.id IS NULL THEN m.state ELSE 'cancelling' END,
       m.created_at,
       m.expires_at
FROM mine m
LEFT JOIN changed c ON c.id = m.id;

-- name: bookings_cancel_done
-- The refund is made: the places go back in the same statement as the state.
WITH mine AS MATERIALIZED (
    SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
           created_at, expires_at
    FROM bookings.bookings
    WHERE id = $1::bigint AND ($2::bigint = 0 OR user_id = $2::bigint)
    FOR UPDATE
), changed AS (
    UPDATE bookings.bookings b
    SET state = 'cancelled'
    FROM mine m
    WHERE b.id = m.id AND b.state = 'cancelling'
    RETURNING b.id, b.product_id, b.day, b.quantity
), given AS (
    UPDATE bookings.days d
    SET taken = d.taken - c.quantity
    FROM changed c
    WHERE d.product_id = c.product_id AND d.day = c.day
), forgotten AS (
    DELETE FROM bookings.cancellations WHERE booking_id IN (SELECT id FROM changed)
)
SELECT m.id, m.order_id, m.line, m.user_id, m.product_id, m.day, m.quantity, m.amount_cents,
       CASE WHEN c.id IS NULL THEN m.state ELSE 'cancelled' END,
       m.created_at,
       m.expires_at
FROM mine m
LEFT JOIN changed c ON c.id = m.id;

-- name: bookings_list_order
-- The unique constraint's index finds the few lines of an order, so the other filters may be optional.
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE order_id = $1::bigint
  AND ($2::bigint = 0 OR user_id = $2::bigint) AND ($3::bigint = 0 OR product_id = $3::bigint)
  AND day BETWEEN $4::date AND $5::date AND (day, id) > ($6::date, $7::bigint)
ORDER BY day, id
LIMIT $8::bigint;

-- name: bookings_list_orders
-- Of several orders at once.
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE order_id = ANY ($1::bigint[]) AND (day, id) > ($2::date, $3::bigint)
ORDER BY day, id
LIMIT $4::bigint;

-- name: bookings_list_user
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE user_id = $1::bigint AND day BETWEEN $2::date AND $3::date
  AND (day, id) > ($4::date, $5::bigint)
ORDER BY day, id
LIMIT $6::bigint;

-- name: bookings_list_product
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE product_id = $1::bigint AND day BETWEEN $2::date AND $3::date
  AND (day, id) > ($4::date, $5::bigint)
ORDER BY day, id
LIMIT $6::bigint;

-- name: bookings_list_user_product
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE user_id = $1::bigint AND product_id = $2::bigint AND day BETWEEN $3::date AND $4::date
  AND (day, id) > ($5::date, $6::bigint)
ORDER BY day, id
LIMIT $7::bigint;

-- name: bookings_list_all
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE day BETWEEN $1::date AND $2::date AND (day, id) > ($3::date, $4::bigint)
ORDER BY day, id
LIMIT $5::bigint;

-- name: bookings_best_sellers
-- Counts everything sold since then, for every visitor of the home page.
SELECT product_id
FROM bookings.bookings
WHERE state = 'confirmed' AND created_at >= to_timestamp($1::bigint / 1000.0)
GROUP BY product_id
ORDER BY sum(quantity) DESC, product_id
LIMIT $2::bigint;

-- name: bookings_sweep_window
-- What lies in the next stretch of the table behind $1: its end, its length, the first booking still held,
-- whether any hold there has run out, and the newest booking so old that no transaction that could still add
-- an older id can be alive.
SELECT COALESCE(max(w.id), 0), count(*), COALESCE(min(w.id) FILTER (WHERE w.state = 'held'), 0),
       COALESCE(bool_or(w.expires_at <= now()), false),
       COALESCE(max(w.id) FILTER (WHERE w.created_at < now() - interval '60 seconds'), 0)
FROM (SELECT id, state, created_at, expires_at
      FROM bookings.bookings
      WHERE id > $1::bigint
      ORDER BY id
      LIMIT $2::bigint) w;

-- name: bookings_sweep_release
-- Holds that have run out among the ids behind $1 up to $2. Rows another transaction is working on are left to it.
WITH due AS MATERIALIZED (
    SELECT id
    FROM bookings.bookings
    WHERE id > $1::bigint AND id <= $2::bigint AND state = 'held' AND expires_at <= now()
    ORDER BY id
    LIMIT $3::bigint
    FOR UPDATE SKIP LOCKED
), freed AS (
    UPDATE bookings.bookings b
    SET state = 'released', expires_at = NULL
    FROM due
    WHERE b.id = due.id
    RETURNING b.product_id, b.day, b.quantity
), places AS MATERIALIZED (
    SELECT d.product_id, d.day, f.quantity
    FROM bookings.days d
    JOIN (SELECT product_id, day, sum(quantity)::integer AS quantity
          FROM freed GROUP BY product_id, day) f ON f.product_id = d.product_id AND f.day = d.day
    ORDER BY d.product_id, d.day
    FOR UPDATE OF d
), given AS (
    UPDATE bookings.days d
    SET taken = d.taken - p.quantity
    FROM places p
    WHERE d.product_id = p.product_id AND d.day = p.day
)
SELECT count(*) FROM freed;

-- name: bookings_sweep_stuck
-- Cancellations that nobody has finished, oldest first.
SELECT b.id, b.order_id, b.line, b.user_id, b.product_id, b.day, b.quantity, b.amount_cents, b.state,
       b.created_at,
       b.expires_at
FROM bookings.cancellations c
JOIN bookings.bookings b ON b.id = c.booking_id
WHERE c.since < to_timestamp($1::bigint / 1000.0)
ORDER BY c.since, c.booking_id
LIMIT $2::bigint;

-- name: bookings_capacity_days
-- Every day of the range, whether it has a row or not. No row at all: the product has no capacity.
SELECT s.day::date, COALESCE(d.capacity, c.per_day), COALESCE(d.capacity - d.taken, c.per_day)
FROM bookings.capacities c
CROSS JOIN generate_series($2::date, $3::date, interval '1 day') AS s (day)
LEFT JOIN bookings.days d ON d.product_id = c.product_id AND d.day = s.day::date
WHERE c.product_id = $1::bigint
ORDER BY s.day
LIMIT 92;

-- name: bookings_capacity_daily
-- Its lock keeps new rows of days waiting until the days that exist have been changed too.
INSERT INTO bookings.capacities AS c (product_id, per_day)
VALUES ($1::bigint, $2::integer)
ON CONFLICT (product_id) DO UPDATE SET per_day = excluded.per_day;

-- name: bookings_capacity_spread
-- A day on which more is taken violates days_within_capacity, and nothing changes.
WITH places AS MATERIALIZED (
    SELECT product_id, day
    FROM bookings.days
    WHERE product_id = $1::bigint AND day >= $3::date AND NOT own
    ORDER BY product_id, day
    FOR UPDATE
)
UPDATE bookings.days d
SET capacity = $2::integer
FROM places p
WHERE d.product_id = p.product_id AND d.day = p.day;

-- name: bookings_capacity_known
-- A product with a day of its own has a capacity, if only 0 on other days. Before the day, because holds
-- lock in that order too.
INSERT INTO bookings.capacities (product_id, per_day)
VALUES ($1::bigint, 0)
ON CONFLICT (product_id) DO NOTHING;

-- name: bookings_capacity_day
-- One day's own number. Answers no row when more is taken.
INSERT INTO bookings.days AS d (product_id, day, capacity, own)
VALUES ($1::bigint, $2::date, $3::integer, true)
ON CONFLICT (product_id, day) DO UPDATE
    SET capacity = excluded.capacity, own = true
    WHERE d.taken <= excluded.capacity
RETURNING d.capacity - d.taken;

-- name: bookings_sold_window
-- The next stretch of the table behind $1: its end, its length, how many of it are sold, how many of those
-- cancelled.
SELECT COALESCE(max(w.id), 0), count(*),
       count(*) FILTER (WHERE w.state IN ('confirmed', 'cancelling', 'cancelled')),
       count(*) FILTER (WHERE w.state = 'cancelled')
FROM (SELECT id, state
      FROM bookings.bookings
      WHERE id > $1::bigint
      ORDER BY id
      LIMIT $2::bigint) w;

-- name: bookings_sold_list
SELECT id, order_id, state = 'cancelled'
FROM bookings.bookings
WHERE id > $1::bigint AND id <= $2::bigint AND state IN ('confirmed', 'cancelling', 'cancelled')
ORDER BY id
LIMIT $3::bigint;
