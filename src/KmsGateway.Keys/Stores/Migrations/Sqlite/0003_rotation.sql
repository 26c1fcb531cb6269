-- Programs of the version before this one do not know these columns and tables: every new column has a default, and what they write stays valid.

-- Where a key's private part was made ('kms' or 'local'), and why the key was made.
ALTER TABLE tenant_key ADD COLUMN origin TEXT NOT NULL DEFAULT 'kms';
ALTER TABLE tenant_key ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- pending -> published -> active -> retired, or failed, or revoked from any of them but failed.
ALTER TABLE tenant_key ADD COLUMN tested_at INTEGER;
ALTER TABLE tenant_key ADD COLUMN published_at INTEGER;
ALTER TABLE tenant_key ADD COLUMN activate_at INTEGER;

-- One successor at a time, however many programs make them.
CREATE UNIQUE INDEX tenant_key_next ON tenant_key (tenant_id, purpose) WHERE status IN ('pending', 'published');

-- 'configuration': the gateways' settings list it; 'api': it was added while they ran.
ALTER TABLE tenant ADD COLUMN origin TEXT NOT NULL DEFAULT 'configuration';
ALTER TABLE tenant ADD COLUMN removed_at INTEGER;
ALTER TABLE tenant ADD COLUMN claimed_by TEXT;
ALTER TABLE tenant ADD COLUMN claim_until INTEGER;

-- Wraps of the root and of the canary for other Regions than the first, which is in their own rows.
CREATE TABLE installation_wrap (
    owner_id      TEXT    NOT NULL,
    provider      TEXT    NOT NULL,
    region        TEXT    NOT NULL,
    key_reference TEXT    NOT NULL,
    ctx_version   INTEGER NOT NULL,
    blob          BLOB    NOT NULL,
    PRIMARY KEY (owner_id, provider, region)
) STRICT;

-- Up to which entry of the chain each gateway has acted.
CREATE TABLE replica (
    id        TEXT    NOT NULL PRIMARY KEY,
    applied_n INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL
) STRICT;

-- The newest statement of the root that the chain is complete.
CREATE TABLE trust_statement (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    n     INTEGER NOT NULL,
    as_of TEXT    NOT NULL,
    at    INTEGER NOT NULL
) STRICT;
