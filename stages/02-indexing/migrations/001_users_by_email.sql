-- no transaction
-- Users by the beginning of their e-mail. The unique index cannot help: it is in the order of the database's
-- locale, in which "begins with" is not one stretch. In plain byte order (COLLATE "C") it is.
CREATE INDEX CONCURRENTLY IF NOT EXISTS accounts_email_bytes
    ON users.accounts (email COLLATE "C");
