package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// Lease hands node up to limit jobs that are due at now and that nobody holds,
// those due longest first. Until the lease ends nobody else is given them;
// then anybody is. A node that leases twice must use two names if it cannot
// tell the leases apart: a job moved by a batch is free again at once.
func (s *Store) Lease(ctx context.Context, now time.Time, node string, until time.Time, limit int) ([]docket.Leased, error) {
	if node == "" || limit < 1 || !until.After(now) {
		return nil, fault.Invalidf("lease", "a lease needs a node, a limit and an end after %s", now)
	}
	var jobs []docket.Leased
	err := s.change(ctx, func(tx transaction) error {
		rows, err := tx.query(ctx, s.dialect.lease, now.UnixMicro(), int64(limit), until.UnixMicro(), node)
		if err != nil {
			return err
		}
		jobs, err = scanJobs(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("lease jobs: %w", err)
	}
	slices.SortStableFunc(jobs, func(a, b docket.Leased) int { return a.At.Compare(b.At) })
	return jobs, nil
}

func scanJobs(rows *sql.Rows) ([]docket.Leased, error) {
	var jobs []docket.Leased
	err := each(rows, func(rows *sql.Rows) error {
		var j docket.Leased
		var at int64
		if err := rows.Scan(&j.Key, (*string)(&j.Case), &j.Kind, &at, &j.Attempt, &j.Reason); err != nil {
			return err
		}
		j.At = time.UnixMicro(at).UTC()
		jobs = append(jobs, j)
		return nil
	})
	return jobs, err
}

// Finish removes a job that node did. If node holds it no more, because a batch
// settled or moved it or the lease went to another, nothing happens.
func (s *Store) Finish(ctx context.Context, key, node string) error {
	_, err := s.job(ctx, "finish", key, finishJob, key, node)
	return err
}

// Fail gives a job back, to be leased again from next on. If node holds it no
// more, nothing happens.
func (s *Store) Fail(ctx context.Context, key, node, reason string, next time.Time) error {
	_, err := s.job(ctx, "give back", key, failJob, next.UnixMicro(), storable(reason), key, node)
	return err
}

// Bury puts a job aside, visible with its reason and leased by nobody. If node
// holds it no more, nothing happens.
func (s *Store) Bury(ctx context.Context, key, node, reason string) error {
	_, err := s.job(ctx, "put aside", key, buryJob, storable(reason), key, node)
	return err
}

// Prompt sets a job that belongs to no case. One with the same key is moved.
func (s *Store) Prompt(ctx context.Context, key, kind string, at time.Time) error {
	_, err := s.job(ctx, "set", key, setJob, key, kind, at.UnixMicro(), at.UnixMicro())
	return err
}

// Revive lets a job that was put aside be leased again, as if it had never
// failed; fault.NotFound if no such job was put aside.
func (s *Store) Revive(ctx context.Context, key string) error {
	n, err := s.job(ctx, "revive", key, reviveJob, key)
	if err == nil && n == 0 {
		return fault.NotFoundf(key, "no such job was put aside")
	}
	return err
}

// job changes one job and gives how many were changed.
func (s *Store) job(ctx context.Context, what, key, text string, args ...any) (int64, error) {
	var n int64
	err := s.change(ctx, func(tx transaction) error {
		var err error
		n, err = tx.count(ctx, text, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("%s job %s: %w", what, key, err)
	}
	return n, nil
}

// Dead gives jobs that were put aside, the oldest first.
func (s *Store) Dead(ctx context.Context, limit int) ([]docket.Leased, error) {
	rows, err := s.reader.QueryContext(ctx, deadJobs, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("read jobs put aside: %w", err)
	}
	jobs, err := scanJobs(rows)
	if err != nil {
		return nil, fmt.Errorf("read jobs put aside: %w", err)
	}
	return jobs, nil
}

// Next gives when a job can next be leased, the end of a lease included; the
// zero time if there is none.
func (s *Store) Next(ctx context.Context) (time.Time, error) {
	return s.moment(ctx, nextJob)
}

// storable makes an error text fit to be kept: it may hold anything.
func storable(reason string) string {
	const most = 2000
	reason = strings.ReplaceAll(strings.ToValidUTF8(reason, "?"), "\x00", "?")
	if len(reason) > most {
		reason = strings.ToValidUTF8(reason[:most], "")
	}
	return reason
}
