package sequencer_test

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/sequencer/trial"
)

// memory is Records in memory.
type memory struct {
	mu      sync.Mutex // guards what follows
	waiting []sequencer.Waiting
	entries []sequencer.Entry
	hashes  []tlog.Hash
	rows    []sequencer.Checkpoint
	docs    map[ledger.Hash][]byte
	given   []sequencer.Receipt
}

func newMemory(testing.TB) sequencer.Records { return &memory{docs: make(map[ledger.Hash][]byte)} }

// backup gives a copy as it stands.
func (m *memory) backup() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := &memory{waiting: slices.Clone(m.waiting), entries: slices.Clone(m.entries), hashes: slices.Clone(m.hashes), rows: slices.Clone(m.rows), docs: make(map[ledger.Hash][]byte), given: slices.Clone(m.given)}
	for hash, doc := range m.docs {
		c.docs[hash] = doc
	}
	return c
}

func (m *memory) Head(context.Context) (sequencer.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.rows) == 0 {
		return sequencer.Head{}, nil
	}
	last := m.rows[len(m.rows)-1]
	return sequencer.Head{Last: &last}, nil
}

func (m *memory) Waiting(_ context.Context, class sequencer.Class, limit int) ([]sequencer.Waiting, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []sequencer.Waiting
	for _, urgent := range []bool{true, false} {
		for _, w := range m.waiting {
			if w.Class == class && w.Urgent == urgent {
				list = append(list, w)
			}
		}
	}
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}

func (m *memory) Wait(_ context.Context, w *sequencer.Waiting, document []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.waits(w.Key) || m.index(w.Key) >= 0 {
		return nil
	}
	m.waiting = append(m.waiting, *w)
	if document != nil {
		m.docs[ledger.DocumentHash(document)] = document
	}
	return nil
}

func (m *memory) waits(key string) bool {
	return slices.ContainsFunc(m.waiting, func(w sequencer.Waiting) bool { return w.Key == key })
}

func (m *memory) index(key string) int {
	return slices.IndexFunc(m.entries, func(e sequencer.Entry) bool { return e.Key == key })
}

func (m *memory) Sequence(ctx context.Context, b *sequencer.Block) error { return m.Import(ctx, b) }

func (m *memory) Import(_ context.Context, b *sequencer.Block) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if uint64(len(m.entries)) != b.First || len(m.rows) > 0 && m.rows[len(m.rows)-1].State != sequencer.Published {
		return fault.Conflictf("log", "another block stands there")
	}
	for _, e := range b.Entries {
		if e.Key != "" && !m.waits(e.Key) {
			return fault.Conflictf("log", "%s does not wait", e.Key)
		}
	}
	m.waiting = slices.DeleteFunc(m.waiting, func(w sequencer.Waiting) bool {
		return slices.ContainsFunc(b.Entries, func(e sequencer.Entry) bool { return e.Key == w.Key })
	})
	m.entries = append(m.entries, b.Entries...)
	m.hashes = append(m.hashes, b.Hashes...)
	m.rows = append(m.rows, sequencer.Checkpoint{First: b.First, Size: b.Size(), Epoch: b.Epoch, Root: b.Root, State: b.State, Note: b.Note})
	for _, doc := range b.Documents {
		m.docs[ledger.DocumentHash(doc)] = doc
	}
	return nil
}

func (m *memory) Withdraw(_ context.Context, size uint64, back []sequencer.Waiting) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	last := m.rows[len(m.rows)-1]
	if last.Size != size || last.State >= sequencer.Marked {
		return fault.Conflictf("log", "the block stands")
	}
	m.entries = m.entries[:last.First]
	m.hashes = m.hashes[:tlog.StoredHashCount(int64(last.First))]
	m.rows = m.rows[:len(m.rows)-1]
	m.waiting = append(slices.Clone(back), m.waiting...)
	return nil
}

