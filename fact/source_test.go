package fact

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSources(t *testing.T) {
	set := SourcesOf(Court, Requester, Court)
	if got, want := set.String(), "requester, court"; got != want {
		t.Errorf("the set is %q, want %q", got, want)
	}
	if diff := cmp.Diff([]Source{Requester, Court}, set.List()); diff != "" {
		t.Errorf("its members (-want +got):\n%s", diff)
	}
	for s := range sources {
		if got, want := set.Has(s), s == Requester || s == Court; got != want {
			t.Errorf("it has %s: %v, want %v", s, got, want)
		}
		if got, want := People.Has(s), s == Reviewer || s == Court; got != want {
			t.Errorf("%s is one of the people: %v, want %v", s, got, want)
		}
	}
	if got := Sources(0).String(); got != "" {
		t.Errorf("nobody is called %q", got)
	}
}

// Every closed list reads its own words, in its order, and says what it knows
// when it is given another.
func TestClosedLists(t *testing.T) {
	for _, c := range []struct {
		name  string
		words []string
		read  func(string) (string, error)
		wrong string
		want  string
	}{
		{
			"sources", []string{"requester", "registry", "signal", "reviewer", "court"},
			func(w string) (string, error) { s, err := ParseSource(w); return s.String(), err },
			"police", `unknown source "police": use one of requester, registry, signal, reviewer, court`,
		},
		{
			"kinds", []string{"bool", "number", "date", "choice", "set"},
			func(w string) (string, error) { k, err := ParseKind(w); return k.String(), err },
			"text", `unknown type "text": use one of bool, number, date, choice, set`,
		},
		{
			"scopes", []string{"request", "measure", "offence", "person"},
			func(w string) (string, error) { s, err := ParseScope(w); return s.String(), err },
			"target", `unknown scope "target": use request, measure, offence or person`,
		},
		{
			"aggregates", []string{"any", "every", "most"},
			func(w string) (string, error) { k, err := ParseTake(w); return k.String(), err },
			"alone", `unknown aggregate "alone": use any, every or most`,
		},
	} {
		for _, w := range c.words {
			if got, err := c.read(w); got != w || err != nil {
				t.Errorf("%s: %q reads as %q, %v", c.name, w, got, err)
			}
		}
		for _, w := range []string{c.wrong, "", "Court"} {
			if _, err := c.read(w); err == nil {
				t.Errorf("%s: %q was read", c.name, w)
			}
		}
		if _, err := c.read(c.wrong); err.Error() != c.want {
			t.Errorf("%s: %q gives\n%s\nwant\n%s", c.name, c.wrong, err, c.want)
		}
	}
}

func TestWordsOfFootings(t *testing.T) {
	for f, want := range map[Footing]string{Missing: "missing", Settled: "settled", Disputed: "disputed", Doubted: "doubted"} {
		if got := f.String(); got != want {
			t.Errorf("Footing(%d) is called %q, want %q", f, got, want)
		}
	}
}
