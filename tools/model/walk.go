package main

import (
	"fmt"
	"math/bits"
	"slices"

	life "github.com/rogatory/rogatory/lifecycle"
)

// packed is a state as one word, for sets of many.
type packed uint64

func pack(s life.State) packed {
	word := uint64(0)
	add := func(value uint8, width uint) { word = word<<width | uint64(value) }
	if s.Postponed {
		word |= 1
	}
	if s.Given {
		word |= 2
	}
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

// A chance is an event that some roles may cause at a stage, by the same rows.
type chance struct {
	do   life.Event
	who  []life.Role
	rows life.Table
	asks []life.Circumstances // of each row
}

// chances are what could happen, by stage.
type chances [][]chance

func chancesOf(t life.Table) chances {
	var all chances
	for _, stage := range life.Stages() {
		var list []chance
		for _, do := range eventsOf(t) {
			list = append(list, chancesAt(t, stage, do)...)
		}
		all = append(all, list)
	}
	return all
}

func eventsOf(t life.Table) []life.Event {
	var list []life.Event
	for i := range t {
		if !slices.Contains(list, t[i].Do) {
			list = append(list, t[i].Do)
		}
	}
	return list
}

// chancesAt groups the roles that have the same rows for an event at a stage.
func chancesAt(t life.Table, stage life.Stage, do life.Event) []chance {
	groups := map[string]int{}
	var list []chance
	for _, who := range life.AllRoles() {
		var which string
		c := chance{do: do, who: []life.Role{who}}
		for i, r := range t {
			if r.Do == do && r.By.Has(who) && r.From.Has(stage) {
				which += string(rune(i)) + ","
				c.rows = append(c.rows, r)
				c.asks = append(c.asks, r.Asks())
			}
		}
		if c.rows == nil {
			continue
		}
		if g, ok := groups[which]; ok {
			list[g].who = append(list[g].who, who)
			continue
		}
		groups[which] = len(list)
		list = append(list, c)
	}
	return list
}

// takes reports whether row k is the one taken from a state, under what it asks
// for and nothing more.
func (c *chance) takes(k int, before life.State) bool {
	if !c.rows[k].Holds(before, c.asks[k]) {
		return false
	}
	for earlier := range k {
		if c.rows[earlier].Holds(before, c.asks[k]) {
			return false
		}
	}
	return true
}

// steps shows every step from a state: for each row that can be taken, under
// the fewest circumstances with which it is. Guards only ever want circumstances
// to hold, so these stand for all sets of them: whatever set a row is taken
// under holds what it asks for, and a statement that wants more than that fails
// here. It is shown once more under all circumstances, for a statement that
// wants one not to hold.
func (all chances) steps(before life.State, see func(c *chance, with life.Circumstances, after life.State)) {
	list := all[before.Stage]
	for i := range list {
		c := &list[i]
		for k := range c.rows {
			if c.takes(k, before) {
				see(c, c.asks[k], c.rows[k].Apply(before))
			}
		}
		if len(c.rows) > 1 {
			for k := range c.rows {
				if c.rows[k].Holds(before, life.AllCircumstances) {
					see(c, life.AllCircumstances, c.rows[k].Apply(before))
					break
				}
			}
		}
	}
}

// A walk is every state that can be reached by a table.
type walk struct {
	states []life.State
	index  index
	edges  [][]int32 // from each state, the other states one step away
	gone   map[arrow]bool
}

// An arrow is what the picture of a table draws.
type arrow struct {
	from, to life.Stage
	do       life.Event
}

func (w *walk) visit(s life.State) int32 {
	i, known := w.index.place(pack(s), int32(len(w.states)))
	if !known {
		w.states = append(w.states, s)
	}
	return i
}

func (w *walk) reached(s life.State) bool {
	return w.index.has(pack(s))
}

// reach walks a table from the first state of every case.
func reach(all chances) *walk {
	w := &walk{gone: map[arrow]bool{}}
	w.visit(life.State{})
	var next []int32
	for i := 0; i < len(w.states); i++ {
		before := w.states[i]
		next = next[:0]
		all.steps(before, func(c *chance, _ life.Circumstances, after life.State) {
			if after.Stage != before.Stage {
				w.gone[arrow{before.Stage, after.Stage, c.do}] = true
			}
			if after != before {
				next = append(next, w.visit(after))
			}
		})
		slices.Sort(next)
		w.edges = append(w.edges, slices.Clone(slices.Compact(next)))
	}
	return w
}

// unreached names the values of tracks that no case can come to.
func (w *walk) unreached() []string {
	seen := make(map[string]uint32)
	for _, s := range w.states {
		for name, value := range tracks(s) {
			seen[name] |= 1 << value
		}
	}
	var list []string
	for name, count := range trackSizes {
		if bits.OnesCount32(seen[name]) < count {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// neverGone names the arrows that a table draws and no case goes.
func (w *walk) neverGone(t life.Table) []string {
	var list []string
	for _, r := range t {
		for _, from := range r.From.List() {
			a := arrow{from, r.To, r.Do}
			if r.To != life.Stay && r.To != from && !w.gone[a] {
				list = append(list, fmt.Sprintf("%s → %s: %s", a.from, a.to, a.do))
			}
		}
	}
	return list
}

// trackSizes is how many values each track has.
var trackSizes = map[string]int{
	"stage": len(life.Stages()), "sender": 3, "lane": 3, "waiting": 5, "basis": 4, "preservation": 4, "duty": 3,
	"secrecy": 7, "challenge": 7, "remedy": 4, "review": 4, "freeze": 4, "onward": 2, "defence": 2, "postponed": 2, "given": 2,
}

func tracks(s life.State) map[string]uint8 {
	bit := func(b bool) uint8 {
		if b {
			return 1
		}
		return 0
	}
	return map[string]uint8{
		"stage": uint8(s.Stage), "sender": uint8(s.Sender), "lane": uint8(s.Lane), "waiting": uint8(s.Waiting),
		"basis": uint8(s.Basis), "preservation": uint8(s.Preservation), "duty": uint8(s.Duty), "secrecy": uint8(s.Secrecy),
		"challenge": uint8(s.Challenge), "remedy": uint8(s.Remedy), "review": uint8(s.Review), "freeze": uint8(s.Freeze),
		"onward": uint8(s.Onward), "defence": uint8(s.Defence), "postponed": bit(s.Postponed), "given": bit(s.Given),
	}
}
