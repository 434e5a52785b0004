package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/shelf"
)

var _ shelf.Records = (*Store)(nil)

// PutPaper keeps a paper that is new, or follows the version that stands.
func (s *Store) PutPaper(ctx context.Context, p *shelf.Paper) error {
	end := dueNumber(p.Expires)
	text, args := addPaper, []any{p.Kind, p.ID, p.Owner, int64(p.Version), end, blob(p.Sealed)}
	if p.Version > 1 {
		text, args = movePaper, []any{p.Owner, int64(p.Version), end, blob(p.Sealed), p.Kind, p.ID, int64(p.Version - 1)}
	}
	n, err := s.paper(ctx, "keep", p.Kind, p.ID, text, args...)
	if err == nil && n == 0 {
		return fault.Conflictf(p.Kind+" "+p.ID, "somebody else was first").WithHint("look again and decide again")
	}
	return err
}

// RemovePaper removes a paper in a version, 0: in any.
func (s *Store) RemovePaper(ctx context.Context, kind, id string, version int) error {
	least, most := int64(version), int64(version)
	if version == 0 {
		most = math.MaxInt64
	}
	n, err := s.paper(ctx, "remove", kind, id, removePaper, kind, id, least, most)
	if err == nil && n == 0 {
		return fault.NotFoundf(kind+" "+id, "is not there")
	}
	return err
}

// ExpirePapers removes what has expired.
func (s *Store) ExpirePapers(ctx context.Context, now time.Time) (int, error) {
	n, err := s.paper(ctx, "sweep", "", "", expirePapers, now.UnixMicro())
	return int(n), err
}

// paper changes papers by one statement, and gives how many.
func (s *Store) paper(ctx context.Context, what, kind, id, text string, args ...any) (int64, error) {
	var n int64
	err := s.change(ctx, func(tx transaction) error {
		var err error
		n, err = tx.count(ctx, text, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("%s paper %s %s: %w", what, kind, id, err)
	}
	return n, nil
}

// Paper gives a paper.
func (s *Store) Paper(ctx context.Context, kind, id string) (*shelf.Paper, error) {
	p, err := scanPaper(s.askRow(ctx, readPaper, kind, id))
	if missing(err) {
		return nil, fault.NotFoundf(kind+" "+id, "is not there")
	}
	if err != nil {
		return nil, fmt.Errorf("read paper %s %s: %w", kind, id, err)
	}
	return &p, nil
}

// Papers gives papers of a kind by id.
func (s *Store) Papers(ctx context.Context, kind, owner, after string, limit int) ([]shelf.Paper, error) {
	text, args := readPapers, []any{kind, after, int64(limit)}
	if owner != "" {
		text, args = readOwned, []any{kind, owner, after, int64(limit)}
	}
	rows, err := s.reader.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read papers of %s: %w", kind, err)
	}
	var list []shelf.Paper
	err = each(rows, func(rows *sql.Rows) error {
		p, err := scanPaper(rows)
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read papers of %s: %w", kind, err)
	}
	return list, nil
}

func scanPaper(from scanner) (shelf.Paper, error) {
	var p shelf.Paper
	var end int64
	err := from.Scan(&p.Kind, &p.ID, &p.Owner, &p.Version, &end, &p.Sealed)
	p.Expires = dueTime(end)
	return p, err
}
