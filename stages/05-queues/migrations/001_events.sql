-- What has happened and is to be told, and who has done their part of it. It belongs to no module: the events port
-- writes it, in the transactions of the modules.
CREATE SCHEMA events;

-- An event is here from the commit that makes it true until the broker has acknowledged it. Ids are drawn before they
-- are committed, so a low one may appear after a high one: whoever empties the table must ask for all of it, in this
-- order, and never "what is behind the last one I saw". Two events of one key that depend on each other are in order,
-- because the later transaction began when the earlier had been committed.
CREATE TABLE events.outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     text NOT NULL,
    topic        text NOT NULL,
    key          text NOT NULL,
    payload      text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outbox_event_once UNIQUE (event_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
-- Rows live for milliseconds: vacuum comes by the number of the dead, not by their share of a table that is empty.

-- "This subscriber has done this event": a broker delivers again after every doubt, and then there is nothing to do.
CREATE TABLE events.inbox (
    subscriber text NOT NULL,
    event_id   text NOT NULL,
    done_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inbox_once PRIMARY KEY (subscriber, event_id)
);
-- What is old is swept away in the order of age. Correlation makes a BRIN index of a few pages enough: rows are
-- written in that order.
CREATE INDEX inbox_by_age ON events.inbox USING brin (done_at);
