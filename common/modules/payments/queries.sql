-- name: payments_record_charge
-- The first outcome stays: the provider never changes one.
INSERT INTO payments.charges (order_id, outcome, amount_cents, currency, provider_id)
VALUES ($1::bigint, $2::text, $3::bigint, $4::text, $5::text)
ON CONFLICT (order_id) DO NOTHING;

-- name: payments_find_charge
SELECT outcome
FROM payments.charges
WHERE order_id = $1::bigint;

-- name: payments_record_refund
INSERT INTO payments.refunds (key, order_id, amount_cents, provider_id)
VALUES ($1::text, $2::bigint, $3::bigint, $4::text)
ON CONFLICT (key) DO NOTHING;

-- name: payments_find_refund
SELECT amount_cents
FROM payments.refunds
WHERE key = $1::text;
