-- +goose Up

-- COLLATE "C" everywhere: pages are ordered by bytes on both engines, whatever
-- the database was created with. Sealed bytes do not compress, so nobody tries.

-- What stands in clear about a case. due is 9223372036854775807 where there is
-- no deadline, so that these come last in every index. head is the hash of the
-- last entry.
CREATE TABLE cases (
	case_ref   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	seq        BIGINT           NOT NULL,
	head       BYTEA            NOT NULL,
	key_id     TEXT COLLATE "C" NOT NULL,
	authority  TEXT COLLATE "C" NOT NULL,
	country    TEXT COLLATE "C" NOT NULL,
	instrument TEXT COLLATE "C" NOT NULL,
	lane       TEXT COLLATE "C" NOT NULL,
	stage      TEXT COLLATE "C" NOT NULL,
	waiting    TEXT COLLATE "C" NOT NULL,
	assignee   TEXT COLLATE "C" NOT NULL,
	received   BIGINT           NOT NULL,
	due        BIGINT           NOT NULL,
	escalated  BIGINT           NOT NULL,
	outside    BIGINT           NOT NULL,
	is_open    BIGINT           NOT NULL
);

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
	case_ref TEXT COLLATE "C" NOT NULL,
	seq      BIGINT           NOT NULL,
	at       BIGINT           NOT NULL,
	sealed   BYTEA            NOT NULL,
	prev     BYTEA            NOT NULL,
	hash     BYTEA            NOT NULL,
	PRIMARY KEY (case_ref, seq)
);

ALTER TABLE events ALTER COLUMN sealed SET STORAGE EXTERNAL;

CREATE INDEX events_at ON events (at);

-- wake_at is when a job may next be leased: its time, the end of its lease, or
-- the end of its back-off.
CREATE TABLE jobs (
	job_key  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	case_ref TEXT COLLATE "C" NOT NULL,
	kind     TEXT COLLATE "C" NOT NULL,
	run_at   BIGINT           NOT NULL,
	wake_at  BIGINT           NOT NULL,
	attempt  BIGINT           NOT NULL,
	holder   TEXT COLLATE "C" NOT NULL,
	reason   TEXT COLLATE "C" NOT NULL,
	dead     BIGINT           NOT NULL
);

CREATE INDEX jobs_wake ON jobs (wake_at, job_key) WHERE dead = 0;
CREATE INDEX jobs_dead ON jobs (run_at, job_key) WHERE dead = 1;

CREATE TABLE accounts (
	account  BYTEA            NOT NULL,
	case_ref TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (account, case_ref)
);

CREATE INDEX accounts_case ON accounts (case_ref);

CREATE TABLE facts (
	case_ref TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	record   BYTEA            NOT NULL
);

ALTER TABLE facts ALTER COLUMN record SET STORAGE EXTERNAL;

-- What is counted of a case. It outlives the key of the case, and holds nothing
-- of a person.
CREATE TABLE figures (
	case_ref TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	record   BYTEA            NOT NULL
);

CREATE TABLE onces (
	scope    TEXT COLLATE "C" NOT NULL,
	once_key TEXT COLLATE "C" NOT NULL,
	body     BYTEA            NOT NULL,
	case_ref TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (scope, once_key)
);
