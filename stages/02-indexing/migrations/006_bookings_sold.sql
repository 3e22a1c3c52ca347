-- What was sold of each product on each day (the UTC day the booking was made), for the best sellers: an index
-- finds the sales of a month quickly but they must still be added up, hundreds of thousands for each visitor.
-- Here they are added up when they happen. A trigger keeps it (see 004_catalog_counts.sql for why, and why once
-- per statement and in one order). Days further back than anybody asks for are left out.
CREATE TABLE bookings.sold_days (
    product_id bigint NOT NULL,
    day        date NOT NULL,
    quantity   bigint NOT NULL,
    PRIMARY KEY (product_id, day)
);
CREATE INDEX sold_days_best ON bookings.sold_days (day, quantity DESC, product_id);

CREATE FUNCTION bookings.count_sold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO bookings.sold_days AS s (product_id, day, quantity)
        SELECT product_id, (created_at AT TIME ZONE 'UTC')::date, sum(quantity)
        FROM added
        WHERE state = 'confirmed' AND created_at > now() - interval '40 days'
        GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (product_id, day) DO UPDATE SET quantity = s.quantity + excluded.quantity;
    ELSE
        INSERT INTO bookings.sold_days AS s (product_id, day, quantity)
        SELECT product_id, (created_at AT TIME ZONE 'UTC')::date, sum(quantity)
        FROM (SELECT product_id, created_at, quantity FROM added WHERE state = 'confirmed'
              UNION ALL
              SELECT product_id, created_at, -quantity FROM removed WHERE state = 'confirmed') d
        WHERE created_at > now() - interval '40 days'
        GROUP BY 1, 2 HAVING sum(quantity) <> 0 ORDER BY 1, 2
        ON CONFLICT (product_id, day) DO UPDATE SET quantity = s.quantity + excluded.quantity;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER bookings_sold_insert AFTER INSERT ON bookings.bookings
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bookings.count_sold();
CREATE TRIGGER bookings_sold_update AFTER UPDATE ON bookings.bookings
    REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION bookings.count_sold();

-- Writers wait from CREATE TRIGGER to the commit: for the sales of 40 days, found through the index on
-- created_at of the file before, well under a second for a million of them.
INSERT INTO bookings.sold_days (product_id, day, quantity)
SELECT product_id, (created_at AT TIME ZONE 'UTC')::date, sum(quantity)
FROM bookings.bookings
WHERE state = 'confirmed' AND created_at > now() - interval '40 days'
GROUP BY 1, 2;
