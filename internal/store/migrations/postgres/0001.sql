-- The tables of version 1, as those of SQLite. Texts compare by their bytes.
-- What is compressed already is stored as it is.

CREATE TABLE demarc_version (
    version bigint NOT NULL
);

CREATE TABLE workspace (
    id   bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE -- folded: lower case, one space between words
);

-- What a saver wrote. It stages into a layer that is not published and raises
-- its beat meanwhile, so that others can tell a saver at work from a dead one.
CREATE TABLE layer (
    id         bigint PRIMARY KEY, -- its workspace, the month in which it began, and a number
    workspace  bigint NOT NULL,
    token      text COLLATE "C" NOT NULL,
    beat       bigint NOT NULL, -- grows while the saver lives; no time, since clocks jump
    published  bigint NOT NULL, -- 0 while it is staged
    tombstones bytea            -- hashes of inputs of older layers that are gone
) WITH (fillfactor = 50);
CREATE INDEX layer_workspace ON layer (workspace, published);
ALTER TABLE layer ALTER COLUMN tombstones SET STORAGE EXTERNAL;

-- Each workspace has a partition of its own, and in it one for each month.
CREATE TABLE chunk (
    layer  bigint NOT NULL,
    family bigint NOT NULL,
    first  bytea NOT NULL, -- how the key of its first row begins
    seq    bigint NOT NULL, -- counts the chunks of a layer; of one family they are in the order of their keys
    rows   bigint NOT NULL,
    hash   bytea NOT NULL, -- of data
    keys   bytea,
    data   bytea NOT NULL,
    PRIMARY KEY (layer, seq)
) PARTITION BY RANGE (layer);
CREATE INDEX chunk_place ON chunk (layer, family, first, seq);
ALTER TABLE chunk ALTER COLUMN keys SET STORAGE EXTERNAL;
ALTER TABLE chunk ALTER COLUMN data SET STORAGE EXTERNAL;

-- What many snapshots share, by the hash of what it holds. Each workspace has a
-- partition of its own.
CREATE TABLE part (
    workspace bigint NOT NULL,
    hash      bytea NOT NULL,
    kind      bigint NOT NULL,
    data      bytea NOT NULL,
    PRIMARY KEY (workspace, hash)
) PARTITION BY LIST (workspace);
ALTER TABLE part ALTER COLUMN data SET STORAGE EXTERNAL;

-- A partition is made beside its table and attached then: that waits for
-- nobody who reads or writes the table, as making it in its place would.
CREATE FUNCTION make_room_for_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts text := 'part_' || NEW.id;
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE part INCLUDING ALL)', parts);
    EXECUTE format('ALTER TABLE part ATTACH PARTITION %I FOR VALUES IN (%s)', parts, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER workspace_made AFTER INSERT ON workspace FOR EACH ROW EXECUTE FUNCTION make_room_for_workspace();

CREATE FUNCTION make_room_for_layer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    workspace bigint := NEW.id >> 36;
    month     bigint := NEW.id >> 24; -- since the year 2000, behind the workspace
    year      bigint := 2000 + (month & 4095) / 12;
    whole     text := 'chunk_' || workspace;
    piece     text := format('%s_%s_%s', whole, year, (month & 4095) % 12 + 1);
BEGIN
    IF to_regclass(whole) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE chunk INCLUDING ALL) PARTITION BY RANGE (layer)', whole);
        EXECUTE format('ALTER TABLE chunk ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', whole, workspace << 36, workspace + 1 << 36);
    END IF;
    IF to_regclass(piece) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE chunk INCLUDING ALL)', piece);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', whole, piece, month << 24, month + 1 << 24);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER layer_made AFTER INSERT ON layer FOR EACH ROW EXECUTE FUNCTION make_room_for_layer();

CREATE TABLE snapshot (
    workspace      bigint NOT NULL,
    number         bigint NOT NULL,
    as_of          text COLLATE "C" NOT NULL,
    taken          bigint NOT NULL, -- Unix milliseconds
    estate         text COLLATE "C" NOT NULL,
    program        text COLLATE "C" NOT NULL,
    catalog        text COLLATE "C" NOT NULL,
    content        bytea NOT NULL, -- hash of what it concludes
    header         bytea NOT NULL,
    resources      bigint NOT NULL,
    workloads      bigint NOT NULL,
    met            bigint NOT NULL,
    unmet          bigint NOT NULL,
    unknown        bigint NOT NULL,
    not_applicable bigint NOT NULL,
    accepted       bigint NOT NULL,
    PRIMARY KEY (workspace, number)
);
ALTER TABLE snapshot ALTER COLUMN header SET STORAGE EXTERNAL;

CREATE TABLE snapshot_layer (
    workspace bigint NOT NULL,
    number    bigint NOT NULL,
    depth     bigint NOT NULL, -- 0 is the newest
    layer     bigint NOT NULL,
    PRIMARY KEY (workspace, number, depth)
);
CREATE INDEX snapshot_layer_layer ON snapshot_layer (layer);

-- What people said, each entry bound to the one before it by its hash.
CREATE TABLE ledger (
    workspace    bigint NOT NULL,
    number       bigint NOT NULL,
    time         bigint NOT NULL, -- Unix milliseconds
    actor        text COLLATE "C" NOT NULL,
    origin       text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    about        text COLLATE "C" NOT NULL, -- kind and key of what is said, the same for all that was said of it
    payload      bytea NOT NULL,
    payload_hash bytea NOT NULL,
    previous     bytea NOT NULL,
    hash         bytea NOT NULL,
    PRIMARY KEY (workspace, number)
);

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger only grows: an entry is never %', TG_ARGV[0];
END $$;
CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger FOR EACH ROW EXECUTE FUNCTION refuse('changed');
CREATE TRIGGER ledger_grows BEFORE DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION refuse('removed');
CREATE TRIGGER ledger_stays BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION refuse('removed');
