package rule

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogatory/rogatory/fact"
)

// standingIn loads assertions, one a line: "id: who said fact value", then
// maybe "answers id, id". Measures are written measure.a#1.
func standingIn(t *testing.T, measures int, lines string) *fact.Vector {
	t.Helper()
	var said []fact.Assertion
	for line := range strings.Lines(lines) {
		id, rest, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		rest, answers, _ := strings.Cut(rest, " answers ")
		f := strings.Fields(rest)
		who, author, _ := strings.Cut(f[0], "/")
		name, index, _ := strings.Cut(f[2], "#")
		a := fact.Assertion{ID: id, Fact: fact.Name(name), Author: author, Senior: author == "senior"}
		d, _, ok := words.Find(a.Fact)
		if !ok {
			t.Fatalf("no fact %s", name)
		}
		a.Of.Scope = d.Scope
		if index != "" {
			fmt.Sscan(index, &a.Of.Index)
		}
		var err error
		if a.Source, err = fact.ParseSource(who); err != nil {
			t.Fatal(err)
		}
		var raw any = f[3]
		switch d.Kind {
		case fact.Bool:
			raw = f[3] == "true"
		case fact.Number:
			var n int
			fmt.Sscan(f[3], &n)
			raw = n
		}
		if a.Value, err = d.Parse(raw); err != nil {
			t.Fatal(err)
		}
		if answers != "" {
			a.Answers = strings.Split(answers, ", ")
		}
		said = append(said, a)
	}
	v := fact.NewVector(words)
	v.Reset(measures, 0, 0)
	if err := v.Load(fact.Standing(said)); err != nil {
		t.Fatal(err)
	}
	return v
}

func holding(t testing.TB, scope fact.Scope, src string, counts fact.Sources) *Rule {
	t.Helper()
	e, err := Parse(src, words, scope)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return &Rule{ID: src, For: scope, Holds: e, Counts: counts}
}

// What a safeguard makes of people who agree, disagree, doubt and answer.
func TestWhoseWordCounts(t *testing.T) {
	presented := fact.SourcesOf(fact.Requester, fact.Reviewer, fact.Court)
	for _, c := range []struct {
		name   string
		holds  string
		counts fact.Sources
		said   string
		want   Verdict
		cited  string // facts with their footing
	}{
		{"nobody spoke", "request.a", presented, "", Unknown, "request.a missing"},
		{"the requester counts", "request.a", presented, "1: requester said request.a true", Met, "request.a settled"},
		{"the requester does not count", "request.a", fact.People, "1: requester said request.a true", Unknown, "request.a missing"},
		{"what the requester says against itself is heard as a doubt", "request.a", fact.People, "1: requester said request.a false", Unknown, "request.a doubted"},
		{
			"a signal that hurts", "!request.a", presented,
			"1: requester said request.a false\n2: signal said request.a true", Unknown, "request.a doubted",
		},
		{
			"a signal that hurts, the other way round", "request.a", presented,
			"1: requester said request.a true\n2: signal said request.a false", Unknown, "request.a doubted",
		},
		{
			"a signal that helps is ignored", "!request.a", presented,
			"1: requester said request.a true\n2: signal said request.a false", NotMet, "request.a settled",
		},
		{
			"a signal that helps is ignored, the other way round", "request.a", presented,
			"1: requester said request.a false\n2: signal said request.a true", NotMet, "request.a settled",
		},
		{"a signal that helps does not clear", "!request.a", presented, "1: signal said request.a false", Unknown, "request.a missing"},
		{"a signal that hurts does not bar", "!request.a", presented, "1: signal said request.a true", Unknown, "request.a doubted"},
		{
			"a signal agrees that it hurts", "!request.a", presented,
			"1: requester said request.a true\n2: signal said request.a true", NotMet, "request.a settled",
		},
		{
			"a signal agrees that it helps", "!request.a", presented,
			"1: requester said request.a false\n2: signal said request.a false", Met, "request.a settled",
		},
		{
			"signals that disagree among themselves", "!request.a", presented,
			"1: requester said request.a false\n2: signal/a said request.a true\n3: signal/b said request.a false", Unknown, "request.a doubted",
		},
		{
			"a doubt about a dispute", "!request.a", presented,
			"1: requester said request.a false\n2: reviewer said request.a true\n3: signal said request.a true", Unknown, "request.a doubted",
		},
		{
			"a reviewer who does not name the signal", "!request.a", presented,
			"1: requester said request.a false\n2: signal said request.a true\n3: reviewer said request.a false", Unknown, "request.a doubted",
		},
		{
			"a doubt answered by name is gone", "!request.a", presented,
			"1: requester said request.a false\n2: signal said request.a true\n3: reviewer said request.a false answers 2", Met, "request.a settled",
		},
		{
			"one of two doubts answered", "!request.a", presented,
			"1: requester said request.a false\n2: signal/a said request.a true\n3: signal/b said request.a true\n4: reviewer said request.a false answers 2",
			Unknown, "request.a doubted",
		},
		{
			"the doubt confirmed", "!request.a", presented,
			"1: signal said request.a true\n2: reviewer said request.a true answers 1", NotMet, "request.a settled",
		},
		{
			"requester and reviewer disagree", "!request.a", presented,
			"1: requester said request.a false\n2: reviewer said request.a true", Unknown, "request.a disputed",
		},
		{
			"the reviewer answers the requester", "!request.a", presented,
			"1: requester said request.a false\n2: reviewer said request.a true answers 1", NotMet, "request.a settled",
		},
		{
			"reviewers disagree", "request.a", fact.People,
			"1: reviewer/mila said request.a true\n2: reviewer/noor said request.a false", Unknown, "request.a disputed",
		},
		{
			"a senior settles it, naming both", "request.a", fact.People,
			"1: reviewer/mila said request.a true\n2: reviewer/noor said request.a false\n3: reviewer/senior said request.a true answers 1, 2", Met, "request.a settled",
		},
		{
			"two seniors who answer each other do not leave the word to the requester", "!request.a", presented,
			"1: requester said request.a false\n2: reviewer/senior said request.a true answers 1, 3\n3: reviewer/mila said request.a false answers 2", Unknown, "request.a disputed",
		},
		{
			"a court prevails", "request.a", fact.People,
			"1: reviewer/mila said request.a false\n2: reviewer/noor said request.a true\n3: court said request.a true", Met, "request.a settled",
		},
		{
			"a court prevails over a reviewer who let it pass", "request.a", fact.People,
			"1: reviewer said request.a true\n2: court said request.a false", NotMet, "request.a settled",
		},
		{
			"courts disagree", "request.a", fact.People,
			"1: court/one said request.a true\n2: court/two said request.a false", Unknown, "request.a disputed",
		},
		{
			"a court that did not name the signal", "!request.a", presented,
			"1: signal said request.a true\n2: court said request.a false", Unknown, "request.a doubted",
		},
		{
			"a number in doubt", "request.years >= 4", presented,
			"1: requester said request.years 5\n2: signal said request.years 3", Unknown, "request.years doubted",
		},
		{
			"a number in no doubt that hurts", "request.years >= 4", presented,
			"1: requester said request.years 5\n2: signal said request.years 9", Met, "request.years settled",
		},
		{
			"two numbers are a dispute, whatever the bound", "request.years >= 4", presented,
			"1: requester said request.years 5\n2: reviewer said request.years 9", Unknown, "request.years disputed",
		},
		{
			"a doubt about what does not matter", "request.a || request.b", presented,
			"1: requester said request.a true\n2: requester said request.b true\n3: signal said request.b false", Met, "request.a settled",
		},
		{
			"a doubt about the only leg", "request.a || request.b", presented,
			"1: requester said request.a false\n2: requester said request.b true\n3: signal said request.b false", Unknown, "request.b doubted",
		},
		{
			"one of three measures in doubt", "!measures.any_a", presented,
			"1: requester said measure.a#0 false\n2: requester said measure.a#1 false\n3: requester said measure.a#2 false\n4: signal said measure.a#1 true",
			Unknown, "measure.a#1 doubted",
		},
		{
			"one of three measures is enough", "!measures.any_a", presented,
			"1: requester said measure.a#2 true\n2: signal said measure.a#1 true", NotMet, "measure.a#2 settled",
		},
		{
			"every measure rests on every measure", "!measures.any_a", presented,
			"1: requester said measure.a#0 false\n2: requester said measure.a#1 false\n3: requester said measure.a#2 false",
			Met, "measure.a settled, measure.a#1 settled, measure.a#2 settled",
		},
	} {
		v := standingIn(t, 3, c.said)
		var found Findings
		NewSet([]*Rule{holding(t, fact.OfRequest, c.holds, c.counts)}).Evaluate(v, &found)
		f := found.List[0]
		if f.Verdict != c.want {
			t.Errorf("%s: %s, want %s", c.name, f.Verdict, c.want)
		}
		var cited []string
		for _, x := range found.Of(f) {
			name := string(words.At(x.Scope, x.Slot).Name)
			if x.Instance > 0 {
				name += fmt.Sprintf("#%d", x.Instance)
			}
			cited = append(cited, name+" "+x.Footing.String())
		}
		if got := strings.Join(cited, ", "); got != c.cited {
			t.Errorf("%s: rests on %q, want %q", c.name, got, c.cited)
		}
	}
}

