package million

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/rogatory/rogatory/tools/crash/desk"
)

// Fill makes an office of either engine, and fills it with a number of cases.
func Fill(ctx context.Context, e *desk.Examples, at desk.Place, size int) error {
	made, err := desk.Open(ctx, e, at, time.Now)
	if err != nil {
		return err
	}
	if err := made.Close(); err != nil {
		return err
	}
	o := &office{at, size}
	if strings.Contains(at.Records, "://") {
		return o.copy(ctx)
	}
	return o.insert(ctx)
}

// An office is one that is being filled.
type office struct {
	at   desk.Place
	size int
}

// insert fills SQLite, without waiting for the disk.
func (o *office) insert(ctx context.Context) error {
	db, err := sql.Open("sqlite", "file:"+o.at.Records+"?_pragma=synchronous(OFF)&_pragma=cache_size(-400000)&_pragma=temp_store(MEMORY)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	indexes, err := o.without(ctx, db, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := within(ctx, db, func(tx *sql.Tx) error {
			one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(t.columns)), ",") + ")"
			insert, err := tx.PrepareContext(ctx, "INSERT INTO "+t.name+" ("+strings.Join(t.columns, ",")+") VALUES "+one)
			if err != nil {
				return err
			}
			defer insert.Close()
			for n := range o.size {
				c, e := row(n)
				if args := t.row(&c, &e); args != nil {
					if _, err := insert.ExecContext(ctx, args...); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			return fmt.Errorf("fill %s: %w", t.name, err)
		}
	}
	return each(ctx, db, append(indexes, "PRAGMA wal_checkpoint(TRUNCATE)"))
}

// without takes away the indexes, which are made again in less time than they
// are kept up, and gives the statements that make them.
func (o *office) without(ctx context.Context, db *sql.DB, ask string) ([]string, error) {
	rows, err := db.QueryContext(ctx, ask)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var drop, make []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		drop, make = append(drop, "DROP INDEX "+name), append(make, text)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	return make, each(ctx, db, drop)
}

func each(ctx context.Context, db *sql.DB, statements []string) error {
	for _, text := range statements {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

func within(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // of no effect after the commit
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// copy fills PostgreSQL, and lets it gather what its planner goes by, as it does
// by itself in time.
func (o *office) copy(ctx context.Context) error {
	db, err := sql.Open("pgx", o.at.Records)
	if err != nil {
		return err
	}
	defer db.Close()
	indexes, err := o.without(ctx, db, "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE ANY (ARRAY['cases%', 'events%', 'jobs%']) AND indexname NOT LIKE '%pkey'")
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, o.at.Records)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, t := range tables {
		n := 0
		next := func() ([]any, error) {
			for ; n < o.size; n++ {
				c, e := row(n)
				if args := t.row(&c, &e); args != nil {
					n++
					return args, nil
				}
			}
			return nil, nil
		}
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromFunc(next)); err != nil {
			return fmt.Errorf("fill %s: %w", t.name, err)
		}
	}
	return each(ctx, db, append(indexes, "VACUUM ANALYZE"))
}
