package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fault"
)

// A Deposit is what oversight receives of a leaf, sealed for it.
type Deposit struct {
	Key    string // of the leaf
	Sealed []byte
	At     time.Time // UTC
}

// Deposits gives a page of deposits by time, and where to go on: there is more
// as long as a page is not empty, and what comes later is found by going on from
// the same place. Clocks of several nodes differ and batches overtake each other,
// so whoever must miss none begins again some minutes before.
func (l *Log) Deposits(ctx context.Context, after string, limit int) ([]Deposit, string, error) {
	at, key, err := depositPlace(after)
	if err != nil {
		return nil, "", err
	}
	if limit < 1 || limit > largestPage {
		return nil, "", fault.Invalidf("limit", "%d is not from 1 to %d", limit, largestPage)
	}
	rows, err := l.store.ask(ctx, readDeposits, at, key, int64(limit))
	if err != nil {
		return nil, "", fmt.Errorf("read deposits: %w", err)
	}
	var page []Deposit
	next := after
	err = each(rows, func(rows *sql.Rows) error {
		var d Deposit
		var at int64
		if err := rows.Scan(&d.Key, &d.Sealed, &at); err != nil {
			return err
		}
		d.At = time.UnixMicro(at).UTC()
		next = strconv.FormatInt(at, 10) + " " + d.Key
		page = append(page, d)
		return nil
	})
	if err != nil {
		return nil, "", fmt.Errorf("read deposits: %w", err)
	}
	return page, next, nil
}

// depositPlace reads a place in the order of deposits: a time in microseconds
// and the key of a leaf, or nothing for the beginning.
func depositPlace(after string) (int64, string, error) {
	if after == "" {
		return 0, "", nil
	}
	number, key, _ := strings.Cut(after, " ")
	at, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !utf8.ValidString(key) || strings.Contains(key, "\x00") {
		return 0, "", fault.Invalidf("after", "this is no place among deposits").WithHint("pass on what the page before gave, or leave it out")
	}
	return at, key, nil
}

// An Opening is what a leaf of the log adds to the sums, sealed for the office.
type Opening struct {
	Index  uint64
	Sealed []byte
}

// Openings gives the openings of the leaves [from, to) that have one.
func (l *Log) Openings(ctx context.Context, from, to uint64) ([]Opening, error) {
	rows, err := l.store.ask(ctx, readOpenings, int64(from), int64(to))
	if err != nil {
		return nil, fmt.Errorf("read openings: %w", err)
	}
	var list []Opening
	err = each(rows, func(rows *sql.Rows) error {
		var o Opening
		err := rows.Scan(&o.Index, &o.Sealed)
		list = append(list, o)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read openings: %w", err)
	}
	return list, nil
}

// DropOpenings removes the openings of the leaves [from, to), once a report of
// their sums is in the log.
func (l *Log) DropOpenings(ctx context.Context, from, to uint64) error {
	err := l.store.change(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, dropOpenings, int64(from), int64(to))
		return err
	})
	if err != nil {
		return fmt.Errorf("drop openings: %w", err)
	}
	return nil
}
