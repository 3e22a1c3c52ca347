-- The generation of sessions remembered outside this database: entries of another generation count for nothing. One
-- row, or none before the first has ended. It ends when an ended session could not be made known, or when what
-- remembers them may have gone back in time.
CREATE TABLE users.session_generation (
    only_row   boolean PRIMARY KEY DEFAULT true,
    generation bigint NOT NULL,
    began_at   timestamptz NOT NULL,
    CONSTRAINT session_generation_one_row CHECK (only_row)
);
