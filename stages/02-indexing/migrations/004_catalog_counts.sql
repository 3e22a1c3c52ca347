-- How many active products each category has, counted when products change instead of whenever somebody looks:
-- it is read by every visitor and changed by an admin now and then. A trigger, not the statements, keeps it, so
-- that it is right while processes of the stage before still write. It runs once per statement, so that
-- loading a hundred thousand products counts once; rows are touched in one order, so that two cannot deadlock.
CREATE TABLE catalog.category_counts (
    category text PRIMARY KEY,
    products bigint NOT NULL
);

CREATE FUNCTION catalog.count_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO catalog.category_counts AS c (category, products)
        SELECT category, count(*) FROM added WHERE active GROUP BY category ORDER BY category
        ON CONFLICT (category) DO UPDATE SET products = c.products + excluded.products;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO catalog.category_counts AS c (category, products)
        SELECT category, -count(*) FROM removed WHERE active GROUP BY category ORDER BY category
        ON CONFLICT (category) DO UPDATE SET products = c.products + excluded.products;
    ELSE
        INSERT INTO catalog.category_counts AS c (category, products)
        SELECT category, sum(n)
        FROM (SELECT category, 1 FROM added WHERE active
              UNION ALL
              SELECT category, -1 FROM removed WHERE active) AS d (category, n)
        GROUP BY category HAVING sum(n) <> 0 ORDER BY category
        ON CONFLICT (category) DO UPDATE SET products = c.products + excluded.products;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER products_counted_insert AFTER INSERT ON catalog.products
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION catalog.count_products();
CREATE TRIGGER products_counted_update AFTER UPDATE ON catalog.products
    REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION catalog.count_products();
CREATE TRIGGER products_counted_delete AFTER DELETE ON catalog.products
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION catalog.count_products();

-- What is there already. CREATE TRIGGER keeps writers waiting until this commits, so nothing is missed or counted
-- twice; reading goes on.
INSERT INTO catalog.category_counts (category, products)
SELECT category, count(*) FROM catalog.products WHERE active GROUP BY category;
