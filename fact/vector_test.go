package fact

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// says fills a cell from "requester 1, reviewer 0, reviewer 1".
func says(t *testing.T, what string) *Cell {
	t.Helper()
	var c Cell
	for _, word := range strings.FieldsFunc(what, func(r rune) bool { return r == ',' }) {
		who, value, _ := strings.Cut(strings.TrimSpace(word), " ")
		s, err := ParseSource(who)
		if err != nil {
			t.Fatal(err)
		}
		c.Say(s, OfBool(value == "1"))
	}
	return &c
}

func TestHeard(t *testing.T) {
	everybody := SourcesOf(Requester, Registry, Reviewer, Court)
	for _, c := range []struct {
		name   string
		said   string
		counts Sources
		value  Value
		want   Footing
	}{
		{"nobody spoke", "", everybody, 0, Missing},
		{"only one who does not count", "signal 1", everybody, 0, Missing},
		{"one", "requester 1", everybody, 1, Settled},
		{"one says no", "requester 0", everybody, 0, Settled},
		{"all agree", "requester 1, registry 1, reviewer 1", everybody, 1, Settled},
		{"two disagree", "requester 1, registry 0", everybody, 0, Disputed},
		{"the last of three disagrees", "requester 1, registry 1, reviewer 0", everybody, 0, Disputed},
		{"who does not count disagrees", "requester 1, signal 0", everybody, 1, Settled},
		{"reviewers among themselves", "reviewer 1, reviewer 0", everybody, 0, Disputed},
		{"reviewers agree", "reviewer 1, reviewer 1", everybody, 1, Settled},
		{"torn, and agreeing with the last of it", "requester 0, reviewer 1, reviewer 0", everybody, 0, Disputed},
		{"torn, said a third time", "reviewer 0, reviewer 1, reviewer 0", everybody, 0, Disputed},
		{"torn, but does not count", "requester 1, signal 1, signal 0", everybody, 1, Settled},
		{"a court prevails over one", "requester 0, court 1", everybody, 1, Settled},
		{"a court prevails over a dispute", "requester 0, registry 1, court 0", everybody, 0, Settled},
		{"a court prevails over torn reviewers", "reviewer 0, reviewer 1, court 1", everybody, 1, Settled},
		{"courts disagree", "reviewer 1, court 1, court 0", everybody, 0, Disputed},
		{"a court that does not count", "requester 1, court 0", SourcesOf(Requester), 1, Settled},
	} {
		value, footing := says(t, c.said).Heard(c.counts)
		if value != c.value || footing != c.want {
			t.Errorf("%s: heard %d, %s; want %d, %s", c.name, value, footing, c.value, c.want)
		}
	}
}

func TestDoubters(t *testing.T) {
	c := says(t, "requester 1, signal 1, signal 0, court 1")
	if got, want := c.Doubters(0).String(), "requester, signal, court"; got != want {
		t.Errorf("%s have spoken, want %s", got, want)
	}
	if got, want := c.Doubters(People).String(), "requester, signal"; got != want {
		t.Errorf("%s may cast a doubt, want %s", got, want)
	}
	if !c.Torn(Signal) || c.Torn(Court) || c.Torn(Registry) {
		t.Error("the signals alone disagree among themselves")
	}
	if c.Said(Court) != 1 || c.Said(Signal) != 0 {
		t.Errorf("the court said %d, the signal last %d", c.Said(Court), c.Said(Signal))
	}
}

