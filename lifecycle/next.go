package lifecycle

import (
	"slices"
	"strings"
)

// A NotAllowed event is one that no row allows, with everything that stands in
// its way.
type NotAllowed struct {
	Do      Event
	By      Role
	At      Stage
	Because []string
	Role    bool // the role may never cause this event
}

// Error lists what stands in the way.
func (e *NotAllowed) Error() string {
	return string(e.Do) + " is not allowed: " + strings.Join(e.Because, "; ")
}

// Next gives the state after an event. It is the only way from one state to
// another. What is not allowed is a *NotAllowed.
func Next(s State, who Role, do Event, x Circumstances) (State, error) {
	return floor.Next(s, who, do, x)
}

// Next is Next by this table.
func (t Table) Next(s State, who Role, do Event, x Circumstances) (State, error) {
	after, ok := t.Step(s, who, do, x)
	if !ok {
		return s, t.explain(s, who, do, x)
	}
	return after, nil
}

// Step is Next without the reasons, for whoever takes very many steps.
func (t Table) Step(s State, who Role, do Event, x Circumstances) (State, bool) {
	for i := range t {
		if r := &t[i]; r.Do == do && r.By.Has(who) && r.From.Has(s.Stage) && r.Holds(s, x) {
			return r.Apply(s), true
		}
	}
	return s, false
}

// Holds reports whether everything the row needs holds.
func (r *Row) Holds(s State, x Circumstances) bool {
	for i := range r.Needs {
		if !r.Needs[i].holds(s, x) {
			return false
		}
	}
	return true
}

// Asks is every circumstance the row needs, and no other.
func (r *Row) Asks() Circumstances {
	var x Circumstances
	for i := range r.Needs {
		x |= r.Needs[i].with
	}
	return x
}

// Apply does what the row does. A postponement is of the stage it was made at.
func (r *Row) Apply(s State) State {
	if r.To != Stay && r.To != s.Stage {
		s.Stage, s.Postponed = r.To, false
	}
	if len(r.Then) == 0 {
		return s
	}
	return r.effect(s)
}

func (r *Row) effect(s State) State {
	for _, e := range r.Then {
		e.do(&s)
	}
	return s
}

// explain says everything that stands in the way, by the row that comes
// nearest.
func (t Table) explain(s State, who Role, do Event, x Circumstances) error {
	e := &NotAllowed{Do: do, By: who, At: s.Stage}
	var may Roles
	var from StageSet
	for i := range t {
		r := &t[i]
		if r.Do != do {
			continue
		}
		may |= r.By
		if !r.By.Has(who) {
			continue
		}
		from |= r.From
		if !r.From.Has(s.Stage) {
			continue
		}
		missing := r.missing(s, x)
		if e.Because == nil || len(missing) < len(e.Because) {
			e.Because = missing
		}
	}
	switch {
	case e.Because != nil:
	case may == 0:
		e.Because = []string{"there is no such event"}
	case from == 0:
		e.Role = true
		e.Because = []string{who.article() + " " + who.String() + " may not; it is for: " + may.String()}
	default:
		e.Because = []string{"the case is " + s.Stage.String() + "; it has to be: " + from.String()}
	}
	return e
}

func (r *Row) missing(s State, x Circumstances) []string {
	var list []string
	for _, g := range r.Needs {
		if !g.holds(s, x) && !slices.Contains(list, g.Says) {
			list = append(list, g.Says)
		}
	}
	return list
}

// Allowed is the permission table: whether a role may cause an event at a
// stage, if everything else holds. It is total: what no row says is no.
func Allowed(who Role, do Event, s Stage) bool {
	return slices.ContainsFunc(floor, func(r Row) bool {
		return r.Do == do && r.By.Has(who) && r.From.Has(s)
	})
}

// Events are all events, in the order of the table.
func Events() []Event { return floor.events() }

func (t Table) events() []Event {
	var list []Event
	for _, r := range t {
		if !slices.Contains(list, r.Do) {
			list = append(list, r.Do)
		}
	}
	return list
}
