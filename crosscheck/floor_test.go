package crosscheck

import (
	"maps"
	"slices"
	"testing"

	"github.com/rogatory/rogatory/crosscheck/handwritten"
	"github.com/rogatory/rogatory/crosscheck/ours"
	"github.com/rogatory/rogatory/crosscheck/sample"
	"github.com/rogatory/rogatory/crosscheck/withcel"
	"github.com/rogatory/rogatory/crosscheck/withopa"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
)

// Every rule of the floor, for every instance of random requests: CEL gives the
// same verdict, and for an unknown one the same facts that are missing.
func TestFloorAgainstCEL(t *testing.T) {
	book := rulebook.Floor()
	own := ours.New(book.Vocabulary(), book.Rules())
	inCEL, err := withcel.New(book.Vocabulary(), book.Rules())
	if err != nil {
		t.Fatal(err)
	}
	var seen [3]int
	for i, r := range sample.Draw(book.Vocabulary(), 2, 3000) {
		if err := own.Convert(r); err != nil {
			t.Fatal(err)
		}
		own.Evaluate()
		if err := inCEL.Evaluate(r); err != nil {
			t.Fatal(err)
		}
		for _, found := range own.Found.List {
			asked := book.Rules()[found.Rule]
			answer := inCEL.Answers[found.Rule][found.Instance]
			verdict, err := withcel.Verdict(answer, nil)
			if err != nil || verdict != found.Verdict {
				t.Fatalf("request %d, rule %s, %s %d: %s, and CEL says %v: %v", i, asked.ID, asked.For, found.Instance, found.Verdict, answer, err)
			}
			seen[verdict]++
			if verdict != rule.Unknown {
				continue
			}
			if got, want := needs(book.Vocabulary(), asked, own.Found.Of(found)), withcel.Needs(answer); !maps.Equal(got, want) {
				t.Fatalf("request %d, rule %s, %s %d needs %v, and CEL says %v", i, asked.ID, asked.For, found.Instance, names(got), names(want))
			}
		}
	}
	t.Logf("unknown, met, not met: %d", seen)
	if slices.Min(seen[:]) < 10000 {
		t.Errorf("some verdict hardly occurs: %d", seen)
	}
}

// needs names the facts a finding needs as the rule does: a fact of other
// instances by its aggregate.
func needs(voc *fact.Vocabulary, asked *rule.Rule, cited []rule.Cited) map[string]bool {
	set := make(map[string]bool)
	for _, c := range cited {
		base := voc.At(c.Scope, c.Slot).Name
		for _, atom := range asked.Holds.Atoms() {
			if d, _, _ := voc.Find(atom.Fact); d.Name == base || d.Of == base {
				set[string(d.Name)] = true
			}
		}
	}
	return set
}

func names(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// Rego, with truth and falsity written separately, and generated Go give the
// same verdicts.
func TestFloorAgainstOPAAndGo(t *testing.T) {
	book := rulebook.Floor()
	own := ours.New(book.Vocabulary(), book.Rules())
	inOPA, err := withopa.New(book.Vocabulary(), book.Rules())
	if err != nil {
		t.Fatal(err)
	}
	var prepared handwritten.Prepared
	var byHand handwritten.Verdicts
	for i, r := range sample.Draw(book.Vocabulary(), 3, 500) {
		if err := own.Convert(r); err != nil {
			t.Fatal(err)
		}
		own.Evaluate()
		prepared.Prepare(r)
		handwritten.Evaluate(&prepared, &byHand)
		if got, want := byHand.List(), own.Verdicts(); !slices.Equal(got, want) {
			t.Fatalf("request %d: generated Go says\n%v, and the evaluator\n%v", i, got, want)
		}
		if err := inOPA.Evaluate(r); err != nil {
			t.Fatal(err)
		}
		got, err := inOPA.Verdicts()
		if err != nil {
			t.Fatal(err)
		}
		if want := own.Verdicts(); !slices.Equal(got, want) {
			t.Fatalf("request %d: OPA says\n%v, and the evaluator\n%v", i, got, want)
		}
	}
}
