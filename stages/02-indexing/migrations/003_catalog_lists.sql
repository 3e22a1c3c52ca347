-- no transaction
-- Products in the three orders a shopper can ask for, with a category and without. The last column is the id,
-- as in the ORDER BY and in the page cursor: a page is one stretch of an index, wherever it begins, and read
-- backwards it is the descending order. Partial, because shoppers see active products only.
CREATE INDEX CONCURRENTLY IF NOT EXISTS products_newest
    ON catalog.products (created_at, id) WHERE active;
CREATE INDEX CONCURRENTLY IF NOT EXISTS products_price
    ON catalog.products (price_cents, id) WHERE active;
CREATE INDEX CONCURRENTLY IF NOT EXISTS products_rating
    ON catalog.products (rating_tenths, id) WHERE active;
CREATE INDEX CONCURRENTLY IF NOT EXISTS products_category_newest
    ON catalog.products (category, created_at, id) WHERE active;
CREATE INDEX CONCURRENTLY IF NOT EXISTS products_category_price
    ON catalog.products (category, price_cents, id) WHERE active;
CREATE INDEX CONCURRENTLY IF NOT EXISTS products_category_rating
    ON catalog.products (category, rating_tenths, id) WHERE active;

-- The shelf of featured products: two dozen of them among all.
CREATE INDEX CONCURRENTLY IF NOT EXISTS products_featured
    ON catalog.products (rating_tenths DESC, rating_count DESC, id) WHERE featured AND active;
