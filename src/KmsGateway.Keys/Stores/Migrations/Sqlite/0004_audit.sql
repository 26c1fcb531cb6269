-- What operators did with secrets: n is contiguous from 1, an entry is canonical JSON and names the hash of the one before it.
CREATE TABLE audit_event (
    n     INTEGER NOT NULL PRIMARY KEY,
    entry TEXT    NOT NULL
) STRICT;

CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'audit_event is append-only');
END;

CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'audit_event is append-only');
END;
