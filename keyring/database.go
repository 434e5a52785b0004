package keyring

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/rogatory/rogatory/fault"
)

//go:embed migrations
var migrations embed.FS

// engine is which database holds the keys.
type engine string

const (
	sqlite   engine = "sqlite"
	postgres engine = "postgres"
)

// database is where the wrapped keys are, and what the engines do not share.
type database struct {
	engine engine
	where  string  // to be printed: holds no password
	write  *sql.DB // SQLite: one connection
	read   *sql.DB
}

// openDatabase opens, and makes if it is not there, the database of keys.
func openDatabase(ctx context.Context, where string) (*database, error) {
	d, err := connect(where)
	if err != nil {
		return nil, err
	}
	if err := d.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("keys at %s: %w", d.where, err), d.close())
	}
	return d, nil
}

func connect(where string) (*database, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return connectPostgres(where)
	}
	if where == "" || strings.Contains(where, "://") {
		return nil, fault.Invalidf("keys", "%q is neither a file nor a postgres:// address", where)
	}
	return connectSQLite(where)
}

func connectPostgres(where string) (*database, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, fault.Invalidf("keys", "the postgres:// address cannot be read") // its text may hold a password
	}
	db, err := sql.Open("pgx", where)
	if err != nil {
		return nil, fmt.Errorf("keys at %s: %w", u.Redacted(), err)
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(4)
	return &database{engine: postgres, where: u.Redacted(), write: db, read: db}, nil
}

func connectSQLite(path string) (*database, error) {
	if err := create(path); err != nil {
		return nil, fmt.Errorf("keys at %s: %w", path, err)
	}
	write, err := sql.Open("sqlite", sqliteName(path, "secure_delete(1)"))
	if err != nil {
		return nil, fmt.Errorf("keys at %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", sqliteName(path, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("keys at %s: %w", path, err), write.Close())
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return &database{engine: sqlite, where: path, write: write, read: read}, nil
}

// create makes an empty file of mode 0600, which the log beside it inherits.
// A file that is there is not opened: closing it would drop the locks that
// SQLite holds on it elsewhere in this process.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func sqliteName(path, pragma string) string {
	q := url.Values{
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", pragma},
		"_txlock": {"immediate"},
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// migrate brings the tables up to date. On SQLite, where goose has no lock,
// whoever loses the race of a first start finds it done when trying again.
func (d *database) migrate(ctx context.Context) error {
	if d.engine == postgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60)) // seconds, times
		if err != nil {
			return err
		}
		return d.up(ctx, goose.DialectPostgres, goose.WithSessionLocker(locker))
	}
	var err error
	for range 5 {
		if err = d.up(ctx, goose.DialectSQLite3); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return err
}

func (d *database) up(ctx context.Context, dialect goose.Dialect, options ...goose.ProviderOption) error {
	folder, err := fs.Sub(migrations, "migrations/"+string(d.engine))
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, d.write, folder, append(options, goose.WithTableName("keys_version"))...)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// scrub removes what deleted rows have left behind, as far as the engine lets
// it. SQLite has zeroed the rows themselves, and the log is emptied: nothing is
// left. PostgreSQL frees the rows without overwriting them; a few stay in the
// free room of pages, and its log keeps all until it is recycled. To overwrite
// a row before deleting it would only make one more copy.
func (d *database) scrub(ctx context.Context) error {
	if d.engine == postgres {
		if _, err := d.write.ExecContext(ctx, `VACUUM (TRUNCATE false) keys`); err != nil {
			return fmt.Errorf("vacuum keys at %s: %w", d.where, err)
		}
		return nil
	}
	var busy, pages, moved int
	err := d.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	if err != nil {
		return fmt.Errorf("empty the log of %s: %w", d.where, err)
	}
	if busy != 0 {
		return fault.Conflictf(d.where, "the log could not be emptied: somebody has been reading for more than five seconds").
			WithHint("destroy the key again")
	}
	return nil
}

// change runs a transaction; all of it is durable, or nothing.
func (d *database) change(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (d *database) close() error {
	if d.read == d.write {
		return d.write.Close()
	}
	return errors.Join(d.read.Close(), d.write.Close())
}
