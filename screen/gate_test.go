package screen

import (
	"slices"
	"testing"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
)

func gatesOf(t *testing.T, r *request.Request, said ...fact.Assertion) *Gates {
	t.Helper()
	g, err := floor(t).Gates(r, Situation{Today: today(), Said: said})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func reviewed(name fact.Name, of fact.Instance, value bool) fact.Assertion {
	return fact.Assertion{ID: "1", Fact: name, Of: of, Source: fact.Reviewer, Author: "M. Ito", At: today(), Value: fact.OfBool(value), Reason: "looked"}
}

// A genuine request passes screening and nothing later: there people's word is
// asked, and nobody has given it.
func TestGates(t *testing.T) {
	g := gatesOf(t, genuine(t))
	if !g.Met(rule.Intake, rule.Screening) {
		t.Errorf("the genuine request does not pass screening: %v", g.Open(rule.Screening))
	}
	if g.Met(rule.AtCourt) || len(g.Open(rule.AtCourt)) == 0 {
		t.Error("the court gate passes though nobody has looked")
	}
	if !g.BarFree() {
		t.Error("a bar stands though nothing is known to fail")
	}
	barred := reviewed("request.discrimination", fact.Instance{}, true)
	if gatesOf(t, genuine(t), barred).BarFree() {
		t.Error("no bar stands though a reviewer found discrimination")
	}
}

// Safeguards are asked by name, for every instance.
func TestHolds(t *testing.T) {
	g := gatesOf(t, genuine(t), reviewed("request.discrimination", fact.Instance{}, false))
	for _, c := range []struct {
		names []string
		want  bool
	}{
		{[]string{"no-discrimination"}, true},
		{[]string{"no-discrimination", "target-looked-at"}, false}, // nobody has looked
		{[]string{"minimised"}, false},
		{[]string{"no-discrimination", "no-such-safeguard"}, false},
	} {
		if got := g.Holds(c.names...); got != c.want {
			t.Errorf("%q hold: %v", c.names, got)
		}
	}
}

func TestGatesOfNothing(t *testing.T) {
	r := *genuine(t)
	r.Measures = nil
	if gatesOf(t, &r).Met(rule.Screening) {
		t.Error("a request for nothing meets a gate")
	}
}

func TestGatesWithAFactThatIsNot(t *testing.T) {
	_, err := floor(t).Gates(genuine(t), Situation{Today: today(), Said: []fact.Assertion{reviewed("request.nothing", fact.Instance{}, true)}})
	if err == nil {
		t.Error("a fact that is not declared was taken")
	}
}

// What is left out of a request takes along what was said of it, and what stays
// is found at its new place.
func TestPart(t *testing.T) {
	r := *genuine(t)
	r.Measures = append(slices.Clone(r.Measures), request.Measure{Data: "content", Mode: "stored"})
	r.Offences = append(slices.Clone(r.Offences), request.Offence{Title: "another"})
	last, lastOffence := len(r.Measures)-1, len(r.Offences)-1
	said := []fact.Assertion{
		reviewed("measure.necessary", fact.Instance{Scope: fact.OfMeasure, Index: 0}, true),
		reviewed("measure.necessary", fact.Instance{Scope: fact.OfMeasure, Index: last}, false),
		reviewed("offence.final_judgment", fact.Instance{Scope: fact.OfOffence, Index: lastOffence}, true),
		reviewed("request.trivial", fact.Instance{}, false),
	}
	part, kept := Part(&r, said, []int{last}, []int{0})
	if len(part.Measures) != 1 || part.Measures[0].Data != "content" || len(part.Offences) != 1 || part.Offences[0].Title == "another" {
		t.Errorf("the part holds %v and %v", part.Measures, part.Offences)
	}
	want := []fact.Instance{{Scope: fact.OfMeasure, Index: 0}, {}}
	if len(kept) != 2 || kept[0].Of != want[0] || kept[0].Value != fact.OfBool(false) || kept[1].Of != want[1] {
		t.Errorf("of the part it is said %v, want what was said of the last measure and of the request", kept)
	}
}

func TestAccounts(t *testing.T) {
	r := &request.Request{Measures: []request.Measure{
		{Targets: []request.Target{{Value: "mailto:A.B+x@Example.org"}, {Value: "（user-1）"}}},
		{Targets: []request.Target{{Value: "a.b@example.org; USER-1"}}},
	}}
	if got, want := Accounts(r), []string{"a.b@example.org", "user-1"}; !slices.Equal(got, want) {
		t.Errorf("accounts are %q, want %q", got, want)
	}
	twice := many(t, 300)
	twice.Measures = append(twice.Measures, twice.Measures[0])
	if got, want := Accounts(twice), Accounts(many(t, 300)); !slices.Equal(got, want) || len(got) < 300 {
		t.Errorf("asked for twice there are %d accounts, and once %d", len(got), len(want))
	}
	if got := AccountsIn("donor list, about 30,000 persons"); len(got) != 1 {
		t.Errorf("a phrase with commas names %q", got)
	}
	if got := AccountsIn("A.B@example.org"); !slices.Equal(got, []string{"a.b@example.org"}) {
		t.Errorf("a text names %q", got)
	}
}

func TestAbout(t *testing.T) {
	g := gatesOf(t, genuine(t), reviewed("request.trivial", fact.Instance{}, false))
	if got := g.About("request.trivial", fact.Instance{}); len(got) != 1 || got[0].Author != "M. Ito" {
		t.Errorf("about triviality stands %v", got)
	}
}

func TestFolded(t *testing.T) {
	for _, other := range []string{"jos\u00e9  mar\u00eda", "JOSE\u0301 MARI\u0301A", " Ｊosé\u00a0María "} {
		if Folded(other) != Folded("José María") {
			t.Errorf("%q and José María are two people", other)
		}
	}
	if Folded("Jose Maria") == Folded("José María") {
		t.Error("another name is the same person")
	}
}
