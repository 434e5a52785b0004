package main

import (
	"slices"

	life "github.com/rogatory/rogatory/lifecycle"
)

// keepOnly makes the edges those of another table, which leads nowhere new.
func (w *walk) keepOnly(all chances) {
	for i, before := range w.states {
		var next []int32
		all.steps(before, func(_ *chance, _ life.Circumstances, after life.State) {
			next = append(next, w.visit(after))
		})
		slices.Sort(next)
		w.edges[i] = slices.Clone(slices.Compact(next))
	}
}

// withoutOutsiders takes out of a table what the requester and the person do,
// also where somebody of the office enters it for them, and what is only for
// cases of which the office tells, or only for those of which the issuing
// authority does: neither kind hangs on a silent issuer.
func withoutOutsiders(t life.Table) life.Table {
	return slices.DeleteFunc(slices.Clone(t), func(r life.Row) bool {
		return r.By.Has(life.Requester) || r.By.Has(life.Person) || r.Asks()&(life.IssuerTells|life.OfficeTells) != 0 ||
			r.Do == life.Withdraw
	})
}

// waitingForNobody leaves out the states at which erasure is still to be
// confirmed by whoever got the data: nobody else can say that, and the public
// sees it.
func (w *walk) waitingForNobody(traps []int32) []int32 {
	return slices.DeleteFunc(traps, func(i int32) bool {
		r := w.states[i].Remedy
		return r == life.Owed || r == life.Demanded
	})
}

// traps are the states from which a case can no longer come to an end with
// nothing owed to anybody.
func (w *walk) traps() []int32 {
	degree := make([]int32, len(w.states)+1)
	for _, after := range w.edges {
		for _, a := range after {
			degree[a+1]++
		}
	}
	for i := range w.states {
		degree[i+1] += degree[i]
	}
	into := make([]int32, degree[len(w.states)])
	fill := slices.Clone(degree)
	for before, after := range w.edges {
		for _, a := range after {
			into[fill[a]] = int32(before)
			fill[a]++
		}
	}
	free := make([]bool, len(w.states))
	var queue []int32
	for i, s := range w.states {
		if settled(s) {
			free[i] = true
			queue = append(queue, int32(i))
		}
	}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, before := range into[degree[i]:degree[i+1]] {
			if !free[before] {
				free[before] = true
				queue = append(queue, before)
			}
		}
	}
	var list []int32
	for i := range free {
		if !free[i] {
			list = append(list, int32(i))
		}
	}
	return list
}

func settled(s life.State) bool {
	return (s.Stage == life.Closed || s.Stage == life.Erased) && !owing(s)
}
