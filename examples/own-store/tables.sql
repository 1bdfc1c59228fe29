-- What SqlStoreProvider needs, once for each container: psql -v container=archive -f tables.sql
-- Run it as the role that the store connects as, or grant that role USAGE on the schema, SELECT, INSERT and DELETE on the tables, and USAGE on the sequence.
-- PostgreSQL 11 or newer; the database's encoding is UTF8.
CREATE SCHEMA :"container";

CREATE SEQUENCE :"container".blob_id;

-- "C" orders text by its bytes, which is the order that a list promises.
CREATE TABLE :"container".blob (
    key text COLLATE "C" PRIMARY KEY,
    id bigint NOT NULL UNIQUE,
    size bigint NOT NULL,
    modified timestamptz NOT NULL
);

-- The digest is made by the client, and the server checks it: what was damaged on its way is refused.
CREATE TABLE :"container".chunk (
    id bigint NOT NULL REFERENCES :"container".blob (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    digest bytea NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (id, number),
    CHECK (digest = sha256(content))
);

-- Compressed it is already.
ALTER TABLE :"container".chunk ALTER content SET STORAGE EXTERNAL;
