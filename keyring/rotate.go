package keyring

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/fault"
)

// rewrapped is how many keys are wrapped anew in one transaction.
const rewrapped = 250

// Rotate wraps every key under another office key and says how many it was.
// From here on the ring makes keys under the new one; the old one is still read.
//
// It goes in batches. Wherever it is interrupted each key is readable with one
// of the two; called again it goes on, and when all is done it changes nothing.
// Once the old office key is destroyed, copies of the database from before,
// logs of the engine and backups of keys open to nobody.
//
// Other processes must have been opened with the new office key first and the
// old one beside it; one that still makes keys under the old one leaves work
// for the next call.
func (r *Ring) Rotate(ctx context.Context, from, to Office) (int, error) {
	if _, err := newOffices(to, []Office{from}); err != nil {
		return 0, err
	}
	if err := prove(ctx, to); err != nil {
		return 0, err
	}
	r.lead(from, to)
	n := 0
	for after := ""; ; {
		rows, err := r.under(ctx, from, after)
		if err != nil {
			return n, err
		}
		changed, err := r.rewrap(ctx, rows, from, to)
		n += changed
		if err != nil {
			return n, err
		}
		if len(rows) < rewrapped {
			break
		}
		after = rows[len(rows)-1].id
	}
	return n, r.db.scrub(ctx)
}

// prove wraps and unwraps a key nobody uses, before any that is used.
func prove(ctx context.Context, o Office) error {
	var key [32]byte
	rand.Read(key[:])
	sealed, err := wrap(ctx, o, "proof", key)
	if err != nil {
		return err
	}
	got, err := unwrap(ctx, o, "proof", sealed)
	if err != nil {
		return err
	}
	if got != key {
		return fault.Invalidf("office key "+o.ID(), "it does not give back what it wrapped; nothing was changed")
	}
	return nil
}

// lead puts an office key first. It waits for keys being made under another.
func (r *Ring) lead(from, to Office) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rest := slices.DeleteFunc(slices.Clone(r.offices), func(o Office) bool {
		return o.ID() == from.ID() || o.ID() == to.ID()
	})
	r.offices = append(offices{to, from}, rest...)
}

// wrapped is a key as it is kept.
type wrapped struct {
	id     string
	office string
	sealed []byte
	made   int64
}

// under gives a batch of the keys that are wrapped under an office key.
func (r *Ring) under(ctx context.Context, o Office, after string) ([]wrapped, error) {
	rows, err := r.db.read.QueryContext(ctx, selectUnder, o.ID(), after, rewrapped)
	if err != nil {
		return nil, fmt.Errorf("read keys at %s: %w", r.db.where, err)
	}
	defer rows.Close()
	var list []wrapped
	for rows.Next() {
		w := wrapped{office: o.ID()}
		if err := rows.Scan(&w.id, &w.sealed); err != nil {
			return nil, fmt.Errorf("read keys at %s: %w", r.db.where, err)
		}
		list = append(list, w)
	}
	return list, rows.Err()
}

// rewrap asks the office keys first and opens a transaction afterwards, because
// an office key may be far away. A key destroyed in between stays destroyed.
func (r *Ring) rewrap(ctx context.Context, list []wrapped, from, to Office) (int, error) {
	for i, w := range list {
		key, err := unwrap(ctx, from, w.id, w.sealed)
		if err != nil {
			return 0, err
		}
		list[i].sealed, err = wrap(ctx, to, w.id, key)
		clear(key[:])
		if err != nil {
			return 0, err
		}
	}
	var n int64
	err := r.db.change(ctx, func(tx *sql.Tx) error {
		for _, w := range list {
			result, err := tx.ExecContext(ctx, rewrapKey, to.ID(), w.sealed, w.id, from.ID())
			if err != nil {
				return err
			}
			changed, err := result.RowsAffected()
			if err != nil {
				return err
			}
			n += changed
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("keep rewrapped keys at %s: %w", r.db.where, err)
	}
	return int(n), nil
}
