-- The tables of version 2: assessments that were handed over to workers.

CREATE TABLE run (
    workspace INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    layer     INTEGER NOT NULL, -- of its inputs
    parent    INTEGER NOT NULL, -- number of the snapshot that it is written against, 0 for none
    asked     BLOB NOT NULL,    -- what is to be assessed, in the words of who handed it over
    files     BLOB NOT NULL,    -- hashes of those that workers need, one behind the other
    program   TEXT NOT NULL,
    catalog   TEXT NOT NULL,
    actor     TEXT NOT NULL,
    created   INTEGER NOT NULL, -- Unix milliseconds
    ended     INTEGER NOT NULL, -- Unix milliseconds, 0 while it is under way
    state     INTEGER NOT NULL,
    open      INTEGER NOT NULL, -- shards that are still to be looked at
    snapshot  INTEGER NOT NULL, -- that it became, 0 for none
    problem   TEXT NOT NULL,
    PRIMARY KEY (workspace, number)
) STRICT;

CREATE TABLE run_shard (
    workspace INTEGER NOT NULL,
    run       INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    layer     INTEGER NOT NULL, -- in which its inputs lie
    first     INTEGER NOT NULL, -- the chunks of these numbers
    last      INTEGER NOT NULL,
    resources INTEGER NOT NULL,
    key       BLOB NOT NULL,    -- hash of all that its result depends on
    state     INTEGER NOT NULL,
    problem   TEXT NOT NULL,
    PRIMARY KEY (workspace, run, number)
) STRICT;

-- What was found out about shards, by the hash of all that it depends on.
CREATE TABLE shard_result (
    workspace INTEGER NOT NULL,
    key       BLOB NOT NULL,
    data      BLOB NOT NULL,
    PRIMARY KEY (workspace, key)
) STRICT;

-- Files that workers need, by the hash of what they hold.
CREATE TABLE blob (
    hash BLOB PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;
