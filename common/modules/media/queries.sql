-- name: media_add
-- The same content has the same key: what is there already stays, and is the same.
WITH picture AS (
    INSERT INTO media.pictures (key, width, height)
    VALUES ($1::text, $2::integer, $3::integer)
    ON CONFLICT (key) DO NOTHING
)
INSERT INTO media.files (key, size, bytes)
VALUES ($1::text, 'small', $4::bytea), ($1::text, 'medium', $5::bytea), ($1::text, 'large', $6::bytea)
ON CONFLICT (key, size) DO NOTHING;

-- name: media_read
SELECT bytes
FROM media.files
WHERE key = $1::text AND size = $2::text;
