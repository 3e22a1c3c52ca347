-- A product may have a picture. The column holds its key in the media module, which keeps the files; no
-- foreign key, because modules do not share a schema. A null default adds the column without rewriting a row.
ALTER TABLE catalog.products
    ADD COLUMN picture text NULL,
    ADD CONSTRAINT products_picture_sane CHECK (picture ~ '^[0-9a-f]{32}$');
