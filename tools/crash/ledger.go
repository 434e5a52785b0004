package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogatory/rogatory/docket"
)

// A promise is a command and what was said of it.
type promise struct {
	mark string
	do   string
	word string       // the last word on it
	refs []docket.Ref // every case it was said to concern; more than one is one too many
	open int          // intents without an outcome since the last cut
}

// A ledger is what the watcher heard. It is the other half of the comparison:
// what was promised, against what is on record.
type ledger struct {
	mu       sync.Mutex // guards all below
	promises map[string]*promise
	accepted int
	doubtful int
	jobs     map[string]int // failures of jobs, by text
	progress chan struct{}  // told of the first command accepted since the last cut
	told     bool
}

func newLedger() *ledger {
	return &ledger{promises: make(map[string]*promise), jobs: make(map[string]int), progress: make(chan struct{}, 1)}
}

// take hears a note.
func (l *ledger) take(n note) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch n.word {
	case wordReady:
		return
	case wordJob:
		l.jobs[n.text]++
		return
	}
	p := l.promises[n.mark]
	if p == nil {
		p = &promise{mark: n.mark, do: n.text}
		l.promises[n.mark] = p
	}
	if n.word == wordIntent {
		p.open++
		return
	}
	p.open--
	if n.word == wordAccepted {
		if p.word != wordAccepted {
			l.accepted++
		}
		if ref := docket.Ref(n.ref); !slices.Contains(p.refs, ref) {
			p.refs = append(p.refs, ref)
		}
		if !l.told {
			l.told = true
			l.progress <- struct{}{}
		}
	}
	if n.word == wordDoubtful {
		l.doubtful++
	}
	// What was once accepted stays so: a message sent again may well be refused.
	if p.word != wordAccepted {
		p.word = n.word
	}
}

// cut is called when whoever worked is dead: what has no outcome now never gets
// one. It gives how many commands that were, and the numbers of the messages
// among all so far that were cut off and not accepted since.
func (l *ledger) cut() (flying int, again []int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.promises {
		if p.open > 0 {
			flying += p.open
			p.open = 0
			if p.word != wordAccepted {
				p.word = wordDoubtful
			}
		}
		if p.do == doReceive && p.word == wordDoubtful {
			if n, err := strconv.Atoi(strings.TrimPrefix(p.mark, "d")); err == nil {
				again = append(again, n)
			}
		}
	}
	l.told = false
	select {
	case <-l.progress:
	default:
	}
	slices.Sort(again)
	return flying, again
}

// count gives how many commands were accepted.
func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.accepted
}

// failures gives how many commands failed without an answer.
func (l *ledger) failures() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.doubtful
}

// all gives every promise, in the order of marks.
func (l *ledger) all() []*promise {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.SortedFunc(maps.Values(l.promises), func(a, b *promise) int { return cmp.Compare(a.mark, b.mark) })
}

// byKind counts what was accepted, for whoever wonders what was tried at all.
func (l *ledger) byKind() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	kinds := make(map[string]int)
	for _, p := range l.promises {
		if p.word == wordAccepted {
			kinds[p.do]++
		}
	}
	return kinds
}

// A note is one line from whoever works to whoever watches. It is written
// before a command (intent) and after it (accepted, refused, doubtful), so that
// what was said stands even if the next instruction is never run.
type note struct {
	word string
	mark string // of the command, on record with what it causes
	ref  string // of the case; empty: none yet
	text string
}

// The words of notes.
const (
	wordReady    = "ready"    // the office is open
	wordIntent   = "intent"   // text: what is to be done
	wordAccepted = "accepted" // it returned without an error
	wordRefused  = "refused"  // it returned an error that says nothing was done
	wordDoubtful = "doubtful" // it returned an error that leaves it open
	wordJob      = "job"      // a job failed; text: why
)

// String is at most a page of a pipe, which the system writes whole or not at
// all.
func (n note) String() string {
	text := strings.ReplaceAll(n.text, "\n", " ")
	return fmt.Sprintf("%s\t%s\t%s\t%.2000s\n", n.word, n.mark, n.ref, text)
}

func parseNote(line string) (note, error) {
	parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
	if len(parts) != 4 {
		return note{}, fmt.Errorf("%q is no note", line)
	}
	return note{parts[0], parts[1], parts[2], parts[3]}, nil
}
