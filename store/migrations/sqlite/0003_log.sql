-- +goose Up

-- The role whose signature a public duty of the case waits for; empty for
-- nobody's, and for cases not touched since.
ALTER TABLE cases ADD COLUMN settles TEXT NOT NULL DEFAULT '';

CREATE INDEX cases_settles ON cases (settles, due, case_ref) WHERE settles <> '';

-- Leaves that wait for their block, by place in the order in which they were
-- written. opening is empty where a leaf adds nothing to the sums.
CREATE TABLE log_waiting (
	place    INTEGER NOT NULL PRIMARY KEY,
	leaf_key TEXT    NOT NULL UNIQUE,
	class    TEXT    NOT NULL,
	leaf     BLOB    NOT NULL,
	opening  BLOB    NOT NULL,
	urgent   INTEGER NOT NULL,
	at       INTEGER NOT NULL
) STRICT;

CREATE INDEX log_waiting_class ON log_waiting (class, urgent DESC, place);

-- What oversight receives of leaves. It goes with its case, the leaf does not.
CREATE TABLE log_deposits (
	leaf_key TEXT    NOT NULL PRIMARY KEY,
	sealed   BLOB    NOT NULL,
	at       INTEGER NOT NULL
) STRICT;

CREATE INDEX log_deposits_at ON log_deposits (at, leaf_key);

-- Blocks. No two begin at one size of the log and no two end at one. state is
-- how far a block has come; note is empty until the checkpoint is signed.
CREATE TABLE log_blocks (
	first_index INTEGER NOT NULL PRIMARY KEY,
	size        INTEGER NOT NULL UNIQUE,
	epoch       TEXT    NOT NULL,
	root        BLOB    NOT NULL,
	state       INTEGER NOT NULL,
	note        BLOB    NOT NULL
) STRICT;

-- What the log holds. leaf_key is empty for leaves of which this office knows
-- nothing; first_index is that of the block.
CREATE TABLE log_leaves (
	leaf_index  INTEGER NOT NULL PRIMARY KEY,
	first_index INTEGER NOT NULL,
	leaf_key    TEXT    NOT NULL,
	class       TEXT    NOT NULL,
	leaf        BLOB    NOT NULL,
	urgent      INTEGER NOT NULL,
	at          INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX log_leaves_key ON log_leaves (leaf_key) WHERE leaf_key <> '';

CREATE INDEX log_leaves_papers ON log_leaves (leaf_index) WHERE class = 'document';

-- What leaves add to the sums, until those are reported.
CREATE TABLE log_openings (
	leaf_index INTEGER NOT NULL PRIMARY KEY,
	sealed     BLOB    NOT NULL
) STRICT;

CREATE TABLE log_hashes (
	hash_index INTEGER NOT NULL PRIMARY KEY,
	hash       BLOB    NOT NULL
) STRICT;

-- Provisional receipts, by place in the order in which they were put.
CREATE TABLE log_receipts (
	place    INTEGER NOT NULL PRIMARY KEY,
	leaf_key TEXT    NOT NULL UNIQUE,
	note     BLOB    NOT NULL
) STRICT;

CREATE TABLE log_documents (
	hash BLOB NOT NULL PRIMARY KEY,
	body BLOB NOT NULL
) STRICT;
