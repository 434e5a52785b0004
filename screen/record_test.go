package screen

import (
	"github.com/google/go-cmp/cmp"

	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/signal"
)

var everyGate = []rule.Gate{rule.Intake, rule.Screening, rule.AtCourt, rule.Disclosure, rule.Secrecy}

// documents gives every request the package is tested with.
func documents(t testing.TB) []string {
	t.Helper()
	var list []string
	for _, folder := range []string{"../examples/cases", "testdata/own", "testdata/holdout", "testdata/unseen"} {
		names, err := filepath.Glob(folder + "/*.json")
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, names...)
	}
	if len(list) < 60 {
		t.Fatalf("only %d documents", len(list))
	}
	return list
}

// sameAsScreened checks that a record tells what the request itself would.
func sameAsScreened(t testing.TB, name string, s *Screener, r *request.Request, now Situation) int {
	t.Helper()
	concluded, record, err := s.Conclude(r, now)
	if err != nil {
		t.Fatal(err)
	}
	result, err := s.Screen(r, now)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&Conclusion{result.Outcome, result.Grounds, result.Preserve, result.Answer}, concluded); d != "" {
		t.Errorf("%s: screening comes to something else: %s", name, d)
	}
	alone, err := s.Record(r, now)
	if err != nil || !bytes.Equal(alone, record) {
		t.Fatalf("%s: recorded alone it is another record, %v", name, err)
	}
	got, err := s.Rescreen(record)
	if err != nil || got.Lost != 0 {
		t.Fatalf("%s: %d lost, %v", name, got.Lost, err)
	}
	if got.Outcome.String() != result.Outcome {
		t.Errorf("%s: from its record %s, from the request %s", name, got.Outcome, result.Outcome)
	}
	gates, err := s.Gates(r, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, gate := range everyGate {
		want := make(map[string][2]int)
		for _, f := range gates.Open(gate) {
			n := want[f.Safeguard]
			if f.Verdict == "not met" {
				n[0]++
			} else {
				n[1]++
			}
			want[f.Safeguard] = n
		}
		open := make(map[string][2]int)
		for _, o := range got.Open {
			if o.Gate == gate {
				open[o.Safeguard] = [2]int{o.NotMet, o.Unknown}
			}
		}
		if !maps.Equal(open, want) {
			t.Errorf("%s, %s: open are %v, want %v", name, gate, open, want)
		}
		if got.Met(gate) != gates.Met(gate) {
			t.Errorf("%s, %s: met is %v, want %v", name, gate, got.Met(gate), gates.Met(gate))
		}
	}
	return len(record)
}

// The record of a request tells every rulebook what the request itself would,
// and is small.
func TestRescreenTellsWhatScreenTells(t *testing.T) {
	s, names := floor(t), documents(t)
	var sizes []int
	for _, name := range names {
		sizes = append(sizes, sameAsScreened(t, name, s, readFile(t, name), Situation{Today: today()}))
	}
	slices.Sort(sizes)
	median := sizes[len(sizes)/2]
	t.Logf("%d records: %d to %d bytes, median %d", len(sizes), sizes[0], sizes[len(sizes)-1], median)
	if median > 400 {
		t.Errorf("the median record has %d bytes", median)
	}
}

// And so it is whatever people have said since, and whatever is missing.
func TestRescreenTellsWhatPeopleSaid(t *testing.T) {
	s, names := floor(t), documents(t)
	voc := rulebook.Floor().Vocabulary()
	rapid.Check(t, func(rt *rapid.T) {
		r := *readFile(t, rapid.SampledFrom(names).Draw(rt, "document"))
		if rapid.IntRange(0, 9).Draw(rt, "drop") == 0 {
			r.Offences = nil
		}
		now := Situation{Today: today()}
		for i := range rapid.IntRange(0, 12).Draw(rt, "said") {
			d := rapid.SampledFrom(voc.All()).Draw(rt, "fact")
			n := map[fact.Scope]int{fact.OfRequest: 1, fact.OfMeasure: len(r.Measures), fact.OfOffence: len(r.Offences), fact.OfPerson: len(r.Persons)}[d.Scope]
			if d.Take != fact.Alone || n == 0 || d.Kind == fact.Number {
				continue
			}
			a := fact.Assertion{
				ID: fmt.Sprint(i), Fact: d.Name, Of: fact.Instance{Scope: d.Scope, Index: rapid.IntRange(0, n-1).Draw(rt, "instance")},
				Source: rapid.SampledFrom([]fact.Source{fact.Reviewer, fact.Court}).Draw(rt, "source"), Author: rapid.SampledFrom([]string{"mila", "noor"}).Draw(rt, "author"),
				At: today().Add(time.Duration(i) * time.Hour), Value: fact.Value(rapid.IntRange(0, 1).Draw(rt, "value")),
			}
			now.Said = append(now.Said, a)
		}
		sameAsScreened(t, r.Reference, s, &r, now)
	})
}

// Under another rulebook the record tells what that one would have proposed.
func TestRescreenUnderAnotherRulebook(t *testing.T) {
	s := floor(t)
	book, err := rulebook.With(fstest.MapFS{"own.yaml": {Data: []byte(strict)}})
	if err != nil {
		t.Fatal(err)
	}
	stricter := New(book, law.Starting(), signal.Floor(), nil, "test")
	changed := 0
	for _, name := range documents(t) {
		r := readFile(t, name)
		record, err := s.Record(r, Situation{Today: today()})
		if err != nil {
			t.Fatal(err)
		}
		got, err := stricter.Rescreen(record)
		if err != nil {
			t.Fatal(err)
		}
		if want := screened(t, stricter, r, Situation{}); got.Outcome.String() != want.Outcome {
			t.Errorf("%s: from its record %s, screened %s", name, got.Outcome, want.Outcome)
		}
		if before, _ := s.Rescreen(record); before.Outcome != got.Outcome {
			changed++
		}
	}
	if changed == 0 {
		t.Error("the stricter rulebook changed nothing: nothing was compared")
	}
}

// strict refuses whoever asks for content.
const strict = `
rules:
  - id: own-no-content
    title: No content
    gate: screening
    for: measure
    holds: measure.data in ["subscriber", "sole-identification", "traffic"]
    counts: [requester, registry, reviewer, court]
    otherwise: refuse
    absolute: true
    grounds: [overbroad-scope]
    basis: ["std:np1"]
    checks: [C14]
    why: A house rule of this test.
    examples:
      - {given: {measure.data: traffic}, verdict: met}
      - {given: {measure.data: content}, verdict: not met}
      - {given: {}, verdict: unknown}
`

func TestRecordRefuses(t *testing.T) {
	s, r := floor(t), genuine(t)
	now := Situation{Today: today(), Said: []fact.Assertion{{ID: "x", Fact: "no.such", Source: fact.Court}}}
	if _, err := s.Record(r, now); err == nil {
		t.Error("a fact that is not declared was recorded")
	}
	if _, _, err := s.Conclude(r, now); err == nil {
		t.Error("a fact that is not declared was screened")
	}
	_, err := s.Rescreen([]byte{7})
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "cannot be asked again: fact record, byte 1 of 1") || !strings.Contains(err.Error(), "; screen the request itself") {
		t.Errorf("got %v", err)
	}
}
