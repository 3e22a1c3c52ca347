-- The reports module's own schema: what has been sold, one row per booking that was paid for. It is filled
-- from events and repeats what other modules know (title, price, currency as they were at the sale), because
-- no statement may look into another module's tables. The booking's id is the key: the same event twice adds
-- nothing, and reports read the table page by page along it.
CREATE SCHEMA reports;

CREATE TABLE reports.sales (
    booking_id   bigint PRIMARY KEY,
    order_id     bigint NOT NULL,
    product_id   bigint NOT NULL,
    title        text NOT NULL,
    sold_at      timestamptz(3) NOT NULL, -- when the order was confirmed; its UTC day is the day of the sale
    day          date NOT NULL,           -- the day that was booked, as in bookings and orders
    quantity     integer NOT NULL,
    amount_cents bigint NOT NULL,
    currency     text NOT NULL,
    cancelled_at timestamptz(3),          -- and its amount refunded; null: it stands
    CONSTRAINT sales_quantity_sane CHECK (quantity > 0),
    CONSTRAINT sales_amount_sane CHECK (amount_cents >= 0),
    CONSTRAINT sales_currency_sane CHECK (currency ~ '^[A-Z]{3}$')
);
