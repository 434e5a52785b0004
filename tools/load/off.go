package main

import (
	"context"
	"crypto/rand"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// An off office does everything but keep: it screens, seals, hashes and chains.
type off struct {
	*docket.Docket
	records nothing
}

// nothing is records that keep nothing. What receiving does not ask for is not
// there.
type nothing struct {
	docket.Records
	batches, bytes atomic.Int64
}

func withoutStorage(e *desk.Examples) (*off, error) {
	parts, err := desk.Parts(e, time.Now)
	if err != nil {
		return nil, err
	}
	o := &off{}
	parts.Records, parts.Keys = &o.records, noKeys{}
	o.Docket = docket.New(parts, time.Time{})
	return o, nil
}

// Append counts what would have been stored.
func (o *nothing) Append(_ context.Context, b *docket.Batch) (docket.Ref, error) {
	r := &b.Row
	n := len(b.Case) + len(r.Key) + len(r.Authority) + len(r.Country) + len(r.Instrument) + len(r.Lane) + len(r.Stage) + len(r.Waiting) + len(r.Assignee) + 7*8 + 32
	for i := range b.Entries {
		n += len(b.Case) + len(b.Entries[i].Sealed) + 2*8 + 2*32
	}
	for _, j := range b.Jobs {
		n += len(j.Key) + len(j.Case) + len(j.Kind) + 3*8
	}
	for i := range b.Leaves {
		l := &b.Leaves[i]
		n += len(l.Key) + len(l.Class) + len(l.Text) + len(l.Opening) + len(l.Deposit) + 2*8
	}
	for _, a := range b.Accounts {
		n += len(a) + len(b.Case)
	}
	if b.Once != nil {
		n += len(b.Once.Scope) + len(b.Once.Key) + len(b.Once.Body) + len(b.Case)
	}
	o.batches.Add(1)
	o.bytes.Add(int64(n + len(b.Facts)))
	return b.Case, nil
}

// mean gives the bytes of one submission as it is stored.
func (o *off) mean() int { return int(o.records.bytes.Load() / max(o.records.batches.Load(), 1)) }

// Find finds nothing, as the real one does: no two documents share an account.
func (o *nothing) Find(context.Context, [][]byte) ([]docket.Ref, error) { return nil, nil }

// noKeys gives keys and keeps none.
type noKeys struct{}

// Fresh gives a key.
func (noKeys) Fresh(context.Context) (id string, key [32]byte, err error) {
	_, err = rand.Read(key[:])
	return rand.Text(), key, err
}

// Key has none.
func (noKeys) Key(_ context.Context, id string) ([32]byte, error) {
	return [32]byte{}, fault.NotFoundf(id, "no key is kept")
}

// Destroy has nothing to destroy.
func (noKeys) Destroy(context.Context, string) error { return nil }

// Index gives a key that is always the same.
func (noKeys) Index(context.Context) ([32]byte, error) { return [32]byte{1}, nil }
