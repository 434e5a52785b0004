package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

const (
	usualPage   = 50
	largestPage = 500
)

// Rows gives a page. The cursor is a place in the order and not a snapshot: a
// case whose deadline moves between two pages is met where it then stands, and
// every case that stays is met once.
func (s *Store) Rows(ctx context.Context, q docket.Query) ([]docket.Row, string, error) {
	limit := q.Limit
	switch {
	case limit == 0:
		limit = usualPage
	case limit < 0 || limit > largestPage:
		return nil, "", fault.Invalidf("limit", "%d is not from 1 to %d", limit, largestPage)
	}
	mask, args, err := confine(q)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.reader.QueryContext(ctx, readRows(mask), append(args, int64(limit+1))...)
	if err != nil {
		return nil, "", fmt.Errorf("read a page: %w", err)
	}
	var page []docket.Row
	err = each(rows, func(rows *sql.Rows) error {
		r, err := scanRow(rows)
		page = append(page, r)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("read a page: %w", err)
	}
	if len(page) <= limit {
		return page, "", nil
	}
	page = page[:limit]
	return page, cursor(page[limit-1]), nil
}

// confine gives the mask of a query over confines, and its arguments.
func confine(q docket.Query) (int, []any, error) {
	mask := int(flag(q.Open)) | int(flag(q.Outside))<<1 | int(flag(q.Quarantined))<<2
	var args []any
	for i, value := range []string{q.Stage, q.Lane, q.Waiting, q.Assignee, q.Country, q.Authority, q.Settles} {
		if !utf8.ValidString(value) || strings.Contains(value, "\x00") {
			return 0, nil, fault.Invalidf("query", "%q is not text", value)
		}
		if value != "" {
			mask |= 1 << (3 + i)
			args = append(args, value)
		}
	}
	if !q.DueBefore.IsZero() {
		mask |= 1 << 10
		args = append(args, q.DueBefore.UnixMicro())
	}
	if q.After != "" {
		due, ref, err := place(q.After)
		if err != nil {
			return 0, nil, err
		}
		mask |= 1 << 11
		args = append(args, due, ref)
	}
	return mask, args, nil
}

// A cursor is the place of the last row of a page in the order of pages.
func cursor(r docket.Row) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(dueNumber(r.Due), 10) + " " + string(r.Case)))
}

func place(cursor string) (int64, string, error) {
	bad := fault.Invalidf("after", "this is no cursor").WithHint("pass on what the page before gave, or leave it out")
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, "", bad
	}
	number, ref, ok := strings.Cut(string(text), " ")
	due, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || ref == "" || !utf8.ValidString(ref) || strings.Contains(ref, "\x00") {
		return 0, "", bad
	}
	return due, ref, nil
}
