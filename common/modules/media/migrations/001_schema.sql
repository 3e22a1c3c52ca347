-- The media module's own schema: pictures, each in three sizes, under a key made of their content. A row is
-- never changed: other content has another key. No other module reads these tables; the catalog keeps the
-- key of a product's picture as a plain text.
-- JPEG does not compress any further, so the bytes are stored as they are.
CREATE SCHEMA media;

CREATE TABLE media.pictures (
    key        text PRIMARY KEY,
    width      integer NOT NULL, -- of the large size
    height     integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pictures_key_sane CHECK (key ~ '^[0-9a-f]{32}$'),
    CONSTRAINT pictures_sides_sane CHECK (width BETWEEN 1 AND 1600 AND height BETWEEN 1 AND 1200)
);

CREATE TABLE media.files (
    key   text NOT NULL,
    size  text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (key, size),
    CONSTRAINT files_key_fkey FOREIGN KEY (key) REFERENCES media.pictures (key) ON DELETE CASCADE,
    CONSTRAINT files_size_known CHECK (size IN ('small', 'medium', 'large')),
    CONSTRAINT files_bytes_sane CHECK (octet_length(bytes) BETWEEN 1 AND 8388608)
);

ALTER TABLE media.files ALTER COLUMN bytes SET STORAGE EXTERNAL;
