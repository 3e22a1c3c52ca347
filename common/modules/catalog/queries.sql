-- Every statement that answers products names the same fourteen columns in the same order (catalog_pg.c reads
-- them by position).

-- name: catalog_find
-- The hottest statement of the shop: one row by primary key.
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE id = $1::bigint;

-- name: catalog_featured
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE featured AND active
ORDER BY rating_tenths DESC, rating_count DESC, id
LIMIT $1::bigint;

-- name: catalog_newest
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE active
ORDER BY created_at DESC, id DESC
LIMIT $1::bigint;

-- name: catalog_categories
SELECT id, slug, name
FROM catalog.categories
ORDER BY name, id
LIMIT $1::bigint;

-- name: catalog_count
-- Asked once for each category: simple, and one round trip each.
SELECT count(*)
FROM catalog.products
WHERE category = $1::text AND active;

-- Lists: one statement for each order, because an ORDER BY cannot be a parameter. A filter that is null is no
-- filter. $5 and $6 are the keyset, the sort value and id of the last row seen, null on the first page.

-- name: catalog_list_newest_asc
SELECT id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture
FROM catalog.products
WHERE active
  AND ($1::text IS NULL OR category = $1)
  AND ($2::text IS NULL OR title ILIKE $2 OR summary ILIKE $2)
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
  AND ($2::text IS NULL OR title ILIKE $2 OR summary ILIKE $2)
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
  AND ($2::text IS NULL OR title ILIKE $2 OR summary ILIKE $2)
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
  AND ($2::text IS NULL OR title ILIKE $2 OR summary ILIKE $2)
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
  AND ($2::text IS NULL OR title ILIKE $2 OR summary ILIKE $2)
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
  AND ($2::text IS NULL OR title ILIKE $2 OR summary ILIKE $2)
  AND ($3::bigint IS NULL OR price_cents >= $3)
  AND ($4::bigint IS NULL OR price_cents <= $4)
  AND ($5::bigint IS NULL OR (rating_tenths, id) < ($5::bigint, $6::bigint))
ORDER BY rating_tenths DESC, id DESC
LIMIT $7::bigint;

-- name: catalog_create
-- An unknown category violates products_category_fkey.
INSERT INTO catalog.products (category, title, summary, description, price_cents, featured, active)
VALUES ($1::text, $2::text, $3::text, $4::text, $5::bigint, $6::boolean, $7::boolean)
RETURNING id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture;

-- name: catalog_change
-- What is null stays; only a picture can also be taken away, so $10 says whether $11 counts. $2 is the version that the change was made for, 0 for any: of two admins who read the
-- same version, one is told instead of overwriting the other.
UPDATE catalog.products
SET category = coalesce($3::text, category),
    title = coalesce($4::text, title),
    summary = coalesce($5::text, summary),
    description = coalesce($6::text, description),
    price_cents = coalesce($7::bigint, price_cents),
    featured = coalesce($8::boolean, featured),
    active = coalesce($9::boolean, active),
    picture = CASE WHEN $10::boolean THEN $11::text ELSE picture END,
    version = version + 1,
    updated_at = now()
WHERE id = $1::bigint AND ($2::bigint = 0 OR version = $2)
RETURNING id, category, title, summary, description, price_cents, rating_tenths, rating_count, featured, active,
       version, created_at, updated_at, picture;
