package main

import (
	"fmt"
	"sync"

	life "github.com/rogatory/rogatory/lifecycle"
)

// A fault is a statement that does not hold, and the first step or state that
// shows it.
type fault struct {
	statement int // in statements, or trapped
	at        step
}

// trapped stands for the twelfth statement, which is about all states together.
const trapped = -1

func (f *fault) name() string {
	if f.statement == trapped {
		return "12 no state is a trap"
	}
	return statements[f.statement].name
}

// String tells it for a person.
func (f *fault) String() string {
	return fmt.Sprintf("%s: %s %s\n      from %s\n      to   %s", f.name(), f.at.who, f.at.do, f.at.before, f.at.after)
}

// checkStep gives the first statement a step breaks, or -1.
func checkStep(s *step) int {
	for i := range statements {
		if f := statements[i].step; f != nil && !f(s) {
			return i
		}
	}
	return -1
}

// checkState gives the first statement a state breaks, or -1.
func checkState(s life.State) int {
	for i := range statements {
		if f := statements[i].state; f != nil && !f(s) {
			return i
		}
	}
	return -1
}

// faults counts, by statement, what the table breaks, with one example each.
type faults struct {
	mu          sync.Mutex // guards all of it
	transitions int
	examples    map[int]*fault
}

func (f *faults) add(transitions int, found map[int]*fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.transitions += transitions
	for i, example := range found {
		f.examples[i] = example
	}
}

// proveAll checks every statement at every state and step of a walk.
func proveAll(w *walk, all chances, workers int) *faults {
	sum := &faults{examples: map[int]*fault{}}
	var wait sync.WaitGroup
	for part := range workers {
		wait.Go(func() {
			found := map[int]*fault{}
			transitions := 0
			var s step
			for i := part; i < len(w.states); i += workers {
				before := w.states[i]
				if n := checkState(before); n >= 0 && found[n] == nil {
					found[n] = &fault{n, step{before: before, after: before}}
				}
				s.before = before
				all.steps(before, func(c *chance, with life.Circumstances, after life.State) {
					s.do, s.with, s.after = c.do, with, after
					for _, s.who = range c.who {
						transitions++
						for n := range statements {
							if f := statements[n].step; f != nil && !f(&s) && found[n] == nil {
								broken := s
								found[n] = &fault{n, broken}
							}
						}
					}
				})
			}
			sum.add(transitions, found)
		})
	}
	wait.Wait()
	return sum
}
