package timer

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/rogatory/rogatory/docket"
)

// A shelf keeps jobs in memory, as a database would.
type shelf struct {
	mu     sync.Mutex
	jobs   map[string]*kept
	broken bool // every call fails
}

type kept struct {
	docket.Leased
	wake   time.Time
	holder string
	dead   bool
}

var errBroken = errors.New("the database does not answer")

func newShelf() *shelf { return &shelf{jobs: make(map[string]*kept)} }

// set does what a batch with a job does.
func (s *shelf) set(key string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs[key] = &kept{Leased: docket.Leased{Job: docket.Job{Key: key, Kind: "k", At: at}}, wake: at}
}

// get gives a copy of a job as it stands; the zero value if there is none.
func (s *shelf) get(key string) kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.jobs[key]; k != nil {
		return *k
	}
	return kept{}
}

func (s *shelf) breaks(broken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = broken
}

func (s *shelf) Lease(_ context.Context, now time.Time, node string, until time.Time, limit int) ([]docket.Leased, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken {
		return nil, errBroken
	}
	var due []*kept
	for _, k := range s.jobs {
		if !k.dead && !k.wake.After(now) {
			due = append(due, k)
		}
	}
	slices.SortFunc(due, func(a, b *kept) int { return cmp.Or(a.wake.Compare(b.wake), cmp.Compare(a.Key, b.Key)) })
	var given []docket.Leased
	for _, k := range due[:min(limit, len(due))] {
		k.wake, k.holder = until, node
		given = append(given, k.Leased)
	}
	return given, nil
}

// held runs do on a job that node holds.
func (s *shelf) held(key, node string, do func(*kept)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken {
		return errBroken
	}
	if k := s.jobs[key]; k != nil && k.holder == node && !k.dead {
		do(k)
	}
	return nil
}

func (s *shelf) Finish(_ context.Context, key, node string) error {
	return s.held(key, node, func(*kept) { delete(s.jobs, key) })
}

func (s *shelf) Fail(_ context.Context, key, node, reason string, next time.Time) error {
	return s.held(key, node, func(k *kept) { k.Attempt++; k.Reason, k.wake, k.holder = reason, next, "" })
}

func (s *shelf) Bury(_ context.Context, key, node, reason string) error {
	return s.held(key, node, func(k *kept) { k.Attempt++; k.Reason, k.dead, k.holder = reason, true, "" })
}

func (s *shelf) Next(context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken {
		return time.Time{}, errBroken
	}
	var first time.Time
	for _, k := range s.jobs {
		if !k.dead && (first.IsZero() || k.wake.Before(first)) {
			first = k.wake
		}
	}
	return first, nil
}
