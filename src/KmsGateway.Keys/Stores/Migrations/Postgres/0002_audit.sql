-- What operators did with secrets: n is contiguous from 1, an entry is canonical JSON and names the hash of the one before it.
CREATE TABLE audit_event (
    n     BIGINT NOT NULL PRIMARY KEY,
    entry TEXT   NOT NULL
);

CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
FOR EACH STATEMENT EXECUTE FUNCTION kmsgateway_append_only();
