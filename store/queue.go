package store

import (
	"slices"
	"sync"

	"github.com/rogatory/rogatory/docket"
)

// A pending is a batch whose caller waits. Only the writer that took it from
// the queue touches ref and err, until it closes done.
type pending struct {
	batch  *docket.Batch
	claims []string
	ref    docket.Ref
	err    error
	done   chan struct{}
}

// A queue holds the batches nobody has taken yet. It needs no bound: every
// batch in it has a caller who waits.
type queue struct {
	mu      sync.Mutex
	filled  sync.Cond // waiting is not empty, or closed is set
	waiting []*pending
	closed  bool
}

func newQueue() *queue {
	q := &queue{}
	q.filled.L = &q.mu
	return q
}

// put reports whether the queue still takes batches.
func (q *queue) put(p *pending) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.waiting = append(q.waiting, p)
	q.filled.Signal()
	return true
}

// withdraw reports whether p was still waiting; then nobody will write it.
func (q *queue) withdraw(p *pending) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, p)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	return true
}

// take waits for batches and gives up to limit of them, of which no two share a
// claim; what shares one stays for the next group. Nil means that the queue is
// closed and empty.
func (q *queue) take(limit int) []*pending {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 {
		if q.closed {
			return nil
		}
		q.filled.Wait()
	}
	claimed := make(map[string]bool)
	var group, left []*pending
	for _, p := range q.waiting {
		if len(group) == limit || slices.ContainsFunc(p.claims, func(c string) bool { return claimed[c] }) {
			left = append(left, p)
			continue
		}
		for _, c := range p.claims {
			claimed[c] = true
		}
		group = append(group, p)
	}
	q.waiting = left
	if len(left) > 0 {
		q.filled.Signal() // another writer may go on with them
	}
	return group
}

// close lets the writers finish what is waiting and refuses the rest.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}