// Every rule is asked of every instance, in order, whatever the others say.
func TestEveryReasonIsCollected(t *testing.T) {
	anybody := fact.SourcesOf(fact.Requester)
	rules := []*Rule{
		holding(t, fact.OfRequest, "request.a", anybody),
		holding(t, fact.OfMeasure, "measure.a || request.b", anybody),
		holding(t, fact.OfOffence, "offence.a", anybody),
		holding(t, fact.OfRequest, "!request.b", anybody),
	}
	set := NewSet(rules)
	v := standingIn(t, 2, "1: requester said request.a false\n2: requester said request.b false\n3: requester said measure.a#1 true")
	found := Findings{List: make([]Finding, 3), Cited: make([]Cited, 3)} // left over from another request
	set.Evaluate(v, &found)
	var got []string
	for _, f := range found.List {
		got = append(got, fmt.Sprintf("%d/%d %s", f.Rule, f.Instance, f.Verdict))
	}
	want := []string{"0/0 not met", "1/0 unknown", "1/1 met", "3/0 met"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(rules, set.Rules(), cmp.Comparer(func(a, b *Rule) bool { return a == b })); diff != "" {
		t.Errorf("the rules of the set:\n%s", diff)
	}
}

// The positions in a set do not run over: the last of very many rules is asked
// its own question.
func TestManyRules(t *testing.T) {
	yes := holding(t, fact.OfRequest, "request.a", fact.People)
	no := holding(t, fact.OfRequest, "request.b", fact.People)
	rules := make([]*Rule, 1<<16+1)
	for i := range rules {
		rules[i] = yes
	}
	rules[1<<16] = no
	var found Findings
	NewSet(rules).Evaluate(standingIn(t, 0, "1: court said request.a true\n2: court said request.b false"), &found)
	last := found.List[1<<16]
	if last.Rule != 1<<16 || last.Verdict != NotMet {
		t.Errorf("the last rule is number %d and %s, want %d and not met", last.Rule, last.Verdict, 1<<16)
	}
}
