-- Times are milliseconds since 1970 in UTC. Ids are UUIDs as lower-case text. Names sort by their bytes.

CREATE TABLE meta (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- origin 'configuration': the gateways' settings list it; 'api': it was added while they ran.
CREATE TABLE tenant (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    created_at  BIGINT NOT NULL,
    origin      TEXT   NOT NULL DEFAULT 'configuration',
    removed_at  BIGINT,
    claimed_by  TEXT,
    claim_until BIGINT
);

-- No secret: the private part is in key_wrap, wrapped.
-- pending -> published -> active -> retired, or failed, or revoked from any of them but failed.
CREATE TABLE tenant_key (
    id             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kid            TEXT COLLATE "C" UNIQUE,
    tenant_id      TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    purpose        TEXT   NOT NULL,
    alg            TEXT   NOT NULL,
    version        BIGINT NOT NULL,
    status         TEXT   NOT NULL,
    public_key     BYTEA,
    created_at     BIGINT NOT NULL,
    activated_at   BIGINT,
    deactivated_at BIGINT,
    revoked_at     BIGINT,
    destroyed_at   BIGINT,
    origin         TEXT   NOT NULL DEFAULT 'kms',
    reason         TEXT   NOT NULL DEFAULT '',
    tested_at      BIGINT,
    published_at   BIGINT,
    activate_at    BIGINT,
    UNIQUE (tenant_id, purpose, version)
);

-- Whatever the programs do, a tenant signs with one key at a time, and has one successor of it.
CREATE UNIQUE INDEX tenant_key_active ON tenant_key (tenant_id, purpose) WHERE status = 'active';
CREATE UNIQUE INDEX tenant_key_next ON tenant_key (tenant_id, purpose) WHERE status IN ('pending', 'published');

CREATE TABLE key_wrap (
    key_id        TEXT COLLATE "C" NOT NULL REFERENCES tenant_key (id),
    provider      TEXT   NOT NULL,
    region        TEXT   NOT NULL,
    key_reference TEXT   NOT NULL,
    ctx_version   BIGINT NOT NULL,
    blob          BYTEA  NOT NULL,
    PRIMARY KEY (key_id, provider, region)
);

-- The trust chain: n is contiguous from 1, jws is signed by the root and names the one before it.
CREATE TABLE key_event (
    n      BIGINT NOT NULL PRIMARY KEY,
    jws    TEXT   NOT NULL,
    actor  TEXT   NOT NULL,
    reason TEXT   NOT NULL,
    at     BIGINT NOT NULL
);

CREATE TABLE trust_root (
    one           BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    id            TEXT   NOT NULL,
    kid           TEXT   NOT NULL,
    public_key    BYTEA  NOT NULL,
    provider      TEXT   NOT NULL,
    region        TEXT   NOT NULL,
    key_reference TEXT   NOT NULL,
    ctx_version   BIGINT NOT NULL,
    blob          BYTEA  NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE canary (
    one           BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    id            TEXT   NOT NULL,
    provider      TEXT   NOT NULL,
    region        TEXT   NOT NULL,
    key_reference TEXT   NOT NULL,
    ctx_version   BIGINT NOT NULL,
    blob          BYTEA  NOT NULL,
    created_at    BIGINT NOT NULL
);

-- Wraps of the root and of the canary for other Regions than the first, which is in their own rows.
CREATE TABLE installation_wrap (
    owner_id      TEXT COLLATE "C" NOT NULL,
    provider      TEXT   NOT NULL,
    region        TEXT   NOT NULL,
    key_reference TEXT   NOT NULL,
    ctx_version   BIGINT NOT NULL,
    blob          BYTEA  NOT NULL,
    PRIMARY KEY (owner_id, provider, region)
);

-- Documents that statements name by their hash. Whoever verifies years later asks for them, so none is ever changed or removed.
CREATE TABLE policy (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    json          BYTEA  NOT NULL,
    first_used_at BIGINT NOT NULL
);

-- Up to which entry of the chain each gateway has acted.
CREATE TABLE replica (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    applied_n BIGINT NOT NULL,
    seen_at   BIGINT NOT NULL
);

-- The newest statement of the root that the chain is complete.
CREATE TABLE trust_statement (
    one   BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    n     BIGINT NOT NULL,
    as_of TEXT   NOT NULL,
    at    BIGINT NOT NULL
);

CREATE FUNCTION kmsgateway_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER key_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON key_event
FOR EACH STATEMENT EXECUTE FUNCTION kmsgateway_append_only();

CREATE TRIGGER policy_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy
FOR EACH STATEMENT EXECUTE FUNCTION kmsgateway_append_only();
