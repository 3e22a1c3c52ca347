-- The orders module's own schema. No other module reads these tables. What was bought is kept as it was
-- then (title, price), so that an order never changes when the catalog does.
CREATE SCHEMA orders;

-- The id is drawn before the order is stored: the hold is made under it. An id without an order is one
-- whose checkout ended before it was stored; its hold runs out.
CREATE SEQUENCE orders.order_ids;

CREATE TABLE orders.orders (
    id               bigint PRIMARY KEY,
    user_id          bigint NOT NULL,
    key              text NOT NULL, -- Idempotency-Key: one order per user and key
    body_hash        text NOT NULL, -- of the request, to tell a repeat from another use of the key
    state            text NOT NULL,
    reason           text,          -- why rejected: the name of a status
    detail           text,          -- the sentence that goes with it
    field            text,          -- and the field of the request it is about
    total_cents      bigint NOT NULL,
    currency         text NOT NULL,
    created_at       timestamptz(3) NOT NULL DEFAULT now(),
    updated_at       timestamptz(3) NOT NULL DEFAULT now(),
    receipt_tries    integer NOT NULL DEFAULT 0,
    receipt_after    timestamptz(3), -- not to be tried again before then
    receipt_sent_at  timestamptz(3),
    CONSTRAINT orders_key UNIQUE (user_id, key),
    CONSTRAINT orders_key_length CHECK (char_length(key) BETWEEN 1 AND 64),
    CONSTRAINT orders_state_known CHECK (state IN ('pending', 'confirmed', 'rejected')),
    CONSTRAINT orders_rejected_for_a_reason CHECK ((state = 'rejected') = (reason IS NOT NULL)),
    CONSTRAINT orders_total_sane CHECK (total_cents >= 0),
    CONSTRAINT orders_currency_sane CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT orders_receipt_when_confirmed CHECK (receipt_sent_at IS NULL OR state = 'confirmed')
);

CREATE TABLE orders.lines (
    order_id         bigint NOT NULL REFERENCES orders.orders (id) ON DELETE CASCADE,
    line             integer NOT NULL,
    product_id       bigint NOT NULL,
    title            text NOT NULL,
    day              date NOT NULL,
    quantity         integer NOT NULL,
    unit_price_cents bigint NOT NULL,
    amount_cents     bigint NOT NULL,
    PRIMARY KEY (order_id, line),
    CONSTRAINT lines_line_sane CHECK (line BETWEEN 0 AND 9),
    CONSTRAINT lines_quantity_sane CHECK (quantity BETWEEN 1 AND 20),
    CONSTRAINT lines_amount_adds_up CHECK (amount_cents = unit_price_cents * quantity)
);
