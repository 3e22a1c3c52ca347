-- no transaction
-- Orders that somebody still has to do something about: pending ones, and confirmed ones whose receipt has not
-- gone out. A handful among millions; the background work reads this instead of walking along the table.
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_open
    ON orders.orders (id) INCLUDE (state, created_at)
    WHERE state = 'pending' OR (state = 'confirmed' AND receipt_sent_at IS NULL);
