package store

import (
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

// A Restoring says what of the papers is otherwise than in the backup.
type Restoring struct {
	Without []string     // kinds that are left out
	Mark    *shelf.Paper // put beside them if it is not among them; nil: none
}

// Restore fills an office that is empty from a backup, of whichever engine, in
// one transaction: after an error the office is as empty as before. It accepts
// nothing it has not verified: the hash and the counts of the whole, and the
// chain of every case.
func Restore(ctx context.Context, where string, r io.Reader, how Restoring) error {
	s, err := Open(ctx, where)
	if err != nil {
		return err
	}
	return errors.Join(s.restore(ctx, r, how), s.Close())
}

func (s *Store) restore(ctx context.Context, r io.Reader, how Restoring) error {
	compressed, err := gzip.NewReader(r)
	if err != nil {
		return fault.Invalidf("", "this is not a backup: %v", err).WithHint("give the file that backup wrote, as it was")
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer tx.Rollback() // of no effect after the commit
	if err := s.vacant(ctx, tx); err != nil {
		return err
	}
	in := &reading{tx: s.within(tx), version: s.version, lines: newLines(compressed), rows: make(map[string]int64), without: how.Without}
	if err := in.all(ctx); err != nil {
		return err
	}
	if err := connected(ctx, tx); err != nil {
		return err
	}
	if m := how.Mark; m != nil {
		if _, err := in.tx.exec(ctx, addPaper, m.Kind, m.ID, m.Owner, int64(m.Version), dueNumber(m.Expires), blob(m.Sealed)); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

// vacant refuses an office that holds anything, and keeps it from filling.
func (s *Store) vacant(ctx context.Context, tx *sql.Tx) error {
	if s.dialect.lockAll != "" {
		if _, err := tx.ExecContext(ctx, s.dialect.lockAll); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	for _, t := range tables {
		var one int
		err := tx.QueryRowContext(ctx, t.any).Scan(&one)
		if err == nil {
			return fault.Conflictf("", "the office to restore into is not empty: it has %s", t.name).
				WithHint("name a database that does not exist yet, or an empty one")
		}
		if !missing(err) {
			return fmt.Errorf("restore: %w", err)
		}
	}
	return nil
}

// connected verifies that rows and entries belong together.
func connected(ctx context.Context, tx *sql.Tx) error {
	for _, check := range []struct{ text, finds string }{
		{rowWithoutHead, "its row does not stand at its last entry"},
		{entryWithoutRow, "it has an entry beyond its row"},
	} {
		var c string
		err := tx.QueryRowContext(ctx, check.text).Scan(&c)
		if err == nil {
			return fault.Invalidf("case "+c, "%s", check.finds).WithHint(anotherCopy)
		}
		if !missing(err) {
			return fmt.Errorf("restore: %w", err)
		}
	}
	return nil
}

const anotherCopy = "the backup was altered; take another copy of it"
