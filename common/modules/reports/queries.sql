-- name: reports_add
-- A sale that is here already stays as it is.
INSERT INTO reports.sales
    (booking_id, order_id, product_id, title, sold_at, day, quantity, amount_cents, currency)
SELECT s.booking_id, $2::bigint, s.product_id, s.title, to_timestamp($3::bigint / 1000.0), s.day,
       s.quantity, s.amount_cents, $4::text
FROM unnest($1::bigint[], $5::bigint[], $6::text[], $7::date[], $8::integer[], $9::bigint[])
     AS s (booking_id, product_id, title, day, quantity, amount_cents)
ON CONFLICT (booking_id) DO NOTHING;

-- name: reports_cancel
-- The first word on it counts. Touches the row in any case: that tells whether there is one.
UPDATE reports.sales
SET cancelled_at = COALESCE(cancelled_at, to_timestamp($2::bigint / 1000.0))
WHERE booking_id = $1::bigint;

-- name: reports_window
-- Where the next $2 rows behind $1 end, and how many there are.
SELECT COALESCE(max(w.booking_id), 0), count(*)
FROM (SELECT booking_id
      FROM reports.sales
      WHERE booking_id > $1::bigint
      ORDER BY booking_id
      LIMIT $2::bigint) w;

-- name: reports_sales
-- Sales of the window behind $1 up to $2 that were made from $3 until before $4. Titles are as short as the
-- catalog makes them; cut, so that a page has a largest size whatever the table holds.
SELECT booking_id, order_id, product_id, left(title, 200), sold_at, day, quantity, amount_cents, currency,
       cancelled_at
FROM reports.sales
WHERE booking_id > $1::bigint AND booking_id <= $2::bigint
  AND sold_at >= to_timestamp($3::bigint / 1000) AND sold_at < to_timestamp($4::bigint / 1000)
ORDER BY booking_id
LIMIT $5::bigint;

-- name: reports_days
-- What one window adds to each day of the sale. A window is of a few days, whatever the range.
SELECT (sold_at AT TIME ZONE 'UTC')::date, count(*), sum(quantity)::bigint, sum(amount_cents)::bigint,
       count(cancelled_at),
       COALESCE(sum(amount_cents) FILTER (WHERE cancelled_at IS NOT NULL), 0)::bigint
FROM reports.sales
WHERE booking_id > $1::bigint AND booking_id <= $2::bigint
  AND sold_at >= to_timestamp($3::bigint / 1000) AND sold_at < to_timestamp($4::bigint / 1000)
GROUP BY 1;

-- name: reports_products
-- What one window adds to each product, and the latest of these sales: its row has the title.
SELECT product_id, count(*), sum(quantity)::bigint, sum(amount_cents)::bigint, max(booking_id)
FROM reports.sales
WHERE booking_id > $1::bigint AND booking_id <= $2::bigint
  AND sold_at >= to_timestamp($3::bigint / 1000) AND sold_at < to_timestamp($4::bigint / 1000)
GROUP BY 1;

-- name: reports_titles
SELECT booking_id, title
FROM reports.sales
WHERE booking_id = ANY ($1::bigint[])
LIMIT 100;

-- name: reports_count
-- What the books say of the bookings behind $1 up to $2.
SELECT count(*), count(cancelled_at)
FROM reports.sales
WHERE booking_id > $1::bigint AND booking_id <= $2::bigint;

-- name: reports_known
SELECT booking_id, cancelled_at IS NOT NULL
FROM reports.sales
WHERE booking_id > $1::bigint AND booking_id <= $2::bigint
ORDER BY booking_id
LIMIT $3::bigint;
