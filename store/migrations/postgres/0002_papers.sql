-- +goose Up

-- Small sealed records beside the cases. expires is 9223372036854775807 where
-- there is no end.
CREATE TABLE papers (
	kind    TEXT COLLATE "C" NOT NULL,
	id      TEXT COLLATE "C" NOT NULL,
	owner   TEXT COLLATE "C" NOT NULL,
	version BIGINT           NOT NULL,
	expires BIGINT           NOT NULL,
	sealed  BYTEA            NOT NULL,
	PRIMARY KEY (kind, id)
);

ALTER TABLE papers ALTER COLUMN sealed SET STORAGE EXTERNAL;

CREATE INDEX papers_owner   ON papers (kind, owner, id);
CREATE INDEX papers_expires ON papers (expires) WHERE expires < 9223372036854775807;

-- How far the sender is known; empty for cases not touched since.
ALTER TABLE cases ADD COLUMN sender TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX cases_quarantine ON cases (due, case_ref) WHERE sender = 'quarantined';
