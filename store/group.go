package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// A head is the last entry of a case.
type head struct {
	seq  int
	hash [32]byte
}

// A deed is what was done under an idempotency record.
type deed struct {
	body []byte
	ref  docket.Ref
}

// perform writes a group in one transaction that the caller commits. A batch
// that may not be written has its answer afterwards and left no trace, so it
// does no harm to the others; an error leaves the whole group unwritten.
func perform(ctx context.Context, tx transaction, d *dialect, group []*pending) error {
	// Whoever locks cases locks them in this order.
	slices.SortFunc(group, func(a, b *pending) int { return cmp.Compare(a.batch.Case, b.batch.Case) })
	standing, err := readHeads(ctx, tx, d, group)
	if err != nil {
		return fmt.Errorf("read the last entries: %w", err)
	}
	deeds, err := readDeeds(ctx, tx, group)
	if err != nil {
		return fmt.Errorf("read the idempotency records: %w", err)
	}
	var w writing
	for _, p := range group {
		if done := judge(p, standing, deeds); !done {
			w.add(p.batch)
		}
	}
	return tx.carry(ctx, w.orders(tx.longest))
}

func readHeads(ctx context.Context, tx transaction, d *dialect, group []*pending) (map[docket.Ref]head, error) {
	var args []any
	for _, p := range group {
		args = append(args, string(p.batch.Case))
	}
	standing := make(map[docket.Ref]head)
	err := tx.read(ctx, d.heads, args, func(rows *sql.Rows) error {
		var ref string
		var h head
		var hash []byte
		if err := rows.Scan(&ref, &h.seq, &hash); err != nil {
			return err
		}
		copy(h.hash[:], hash)
		standing[docket.Ref(ref)] = h
		return nil
	})
	return standing, err
}

func readDeeds(ctx context.Context, tx transaction, group []*pending) (map[[2]string]deed, error) {
	var args []any
	for _, p := range group {
		if o := p.batch.Once; o != nil {
			args = append(args, o.Scope, o.Key)
		}
	}
	deeds := make(map[[2]string]deed)
	err := tx.read(ctx, readOnces, args, func(rows *sql.Rows) error {
		var key [2]string
		var d deed
		if err := rows.Scan(&key[0], &key[1], &d.body, &d.ref); err != nil {
			return err
		}
		deeds[key] = d
		return nil
	})
	return deeds, err
}

// judge gives p its answer and reports whether nothing is to be written for it.
func judge(p *pending, standing map[docket.Ref]head, deeds map[[2]string]deed) bool {
	b := p.batch
	p.ref, p.err = b.Case, nil
	if b.Once != nil {
		if d, ok := deeds[[2]string{b.Once.Scope, b.Once.Key}]; ok {
			p.ref = d.ref
			if string(d.body) != string(b.Once.Body[:]) {
				p.ref = ""
				p.err = fault.Conflictf("", "the idempotency key %q stands with another body", b.Once.Key)
			}
			return true
		}
	}
	last := standing[b.Case] // nothing: entry 0, whose hash is zero
	switch {
	case last.seq != b.Expected:
		p.ref, p.err = "", fault.Conflictf(string(b.Case), "the last entry is %d and not %d", last.seq, b.Expected)
	case len(b.Entries) > 0 && b.Entries[0].Prev != last.hash:
		p.ref, p.err = "", fault.Invalidf(string(b.Case), "entry %d does not name the hash of the one before", b.Expected+1)
	}
	return p.err != nil
}
