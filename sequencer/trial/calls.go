package trial

import (
	"context"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
)

// ErrDead is what a process that was killed gets of everything it asks for.
var ErrDead = errors.New("killed")

// Calls counts what a sequencer asks of its parts, and interrupts it.
type Calls struct {
	N    int                           // calls so far
	At   func(n int, after bool) error // before and after each takes effect; nil: nothing happens
	Name func(n int, call string)      // told of each; nil: nobody
	dead bool
}

// Kill gives a process that is killed at one call.
func Kill(at int, after bool) *Calls {
	return &Calls{At: func(n int, is bool) error {
		if n == at && is == after {
			return ErrDead
		}
		return nil
	}}
}

func call[T any](c *Calls, name string, do func() (T, error)) (T, error) {
	var none T
	if c.dead {
		return none, ErrDead
	}
	c.N++
	n := c.N
	if c.Name != nil {
		c.Name(n, name)
	}
	if c.At == nil {
		return do()
	}
	if err := c.At(n, false); err != nil {
		c.dead = c.dead || errors.Is(err, ErrDead)
		return none, err
	}
	v, err := do()
	if err := c.At(n, true); err != nil {
		c.dead = c.dead || errors.Is(err, ErrDead)
		return none, err
	}
	return v, err
}

func change(c *Calls, name string, do func() error) error {
	_, err := call(c, name, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

type records struct {
	*Calls
	under sequencer.Records
}

func (r records) Head(ctx context.Context) (sequencer.Head, error) {
	return call(r.Calls, "Head", func() (sequencer.Head, error) { return r.under.Head(ctx) })
}

func (r records) Waiting(ctx context.Context, class sequencer.Class, limit int) ([]sequencer.Waiting, error) {
	return call(r.Calls, "Waiting", func() ([]sequencer.Waiting, error) { return r.under.Waiting(ctx, class, limit) })
}

func (r records) Wait(ctx context.Context, w *sequencer.Waiting, document []byte) error {
	return change(r.Calls, "Wait", func() error { return r.under.Wait(ctx, w, document) })
}

func (r records) Sequence(ctx context.Context, b *sequencer.Block) error {
	return change(r.Calls, "Sequence", func() error { return r.under.Sequence(ctx, b) })
}

func (r records) Import(ctx context.Context, b *sequencer.Block) error {
	return change(r.Calls, "Import", func() error { return r.under.Import(ctx, b) })
}

func (r records) Withdraw(ctx context.Context, size uint64, back []sequencer.Waiting) error {
	return change(r.Calls, "Withdraw", func() error { return r.under.Withdraw(ctx, size, back) })
}

func (r records) Advance(ctx context.Context, size uint64, from, to sequencer.State, note []byte) error {
	return change(r.Calls, "Advance", func() error { return r.under.Advance(ctx, size, from, to, note) })
}

func (r records) Leaves(ctx context.Context, from, to uint64) ([][]byte, error) {
	return call(r.Calls, "Leaves", func() ([][]byte, error) { return r.under.Leaves(ctx, from, to) })
}

func (r records) Entries(ctx context.Context, from, to uint64) ([]sequencer.Entry, error) {
	return call(r.Calls, "Entries", func() ([]sequencer.Entry, error) { return r.under.Entries(ctx, from, to) })
}

func (r records) Hashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	return call(r.Calls, "Hashes", func() ([]tlog.Hash, error) { return r.under.Hashes(ctx, indexes) })
}

func (r records) Document(ctx context.Context, hash [32]byte) ([]byte, error) {
	return call(r.Calls, "Document", func() ([]byte, error) { return r.under.Document(ctx, hash) })
}

func (r records) Index(ctx context.Context, keys []string) (map[string]sequencer.Position, error) {
	return call(r.Calls, "Index", func() (map[string]sequencer.Position, error) { return r.under.Index(ctx, keys) })
}

func (r records) Urgent(ctx context.Context, before time.Time) ([]sequencer.Waiting, error) {
	return call(r.Calls, "Urgent", func() ([]sequencer.Waiting, error) { return r.under.Urgent(ctx, before) })
}

func (r records) PutReceipt(ctx context.Context, key string, note []byte) error {
	return change(r.Calls, "PutReceipt", func() error { return r.under.PutReceipt(ctx, key, note) })
}

func (r records) Receipts(ctx context.Context) ([]sequencer.Receipt, error) {
	return call(r.Calls, "Receipts", func() ([]sequencer.Receipt, error) { return r.under.Receipts(ctx) })
}

type files struct {
	*Calls
	under sequencer.Files
}

func (f files) Put(ctx context.Context, name string, data []byte) error {
	return change(f.Calls, "Put "+name, func() error { return f.under.Put(ctx, name, data) })
}

func (f files) Replace(ctx context.Context, name string, data []byte) error {
	return change(f.Calls, "Replace "+name, func() error { return f.under.Replace(ctx, name, data) })
}

func (f files) Get(ctx context.Context, name string) ([]byte, error) {
	return call(f.Calls, "Get "+name, func() ([]byte, error) { return f.under.Get(ctx, name) })
}

type mark struct {
	*Calls
	under sequencer.Mark
}

func (m mark) Read(ctx context.Context) (tlog.Tree, error) {
	return call(m.Calls, "Read mark", func() (tlog.Tree, error) { return m.under.Read(ctx) })
}

func (m mark) Swap(ctx context.Context, old, new tlog.Tree) error {
	return change(m.Calls, "Swap mark", func() error { return m.under.Swap(ctx, old, new) })
}

type witnesses struct {
	*Calls
	under sequencer.Witnesses
}

func (w witnesses) Cosign(ctx context.Context, checkpoint []byte, prove func(uint64) (tlog.TreeProof, error)) ([]byte, error) {
	return call(w.Calls, "Cosign", func() ([]byte, error) { return w.under.Cosign(ctx, checkpoint, prove) })
}

func (w witnesses) Latest(ctx context.Context) ([][]byte, error) {
	return call(w.Calls, "Latest", func() ([][]byte, error) { return w.under.Latest(ctx) })
}

type key struct {
	note.Signer
	calls *Calls
}

func (k key) Sign(message []byte) ([]byte, error) {
	return call(k.calls, "Sign", func() ([]byte, error) { return k.Signer.Sign(message) })
}

func policy(c *Calls, p ledger.PolicyDoc) func(context.Context) (ledger.PolicyDoc, error) {
	return func(context.Context) (ledger.PolicyDoc, error) {
		return call(c, "Policy", func() (ledger.PolicyDoc, error) { return p, nil })
	}
}
