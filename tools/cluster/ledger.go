package main

import (
	"crypto/sha256"
	"sync"

	"github.com/rogatory/rogatory/docket"
)

// A promise is what a node has answered to one message or act.
type promise struct {
	number int          // of the document
	id     string       // of the authority that sent it
	sum    [32]byte     // of its bytes
	refs   []docket.Ref // the cases it was accepted as; one, if all is well
}

// How an act ended that intake sent.
const (
	wordAccepted = "accepted"
	wordRefused  = "refused"
	wordCut      = "cut off" // nobody knows
)

// An act is an event that was asked for, with the reason it is known by.
type act struct {
	ref  docket.Ref
	mark string
	word string
}

// A ledger is what the clients were promised, kept where no node is.
type ledger struct {
	mu       sync.Mutex // guards all below
	promises map[int]*promise
	refs     []docket.Ref        // of accepted cases, in the order they came
	taken    map[docket.Ref]bool // by intake
	acts     []act

	cut      int // calls that ended without an answer
	busy     int // answers to come back later
	again    int // messages sent again after they were accepted
	together int // messages sent to two nodes at once
}

func newLedger() *ledger {
	return &ledger{promises: make(map[int]*promise), taken: make(map[docket.Ref]bool)}
}

// accepted notes that a message was accepted as a case.
func (l *ledger) accepted(n int, id string, body []byte, ref docket.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.promises[n]
	if p == nil {
		p = &promise{number: n, id: id, sum: sha256.Sum256(body)}
		l.promises[n] = p
	}
	for _, known := range p.refs {
		if known == ref {
			return
		}
	}
	p.refs = append(p.refs, ref)
	l.refs = append(l.refs, ref)
}

// count counts something that happened.
func (l *ledger) count(n *int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*n++
}

// acted notes how an act ended.
func (l *ledger) acted(a act) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acts = append(l.acts, a)
}

// pick gives an accepted case, by a number at random, and whether intake has it.
func (l *ledger) pick(random uint64) (ref docket.Ref, mine, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.refs) == 0 {
		return "", false, false
	}
	ref = l.refs[random%uint64(len(l.refs))]
	return ref, l.taken[ref], true
}

// take notes that intake has a case.
func (l *ledger) take(ref docket.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken[ref] = true
}

// size is how many messages were accepted.
func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.promises)
}
