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

-- name: catalog_list_newest_asc
-- The six lists of products look for text in the column that 002_catalog_search.sql keeps in lower case.
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE active
  AND ($1::text IS NULL OR category = $1)
  AND ($2::text IS NULL OR search LIKE lower($2))
  AND ($3::bigint IS NULL OR price_cents >= $3)
  AND ($4::bigint IS NULL OR price_cents <= $4)
  AND ($5::bigint IS NULL OR (created_at, id) > (to_timestamp($5::bigint / 1000.0), $6::bigint))
ORDER BY created_at ASC, id ASC
LIMIT $7::bigint;

-- name: catalog_list_newest_desc
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE active
  AND ($1::text IS NULL OR category = $1)
  AND ($2::text IS NULL OR search LIKE lower($2))
  AND ($3::bigint IS NULL OR price_cents >= $3)
  AND ($4::bigint IS NULL OR price_cents <= $4)
  AND ($5::bigint IS NULL OR (created_at, id) < (to_timestamp($5::bigint / 1000.0), $6::bigint))
ORDER BY created_at DESC, id DESC
LIMIT $7::bigint;

-- name: catalog_list_price_asc
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE active
  AND ($1::text IS NULL OR category = $1)
  AND ($2::text IS NULL OR search LIKE lower($2))
  AND ($3::bigint IS NULL OR price_cents >= $3)
  AND ($4::bigint IS NULL OR price_cents <= $4)
  AND ($5::bigint IS NULL OR (price_cents, id) > ($5::bigint, $6::bigint))
ORDER BY price_cents ASC, id ASC
LIMIT $7::bigint;

-- name: catalog_list_price_desc
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE active
  AND ($1::text IS NULL OR category = $1)
  AND ($2::text IS NULL OR search LIKE lower($2))
  AND ($3::bigint IS NULL OR price_cents >= $3)
  AND ($4::bigint IS NULL OR price_cents <= $4)
  AND ($5::bigint IS NULL OR (price_cents, id) < ($5::bigint, $6::bigint))
ORDER BY price_cents DESC, id DESC
LIMIT $7::bigint;

-- name: catalog_list_rating_asc
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE active
  AND ($1::text IS NULL OR category = $1)
  AND ($2::text IS NULL OR search LIKE lower($2))
  AND ($3::bigint IS NULL OR price_cents >= $3)
  AND ($4::bigint IS NULL OR price_cents <= $4)
  AND ($5::bigint IS NULL OR (rating_tenths, id) > ($5::bigint, $6::bigint))
ORDER BY rating_tenths ASC, id ASC
LIMIT $7::bigint;

-- name: catalog_list_rating_desc
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE active
  AND ($1::text IS NULL OR category = $1)
  AND ($2::text IS NULL OR search LIKE lower($2))
  AND ($3::bigint IS NULL OR price_cents >= $3)
  AND ($4::bigint IS NULL OR price_cents <= $4)
  AND ($5::bigint IS NULL OR (rating_tenths, id) < ($5::bigint, $6::bigint))
ORDER BY rating_tenths DESC, id DESC
LIMIT $7::bigint;

-- name: catalog_shelves
-- New: the products of the home page, shelf by shelf (catalog_home.c). Each part is a stretch of an index of its own;
-- the best sellers come in the order in which their ids were named.
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture, shelf
FROM (
    (SELECT 1 AS shelf, row_number() OVER (ORDER BY rating_tenths DESC, rating_count DESC, id) AS place, id, category, title, summary, description, price_cents,
            rating_tenths, rating_count, featured, active, version, created_at, updated_at, picture
     FROM catalog.products
     WHERE featured AND active
     ORDER BY rating_tenths DESC, rating_count DESC, id
     LIMIT $1::bigint)
    UNION ALL
    (SELECT 2 AS shelf, row_number() OVER (ORDER BY created_at DESC, id DESC) AS place, id, category, title, summary, description, price_cents,
            rating_tenths, rating_count, featured, active, version, created_at, updated_at, picture
     FROM catalog.products
     WHERE active
     ORDER BY created_at DESC, id DESC
     LIMIT $1::bigint)
    UNION ALL
    (SELECT 3 AS shelf, row_number() OVER (ORDER BY array_position($2::bigint[], id)) AS place, id, category, title, summary, description, price_cents,
            rating_tenths, rating_count, featured, active, version, created_at, updated_at, picture
     FROM catalog.products
     WHERE active AND id = ANY ($2::bigint[])
     LIMIT $1::bigint)
) AS shelves
ORDER BY shelf, place;

