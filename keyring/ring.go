// Package keyring keeps the keys of cases, apart from what they open.
//
// It promises that a key is durable before anybody gets it, that a key in the
// database is wrapped under the key of the office and bound to its name, and
// that a key destroyed is gone from the database: destroying it is erasure.
// What each engine leaves behind, and for how long, is in docs/keys.md.
//
// It refuses an office key that is not the one the keys are wrapped under, an
// office key others can read, rows that were swapped or altered, and backups
// that have expired. It does not know which keys are used: the records do.
package keyring

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// indexID names the key accounts are hashed under. No key of a case has it.
const indexID = "index"

// A Ring is an open database of keys. It is safe for use by several
// goroutines, and several processes may open the same database.
type Ring struct {
	withheld
	db    *database
	cache cache
	pool  pool
	index [32]byte
	now   func() time.Time

	mu      sync.RWMutex // guards offices
	offices offices
}

// Open opens the keys in a file (SQLite) or at a postgres:// address, and makes
// the database if it is not there. Keys are wrapped under the current office
// key; the previous ones are there to read a ring whose rotation is not done.
// It is a fault.Conflict if keys are wrapped under an office key not given.
func Open(ctx context.Context, where string, current Office, previous ...Office) (*Ring, error) {
	chain, err := newOffices(current, previous)
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(ctx, where)
	if err != nil {
		return nil, err
	}
	r := &Ring{db: db, offices: chain, now: time.Now}
	r.pool.life, r.pool.end = context.WithCancel(context.Background())
	if err := r.unlock(ctx); err != nil {
		r.pool.end()
		return nil, errors.Join(err, db.close())
	}
	return r, nil
}

// unlock proves that the office keys are the right ones, now and not at the
// first case: by their names, and by opening the index key.
func (r *Ring) unlock(ctx context.Context) error {
	for id := ""; ; {
		var next sql.NullString
		if err := r.db.read.QueryRowContext(ctx, nextOffice, id).Scan(&next); err != nil {
			return fmt.Errorf("read keys at %s: %w", r.db.where, err)
		}
		if !next.Valid {
			break
		}
		id = next.String
		if _, ok := r.offices.named(id); !ok {
			return fault.Conflictf(r.db.where, "keys are wrapped under the office key %s, and given is %s", id, r.offices).
				WithHint("give the office key they were wrapped under; while a rotation is not done, both")
		}
	}
	index, err := r.fetch(ctx, indexID)
	if fault.KindOf(err) == fault.NotFound {
		index, err = r.makeIndex(ctx)
	}
	if err != nil {
		return err
	}
	r.index = index
	return nil
}

// makeIndex makes the index key, or gives that of whoever was first.
func (r *Ring) makeIndex(ctx context.Context) ([32]byte, error) {
	var key [32]byte
	rand.Read(key[:])
	office := r.offices[0]
	sealed, err := wrap(ctx, office, indexID, key)
	if err != nil {
		return key, err
	}
	if _, err := r.db.write.ExecContext(ctx, insertKey, indexID, office.ID(), sealed, r.now().Unix()); err != nil {
		return key, fmt.Errorf("keep the index key at %s: %w", r.db.where, err)
	}
	return r.fetch(ctx, indexID)
}

// Close ends the ring. Keys made ahead and given to nobody are removed; after a
// crash they stay until Sweep.
func (r *Ring) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var err error
	if unused := r.pool.empty(); len(unused) > 0 {
		err = r.delete(ctx, unused)
	}
	r.cache.clear()
	return errors.Join(err, r.db.close())
}

// Key gives a key; fault.NotFound once it was destroyed, by whichever process.
func (r *Ring) Key(ctx context.Context, id string) ([32]byte, error) {
	if id == indexID {
		return [32]byte{}, fault.NotFoundf("key "+id, "no case has this key")
	}
	return r.fetch(ctx, id)
}

// Index gives the key under which accounts are hashed.
func (r *Ring) Index(context.Context) ([32]byte, error) { return r.index, nil }

// fetch asks the database each time whether the key exists, and the office key
// only if it was not unwrapped before.
func (r *Ring) fetch(ctx context.Context, id string) ([32]byte, error) {
	age := r.cache.age()
	var office string
	var sealed []byte
	err := r.db.read.QueryRowContext(ctx, selectKey, id).Scan(&office, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		r.cache.remove(id)
		return [32]byte{}, fault.NotFoundf("key "+id, "the key of this case was destroyed: the case is erased")
	}
	if err != nil {
		return [32]byte{}, fmt.Errorf("read key %s: %w", id, err)
	}
	if key, ok := r.cache.get(id); ok {
		return key, nil
	}
	r.mu.RLock()
	o, ok := r.offices.named(office)
	chain := r.offices
	r.mu.RUnlock()
	if !ok {
		return [32]byte{}, fault.Conflictf("key "+id, "it is wrapped under the office key %s, and given is %s", office, chain).
			WithHint("the office key was rotated: start again with the new one")
	}
	key, err := unwrap(ctx, o, id, sealed)
	if err != nil {
		return [32]byte{}, err
	}
	r.cache.put(id, key, age)
	return key, nil
}

// Destroy destroys a key: the case it opens is erased. When it returns without
// an error nothing of the key is left in a SQLite database; what PostgreSQL
// keeps is in docs/keys.md. To destroy a key again is no error, and finishes
// what was interrupted.
func (r *Ring) Destroy(ctx context.Context, id string) error {
	if id == indexID {
		return fault.Invalidf("key "+id, "no case has this key")
	}
	return r.delete(ctx, []string{id})
}

func (r *Ring) delete(ctx context.Context, ids []string) error {
	err := r.db.change(ctx, func(tx *sql.Tx) error {
		remove, err := tx.PrepareContext(ctx, deleteKey)
		if err != nil {
			return err
		}
		defer remove.Close()
		for _, id := range ids {
			if _, err := remove.ExecContext(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("destroy keys at %s: %w", r.db.where, err)
	}
	for _, id := range ids {
		r.cache.remove(id)
	}
	return r.db.scrub(ctx)
}
