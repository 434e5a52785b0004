package lifecycle

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Member is somebody on the list of an office: of its staff, bound to it from
// outside by contract, or of the court and the oversight it answers to.
type Member struct {
	Name  string
	Roles Roles
	Bound bool // an outsider bound by contract; one of two who release may be
}

// RolesOf gives the set of the roles listed.
func RolesOf(list ...Role) Roles { return by(list...) }

// staff are the roles people of the office hold.
var staff = by(Intake, Reviewer, Senior, Custodian, Notifier, Administrator)

// apart are roles that one person never holds together.
var apart = []struct {
	one     Role
	others  Roles
	because string
}{
	{Judge, staff | by(Oversight), "a court is no part of the office it decides for"},
	{Oversight, staff, "oversight is no part of what it oversees"},
	{Administrator, by(Reviewer, Senior, Notifier), "who runs the machine decides nothing and tells nobody"},
}

// Apart says why one person may not hold two roles. It is empty if they may:
// then what counts is who did what in the case at hand.
func Apart(a, b Role) string {
	for _, rule := range apart {
		if a == rule.one && rule.others.Has(b) || b == rule.one && rule.others.Has(a) {
			return rule.because
		}
	}
	return ""
}

// Staffing says what an office of these people could not do, and who holds what
// they may not. It is empty if every case can come to its end. What it asks is
// asked of the table, at a state where the act in question comes up.
func Staffing(people []Member) []string {
	people = merged(people)
	var list []string
	for _, p := range people {
		list = append(list, p.wrong()...)
	}
	for _, n := range necessary {
		if !n.met(people) {
			list = append(list, n.says)
		}
	}
	if !slices.ContainsFunc(people, func(p Member) bool { return p.Roles.Has(Administrator) }) {
		list = append(list, "nobody runs the machine: there is no administrator")
	}
	if slices.Contains(list, noCollection) {
		return list
	}
	for _, basis := range []Basis{Order, Compulsion} {
		if !slices.ContainsFunc(people, func(p Member) bool {
			return may(p, Collect, State{Stage: Granted, Sender: Verified}) && CanRelease(people, basis, p.Name)
		}) {
			list = append(list, cannotRelease[basis])
		}
	}
	return list
}

// merged makes one member of each name, so that nobody counts for two. Whoever
// is bound from outside in one line is so in all.
func merged(people []Member) []Member {
	var list []Member
	for _, p := range people {
		i := slices.IndexFunc(list, func(m Member) bool { return m.Name == p.Name })
		if i < 0 {
			list = append(list, p)
			continue
		}
		list[i].Roles |= p.Roles
		list[i].Bound = list[i].Bound || p.Bound
	}
	return list
}

// wrong says which of a member's roles do not go together, or are nobody's here.
func (m Member) wrong() []string {
	var list []string
	held := m.Roles.list()
	for i, a := range held {
		if !(staff | by(Judge, Oversight)).Has(a) {
			list = append(list, fmt.Sprintf("%s is listed as %s, which nobody of an office is", m.Name, a))
		}
		for _, b := range held[i+1:] {
			if because := Apart(a, b); because != "" {
				list = append(list, fmt.Sprintf("%s is %s and %s: %s", m.Name, a, b, because))
			}
		}
	}
	return list
}

func (set Roles) list() []Role {
	return slices.DeleteFunc(AllRoles(), func(r Role) bool { return !set.Has(r) })
}

// CanRelease reports whether two people can release a case that these collected:
// neither of them collected, and one at least is no outsider. Ask before anything
// is collected, so that no case comes to a point from which it cannot go on.
func CanRelease(people []Member, basis Basis, collectors ...string) bool {
	sealed := State{Stage: Sealed, Sender: Verified, Duty: DutyOpen, Basis: basis}
	two, own := 0, false
	for _, p := range merged(people) {
		if may(p, Release, sealed) && !slices.Contains(collectors, p.Name) {
			two++
			own = own || !p.Bound && p.Roles&staff != 0
		}
	}
	return two >= 2 && own
}

