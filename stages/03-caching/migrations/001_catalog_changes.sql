-- What has changed in the catalog, numbered, in the transaction that changes it: what a cache asks before it trusts
-- a copy (catalog_lease.h). A trigger writes it, not the statements, so that changes by processes of the stage before,
-- by hand or by a load are in it too. It runs once per statement.
--
-- Whoever takes a number keeps the row of change_clock locked until the commit, so numbers become visible in
-- their order: who sees number 7 sees everything up to 7. (A sequence would not promise that: its numbers are taken
-- early and committed in any order.) Changes of the catalog therefore take turns; there are few.
CREATE TABLE catalog.change_clock (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    log_id   uuid    NOT NULL DEFAULT gen_random_uuid(), -- another one: another history, whatever the numbers say
    seq      bigint  NOT NULL DEFAULT 0,
    floor    bigint  NOT NULL DEFAULT 0,                 -- changes up to this one are no longer in the log
    lease_ms integer NOT NULL DEFAULT 100                -- all processes must agree, so it is here and no setting
);
-- An empty catalog gets its clock with its first row.
INSERT INTO catalog.change_clock (one) SELECT true WHERE EXISTS (SELECT 1 FROM catalog.categories);

-- product_id 0: everything may have changed.
CREATE TABLE catalog.changes (
    seq        bigint      NOT NULL,
    product_id bigint      NOT NULL,
    category   text        NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (seq, product_id, category)
);

-- The next number; forgets what is older than any cached copy may be, a few rows each time.
CREATE FUNCTION catalog.next_change() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
    old    bigint;
BEGIN
    INSERT INTO catalog.change_clock AS c (one, seq) VALUES (true, 1)
    ON CONFLICT (one) DO UPDATE SET seq = c.seq + 1
    RETURNING seq INTO number;
    SELECT max(seq) INTO old
    FROM (SELECT seq, changed_at FROM catalog.changes ORDER BY seq LIMIT 200) AS oldest
    WHERE changed_at < now() - interval '2 hours';
    IF old IS NOT NULL THEN
        DELETE FROM catalog.changes WHERE seq <= old;
        UPDATE catalog.change_clock SET floor = old;
    END IF;
    RETURN number;
END $$;

CREATE FUNCTION catalog.note_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog.changes (seq, product_id, category) VALUES (catalog.next_change(), 0, '');
    RETURN NULL;
END $$;

-- A product that moves is noted with both categories.
CREATE FUNCTION catalog.note_products() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint;
    number  bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT count(*) INTO touched FROM (SELECT 1 FROM added LIMIT 101) AS few;
    ELSE
        SELECT count(*) INTO touched FROM (SELECT 1 FROM removed LIMIT 101) AS few;
    END IF;
    IF touched = 0 THEN
        RETURN NULL;
    END IF;
    number := catalog.next_change();
    IF touched > 100 THEN
        INSERT INTO catalog.changes (seq, product_id, category) VALUES (number, 0, '');
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO catalog.changes (seq, product_id, category) SELECT number, id, category FROM added;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO catalog.changes (seq, product_id, category) SELECT number, id, category FROM removed;
    ELSE
        INSERT INTO catalog.changes (seq, product_id, category)
        SELECT number, id, category FROM added
        UNION
        SELECT number, id, category FROM removed;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER products_noted_insert AFTER INSERT ON catalog.products
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION catalog.note_products();
CREATE TRIGGER products_noted_update AFTER UPDATE ON catalog.products
    REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION catalog.note_products();
CREATE TRIGGER products_noted_delete AFTER DELETE ON catalog.products
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION catalog.note_products();
CREATE TRIGGER products_noted_truncate AFTER TRUNCATE ON catalog.products
    FOR EACH STATEMENT EXECUTE FUNCTION catalog.note_everything();
CREATE TRIGGER categories_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalog.categories
    FOR EACH STATEMENT EXECUTE FUNCTION catalog.note_everything();
