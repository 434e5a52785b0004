-- +goose Up
CREATE TABLE keys (
  id     TEXT COLLATE "C" PRIMARY KEY, -- random; 'index' is the key accounts are hashed under
  office TEXT COLLATE "C" NOT NULL,    -- the office key it is wrapped under
  sealed BYTEA  NOT NULL,              -- the key, wrapped
  made   BIGINT NOT NULL               -- seconds since 1970
);

CREATE INDEX keys_office ON keys (office, id);
