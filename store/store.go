// Package store keeps the records of the office in SQLite or PostgreSQL.
//
// It promises that what was accepted is durable and stands once: a batch is
// one transaction, commits reach the disk before anybody is told, and a batch
// whose commit was cut off is looked for before it is written again. Both
// engines run one text of statements; what they do not share is in dialect.go.
//
// It refuses a database written by a newer program, a server that does not
// flush its log, and a batch that does not continue the chain of its case.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/rogatory/rogatory/docket"
)

// A Store is an open database. All its methods may be called at once from any
// number of goroutines, and on PostgreSQL from any number of processes.
type Store struct {
	dialect  *dialect
	writer   *sql.DB              // SQLite: one connection
	reader   *sql.DB              // SQLite: cannot write
	prepared map[string]*sql.Stmt // on writer, by text; fixed once open
	asked    map[string]*sql.Stmt // the same on reader, of what is asked most
	version  int64                // of the last migration
	queue    *queue
	commit   func(*sql.Tx) error // tests cut it off
	writers  sync.WaitGroup
	wrote    chan struct{} // something was written since somebody looked
}

var _ docket.Records = (*Store)(nil)

// Open opens the database at a path (SQLite, created if missing) or at a
// postgres:// address, and brings it up to this program.
func Open(ctx context.Context, where string) (*Store, error) {
	d := &sqlite
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		d = &postgres
	}
	writer, reader, err := d.connect(where)
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: d, writer: writer, reader: reader, queue: newQueue(), commit: (*sql.Tx).Commit, wrote: make(chan struct{}, 1)}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, writer.Close(), reader.Close())
	}
	return s, nil
}

func (s *Store) begin(ctx context.Context) error {
	if err := s.writer.PingContext(ctx); err != nil {
		return fmt.Errorf("open the %s database: %w", s.dialect.name, err)
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	for range s.dialect.writers {
		s.writers.Go(s.write)
	}
	return nil
}

// prepare readies every statement of the writer, and those with which a case is
// looked for and read, where the driver does not keep them by itself.
func (s *Store) prepare(ctx context.Context) error {
	if !s.dialect.prepares {
		return nil
	}
	var err error
	s.prepared, err = prepared(ctx, s.writer, s.dialect.statements())
	if err != nil {
		return err
	}
	s.asked, err = prepared(ctx, s.reader, append(findCases.upTo(s.dialect.longest), readRow, readEvents, readPaper, lastBlock))
	return err
}

func prepared(ctx context.Context, db *sql.DB, texts []string) (map[string]*sql.Stmt, error) {
	ready := make(map[string]*sql.Stmt)
	for _, text := range texts {
		st, err := db.PrepareContext(ctx, text)
		if err != nil {
			return nil, fmt.Errorf("prepare %q: %w", text, err)
		}
		ready[text] = st
	}
	return ready, nil
}

// ask asks the reader one text.
func (s *Store) ask(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if st, ok := s.asked[text]; ok {
		return st.QueryContext(ctx, args...)
	}
	return s.reader.QueryContext(ctx, text, args...)
}

// askRow asks the reader for one row.
func (s *Store) askRow(ctx context.Context, text string, args ...any) *sql.Row {
	if st, ok := s.asked[text]; ok {
		return st.QueryRowContext(ctx, args...)
	}
	return s.reader.QueryRowContext(ctx, text, args...)
}

// Wrote wakes whoever waits for jobs: it has a value once something was written.
func (s *Store) Wrote() <-chan struct{} { return s.wrote }

// Close finishes what was accepted and closes the database. What is appended
// afterwards is refused.
func (s *Store) Close() error {
	s.queue.close()
	s.writers.Wait()
	return errors.Join(s.writer.Close(), s.reader.Close())
}
