-- +goose Up

-- Small sealed records beside the cases. expires is 9223372036854775807 where
-- there is no end.
CREATE TABLE papers (
	kind    TEXT    NOT NULL,
	id      TEXT    NOT NULL,
	owner   TEXT    NOT NULL,
	version INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	sealed  BLOB    NOT NULL,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX papers_owner   ON papers (kind, owner, id);
CREATE INDEX papers_expires ON papers (expires) WHERE expires < 9223372036854775807;

-- How far the sender is known; empty for cases not touched since.
ALTER TABLE cases ADD COLUMN sender TEXT NOT NULL DEFAULT '';

CREATE INDEX cases_quarantine ON cases (due, case_ref) WHERE sender = 'quarantined';
