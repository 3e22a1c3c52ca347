-- What was sold of each product on each day (the UTC day the booking was made), for the best sellers: an index finds
-- the sales of a month quickly, but they must still be added up, hundreds of thousands for each visitor.
--
-- The sums cover the bookings made before sold_until.at; what is younger, some twenty minutes' worth, is counted by the
-- reader. So a sale costs nothing here: whoever looks for expired holds also moves the moment on, every five minutes
-- (bookings_sweep_window), and a trigger corrects a sum only when a booking that it may contain changes its state: cancelled,
-- or confirmed late.
CREATE TABLE bookings.sold_days (
    product_id bigint NOT NULL,
    day        date NOT NULL,
    quantity   bigint NOT NULL,
    PRIMARY KEY (product_id, day)
);
CREATE INDEX sold_days_best ON bookings.sold_days (day, quantity DESC, product_id);

CREATE TABLE bookings.sold_until ( -- at most one row; none: nothing is in the sums yet
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    at     timestamptz NOT NULL
);

-- Adds what was made before `up_to` to the sums, a week at a time, and removes days nobody asks for any more. Answers up
-- to when the sums reach. A shop without a past has nothing to add, so that a set of data may still be loaded into it. The
-- lock is for corrections that are under way: they are waited for, and seen.
CREATE FUNCTION bookings.sum_sold(up_to timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz := (SELECT at FROM bookings.sold_until);
    until timestamptz;
BEGIN
    IF since > up_to - interval '5 minutes' THEN RETURN since; END IF;
    IF since IS NULL
       AND COALESCE((SELECT created_at FROM bookings.bookings ORDER BY id LIMIT 1) >= up_to, true) THEN
        RETURN NULL;
    END IF;
    LOCK TABLE bookings.sold_until IN EXCLUSIVE MODE;
    since := (SELECT at FROM bookings.sold_until); -- somebody else may have done it meanwhile
    IF since > up_to - interval '5 minutes' THEN RETURN since; END IF;
    since := GREATEST(since, date_trunc('day', up_to, 'UTC') - interval '40 days');
    until := LEAST(up_to, since + interval '7 days');
    INSERT INTO bookings.sold_days AS s (product_id, day, quantity)
    SELECT product_id, (created_at AT TIME ZONE 'UTC')::date, sum(quantity)
    FROM bookings.bookings
    WHERE state = 'confirmed' AND created_at >= since AND created_at < until
    GROUP BY 1, 2
    ON CONFLICT (product_id, day) DO UPDATE SET quantity = s.quantity + excluded.quantity;
    DELETE FROM bookings.sold_days WHERE day < (up_to AT TIME ZONE 'UTC')::date - 40;
    INSERT INTO bookings.sold_until (at) VALUES (until) ON CONFLICT (single) DO UPDATE SET at = excluded.at;
    RETURN until;
END $$;

-- Corrections lock the row: the sums do not move on between looking and commit, and two corrections of the same products in
-- another order cannot deadlock, for they take turns.
CREATE FUNCTION bookings.correct_sold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz;
BEGIN
    SELECT at INTO until FROM bookings.sold_until FOR UPDATE;
    IF NEW.created_at < until AND NEW.created_at > now() - interval '40 days' THEN
        INSERT INTO bookings.sold_days AS s (product_id, day, quantity)
        VALUES (NEW.product_id, (NEW.created_at AT TIME ZONE 'UTC')::date,
                CASE WHEN NEW.state = 'confirmed' THEN NEW.quantity ELSE -NEW.quantity END)
        ON CONFLICT (product_id, day) DO UPDATE SET quantity = s.quantity + excluded.quantity;
    END IF;
    RETURN NULL;
END $$;

-- A trigger and not the statements, so that it is right while processes of the stage before still write; of its
-- condition an ordinary sale pays only the look. Ten minutes here and twenty there: a change that saw a booking as too
-- young for the sums has committed before they reach it, for no transaction of the shop may last ten minutes.
CREATE TRIGGER bookings_sold_corrected AFTER UPDATE OF state ON bookings.bookings
    FOR EACH ROW
    WHEN ((OLD.state = 'confirmed') <> (NEW.state = 'confirmed') AND NEW.created_at < now() - interval '10 minutes')
    EXECUTE FUNCTION bookings.correct_sold();
