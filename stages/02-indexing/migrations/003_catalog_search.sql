-- no transaction
-- Text anywhere in title or summary, as before, but found by its trigrams: three letters in a row. A full-text
-- index would be smaller and finds words, not parts of words: it would answer something else than stage 01.
-- Text of less than three letters has no trigram and is still searched for row by row.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE INDEX CONCURRENTLY IF NOT EXISTS products_text
    ON catalog.products USING gin (title gin_trgm_ops, summary gin_trgm_ops);
