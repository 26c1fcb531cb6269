-- Documents that statements name by their hash. Whoever verifies years later asks for them, so none is ever changed or removed.
CREATE TABLE policy (
    id            TEXT    NOT NULL PRIMARY KEY,
    json          BLOB    NOT NULL,
    first_used_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy
BEGIN
    SELECT RAISE(ABORT, 'policy is append-only');
END;

CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy
BEGIN
    SELECT RAISE(ABORT, 'policy is append-only');
END;
