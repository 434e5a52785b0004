package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/rogatory/rogatory/tools/crash/desk"
)

// An engine has an office, and beside it a table for the bare loop.
type engine struct {
	name   string
	at     desk.Place
	office *desk.Office
	db     *sql.DB
}

func (e *engine) open(ctx context.Context, examples *desk.Examples) error {
	var err error
	e.office, err = desk.Open(ctx, examples, e.at, time.Now)
	if err != nil {
		return err
	}
	if e.name == "postgres" {
		e.db, err = sql.Open("pgx", e.at.Records)
	} else {
		// As the store opens it, in a file of its own.
		e.db, err = sql.Open("sqlite", "file:"+filepath.Join(e.at.Dir, "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate&_pragma=wal_autocheckpoint(8000)")
	}
	if err != nil {
		return err
	}
	e.db.SetMaxOpenConns(1)
	blob := "BLOB"
	if e.name == "postgres" {
		blob = "BYTEA"
	}
	_, err = e.db.ExecContext(ctx, "CREATE TABLE bare (n BIGINT PRIMARY KEY, what "+blob+" NOT NULL)")
	return err
}

func (e *engine) close() error { return errors.Join(e.office.Close(), e.db.Close()) }

// bare inserts one row at a time, each in a commit of its own.
func (e *engine) bare(ctx context.Context, size int, length time.Duration) (cell, error) {
	insert, err := e.db.PrepareContext(ctx, "INSERT INTO bare (n, what) SELECT coalesce(max(n), 0) + 1, $1 FROM bare")
	if err != nil {
		return cell{}, err
	}
	defer insert.Close()
	what := make([]byte, size)
	if _, err := rand.Read(what); err != nil {
		return cell{}, err
	}
	var times []time.Duration
	start, before := time.Now(), cpu()
	for time.Since(start) < length {
		begun := time.Now()
		if _, err := insert.ExecContext(ctx, what); err != nil {
			return cell{}, err
		}
		times = append(times, time.Since(begun))
	}
	took, used := time.Since(start), cpu()-before
	slices.Sort(times)
	return cell{float64(len(times)) / took.Seconds(), times[len(times)/2], times[len(times)*99/100], used / time.Duration(len(times))}, nil
}
