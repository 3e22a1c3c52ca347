-- no transaction
-- Text anywhere in title or summary, as before, but found by its trigrams: three letters in a row. A full-text
-- index would be smaller and finds words, not parts of words: it would answer something else than stage 01.
-- Text of less than three letters has no trigram and is still searched for row by row.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What is searched is kept in lower case, both texts with a character between them that no title holds. ILIKE turns both
-- sides to lower case for every row it looks at; LIKE compares bytes, in half the time. A trigger keeps it, because
-- processes of the stage before write too; a generated column would rewrite the table under a lock. The statistics are finer than usual,
-- so that the planner tells words of a thousand products, for which it walks along the list, from those of a hundred.
ALTER TABLE catalog.products ADD COLUMN IF NOT EXISTS search text;
ALTER TABLE catalog.products ALTER COLUMN search SET STATISTICS 300;

CREATE OR REPLACE FUNCTION catalog.keep_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search := lower(NEW.title) || chr(1) || lower(NEW.summary);
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER products_search BEFORE INSERT OR UPDATE OF title, summary ON catalog.products
    FOR EACH ROW EXECUTE FUNCTION catalog.keep_search();

-- What is there already, some thousand rows at a time: whoever changes one of them waits for no more than that.
DO $$
DECLARE
    done bigint := 0;
    last bigint := (SELECT max(id) FROM catalog.products);
BEGIN
    WHILE done < last LOOP
        UPDATE catalog.products SET search = lower(title) || chr(1) || lower(summary)
        WHERE id > done AND id <= done + 5000 AND search IS NULL;
        done := done + 5000;
        COMMIT;
    END LOOP;
END $$;

CREATE INDEX CONCURRENTLY IF NOT EXISTS products_text
    ON catalog.products USING gin (search gin_trgm_ops);
VACUUM ANALYZE catalog.products;
