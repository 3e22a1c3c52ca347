-- Statements of stage 01 that ask differently here; all others stay. Same name, same parameters, same columns.

-- name: users_search_prefix
-- In the order of the index, so that a page reads a page, however many begin like that; the keyset finds the
-- last address by its id.
SELECT id, email, name, role, created_at
FROM users.accounts
WHERE email COLLATE "C" LIKE lower($1::text)
  AND ($2::bigint = 0
       OR email COLLATE "C" > (SELECT a.email FROM users.accounts a WHERE a.id = $2::bigint))
ORDER BY email COLLATE "C"
LIMIT $3::bigint;

-- name: catalog_count
SELECT COALESCE((SELECT products FROM catalog.category_counts WHERE category = $1::text), 0);

-- name: bookings_list_user
-- One lower bound, not two. "day >= from AND (day, id) > last" has the index start at whichever comes last in
-- the condition, on a first page at the beginning of time, and throw away what is before the day.
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE user_id = $1::bigint AND day <= $3::date
  AND (day, id) > (GREATEST($2::date, $4::date),
                   CASE WHEN $4::date >= $2::date THEN $5::bigint ELSE 0 END)
ORDER BY day, id
LIMIT $6::bigint;

-- name: bookings_list_product
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE product_id = $1::bigint AND day <= $3::date
  AND (day, id) > (GREATEST($2::date, $4::date),
                   CASE WHEN $4::date >= $2::date THEN $5::bigint ELSE 0 END)
ORDER BY day, id
LIMIT $6::bigint;

-- name: bookings_list_user_product
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE user_id = $1::bigint AND product_id = $2::bigint AND day <= $4::date
  AND (day, id) > (GREATEST($3::date, $5::date),
                   CASE WHEN $5::date >= $3::date THEN $6::bigint ELSE 0 END)
ORDER BY day, id
LIMIT $7::bigint;

-- name: bookings_list_all
SELECT id, order_id, line, user_id, product_id, day, quantity, amount_cents, state,
       created_at,
       expires_at
FROM bookings.bookings
WHERE day <= $2::date
  AND (day, id) > (GREATEST($1::date, $3::date),
                   CASE WHEN $3::date >= $1::date THEN $4::bigint ELSE 0 END)
ORDER BY day, id
LIMIT $5::bigint;

-- name: bookings_best_sellers
-- Adds up days, not bookings, and only of products that were among the best of some day. Who never was has
-- sold less than that on each. The first day counts from a moment on, so its bookings are looked at.
WITH span AS MATERIALIZED (
    SELECT at, (at AT TIME ZONE 'UTC')::date + 1 AS first_day,
           (((at AT TIME ZONE 'UTC')::date + 1)::timestamp AT TIME ZONE 'UTC') AS first_at
    FROM (SELECT to_timestamp($1::bigint / 1000.0)) AS s (at)
), begun AS MATERIALIZED (
    SELECT product_id, sum(quantity)::bigint AS quantity
    FROM bookings.bookings
    WHERE state = 'confirmed' AND created_at >= (SELECT at FROM span)
      AND created_at < (SELECT first_at FROM span)
    GROUP BY product_id
), candidates AS (
    SELECT best.product_id
    FROM generate_series((SELECT first_day FROM span)::timestamp, now() AT TIME ZONE 'UTC',
                         interval '1 day') AS d (day)
    CROSS JOIN LATERAL (SELECT s.product_id
                        FROM bookings.sold_days s
                        WHERE s.day = d.day::date
                        ORDER BY s.quantity DESC, s.product_id
                        LIMIT 3 * $2::bigint) best
    UNION
    (SELECT product_id FROM begun ORDER BY quantity DESC, product_id LIMIT 3 * $2::bigint)
)
SELECT c.product_id
FROM candidates c
LEFT JOIN begun b ON b.product_id = c.product_id
CROSS JOIN LATERAL (SELECT COALESCE(sum(s.quantity), 0) + COALESCE(b.quantity, 0) AS quantity
                    FROM bookings.sold_days s
                    WHERE s.product_id = c.product_id AND s.day >= (SELECT first_day FROM span)) total
WHERE total.quantity > 0
ORDER BY total.quantity DESC, c.product_id
LIMIT $2::bigint;

-- name: bookings_sweep_window
-- The index of the live holds answers for the whole table, so the window is all of it and the mark is never
-- needed: the next round begins at the same place.
SELECT COALESCE((SELECT max(id) FROM bookings.bookings), 0), 0::bigint,
       COALESCE((SELECT min(id) FROM bookings.bookings WHERE state = 'held' AND id > $1::bigint), 0),
       EXISTS (SELECT 1 FROM bookings.bookings
               WHERE state = 'held' AND id > $1::bigint AND expires_at <= now()
               LIMIT $2::bigint),
       0::bigint;

-- name: orders_lines_many
-- New: the lines of a page of orders (order_page.c), at most ten of each of fifty.
SELECT order_id, product_id, title, day, quantity, unit_price_cents, amount_cents
FROM orders.lines
WHERE order_id = ANY ($1::bigint[])
ORDER BY order_id, line
LIMIT 500;

-- name: orders_pending_window
-- As bookings_sweep_window: one look at the index of open orders.
SELECT COALESCE((SELECT max(id) FROM orders.orders), 0), 0::bigint,
       COALESCE((SELECT min(id) FROM orders.orders WHERE state = 'pending' AND id > $1::bigint), 0),
       0::bigint
WHERE $2::bigint > 0;

-- name: orders_receipt_window
SELECT COALESCE((SELECT max(id) FROM orders.orders), 0), 0::bigint,
       COALESCE((SELECT min(id) FROM orders.orders
                 WHERE (state = 'pending' OR (state = 'confirmed' AND receipt_sent_at IS NULL))
                   AND id > $1::bigint), 0),
       0::bigint
WHERE $2::bigint > 0;