func small(t *testing.T) *Vocabulary {
	t.Helper()
	voc, err := NewVocabulary([]Declaration{
		told("request.a", Bool, OfRequest),
		told("measure.a", Bool, OfMeasure),
		told("measure.b", Bool, OfMeasure),
		told("person.a", Bool, OfPerson),
		{Name: "measures.any_a", Take: Any, Of: "measure.a"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return voc
}

func TestLoad(t *testing.T) {
	voc := small(t)
	v := NewVector(voc)
	v.Reset(2, 1, 0)
	err := v.Load([]Assertion{
		{Fact: "request.a", Source: Requester, Value: 1},
		{Fact: "measure.a", Of: Instance{OfMeasure, 1}, Source: Signal, Value: 1},
		{Fact: "measure.b", Of: Instance{OfMeasure, 0}, Source: Court, Value: 0},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		fact  Name
		index int
		want  Sources
	}{
		{"request.a", 0, SourcesOf(Requester)},
		{"measure.a", 0, 0},
		{"measure.b", 0, SourcesOf(Court)},
		{"measure.a", 1, SourcesOf(Signal)},
		{"measure.b", 1, 0},
	} {
		d, slot, _ := voc.Find(c.fact)
		if got := v.Cell(d.Scope, c.index, slot).Doubters(0); got != c.want {
			t.Errorf("of %s %d %q have spoken, want %q", c.fact, c.index, got, c.want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		fact Name
		of   Instance
		want string
	}{
		{"no such fact", "request.x", Instance{}, `assertion a is about "request.x", which is no declared fact`},
		{"an aggregate", "measures.any_a", Instance{OfMeasure, 0}, `assertion a is about "measures.any_a", which is no declared fact`},
		{"another scope", "measure.a", Instance{}, "assertion a: measure.a is a fact of each measure, and there is no request 0"},
		{"behind the last", "measure.a", Instance{OfMeasure, 2}, "assertion a: measure.a is a fact of each measure, and there is no measure 2"},
		{"before the first", "measure.a", Instance{OfMeasure, -1}, "assertion a: measure.a is a fact of each measure, and there is no measure -1"},
		{"nobody there", "person.a", Instance{OfPerson, 0}, "assertion a: person.a is a fact of each person, and there is no person 0"},
	} {
		v := NewVector(small(t))
		v.Reset(2, 1, 0)
		err := v.Load([]Assertion{{ID: "a", Fact: c.fact, Of: c.of}})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// A new vector holds the request: without one every safeguard would be met by
// nobody being asked.
func TestNewVectorHoldsTheRequest(t *testing.T) {
	v := NewVector(small(t))
	if got := v.Count(OfRequest); got != 1 {
		t.Errorf("it holds %d requests, want 1", got)
	}
	if got := v.Count(OfMeasure); got != 0 {
		t.Errorf("it holds %d measures, want none", got)
	}
}

func TestResetForgets(t *testing.T) {
	v := NewVector(small(t))
	v.Reset(3, 0, 2)
	for i := range 3 {
		v.Cell(OfMeasure, i, 0).Say(Court, 1)
		v.Cell(OfMeasure, i, 1).Say(Court, 1)
	}
	for _, n := range []int{2, 3, 9} {
		v.Reset(n, 0, 2)
		if got := v.Count(OfMeasure); got != n {
			t.Fatalf("%d measures, want %d", got, n)
		}
		for i := range n {
			for slot := range Slot(2) {
				if v.Cell(OfMeasure, i, slot).Doubters(0) != 0 {
					t.Errorf("after a reset to %d measures somebody still speaks of measure %d", n, i)
				}
			}
		}
	}
}

func TestReuseAllocatesNothing(t *testing.T) {
	v := NewVector(small(t))
	standing := []Assertion{{Fact: "measure.a", Of: Instance{OfMeasure, 1}, Source: Requester, Value: 1}}
	v.Reset(4, 4, 4)
	allocs := testing.AllocsPerRun(100, func() {
		v.Reset(3, 2, 1)
		if err := v.Load(standing); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

// Plain is the short way to what Heard and Doubters tell: wherever it answers,
// they give the same, and nobody else has said anything different.
func TestPlainTellsWhatHeardTells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Cell
		for range rapid.IntRange(0, 6).Draw(t, "assertions") {
			c.Say(Source(rapid.IntRange(0, int(sources)-1).Draw(t, "source")), Value(rapid.IntRange(0, 2).Draw(t, "value")))
		}
		counts := Sources(rapid.IntRange(0, 1<<sources-1).Draw(t, "counts"))
		value, footing, plain := c.Plain(counts)
		heard, weighed := c.Heard(counts)
		together := weighed == Settled
		for _, s := range c.Doubters(0).List() {
			together = together && !c.Torn(s) && c.Said(s) == heard
		}
		if want := together || c.Doubters(0) == 0; plain != want {
			t.Fatalf("plain: %v; heard %s, nothing that needs weighing: %v", plain, weighed, want)
		}
		if plain && footing != weighed {
			t.Fatalf("plain: %s, heard: %s", footing, weighed)
		}
		if plain && footing == Settled && value != heard {
			t.Fatalf("plain: %d, heard %d", value, heard)
		}
	})
}