func (m *memory) Advance(_ context.Context, size uint64, from, to sequencer.State, note []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	last := &m.rows[len(m.rows)-1]
	if last.Size != size || last.State != from {
		return fault.Conflictf("log", "somebody else was first")
	}
	last.State = to
	if note != nil {
		last.Note = bytes.Clone(note)
	}
	return nil
}

func (m *memory) Leaves(ctx context.Context, from, to uint64) ([][]byte, error) {
	entries, err := m.Entries(ctx, from, to)
	var leaves [][]byte
	for _, e := range entries {
		leaves = append(leaves, e.Text)
	}
	return leaves, err
}

func (m *memory) Entries(_ context.Context, from, to uint64) ([]sequencer.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if to > uint64(len(m.entries)) {
		return nil, fault.NotFoundf("log", "there are %d leaves", len(m.entries))
	}
	return slices.Clone(m.entries[from:to]), nil
}

func (m *memory) Hashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var hashes []tlog.Hash
	for _, i := range indexes {
		if i >= int64(len(m.hashes)) {
			return nil, fault.NotFoundf("log", "there are %d hashes", len(m.hashes))
		}
		hashes = append(hashes, m.hashes[i])
	}
	return hashes, nil
}

func (m *memory) Document(_ context.Context, hash [32]byte) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	doc, ok := m.docs[hash]
	if !ok {
		return nil, fault.NotFoundf("document", "%x is not there", hash)
	}
	return doc, nil
}

func (m *memory) Index(_ context.Context, keys []string) (map[string]sequencer.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := make(map[string]sequencer.Position)
	for _, key := range keys {
		p := sequencer.Position{}
		if i := m.index(key); i >= 0 {
			row := m.row(uint64(i))
			p = sequencer.Position{Sequenced: true, Index: uint64(i), First: row.First, Size: row.Size, State: row.State, Urgent: m.entries[i].Urgent}
		} else if i := slices.IndexFunc(m.waiting, func(w sequencer.Waiting) bool { return w.Key == key }); i >= 0 {
			p.Urgent = m.waiting[i].Urgent
		} else {
			continue
		}
		for _, r := range m.given {
			if r.Key == key {
				p.Receipt = r.Note
			}
		}
		at[key] = p
	}
	return at, nil
}

func (m *memory) row(index uint64) sequencer.Checkpoint {
	return m.rows[slices.IndexFunc(m.rows, func(c sequencer.Checkpoint) bool { return c.Size > index })]
}

func (m *memory) hasReceipt(key string) bool {
	return slices.ContainsFunc(m.given, func(r sequencer.Receipt) bool { return r.Key == key })
}

func (m *memory) Urgent(_ context.Context, before time.Time) ([]sequencer.Waiting, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []sequencer.Waiting
	add := func(w sequencer.Waiting) {
		if w.Urgent && w.Key != "" && !w.At.After(before) && !m.hasReceipt(w.Key) {
			list = append(list, w)
		}
	}
	for i, e := range m.entries {
		if m.row(uint64(i)).State != sequencer.Published {
			add(e.Waiting)
		}
	}
	for _, w := range m.waiting {
		add(w)
	}
	return list, nil
}

func (m *memory) PutReceipt(_ context.Context, key string, note []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.hasReceipt(key) {
		m.given = append(m.given, sequencer.Receipt{Key: key, Note: note})
	}
	return nil
}

func (m *memory) Receipts(context.Context) ([]sequencer.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []sequencer.Receipt
	for _, r := range m.given {
		if i := m.index(r.Key); i < 0 || m.row(uint64(i)).State != sequencer.Published {
			list = append(list, r)
		}
	}
	return list, nil
}

// TestTrial kills at every call. The race detector watches a sample of that.
func TestTrial(t *testing.T) {
	if !raced {
		trial.Run(t, newMemory, trial.Every)
		return
	}
	n := 0
	some := func(string) bool { n++; return n%10 == 1 }
	trial.Killed(t, newMemory, some)
	trial.Twice(t, newMemory, some)
}