// may reports whether a member may do something at a state, if all that the
// papers have to show is shown.
func may(m Member, do Event, s State) bool {
	return slices.ContainsFunc(m.Roles.list(), func(who Role) bool {
		_, ok := floor.Step(s, who, do, AllCircumstances)
		return ok
	})
}

// A necessity is an act that a case may need, at a state where it does.
type necessity struct {
	do    Event
	at    State
	by    Roles // any of these; none: whoever the table lets
	takes int   // people
	says  string
}

func (n *necessity) met(people []Member) bool {
	able := 0
	for _, p := range people {
		if n.by != 0 {
			p.Roles &= n.by
		}
		if may(p, n.do, n.at) {
			able++
		}
	}
	return able >= n.takes
}

const noCollection = "nothing can be collected: there is no custodian"

// cannotRelease is what is said when no two people are left to release.
var cannotRelease = map[Basis]string{
	Order:      "nothing can be released: it takes two who may and who did not collect, one of them of the office",
	Compulsion: "nothing compelled can be released: it takes two seniors who did not collect, one of them of the office",
}

// necessary is what every office has to be able to do.
var necessary = []necessity{
	{Answer, State{Stage: Returned}, by(Intake), 1, "what comes in by mail cannot be entered: there is nobody at intake"},
	{Forward, State{Stage: Screened, Sender: Verified}, 0, 1, "no request can be decided: there is neither reviewer nor senior"},
	{Accept, State{Stage: Screened, Sender: Doubted}, 0, 2, "no sender in doubt can be accepted: it takes two reviewers or seniors"},
	{Correct, State{Stage: Refused}, 0, 2, "no finding can be corrected: it takes two seniors"},
	{Compel, State{Stage: Refused, Duty: DutyOpen}, 0, 2, "no compulsion can be followed: it takes two seniors"},
	{Collect, State{Stage: Granted, Sender: Verified}, 0, 1, noCollection},
	{Tell, State{Stage: Granted, Duty: DutyOpen}, by(Notifier), 1, "nobody can be told: there is no notifier"},
	{FreezeCase, State{}, 0, 1, "nobody can freeze a case or judge an overdue challenge: there is no oversight"},
}

// Limits says what an office of these people has to do without, though every
// case can come to its end.
func Limits(people []Member) []string {
	people = merged(people)
	var list []string
	for _, n := range optional {
		if !n.met(people) {
			list = append(list, n.says)
		}
	}
	return list
}

var optional = []necessity{
	{ConfirmFreeze, State{Stage: Screened, Freeze: Frozen}, 0, 2, "every freeze ends by its clock: to confirm one takes two in oversight"},
	{Grant, State{Stage: Forwarded, Sender: Verified, Waiting: ForCourt}, by(Judge), 1, "the court's decisions come on paper, entered by two"},
	{UpholdReview, State{Stage: Granted, Basis: Need, Review: ReviewDue}, 0, 1, "the emergency lane stays shut: no judge here can review it"},
}

// Combinations shows which roles one person may hold together: a dot is yes, a
// letter no, for the reason below.
func Combinations() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	roles := (staff | by(Judge, Oversight)).list()
	for i, x := range roles {
		cells := []string{x.String()}
		for _, y := range roles[:i] {
			cells = append(cells, letterOf(Apart(x, y)))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	cells := []string{""}
	for _, x := range roles {
		cells = append(cells, x.String())
	}
	fmt.Fprintln(w, strings.Join(cells, "\t")+"\n")
	w.Flush()
	for _, rule := range apart {
		fmt.Fprintf(&b, "%s  %s\n", letterOf(rule.because), rule.because)
	}
	return b.String()
}

func letterOf(because string) string {
	for i, rule := range apart {
		if rule.because == because {
			return string(rune('A' + i))
		}
	}
	return "."
}
