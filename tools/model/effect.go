package main

import (
	"slices"

	life "github.com/rogatory/rogatory/lifecycle"
)

// effectMutantsOf leaves out each effect of each row. Such a table does not reach
// what the table reaches, so each is walked from the first state.
func effectMutantsOf(t life.Table) []mutant {
	var list []mutant
	for i, r := range t {
		for k, e := range r.Then {
			changed := slices.Clone(t)
			changed[i].Then = slices.Delete(slices.Clone(r.Then), k, k+1)
			list = append(list, mutant{name: nameOf(t, i, "not “"+e.Name+"”"), table: changed, row: i})
		}
	}
	return list
}

// walkTo walks a table until a statement breaks, and gives the fault, or nil.
func walkTo(t life.Table) *fault {
	all := chancesOf(t)
	w := &walk{gone: map[arrow]bool{}}
	w.visit(life.State{})
	var found *fault
	for i := 0; i < len(w.states) && found == nil; i++ {
		s := step{before: w.states[i]}
		var next []int32
		all.steps(s.before, func(c *chance, with life.Circumstances, after life.State) {
			if found != nil {
				return
			}
			if after.Stage != s.before.Stage {
				w.gone[arrow{s.before.Stage, after.Stage, c.do}] = true
			}
			s.do, s.with, s.after = c.do, with, after
			n := firstBroken(&s, c)
			known := len(w.states)
			next = append(next, w.visit(after))
			if n < 0 && len(w.states) > known {
				n = checkState(after)
			}
			if n >= 0 {
				found = &fault{n, s}
			}
		})
		slices.Sort(next)
		w.edges = append(w.edges, slices.Clone(slices.Compact(next)))
	}
	switch {
	case found != nil:
		return found
	case len(w.traps()) > 0:
		trap := w.states[w.traps()[0]]
		return &fault{trapped, step{before: trap, after: trap}}
	case len(w.unreached()) > 0 || len(w.neverGone(t)) > 0:
		return &fault{trapped, step{}}
	}
	return nil
}
