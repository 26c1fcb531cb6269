-- Times are milliseconds since 1970 in UTC. Ids are UUIDs as lower-case text.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE tenant (
    id         TEXT    NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT;

-- No secret: the private part is in key_wrap, wrapped.
CREATE TABLE tenant_key (
    id             TEXT    NOT NULL PRIMARY KEY,
    kid            TEXT    UNIQUE,
    tenant_id      TEXT    NOT NULL REFERENCES tenant (id),
    purpose        TEXT    NOT NULL,
    alg            TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    status         TEXT    NOT NULL,
    public_key     BLOB,
    created_at     INTEGER NOT NULL,
    activated_at   INTEGER,
    deactivated_at INTEGER,
    revoked_at     INTEGER,
    destroyed_at   INTEGER,
    UNIQUE (tenant_id, purpose, version)
) STRICT;

-- Whatever the programs do, a tenant signs with one key at a time.
CREATE UNIQUE INDEX tenant_key_active ON tenant_key (tenant_id, purpose) WHERE status = 'active';

CREATE TABLE key_wrap (
    key_id        TEXT    NOT NULL REFERENCES tenant_key (id),
    provider      TEXT    NOT NULL,
    region        TEXT    NOT NULL,
    key_reference TEXT    NOT NULL,
    ctx_version   INTEGER NOT NULL,
    blob          BLOB    NOT NULL,
    PRIMARY KEY (key_id, provider, region)
) STRICT;

-- The trust chain: n is contiguous from 1, jws is signed by the root and names the one before it.
CREATE TABLE key_event (
    n      INTEGER NOT NULL PRIMARY KEY,
    jws    TEXT    NOT NULL,
    actor  TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

CREATE TRIGGER key_event_no_update BEFORE UPDATE ON key_event
BEGIN
    SELECT RAISE(ABORT, 'key_event is append-only');
END;

CREATE TRIGGER key_event_no_delete BEFORE DELETE ON key_event
BEGIN
    SELECT RAISE(ABORT, 'key_event is append-only');
END;

CREATE TABLE trust_root (
    one           INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    id            TEXT    NOT NULL,
    kid           TEXT    NOT NULL,
    public_key    BLOB    NOT NULL,
    provider      TEXT    NOT NULL,
    region        TEXT    NOT NULL,
    key_reference TEXT    NOT NULL,
    ctx_version   INTEGER NOT NULL,
    blob          BLOB    NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE canary (
    one           INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    id            TEXT    NOT NULL,
    provider      TEXT    NOT NULL,
    region        TEXT    NOT NULL,
    key_reference TEXT    NOT NULL,
    ctx_version   INTEGER NOT NULL,
    blob          BLOB    NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;
