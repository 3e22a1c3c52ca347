-- What a request wants a worker to do (pictures' sizes, reports). The bytes are here until that has been done; what became
-- of it stays for an hour, for who waits for it.
CREATE TABLE events.errands (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    detail    text NOT NULL,
    input     bytea, -- until it is done; then
    output    bytea, -- what was made of it, or
    problem   text,  -- what is wrong with it
    wanted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT errands_detail_short CHECK (octet_length(detail) <= 100),
    CONSTRAINT errands_bytes_sane CHECK (octet_length(input) <= 8388608 AND octet_length(output) <= 8388608),
    CONSTRAINT errands_end_once CHECK (num_nonnulls(input, output, problem) = 1)
);

-- pictures and documents are compressed already
ALTER TABLE events.errands ALTER COLUMN input SET STORAGE EXTERNAL, ALTER COLUMN output SET STORAGE EXTERNAL;
