package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// largest is how many batches share a commit at most. With 64 callers groups
// grow to about half of that by themselves; beyond, latency only rises.
const largest = 64

// Append hands a batch to the writers and waits for its commit. While it still
// waits its turn, a cancelled context takes it back and nothing was done. Once
// a writer has it, its outcome is waited for whatever the context says, because
// nobody could name it; how long that takes is bounded by the writer.
func (s *Store) Append(ctx context.Context, b *docket.Batch) (docket.Ref, error) {
	if err := check(b); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("append to %s: %w", b.Case, err)
	}
	p := &pending{batch: b, claims: claims(b), done: make(chan struct{})}
	if !s.queue.put(p) {
		return "", fmt.Errorf("append to %s: %w", b.Case, errClosed)
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		if s.queue.withdraw(p) {
			return "", fmt.Errorf("append to %s: nothing was written: %w", b.Case, ctx.Err())
		}
		<-p.done
	}
	return p.ref, p.err
}

var errClosed = errors.New("the database is closed")

// write is a writer: it takes what waits, commits it as one, and answers.
func (s *Store) write() {
	for {
		group := s.queue.take(largest)
		if group == nil {
			return
		}
		s.settle(group)
		select {
		case s.wrote <- struct{}{}:
		default:
		}
		for _, p := range group {
			close(p.done)
		}
	}
}

// settle gives every batch of a group its outcome. A group that failed as one
// is written again batch by batch: what spoils it then fails alone, and two
// writers that stood in each other's way get past each other.
func (s *Store) settle(group []*pending) {
	committing, err := s.attempt(group)
	if err == nil {
		return
	}
	if lost := s.reach(); lost != nil {
		err = errors.Join(err, lost)
		for _, p := range group {
			p.ref, p.err = "", outcome(p.batch, committing, err)
		}
		return
	}
	for _, p := range group {
		s.repeat(p, committing)
	}
}

// repeat writes one batch again after its group failed. If the failure was in
// the commit, the batch may stand already: then it no longer continues its
// case, and its own last entry is found there. The attempt comes first, because
// it waits for whatever is still under way on its case; looking first could be
// overtaken by the very commit that is in doubt.
func (s *Store) repeat(p *pending, doubtful bool) {
	committing, err := s.attempt([]*pending{p})
	for try := 1; try < yieldings && yielded(err); try++ {
		committing, err = s.attempt([]*pending{p})
	}
	doubtful = doubtful || committing
	if err == nil {
		if !doubtful || fault.KindOf(p.err) != fault.Conflict {
			return
		}
	}
	if doubtful {
		found, lost := s.stands(p.batch)
		switch {
		case found:
			p.ref, p.err = p.batch.Case, nil
			return
		case err == nil && lost == nil && len(p.batch.Entries) > 0:
			return // a conflict with another's entries
		case err == nil:
			err = p.err // without entries nobody can tell whose conflict it is
		}
		err = errors.Join(err, lost)
	}
	p.ref, p.err = "", outcome(p.batch, doubtful, err)
}

// yieldings is how often a batch is tried that PostgreSQL gave up so that
// another could go on. That happens to cases that share the keys of jobs.
const yieldings = 10

func yielded(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40P01" || e.Code == "40001") // deadlock, serialization
}

// outcome says of a batch that failed whether it is known not to stand.
func outcome(b *docket.Batch, doubtful bool, err error) error {
	if doubtful {
		return fmt.Errorf("append to %s: whether it was written is not known: %w", b.Case, err)
	}
	return fmt.Errorf("append to %s: nothing was written: %w", b.Case, err)
}

// attempt writes a group in one transaction. Where it fails it reports whether
// the failure was in the commit, whose outcome is then open.
func (s *Store) attempt(group []*pending) (committing bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("write a group: %v", r)
		}
	}()
	ctx, cancel := s.bounded()
	defer cancel()
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close() // gives it back
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback() // of no effect after the commit
	within := s.within(tx)
	if s.dialect.pipes {
		within.pipe = conn
	}
	if err := perform(ctx, within, s.dialect, group); err != nil {
		return false, err
	}
	committing = true
	return true, s.commit(tx)
}

// stands reports whether the last entry of a batch is on record. Entries are
// sealed with random nonces and chained, so the same hash is the same batch.
func (s *Store) stands(b *docket.Batch) (bool, error) {
	if len(b.Entries) == 0 {
		return false, nil // to set a row again is to set it once
	}
	ctx, cancel := s.bounded()
	defer cancel()
	last := b.Entries[len(b.Entries)-1]
	var hash []byte
	err := s.writer.QueryRowContext(ctx, readHash, string(b.Case), int64(last.Seq)).Scan(&hash)
	if missing(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return string(hash) == string(last.Hash[:]), nil
}

// comeback is how long a writer waits for a server that went away.
const comeback = 10 * time.Second

// reach waits until the database answers again. A file always does.
func (s *Store) reach() error {
	ctx, cancel := context.WithTimeout(context.Background(), comeback)
	defer cancel()
	for {
		err := s.writer.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the database does not answer: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// bounded gives the context of a writer: no caller's, since a group has many,
// and on a server one that ends. On a file it has no end, and costs nothing.
func (s *Store) bounded() (context.Context, context.CancelFunc) {
	if s.dialect.patience == 0 {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.Background(), s.dialect.patience)
}
