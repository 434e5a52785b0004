package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// Entries reads the row first and then no entry beyond it, so that both are of
// one moment without a transaction.
func (s *Store) Entries(ctx context.Context, c docket.Ref, after int) ([]docket.Entry, docket.Row, error) {
	row, err := scanRow(s.askRow(ctx, readRow, string(c)))
	if missing(err) {
		return nil, docket.Row{}, fault.NotFoundf(string(c), "there is no such case")
	}
	if err != nil {
		return nil, docket.Row{}, fmt.Errorf("read case %s: %w", c, err)
	}
	rows, err := s.ask(ctx, readEvents, string(c), int64(after), int64(row.Seq))
	if err != nil {
		return nil, docket.Row{}, fmt.Errorf("read the entries of %s: %w", c, err)
	}
	var entries []docket.Entry
	err = each(rows, func(rows *sql.Rows) error {
		e := docket.Entry{Case: c}
		var at int64
		var prev, hash []byte
		if err := rows.Scan(&e.Seq, &at, &e.Sealed, &prev, &hash); err != nil {
			return err
		}
		e.Sealed = blob(e.Sealed)
		e.At = time.UnixMicro(at).UTC()
		copy(e.Prev[:], prev)
		copy(e.Hash[:], hash)
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, docket.Row{}, fmt.Errorf("read the entries of %s: %w", c, err)
	}
	return entries, row, nil
}

type scanner interface{ Scan(...any) error }

func scanRow(from scanner) (docket.Row, error) {
	var r docket.Row
	var received, due, escalated, open int64
	err := from.Scan((*string)(&r.Case), &r.Seq, &r.Key, &r.Authority, &r.Country, &r.Instrument, &r.Lane, &r.Stage,
		&r.Waiting, &r.Assignee, &received, &due, &escalated, &r.Outside, &open, &r.Sender, &r.Settles)
	if err != nil {
		return docket.Row{}, err
	}
	r.Received = time.UnixMicro(received).UTC()
	r.Due = dueTime(due)
	r.Escalated = escalated == 1
	r.Open = open == 1
	return r, nil
}

// Find gives each case once, in the order of references. It needs no moment that
// all it reads is of: whoever looks asks for one account or another.
func (s *Store) Find(ctx context.Context, accounts [][]byte) ([]docket.Ref, error) {
	var args []any
	for _, a := range accounts {
		args = append(args, a)
	}
	var found []docket.Ref
	err := read(ctx, s.ask, s.dialect.longest, findCases, args, func(rows *sql.Rows) error {
		var ref string
		if err := rows.Scan(&ref); err != nil {
			return err
		}
		found = append(found, docket.Ref(ref))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find cases: %w", err)
	}
	slices.SortFunc(found, cmp.Compare[docket.Ref])
	return slices.Compact(found), nil
}

// Facts gives the sealed fact record of a case, nil if there is none.
func (s *Store) Facts(ctx context.Context, c docket.Ref) ([]byte, error) {
	var record []byte
	err := s.reader.QueryRowContext(ctx, readFacts, string(c)).Scan(&record)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the fact record of %s: %w", c, err)
	}
	return blob(record), nil
}

// Figures gives a page of what is counted, by case.
func (s *Store) Figures(ctx context.Context, after docket.Ref, limit int) ([]docket.Figure, error) {
	rows, err := s.reader.QueryContext(ctx, readFigures, string(after), limit)
	if err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	defer rows.Close()
	var list []docket.Figure
	for rows.Next() {
		var f docket.Figure
		if err := rows.Scan(&f.Case, &f.Sealed); err != nil {
			return nil, fmt.Errorf("read figures: %w", err)
		}
		list = append(list, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	return list, nil
}

// Forget may be repeated; a case that has nothing to forget is no error. Leaves
// of the case stay, those that wait as well: without the key of the case their
// hashes lead nowhere. What was sealed for oversight goes, because it holds the
// keys of leaves: whoever has this database and oversight's key could still
// relate them. Oversight destroys its own copies by its own rules.
func (s *Store) Forget(ctx context.Context, c docket.Ref) error {
	err := s.change(ctx, func(tx transaction) error {
		if _, err := tx.exec(ctx, forgetAccounts, string(c)); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, forgetFacts, string(c)); err != nil {
			return err
		}
		_, err := tx.exec(ctx, forgetDeposits, string(c)+" ", string(c)+"!") // the keys that begin with the case and a space
		return err
	})
	if err != nil {
		return fmt.Errorf("forget %s: %w", c, err)
	}
	return nil
}

// change runs a small transaction beside the groups.
func (s *Store) change(ctx context.Context, do func(transaction) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // of no effect after the commit
	if err := do(s.within(tx)); err != nil {
		return err
	}
	return tx.Commit()
}

// Clock gives the latest time of any entry, the zero time if there is none. A
// clock that shows less was set back.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	return s.moment(ctx, readClock)
}

// moment reads one time.
func (s *Store) moment(ctx context.Context, text string) (time.Time, error) {
	var at int64
	err := s.reader.QueryRowContext(ctx, text).Scan(&at)
	if missing(err) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read a time: %w", err)
	}
	return time.UnixMicro(at).UTC(), nil
}
