package main

import (
	"github.com/rogatory/rogatory/lifecycle"
)

// packed is a state as one word, for sets of many.
type packed uint64

func pack(s lifecycle.State) packed {
	flags := uint64(0)
	if s.Postponed {
		flags |= 1
	}
	if s.Given {
		flags |= 2
	}
	word := flags
	add := func(value uint8, bits uint) { word = word<<bits | uint64(value) }
	add(uint8(s.Stage), 5)
	add(uint8(s.Sender), 2)
	add(uint8(s.Lane), 2)
	add(uint8(s.Waiting), 3)
	add(uint8(s.Basis), 3)
	add(uint8(s.Preservation), 2)
	add(uint8(s.Duty), 2)
	add(uint8(s.Secrecy), 3)
	add(uint8(s.Challenge), 3)
	add(uint8(s.Remedy), 2)
	add(uint8(s.Review), 2)
	add(uint8(s.Freeze), 2)
	add(uint8(s.Onward), 1)
	add(uint8(s.Defence), 1)
	return packed(word)
}

// A move is one event by one role, under some circumstances.
type move struct {
	who  lifecycle.Role
	do   lifecycle.Event
	with lifecycle.Circumstances
}

// variants are the circumstances under which an event is tried: all of them,
// and all but one. Guards only ever want circumstances to hold, so what is
// refused for want of one is refused for want of more.
var variants = func() []lifecycle.Circumstances {
	list := []lifecycle.Circumstances{lifecycle.AllCircumstances}
	for c := lifecycle.Circumstances(1); c <= lifecycle.AllCircumstances; c <<= 1 {
		list = append(list, lifecycle.AllCircumstances&^c)
	}
	return list
}()

// chances are what could happen at each stage: an event by a role, with the
// rows that speak of it.
type chances [][]chance

type chance struct {
	who  lifecycle.Role
	do   lifecycle.Event
	rows lifecycle.Table
}

func chancesOf(t lifecycle.Table, only lifecycle.Event) chances {
	var all chances
	for _, stage := range lifecycle.Stages() {
		var list []chance
		for _, do := range lifecycle.Events() {
			if only != "" && do != only {
				continue
			}
			for _, who := range lifecycle.AllRoles() {
				c := chance{who: who, do: do}
				for _, r := range t {
					if r.Do == do && r.By.Has(who) && r.From.Has(stage) {
						c.rows = append(c.rows, r)
					}
				}
				if c.rows != nil {
					list = append(list, c)
				}
			}
		}
		all = append(all, list)
	}
	return all
}

// steps shows every step that can be taken from a state.
func (all chances) steps(before lifecycle.State, see func(m move, after lifecycle.State)) {
	for i := range all[before.Stage] {
		c := &all[before.Stage][i]
		for _, with := range variants {
			if after, ok := c.rows.Step(before, c.who, c.do, with); ok {
				see(move{c.who, c.do, with}, after)
			} else if with == lifecycle.AllCircumstances {
				break // more is not to be had
			}
		}
	}
}

// A walk is every state that can be reached by a table.
type walk struct {
	states      []lifecycle.State
	index       map[packed]int32
	transitions int
	edges       [][]int32 // from each state, the states after
}

func (w *walk) visit(s lifecycle.State) int32 {
	key := pack(s)
	i, ok := w.index[key]
	if !ok {
		i = int32(len(w.states))
		w.index[key] = i
		w.states = append(w.states, s)
	}
	return i
}

// reach walks a table from the first state of every case. Roles with the same
// rows reach the same states, so one of them walks for all; so do the variants
// that no row tells apart.
func reach(t lifecycle.Table) *walk {
	w := &walk{index: make(map[packed]int32)}
	w.visit(lifecycle.State{})
	all := chancesOf(t, "")
	for stage := range all {
		all[stage] = onePerRows(all[stage])
	}
	for i := 0; i < len(w.states); i++ {
		before := w.states[i]
		var next []int32
		for k := range all[before.Stage] {
			c := &all[before.Stage][k]
			for _, with := range telling {
				after, ok := c.rows.Step(before, c.who, c.do, with)
				if ok && after != before {
					next = append(next, w.visit(after))
				}
			}
		}
		w.edges = append(w.edges, next)
	}
	return w
}
