package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	life "github.com/rogatory/rogatory/lifecycle"
)

// A mutant is the table with one row made weaker.
type mutant struct {
	name  string
	table life.Table
	row   int
	who   life.Roles    // the roles it may make a difference to
	from  life.StageSet // the stages it may make a difference at
	opens bool          // it opens a row to other stages
}

// Opening a row to the administrator, to the public or to what is erased is
// caught by one line of one statement. The openings tried leave these out, and
// ask more of the others; only a row of every stage is opened to the erased.
const (
	everyStage = life.StageSet(1<<life.Erased - 1)
	everyRole  = life.Roles(1<<(life.Machine+1)-1) &^ (1<<life.Administrator | 1<<life.Public)
)

// mutantsOf deletes each guard of each row, and opens each row to every role and
// to every stage.
func mutantsOf(t life.Table) []mutant {
	var list []mutant
	add := func(what string, row int, who life.Roles, from life.StageSet, change func(*life.Row)) {
		weaker := slices.Clone(t)
		change(&weaker[row])
		list = append(list, mutant{nameOf(t, row, what), weaker, row, who, from, from&^t[row].From != 0})
	}
	for i, r := range t {
		for k, g := range r.Needs {
			add("without “"+g.Name+"”", i, r.By, r.From, func(r *life.Row) {
				r.Needs = slices.Delete(slices.Clone(r.Needs), k, k+1)
			})
		}
		add("by every role", i, everyRole&^r.By, r.From, func(r *life.Row) { r.By = everyRole })
		stages := everyStage
		if stages&^r.From == 0 {
			stages |= 1 << life.Erased
		}
		add("from every stage", i, r.By, stages&^r.From, func(r *life.Row) { r.From = stages })
	}
	return list
}

func nameOf(t life.Table, row int, what string) string {
	return fmt.Sprintf("row %d, %s by %s: %s", row+1, t[row].Do, t[row].By, what)
}

// A ground is the states a mutant is tried at: those of the table itself, which
// a weaker table still reaches, shuffled so that what is rare comes early.
type ground struct {
	table   life.Table
	walk    *walk
	byStage [][]life.State
}

func groundOf(t life.Table, w *walk) *ground {
	g := &ground{table: t, walk: w, byStage: make([][]life.State, len(life.Stages()))}
	for _, s := range w.states {
		g.byStage[s.Stage] = append(g.byStage[s.Stage], s)
	}
	random := rand.New(rand.NewPCG(6, 26))
	for _, list := range g.byStage {
		random.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	}
	return g
}

// downstream bounds how many states a mutant may add before it is given up on.
const downstream = 400_000

// catch looks for a statement that a mutant breaks: at the steps that only the
// mutant allows, and then at whatever can happen after them. Without a fault it
// says whether the mutant allows any step that the table does not.
func (g *ground) catch(m *mutant) (found *fault, differs bool) {
	beyond := &walk{}
	for _, stage := range m.from.List() {
		f, d := g.catchAt(m, stage, beyond)
		differs = differs || d
		if f != nil {
			return f, true
		}
	}
	return g.catchBeyond(m, beyond), differs
}

// catchAt tries the weaker row at the states of one stage, and collects where
// it leads that the table does not.
func (g *ground) catchAt(m *mutant, stage life.Stage, beyond *walk) (found *fault, differs bool) {
	row := &m.table[m.row]
	asks := row.Asks()
	var list []chance
	for _, c := range chancesAt(m.table, stage, row.Do) {
		c.who = slices.DeleteFunc(c.who, func(r life.Role) bool { return !m.who.Has(r) })
		if len(c.who) > 0 {
			list = append(list, c)
		}
	}
	var s step
	for _, s.before = range g.byStage[stage] {
		if !row.Holds(s.before, asks) {
			continue
		}
		for i := range list {
			for k := range list[i].rows {
				if !list[i].takes(k, s.before) {
					continue
				}
				s.do, s.with, s.after = row.Do, list[i].asks[k], list[i].rows[k].Apply(s.before)
				differs = differs || g.isNew(&s, list[i].who)
				if n := firstBroken(&s, &list[i]); n >= 0 {
					return &fault{n, s}, true
				}
				if !g.walk.reached(s.after) {
					if n := checkState(s.after); n >= 0 {
						return &fault{n, s}, true
					}
					beyond.visit(s.after)
				}
			}
		}
	}
	return nil, differs
}

// isNew reports whether the table itself does not take this step.
func (g *ground) isNew(s *step, who []life.Role) bool {
	return slices.ContainsFunc(who, func(r life.Role) bool {
		after, ok := g.table.Step(s.before, r, s.do, s.with)
		return !ok || after != s.after
	})
}

// firstBroken gives the first statement a step breaks for any role, or -1.
func firstBroken(s *step, c *chance) int {
	for _, s.who = range c.who {
		if n := checkStep(s); n >= 0 {
			return n
		}
	}
	return -1
}

// catchBeyond walks on from states that only the mutant reaches.
func (g *ground) catchBeyond(m *mutant, beyond *walk) *fault {
	if len(beyond.states) == 0 {
		return nil
	}
	all := chancesOf(m.table)
	var found *fault
	var home []bool // whether a state leads back to one of the table's own
	for i := 0; i < len(beyond.states) && i < downstream && found == nil; i++ {
		s := step{before: beyond.states[i]}
		var next []int32
		back := false
		all.steps(s.before, func(c *chance, with life.Circumstances, after life.State) {
			if found != nil {
				return
			}
			s.do, s.with, s.after = c.do, with, after
			n := firstBroken(&s, c)
			switch {
			case n >= 0:
			case g.walk.reached(after):
				back = true
				return
			default:
				next = append(next, beyond.visit(after))
				n = checkState(after)
			}
			if n >= 0 {
				found = &fault{n, s}
			}
		})
		beyond.edges = append(beyond.edges, next)
		home = append(home, back || settled(s.before))
	}
	if found != nil || len(beyond.edges) < len(beyond.states) {
		return found
	}
	return trapBeyond(beyond, home)
}

// trapBeyond finds a state that leads neither home nor to an end.
func trapBeyond(beyond *walk, home []bool) *fault {
	for changed := true; changed; {
		changed = false
		for i := len(home) - 1; i >= 0; i-- {
			if !home[i] && slices.ContainsFunc(beyond.edges[i], func(k int32) bool { return home[k] }) {
				home[i], changed = true, true
			}
		}
	}
	if i := slices.Index(home, false); i >= 0 {
		return &fault{trapped, step{before: beyond.states[i], after: beyond.states[i]}}
	}
	return nil
}
