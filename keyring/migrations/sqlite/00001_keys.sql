-- +goose Up
CREATE TABLE keys (
  id     TEXT    PRIMARY KEY, -- random; 'index' is the key accounts are hashed under
  office TEXT    NOT NULL,    -- the office key it is wrapped under
  sealed BLOB    NOT NULL,    -- the key, wrapped
  made   INTEGER NOT NULL     -- seconds since 1970
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_office ON keys (office, id);
