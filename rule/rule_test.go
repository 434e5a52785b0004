package rule

import (
	"testing"

	"github.com/rogatory/rogatory/fact"
)

func TestClosedLists(t *testing.T) {
	for _, c := range []struct {
		name  string
		words []string
		read  func(string) (string, error)
		wrong string
		want  string
	}{
		{
			"verdicts", []string{"unknown", "met", "not met"},
			func(w string) (string, error) { v, err := ParseVerdict(w); return v.String(), err },
			"passed", `unknown verdict "passed": use met, not met or unknown`,
		},
		{
			"gates", []string{"intake", "screening", "court", "disclosure", "secrecy"},
			func(w string) (string, error) { g, err := ParseGate(w); return g.String(), err },
			"door", `unknown gate "door": use one of intake, screening, court, disclosure, secrecy`,
		},
		{
			"effects", []string{"refuse", "redirect", "return", "narrow"},
			func(w string) (string, error) { e, err := ParseEffect(w); return e.String(), err },
			"forward", `unknown effect "forward": use one of refuse, redirect, return, narrow`,
		},
	} {
		for _, w := range c.words {
			if got, err := c.read(w); got != w || err != nil {
				t.Errorf("%s: %q reads as %q, %v", c.name, w, got, err)
			}
		}
		if _, err := c.read(c.wrong); err == nil || err.Error() != c.want {
			t.Errorf("%s: %q gives %v, want %s", c.name, c.wrong, err, c.want)
		}
	}
}

func TestOnlyMetPasses(t *testing.T) {
	var zero Verdict
	if zero != Unknown {
		t.Errorf("the zero Verdict is %s, want unknown", zero)
	}
	for v, want := range map[Verdict]bool{Unknown: false, Met: true, NotMet: false} {
		if got := v.Passes(); got != want {
			t.Errorf("%s passes: %v, want %v", v, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	const people = "only reviewer and court count: what a registry or requester says satisfies there only once a person has confirmed it for this case"
	for _, c := range []struct {
		name   string
		gate   Gate
		counts fact.Sources
		want   string // empty: fit to be loaded
	}{
		{"people at the court", AtCourt, fact.People, ""},
		{"a court alone about secrecy", Secrecy, fact.SourcesOf(fact.Court), ""},
		{"a registry at the screening", Screening, fact.SourcesOf(fact.Registry), ""},
		{"a requester at the intake", Intake, fact.SourcesOf(fact.Requester), ""},
		{"a signal at the intake", Intake, fact.SourcesOf(fact.Signal, fact.Court), "rule r: a signal raises questions and never clears one; it cannot count"},
		{"a signal at the court", AtCourt, fact.SourcesOf(fact.Signal), "rule r: a signal raises questions and never clears one; it cannot count"},
		{"a registry at the court", AtCourt, fact.SourcesOf(fact.Registry, fact.Court), "rule r: at the court gate " + people},
		{"a requester before disclosure", Disclosure, fact.SourcesOf(fact.Requester), "rule r: at the disclosure gate " + people},
		{"a requester about secrecy", Secrecy, fact.SourcesOf(fact.Requester), "rule r: at the secrecy gate " + people},
		{"nobody", Screening, 0, "rule r: nobody's word counts, so it could never be met; name a source"},
	} {
		err := (&Rule{ID: "r", Gate: c.gate, Counts: c.counts}).Check()
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTry(t *testing.T) {
	given := func(v Verdict, where string, values ...any) Example {
		x := Example{Given: make(map[fact.Name]fact.Value), Verdict: v, Where: where}
		for i := 0; i < len(values); i += 2 {
			x.Given[fact.Name(values[i].(string))] = fact.OfBool(values[i+1].(bool))
		}
		return x
	}
	met := given(Met, "f:1", "measure.a", true)
	notMet := given(NotMet, "f:2", "measure.a", false, "measures.every_b", false)
	unknown := given(Unknown, "f:3")
	for _, c := range []struct {
		name     string
		examples []Example
		want     string
	}{
		{"one of each", []Example{met, notMet, unknown}, ""},
		{"none", nil, `rule r has no example of verdict "unknown"; give one of each`},
		{"none that is met", []Example{unknown, notMet}, `rule r has no example of verdict "met"; give one of each`},
		{"none that is not met", []Example{met, unknown, met}, `rule r has no example of verdict "not met"; give one of each`},
		{"wrong", []Example{met, given(Met, "f:9", "measure.a", false), unknown}, "rule r: f:9: the example says met, the rule says unknown"},
		{"wrong, the other way", []Example{given(NotMet, "f:8", "measures.every_b", true)}, "rule r: f:8: the example says not met, the rule says met"},
		{"about no fact", []Example{given(Met, "f:7", "measure.z", true)}, `rule r: f:7: there is no fact "measure.z"`},
	} {
		r := holding(t, fact.OfMeasure, "measure.a || measures.every_b", fact.People)
		r.ID, r.Examples = "r", c.examples
		got := ""
		if err := r.Try(words); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestExampleOfAnAggregate(t *testing.T) {
	r := holding(t, fact.OfRequest, "!measures.any_a", fact.People)
	r.Examples = []Example{
		{Given: map[fact.Name]fact.Value{"measures.any_a": 0}, Verdict: Met},
		{Given: map[fact.Name]fact.Value{"measures.any_a": 1}, Verdict: NotMet},
		{Verdict: Unknown},
	}
	if err := r.Try(words); err != nil {
		t.Error(err)
	}
}
