package fact

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// saying makes an assertion about the fact "f" of the request: who (a source,
// and an author after a slash), on which day, answering whom.
func saying(id, who string, day int, answers ...string) Assertion {
	source, author, _ := strings.Cut(who, "/")
	a := Assertion{ID: id, Fact: "f", Author: author, At: time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC), Answers: answers}
	if source == "senior" {
		source, a.Senior = "reviewer", true
	}
	s, err := ParseSource(source)
	if err != nil {
		panic(err)
	}
	a.Source = s
	return a
}

func about(a Assertion, name Name, of Instance) Assertion {
	a.Fact, a.Of = name, of
	return a
}

func ids(list []Assertion) string {
	var out []string
	for _, a := range list {
		out = append(out, a.ID)
	}
	return strings.Join(out, " ")
}

func TestStanding(t *testing.T) {
	second := Instance{OfMeasure, 1}
	for _, c := range []struct {
		name string
		said []Assertion
		want string
	}{
		{"nobody said anything", nil, ""},
		{"one", []Assertion{saying("a", "requester", 1)}, "a"},
		{"the same author later", []Assertion{saying("a", "reviewer/mila", 1), saying("b", "reviewer/mila", 2)}, "b"},
		{"the same author later, listed first", []Assertion{saying("b", "reviewer/mila", 2), saying("a", "reviewer/mila", 1)}, "b"},
		{"the same author at one moment: the later in the list", []Assertion{saying("a", "reviewer/mila", 1), saying("b", "reviewer/mila", 1)}, "b"},
		{"three times", []Assertion{saying("b", "reviewer/mila", 2), saying("c", "reviewer/mila", 3), saying("a", "reviewer/mila", 1)}, "c"},
		{"another author", []Assertion{saying("a", "reviewer/mila", 1), saying("b", "reviewer/noor", 2)}, "a b"},
		{"the same name in another source", []Assertion{saying("a", "reviewer/mila", 1), saying("b", "court/mila", 2)}, "a b"},
		{"the same author of another fact", []Assertion{saying("a", "reviewer/mila", 1), about(saying("b", "reviewer/mila", 2), "g", Instance{})}, "a b"},
		{"the same author of another instance", []Assertion{saying("a", "reviewer/mila", 1), about(saying("b", "reviewer/mila", 2), "f", second)}, "a b"},

		{"a reviewer answers a signal", []Assertion{saying("s", "signal", 1), saying("a", "reviewer/mila", 2, "s")}, "a"},
		{"a signal found again later stays answered", []Assertion{saying("s", "signal", 9), saying("a", "reviewer/mila", 2, "s")}, "a"},
		{"a reviewer speaks without naming the signal", []Assertion{saying("s", "signal", 1), saying("a", "reviewer/mila", 2)}, "s a"},
		{"an answer to nobody", []Assertion{saying("s", "signal", 1), saying("a", "reviewer/mila", 2, "x")}, "s a"},
		{"an answer to itself", []Assertion{saying("a", "senior/mila", 2, "a")}, "a"},
		{"an answer about another fact", []Assertion{saying("s", "signal", 1), about(saying("a", "reviewer/mila", 2, "s"), "g", Instance{})}, "s a"},
		{"an answer about another instance", []Assertion{saying("s", "signal", 1), about(saying("a", "reviewer/mila", 2, "s"), "f", second)}, "s a"},
		{"an answer to two", []Assertion{saying("s", "signal", 1), saying("r", "requester", 1), saying("a", "court", 2, "s", "r")}, "a"},
		{
			"an answer that was replaced no longer answers",
			[]Assertion{saying("s", "signal", 1), saying("a", "reviewer/mila", 2, "s"), saying("b", "reviewer/mila", 3)}, "s b",
		},
		{
			"an answer to what was replaced does not reach its successor",
			[]Assertion{saying("a", "reviewer/mila", 1), saying("c", "senior/noor", 2, "a"), saying("b", "reviewer/mila", 3)}, "c b",
		},
		{
			"an answer that was itself answered has still been given",
			[]Assertion{saying("s", "signal", 1), saying("a", "reviewer/mila", 2, "s"), saying("b", "senior/noor", 3, "a")}, "b",
		},
		{
			"a senior settles a dispute, naming both",
			[]Assertion{saying("a", "reviewer/mila", 1), saying("b", "reviewer/noor", 1), saying("c", "senior/ada", 2, "a", "b")}, "c",
		},
		{
			"two seniors who name each other: the later one stands",
			[]Assertion{saying("a", "senior/ada", 2, "b"), saying("b", "senior/eve", 1, "a")}, "a",
		},
		{
			"at one moment: the later one in the list",
			[]Assertion{saying("a", "senior/ada", 1, "b"), saying("b", "senior/eve", 1, "a")}, "b",
		},
		{
			"nobody answers a reviewer in advance",
			[]Assertion{saying("c", "senior/ada", 1, "a"), saying("a", "reviewer/mila", 2)}, "c a",
		},
	} {
		if got := ids(Standing(c.said)); got != c.want {
			t.Errorf("%s: %q stand, want %q", c.name, got, c.want)
		}
	}
}

// Who answers whom, all of it.
func TestMayAnswer(t *testing.T) {
	voices := []string{"requester/r", "registry/r", "signal/s", "reviewer/r", "senior/s", "court/c"}
	may := map[string]string{
		"reviewer/r": "requester/r registry/r signal/s",
		"senior/s":   "requester/r registry/r signal/s reviewer/r senior/s",
		"court/c":    "requester/r registry/r signal/s reviewer/r senior/s",
	}
	for _, who := range voices {
		for _, whom := range voices {
			want := "a b"
			if strings.Contains(may[who], whom) {
				want = "b"
			}
			said := []Assertion{saying("a", whom+"1", 1), saying("b", who+"2", 2, "a")}
			if got := ids(Standing(said)); got != want {
				t.Errorf("%s answers %s: %q stand, want %q", who, whom, got, want)
			}
		}
	}
}

// What stands was said, keeps its order, and stands again when asked again;
// when reviewers have spoken, some reviewer or a court stands: answering
// never leaves the word to the requester.
func TestStandingKeepsPeople(t *testing.T) {
	voices := []string{"requester", "signal/a", "signal/b", "reviewer/mila", "reviewer/noor", "senior/ada", "senior/eve", "court/c", "court/d"}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 9).Draw(t, "assertions")
		var said []Assertion
		people := false
		for i := range n {
			who := rapid.SampledFrom(voices).Draw(t, "who")
			answers := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
				return fmt.Sprint(rapid.IntRange(0, n).Draw(t, "id"))
			}), 0, 4).Draw(t, "answers")
			a := saying(fmt.Sprint(i), who, rapid.IntRange(1, 3).Draw(t, "day"), answers...)
			said, people = append(said, a), people || People.Has(a.Source)
		}
		before := slices.Clone(said)
		standing := Standing(said)
		if diff := cmp.Diff(before, said); diff != "" {
			t.Fatalf("what was said was changed (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(standing, Standing(standing)); diff != "" {
			t.Fatalf("asked again (-first +second):\n%s", diff)
		}
		if people && !slices.ContainsFunc(standing, func(a Assertion) bool { return People.Has(a.Source) }) {
			t.Fatalf("people spoke and none stands: %q", ids(standing))
		}
		at := 0
		for _, a := range standing {
			for at < len(said) && said[at].ID != a.ID {
				at++
			}
			if at == len(said) {
				t.Fatalf("%q stand out of order", ids(standing))
			}
		}
	})
}
