-- The tables of version 1. Each row belongs to one workspace, through its
-- layer or by itself. Numbers that grow are given by the program, not by the
-- database, so that other databases hold the same.

CREATE TABLE workspace (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE -- folded: lower case, one space between words
) STRICT;

-- What a saver wrote. It stages into a layer that is not published and raises
-- its beat meanwhile, so that others can tell a saver at work from a dead one.
CREATE TABLE layer (
    id         INTEGER PRIMARY KEY, -- its workspace, the month in which it began, and a number
    workspace  INTEGER NOT NULL,
    token      TEXT NOT NULL,
    beat       INTEGER NOT NULL, -- grows while the saver lives; no time, since clocks jump
    published  INTEGER NOT NULL, -- 0 while it is staged
    tombstones BLOB              -- hashes of inputs of older layers that are gone
) STRICT;
CREATE INDEX layer_workspace ON layer (workspace, published);

CREATE TABLE chunk (
    layer  INTEGER NOT NULL,
    family INTEGER NOT NULL,
    first  BLOB NOT NULL, -- how the key of its first row begins
    seq    INTEGER NOT NULL, -- counts the chunks of a layer; of one family they are in the order of their keys
    rows   INTEGER NOT NULL,
    hash   BLOB NOT NULL, -- of data
    keys   BLOB,
    data   BLOB NOT NULL,
    PRIMARY KEY (layer, seq)
) STRICT;
CREATE INDEX chunk_place ON chunk (layer, family, first, seq);

-- What many snapshots share, by the hash of what it holds.
CREATE TABLE part (
    workspace INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    kind      INTEGER NOT NULL,
    data      BLOB NOT NULL,
    PRIMARY KEY (workspace, hash)
) STRICT;

CREATE TABLE snapshot (
    workspace      INTEGER NOT NULL,
    number         INTEGER NOT NULL,
    as_of          TEXT NOT NULL,
    taken          INTEGER NOT NULL, -- Unix milliseconds
    estate         TEXT NOT NULL,
    program        TEXT NOT NULL,
    catalog        TEXT NOT NULL,
    content        BLOB NOT NULL, -- hash of what it concludes
    header         BLOB NOT NULL,
    resources      INTEGER NOT NULL,
    workloads      INTEGER NOT NULL,
    met            INTEGER NOT NULL,
    unmet          INTEGER NOT NULL,
    unknown        INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    accepted       INTEGER NOT NULL,
    PRIMARY KEY (workspace, number)
) STRICT;

CREATE TABLE snapshot_layer (
    workspace INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    depth     INTEGER NOT NULL, -- 0 is the newest
    layer     INTEGER NOT NULL,
    PRIMARY KEY (workspace, number, depth)
) STRICT;
CREATE INDEX snapshot_layer_layer ON snapshot_layer (layer);

-- What people said, each entry bound to the one before it by its hash.
CREATE TABLE ledger (
    workspace    INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    time         INTEGER NOT NULL, -- Unix milliseconds
    actor        TEXT NOT NULL,
    origin       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    about        TEXT NOT NULL, -- kind and key of what is said, the same for all that was said of it
    payload      BLOB NOT NULL,
    payload_hash BLOB NOT NULL,
    previous     BLOB NOT NULL,
    hash         BLOB NOT NULL,
    PRIMARY KEY (workspace, number)
) STRICT;

CREATE INDEX ledger_about ON ledger (workspace, about, number);

CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger only grows: an entry is never changed');
END;

CREATE TRIGGER ledger_grows BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger only grows: an entry is never removed');
END;
