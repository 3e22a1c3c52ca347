-- The invoices module's own schema. An invoice is written down with everything it says and never changed.
CREATE SCHEMA invoices;

-- One row. Whoever takes a number locks it until the invoice is stored: that is what leaves no gap.
CREATE TABLE invoices.counter (
    id           integer PRIMARY KEY,
    last_number  bigint NOT NULL,
    CONSTRAINT counter_one_row CHECK (id = 1),
    CONSTRAINT counter_sane CHECK (last_number > 0)
);

CREATE TABLE invoices.invoices (
    number     bigint PRIMARY KEY,
    order_id   bigint NOT NULL,
    issued_at  timestamptz(3) NOT NULL,
    facts      text NOT NULL, -- JSON: what the document says; see invoice_facts.c
    CONSTRAINT invoices_order UNIQUE (order_id)
);
