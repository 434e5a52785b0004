package docket_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
)

// memory keeps cases and keys in memory, for tests of very many lives.
type memory struct {
	mu       sync.Mutex
	entries  map[Ref][]Entry
	rows     map[Ref]Row
	jobs     map[string]Job
	accounts map[string][]Ref
	keys     map[string][32]byte
}

func newMemory() *memory {
	return &memory{entries: map[Ref][]Entry{}, rows: map[Ref]Row{}, jobs: map[string]Job{}, accounts: map[string][]Ref{}, keys: map[string][32]byte{}}
}

func (m *memory) Append(_ context.Context, b *Batch) (Ref, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.entries[b.Case]) != b.Expected {
		return "", fault.Conflictf(string(b.Case), "somebody was first")
	}
	m.entries[b.Case] = append(m.entries[b.Case], b.Entries...)
	m.rows[b.Case] = b.Row
	for _, key := range b.Done {
		delete(m.jobs, key)
	}
	for _, j := range b.Jobs {
		m.jobs[j.Key] = j
	}
	for _, a := range b.Accounts {
		m.accounts[string(a)] = append(m.accounts[string(a)], b.Case)
	}
	return b.Case, nil
}

func (m *memory) Entries(_ context.Context, c Ref, after int) ([]Entry, Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[c]
	if !ok {
		return nil, Row{}, fault.NotFoundf(string(c), "there is no such case")
	}
	return slices.Clone(m.entries[c][min(after, len(m.entries[c])):]), row, nil
}

func (m *memory) Rows(context.Context, Query) ([]Row, string, error) { return nil, "", nil }

func (m *memory) Find(_ context.Context, accounts [][]byte) ([]Ref, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Ref
	for _, a := range accounts {
		list = append(list, m.accounts[string(a)]...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

func (m *memory) Facts(context.Context, Ref) ([]byte, error) { return nil, nil }

func (m *memory) Forget(_ context.Context, c Ref) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for a, list := range m.accounts {
		m.accounts[a] = slices.DeleteFunc(slices.Clone(list), func(r Ref) bool { return r == c })
	}
	return nil
}

func (m *memory) Fresh(context.Context) (string, [32]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return "", key, err
	}
	id := fmt.Sprintf("key %d", len(m.keys))
	m.keys[id] = key
	return id, key, nil
}

func (m *memory) Key(_ context.Context, id string) ([32]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key, ok := m.keys[id]
	if !ok || key == ([32]byte{}) {
		return key, fault.NotFoundf(id, "there is no such key")
	}
	return key, nil
}

func (m *memory) Destroy(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[id] = [32]byte{}
	return nil
}

func (m *memory) Index(context.Context) ([32]byte, error) { return [32]byte{1}, nil }

// due gives the jobs whose time has come.
func (m *memory) due(o *officeRig) []Job {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Job
	for key, j := range m.jobs {
		if !j.At.After(o.now) {
			list = append(list, j)
			delete(m.jobs, key)
		}
	}
	return list
}

func (m *memory) Figures(context.Context, Ref, int) ([]Figure, error) { return nil, nil }
