-- name: invoices_find
SELECT number, issued_at, facts
FROM invoices.invoices
WHERE order_id = $1::bigint;

-- name: invoices_issue
-- The next number and the invoice that bears it, or neither. The counter's row is locked until this commits,
-- so numbers are given out one after the other. An order that has an invoice violates invoices_order: then
-- the number is not taken either.
WITH next AS (
    INSERT INTO invoices.counter AS c (id, last_number)
    VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET last_number = c.last_number + 1
    RETURNING last_number
)
INSERT INTO invoices.invoices (number, order_id, issued_at, facts)
SELECT last_number, $1::bigint, now(), $2::text
FROM next
RETURNING number, issued_at;
