package keyring

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/rogatory/rogatory/fault"
)

const (
	pooled   = 256                    // keys made ahead
	patience = 250 * time.Millisecond // how long a batch is wrapped before it is committed

	// A key is handed out until it is this old. Sweep takes only keys that are
	// twice as old, so that whoever got one has as long again to use it.
	usable = 12 * time.Hour
)

// pool holds keys that are durable and that nobody was given yet. A commit
// makes a whole batch, so that it is paid for once.
type pool struct {
	withheld
	mu      sync.Mutex // guards ready, filling and closed
	ready   []made     // the oldest first
	filling *filling   // nil: nobody fills
	closed  bool

	life context.Context // ends with the ring
	end  context.CancelFunc
	busy sync.WaitGroup // whoever fills
}

type made struct {
	withheld
	id  string
	key [32]byte
	at  time.Time
}

// filling is one batch on its way. err is written before done is closed.
type filling struct {
	done chan struct{}
	err  error
}

// Fresh gives a new key that is durable already, and that nobody else gets.
// It has to be in use within twelve hours: later Sweep may take it for unused.
func (r *Ring) Fresh(ctx context.Context) (string, [32]byte, error) {
	for {
		m, wait, err := r.take()
		if err != nil {
			return "", [32]byte{}, err
		}
		if wait == nil {
			return m.id, m.key, nil
		}
		select {
		case <-ctx.Done():
			return "", [32]byte{}, fmt.Errorf("wait for a new key: %w", ctx.Err())
		case <-wait.done:
		}
		if wait.err != nil {
			return "", [32]byte{}, fmt.Errorf("make new keys: %w", wait.err)
		}
	}
}

// take gives a key, or the batch to wait for.
func (r *Ring) take() (made, *filling, error) {
	p := &r.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return made{}, nil, fault.Conflictf(r.db.where, "the keys are closed")
	}
	for now := r.now(); len(p.ready) > 0; p.next() {
		if old := now.Sub(p.ready[0].at); old >= 0 && old <= usable {
			break
		}
	}
	if len(p.ready) <= pooled/2 && p.filling == nil {
		p.filling = &filling{done: make(chan struct{})}
		p.busy.Add(1)
		go r.fill(p.filling)
	}
	if len(p.ready) == 0 {
		return made{}, p.filling, nil
	}
	return p.next(), nil, nil
}

// next takes the oldest key out of the pool; it is called with mu held.
func (p *pool) next() made {
	m := p.ready[0]
	clear(p.ready[0].key[:])
	p.ready = p.ready[1:]
	return m
}

// fill makes batches until the pool is full, one fails, or the ring closes.
func (r *Ring) fill(f *filling) {
	p := &r.pool
	defer p.busy.Done()
	for f != nil {
		batch, err := r.batch(p.life)
		f.err = err
		p.mu.Lock()
		p.ready = append(p.ready, batch...)
		p.filling = nil
		if err == nil && len(p.ready) < pooled {
			p.filling = &filling{done: make(chan struct{})}
		}
		next := p.filling
		p.mu.Unlock()
		close(f.done)
		f = next
	}
}

// batch makes up to a pool of durable keys: as many as are wrapped before
// patience runs out, at least one, because an office key may be far away.
func (r *Ring) batch(ctx context.Context) ([]made, error) {
	// Held until the keys are in the database: a rotation that has begun must
	// not be joined by keys under the key it leaves.
	r.mu.RLock()
	defer r.mu.RUnlock()
	office := r.offices[0]
	begun := time.Now()
	var batch []made
	var sealed [][]byte
	for len(batch) < pooled && (len(batch) == 0 || time.Since(begun) < patience) {
		m := made{id: rand.Text(), at: r.now()}
		rand.Read(m.key[:])
		s, err := wrap(ctx, office, m.id, m.key)
		if err != nil {
			return nil, err
		}
		batch, sealed = append(batch, m), append(sealed, s)
	}
	err := r.db.change(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, insertKey)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i, m := range batch {
			if _, err := insert.ExecContext(ctx, m.id, office.ID(), sealed[i], m.at.Unix()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("keep new keys at %s: %w", r.db.where, err)
	}
	return batch, nil
}

// empty ends the pool and gives the ids nobody was given.
func (p *pool) empty() []string {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.end()
	p.busy.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := make([]string, len(p.ready))
	for i := range p.ready {
		ids[i] = p.ready[i].id
		clear(p.ready[i].key[:])
	}
	p.ready = nil
	return ids
}
