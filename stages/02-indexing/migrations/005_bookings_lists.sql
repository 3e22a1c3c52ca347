-- no transaction
-- Bookings of a user, and of everybody: each list is in the order of (day, id), and so is its index behind the column that is
-- compared with "=". Those of a product are for administrators, who ask for some days: they are picked out of the days' own.
CREATE INDEX CONCURRENTLY IF NOT EXISTS bookings_user_day
    ON bookings.bookings (user_id, day, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS bookings_day
    ON bookings.bookings (day, id);

-- The live holds: a few hundred among millions. An index of only them is a page or two, always in memory, and
-- what is not held any more costs nothing.
CREATE INDEX CONCURRENTLY IF NOT EXISTS bookings_held
    ON bookings.bookings (id) INCLUDE (expires_at) WHERE state = 'held';

-- Rows lie in the table in the order they were made, so it is enough to know from when to when each stretch of
-- 16 pages reaches: 100 kB where a B-tree would take 100 MB, and next to nothing to keep.
CREATE INDEX CONCURRENTLY IF NOT EXISTS bookings_created
    ON bookings.bookings USING brin (created_at) WITH (pages_per_range = 16, autosummarize = on);
