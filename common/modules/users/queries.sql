-- name: users_insert
-- A taken e-mail violates accounts_email_key.
INSERT INTO users.accounts (email, name, password_hash, role)
VALUES ($1::text, $2::text, $3::text, $4::text)
RETURNING id, email, name, role, created_at;

-- name: users_find
SELECT id, email, name, role, created_at
FROM users.accounts
WHERE id = $1::bigint;

-- name: users_credentials
SELECT id, email, name, role, created_at, password_hash
FROM users.accounts
WHERE email = $1::text;

-- name: users_search_email
SELECT id, email, name, role, created_at
FROM users.accounts
WHERE email = lower($1::text) AND id > $2::bigint
ORDER BY id
LIMIT $3::bigint;

-- name: users_search_prefix
-- $1 is a LIKE pattern, made by pg_like_prefix().
SELECT id, email, name, role, created_at
FROM users.accounts
WHERE email LIKE lower($1::text) AND id > $2::bigint
ORDER BY id
LIMIT $3::bigint;

-- name: users_session_insert
INSERT INTO users.sessions (token_hash, user_id, role, expires_at)
VALUES ($1::text, $2::bigint, $3::text, to_timestamp($4::bigint / 1000.0));

-- name: users_session_find
-- Asked by every request that carries a token.
SELECT user_id, role, expires_at
FROM users.sessions
WHERE token_hash = $1::text AND expires_at > now();

-- name: users_session_remove
DELETE FROM users.sessions
WHERE token_hash = $1::text;

-- name: users_session_sweep
-- A bounded piece of housekeeping; what it leaves, the next round takes.
DELETE FROM users.sessions
WHERE token_hash IN (SELECT token_hash FROM users.sessions WHERE expires_at <= now() LIMIT $1::bigint);
