-- The tables of version 2: assessments that were handed over to workers.

CREATE TABLE run (
    workspace bigint NOT NULL,
    number    bigint NOT NULL,
    layer     bigint NOT NULL, -- of its inputs
    parent    bigint NOT NULL, -- number of the snapshot that it is written against, 0 for none
    asked     bytea NOT NULL,  -- what is to be assessed, in the words of who handed it over
    files     bytea NOT NULL,  -- hashes of those that workers need, one behind the other
    program   text NOT NULL,
    catalog   text NOT NULL,
    actor     text NOT NULL,
    created   bigint NOT NULL, -- Unix milliseconds
    ended     bigint NOT NULL, -- Unix milliseconds, 0 while it is under way
    state     bigint NOT NULL,
    open      bigint NOT NULL, -- shards that are still to be looked at
    snapshot  bigint NOT NULL, -- that it became, 0 for none
    problem   text NOT NULL,
    PRIMARY KEY (workspace, number)
);

CREATE TABLE run_shard (
    workspace bigint NOT NULL,
    run       bigint NOT NULL,
    number    bigint NOT NULL,
    layer     bigint NOT NULL, -- in which its inputs lie
    first     bigint NOT NULL, -- the chunks of these numbers
    last      bigint NOT NULL,
    resources bigint NOT NULL,
    key       bytea NOT NULL,  -- hash of all that its result depends on
    state     bigint NOT NULL,
    problem   text NOT NULL,
    PRIMARY KEY (workspace, run, number)
);

-- What was found out about shards, by the hash of all that it depends on.
CREATE TABLE shard_result (
    workspace bigint NOT NULL,
    key       bytea NOT NULL,
    data      bytea NOT NULL,
    PRIMARY KEY (workspace, key)
);
ALTER TABLE shard_result ALTER COLUMN data SET STORAGE EXTERNAL;

-- Files that workers need, by the hash of what they hold.
CREATE TABLE blob (
    hash bytea PRIMARY KEY,
    data bytea NOT NULL
);
ALTER TABLE blob ALTER COLUMN data SET STORAGE EXTERNAL;
