-- What we know for certain about money: one row per order's charge, one per refund. A row is written only
-- when the provider has answered; an unknown outcome has no row, and payments_settle() asks for it.
CREATE SCHEMA payments;

CREATE TABLE payments.charges (
    order_id     bigint PRIMARY KEY,
    outcome      text NOT NULL,
    amount_cents bigint NOT NULL,
    currency     text NOT NULL,
    provider_id  text NOT NULL,
    recorded_at  timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT charges_outcome_known CHECK (outcome IN ('charged', 'declined', 'voided')),
    CONSTRAINT charges_amount_sane CHECK (amount_cents >= 0)
);

CREATE TABLE payments.refunds (
    key          text PRIMARY KEY,
    order_id     bigint NOT NULL,
    amount_cents bigint NOT NULL,
    provider_id  text NOT NULL,
    recorded_at  timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT refunds_key_length CHECK (char_length(key) BETWEEN 1 AND 64),
    CONSTRAINT refunds_amount_positive CHECK (amount_cents > 0)
);
