package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A dialect is what the two engines do not share.
type dialect struct {
	name      string // as in backups
	goose     goose.Dialect
	writers   int  // goroutines that commit groups
	longest   int  // list in one statement
	pipes     bool // what a group writes is sent in one round trip
	prepares  bool // the store keeps prepared statements, the driver does not
	patience  time.Duration
	heads     *list         // reads the last entries of cases, and keeps others from moving them
	lease     string        // takes due jobs, leaving those that another is taking
	lastBlock string        // reads the last block of the public log, and keeps others from moving it
	lockAll   string        // keeps everybody else out until the transaction ends; empty: it does so already
	snapshot  sql.TxOptions // reads one moment
	connect   func(where string) (writer, reader *sql.DB, err error)
}

// SQLite has one writer at a time, so its transactions, which begin immediate,
// lock everything already. Nothing is waited for but the disk: a statement more
// costs little, and long lists cost its driver the square of their length,
// because it looks up the name of each argument.
var sqlite = dialect{
	name:      "sqlite",
	goose:     goose.DialectSQLite3,
	writers:   1,
	longest:   8,
	prepares:  true,
	heads:     heads,
	lease:     leaseJobs(""),
	lastBlock: lastBlock,
	snapshot:  sql.TxOptions{ReadOnly: true},
	connect:   connectSQLite,
}

// PostgreSQL gets two groups under way at once: one waits for the disk while
// the other is being sent.
var postgres = dialect{
	name:      "postgres",
	goose:     goose.DialectPostgres,
	writers:   pgWriters,
	longest:   sizes[0],
	pipes:     true,
	patience:  30 * time.Second,
	heads:     headsLocked,
	lease:     leaseJobs(" FOR UPDATE SKIP LOCKED"),
	lastBlock: lastBlock + " FOR UPDATE",
	lockAll:   "LOCK TABLE cases, events, jobs, accounts, facts, figures, onces, papers, log_waiting, log_deposits, log_blocks, log_leaves, log_openings, log_hashes, log_receipts, log_documents IN ACCESS EXCLUSIVE MODE",
	snapshot:  sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	connect:   connectPostgres,
}

// Beside the groups, leases and their ends need connections that write.
const (
	pgWriters = 2
	readers   = 8
)

func connectSQLite(path string) (writer, reader *sql.DB, err error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, nil, err
	}
	// What stands in clear is nobody else's to read; SQLite gives the files
	// beside the database the permissions of the database.
	f, err := os.OpenFile(full, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	name := "file:" + (&url.URL{Path: full}).EscapedPath() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	// The writer keeps what a group may have to undo in memory, has room for
	// the upper pages of its indexes, and moves pages that change often into
	// the database less often.
	writer, err = sql.Open("sqlite", name+"&_txlock=immediate&_pragma=temp_store(MEMORY)&_pragma=cache_size(-65536)&_pragma=wal_autocheckpoint(8000)")
	if err != nil {
		return nil, nil, err
	}
	reader, err = sql.Open("sqlite", name+"&_pragma=query_only(1)")
	if err != nil {
		return nil, nil, err
	}
	writer.SetMaxOpenConns(1)
	writer.SetMaxIdleConns(1)
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return writer, reader, nil
}

func connectPostgres(where string) (writer, reader *sql.DB, err error) {
	config, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, nil, fmt.Errorf("read the address of the database: %w", err)
	}
	writer = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(insist))
	writer.SetMaxOpenConns(2 * pgWriters)
	writer.SetMaxIdleConns(2 * pgWriters)
	reader = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(insist))
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return writer, reader, nil
}

// insist sees to it that a commit is on disk when it is reported. A server that
// waits for its replicas to apply a commit does more, and keeps doing it.
func insist(ctx context.Context, conn *pgx.Conn) error {
	var commit, fsync string
	if err := conn.QueryRow(ctx, "SELECT current_setting('synchronous_commit'), current_setting('fsync')").Scan(&commit, &fsync); err != nil {
		return fmt.Errorf("ask the server whether it flushes: %w", err)
	}
	if fsync != "on" {
		return errors.New("the PostgreSQL server runs with fsync off and may lose what it confirmed; set fsync = on in its configuration")
	}
	if commit == "on" || commit == "remote_apply" {
		return nil
	}
	if _, err := conn.Exec(ctx, "SET synchronous_commit = on"); err != nil {
		return fmt.Errorf("have commits flushed: %w", err)
	}
	return nil
}
