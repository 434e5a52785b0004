package lifecycle

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// Picture draws the stages and what leads from one to another, as a Mermaid
// state diagram. It is drawn from the table, so it cannot say anything else.
func (t Table) Picture() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> " + Received.String() + "\n")
	for _, from := range Stages() {
		for _, to := range Stages() {
			if events := t.between(from, to); len(events) > 0 {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", from, to, strings.Join(events, ", "))
			}
		}
	}
	b.WriteString("    " + Erased.String() + " --> [*]\n")
	return b.String()
}

// between names the events that bring a case from one stage to another.
func (t Table) between(from, to Stage) []string {
	var events []string
	for _, r := range t {
		if r.From.Has(from) && r.To == to && from != to && !slices.Contains(events, string(r.Do)) {
			events = append(events, string(r.Do))
		}
	}
	return events
}

// Text writes the rows out: the event, who, at which stages, what has to hold,
// where it leads and what else it does.
func (t Table) Text() string {
	var b strings.Builder
	for i, r := range t {
		fmt.Fprintf(&b, "%d. %s\n", i+1, r.Do)
		line := func(name, words string) {
			if words != "" {
				fmt.Fprintf(&b, "   %-6s %s\n", name, words)
			}
		}
		line("by", r.By.String())
		line("at", r.From.words())
		line("needs", strings.Join(r.needNames(), ", "))
		if r.To != Stay {
			line("to", r.To.String())
		}
		line("then", strings.Join(r.effectNames(), ", "))
	}
	return b.String()
}

// words lists the members, or what is missing where that is shorter.
func (set StageSet) words() string {
	left := at(Stages()...) &^ set
	if len(left.List()) < 4 {
		return "every stage but " + left.String()
	}
	return set.String()
}

func (r *Row) needNames() []string {
	var names []string
	for _, g := range r.Needs {
		names = append(names, g.Name)
	}
	return names
}

func (r *Row) effectNames() []string {
	var names []string
	for _, e := range r.Then {
		names = append(names, e.Name)
	}
	return names
}

// Conditions lists every condition of the table, by name, with what is said to
// whom it stops.
func (t Table) Conditions() []Guard {
	var list []Guard
	for _, r := range t {
		for _, g := range r.Needs {
			if !slices.ContainsFunc(list, func(h Guard) bool { return h.Name == g.Name }) {
				list = append(list, g)
			}
		}
	}
	slices.SortFunc(list, func(a, b Guard) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// OfPapers reports whether the condition is a circumstance, established from the
// papers of the case, and not where the case stands.
func (g Guard) OfPapers() bool { return g.with != 0 }

// Permissions is the permission table: every event, every role, and the stages
// at which the role may cause the event if everything else holds. Stages are
// letters in the order of Stages; a dot is no.
func (t Table) Permissions() string {
	var b strings.Builder
	for _, s := range Stages() {
		fmt.Fprintf(&b, "%s %s\n", s.letter(), s)
	}
	b.WriteString("\n")
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', 0)
	cells := []string{""}
	for _, r := range AllRoles() {
		cells = append(cells, r.String())
	}
	write := func() { fmt.Fprintln(w, strings.Join(cells, "\t")) }
	write()
	for _, do := range t.events() {
		cells = []string{string(do)}
		for _, who := range AllRoles() {
			cells = append(cells, t.stagesFor(who, do).letters())
		}
		write()
	}
	w.Flush()
	return b.String()
}

// stagesFor gives the stages at which a role may cause an event.
func (t Table) stagesFor(who Role, do Event) StageSet {
	var set StageSet
	for _, r := range t {
		if r.Do == do && r.By.Has(who) {
			set |= r.From
		}
	}
	return set
}

func (s Stage) letter() string { return string(rune('a' + s)) }

// letters writes a set of stages as letters, runs of three or more shortened.
func (set StageSet) letters() string {
	if set == 0 {
		return "."
	}
	var b strings.Builder
	list := set.List()
	for i := 0; i < len(list); {
		last := i
		for last+1 < len(list) && list[last+1] == list[last]+1 {
			last++
		}
		if last-i >= 2 {
			b.WriteString(list[i].letter() + "-" + list[last].letter())
			i = last + 1
			continue
		}
		b.WriteString(list[i].letter())
		i++
	}
	return b.String()
}