-- name: catalog_categories_counted
-- New: the categories with what 004_catalog_counts.sql keeps, instead of a count for each.
SELECT c.id, c.slug, c.name, COALESCE(n.products, 0)
FROM catalog.categories c
LEFT JOIN catalog.category_counts n ON n.category = c.slug
ORDER BY c.name, c.id
LIMIT $1::bigint;

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
-- sold less than that on each. What the sums do not have is counted from the bookings: the first day, which is not a whole
-- one, and what was made since the sums were brought up to date (006_bookings_sold.sql).
WITH span AS MATERIALIZED (
    SELECT s.at, f.day AS first_day, f.day::timestamp AT TIME ZONE 'UTC' AS first_at,
           GREATEST((SELECT u.at FROM bookings.sold_until u), f.day::timestamp AT TIME ZONE 'UTC') AS counted_at
    FROM (SELECT to_timestamp($1::bigint / 1000.0)) AS s (at)
    CROSS JOIN LATERAL (SELECT (s.at AT TIME ZONE 'UTC')::date + 1) AS f (day)
), counted AS MATERIALIZED (
    SELECT product_id, sum(quantity)::bigint AS quantity
    FROM (SELECT product_id, quantity
          FROM bookings.bookings
          WHERE state = 'confirmed' AND created_at >= (SELECT at FROM span)
            AND created_at < (SELECT first_at FROM span)
          UNION ALL
          SELECT product_id, quantity
          FROM bookings.bookings
          WHERE state = 'confirmed' AND created_at >= (SELECT counted_at FROM span)) AS b
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
    (SELECT product_id FROM counted ORDER BY quantity DESC, product_id LIMIT 3 * $2::bigint)
)
SELECT c.product_id
FROM candidates c
LEFT JOIN counted k ON k.product_id = c.product_id
CROSS JOIN LATERAL (SELECT COALESCE(sum(s.quantity), 0) + COALESCE(k.quantity, 0) AS quantity
                    FROM bookings.sold_days s
                    WHERE s.product_id = c.product_id AND s.day >= (SELECT first_day FROM span)) total
WHERE total.quantity > 0
ORDER BY total.quantity DESC, c.product_id
LIMIT $2::bigint;

-- name: bookings_sweep_window
-- The index of the live holds answers for the whole table, so the window is all of it and the mark is never
-- needed: the next round begins at the same place. On the way it brings the sums of what was sold up to date.
SELECT COALESCE((SELECT max(id) FROM bookings.bookings), 0), 0::bigint,
       COALESCE((SELECT min(id) FROM bookings.bookings WHERE state = 'held' AND id > $1::bigint), 0),
       EXISTS (SELECT 1 FROM bookings.bookings
               WHERE state = 'held' AND id > $1::bigint AND expires_at <= now()
               LIMIT $2::bigint),
       0::bigint
FROM bookings.sum_sold(now() - interval '20 minutes');

-- name: orders_lines_many
-- New: the lines of a page of orders (order_page.c), at most ten of each of fifty.
SELECT order_id, product_id, title, day, quantity, unit_price_cents, amount_cents
FROM orders.lines
WHERE order_id = ANY ($1::bigint[])
ORDER BY order_id, line
LIMIT 500;
