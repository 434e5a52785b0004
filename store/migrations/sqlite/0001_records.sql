-- +goose Up

-- What stands in clear about a case. due is 9223372036854775807 where there is
-- no deadline, so that these come last in every index. head is the hash of the
-- last entry.
CREATE TABLE cases (
	case_ref   TEXT    NOT NULL PRIMARY KEY,
	seq        INTEGER NOT NULL,
	head       BLOB    NOT NULL,
	key_id     TEXT    NOT NULL,
	authority  TEXT    NOT NULL,
	country    TEXT    NOT NULL,
	instrument TEXT    NOT NULL,
	lane       TEXT    NOT NULL,
	stage      TEXT    NOT NULL,
	waiting    TEXT    NOT NULL,
	assignee   TEXT    NOT NULL,
	received   INTEGER NOT NULL,
	due        INTEGER NOT NULL,
	escalated  INTEGER NOT NULL,
	outside    INTEGER NOT NULL,
	is_open    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX cases_due       ON cases (due, case_ref);
CREATE INDEX cases_open      ON cases (due, case_ref) WHERE is_open = 1;
CREATE INDEX cases_desk      ON cases (assignee, due, case_ref) WHERE is_open = 1;
CREATE INDEX cases_assignee  ON cases (assignee, due, case_ref);
CREATE INDEX cases_stage     ON cases (stage, due, case_ref);
CREATE INDEX cases_authority ON cases (authority, due, case_ref);
CREATE INDEX cases_country   ON cases (country, due, case_ref);
CREATE INDEX cases_outside   ON cases (due, case_ref) WHERE outside > 0;

-- The primary key is what keeps two writers from continuing one case twice.
CREATE TABLE events (
	case_ref TEXT    NOT NULL,
	seq      INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	sealed   BLOB    NOT NULL,
	prev     BLOB    NOT NULL,
	hash     BLOB    NOT NULL,
	PRIMARY KEY (case_ref, seq)
) STRICT;

CREATE INDEX events_at ON events (at);

-- wake_at is when a job may next be leased: its time, the end of its lease, or
-- the end of its back-off.
CREATE TABLE jobs (
	job_key  TEXT    NOT NULL PRIMARY KEY,
	case_ref TEXT    NOT NULL,
	kind     TEXT    NOT NULL,
	run_at   INTEGER NOT NULL,
	wake_at  INTEGER NOT NULL,
	attempt  INTEGER NOT NULL,
	holder   TEXT    NOT NULL,
	reason   TEXT    NOT NULL,
	dead     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_wake ON jobs (wake_at, job_key) WHERE dead = 0;
CREATE INDEX jobs_dead ON jobs (run_at, job_key) WHERE dead = 1;

CREATE TABLE accounts (
	account  BLOB NOT NULL,
	case_ref TEXT NOT NULL,
	PRIMARY KEY (account, case_ref)
) STRICT, WITHOUT ROWID;

CREATE INDEX accounts_case ON accounts (case_ref);

CREATE TABLE facts (
	case_ref TEXT NOT NULL PRIMARY KEY,
	record   BLOB NOT NULL
) STRICT;

-- What is counted of a case. It outlives the key of the case, and holds nothing
-- of a person.
CREATE TABLE figures (
	case_ref TEXT NOT NULL PRIMARY KEY,
	record   BLOB NOT NULL
) STRICT;

CREATE TABLE onces (
	scope    TEXT NOT NULL,
	once_key TEXT NOT NULL,
	body     BLOB NOT NULL,
	case_ref TEXT NOT NULL,
	PRIMARY KEY (scope, once_key)
) STRICT, WITHOUT ROWID;
