// Package rule is the language safeguards are written in, and its evaluator.
//
// A rule holds, does not hold, or cannot be known to hold; only the first lets
// a request pass. The evaluator collects every reason: it never stops at the
// first rule that fails, and for a rule that cannot be known it names exactly
// the facts that would settle it. It refuses to load a rule that could ask
// whether a fact is present: an unknown fact never passes.
package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fact"
)

// A Verdict says whether a safeguard is satisfied.
// The zero Verdict is Unknown, which never lets a request pass.
type Verdict uint8

// The verdicts.
const (
	Unknown Verdict = iota // a fact that could settle it is missing
	Met
	NotMet
)

var verdictNames = []string{"unknown", "met", "not met"}

// String gives the word for v.
func (v Verdict) String() string { return verdictNames[v] }

// ParseVerdict reads the word for a verdict.
func ParseVerdict(word string) (Verdict, error) {
	if i := slices.Index(verdictNames, word); i >= 0 {
		return Verdict(i), nil
	}
	return 0, fmt.Errorf("unknown verdict %q: use met, not met or unknown", word)
}

// Passes reports whether v lets the request go on. Only Met does.
func (v Verdict) Passes() bool { return v == Met }

// A Gate is the step of a case at which a safeguard is asked.
type Gate uint8

// The gates, in the order a case meets them.
const (
	Intake Gate = iota
	Screening
	AtCourt
	Disclosure
	Secrecy
)

var gateNames = []string{"intake", "screening", "court", "disclosure", "secrecy"}

// String gives the word for g.
func (g Gate) String() string { return gateNames[g] }

// ParseGate reads the word for a gate.
func ParseGate(word string) (Gate, error) {
	if i := slices.Index(gateNames, word); i >= 0 {
		return Gate(i), nil
	}
	return 0, fmt.Errorf("unknown gate %q: use one of %s", word, strings.Join(gateNames, ", "))
}

// An Effect is what is proposed when a safeguard is not met.
type Effect uint8

// The effects.
const (
	Refuse Effect = iota
	Redirect
	Return
	Narrow
)

var effectNames = []string{"refuse", "redirect", "return", "narrow"}

// String gives the word for e.
func (e Effect) String() string { return effectNames[e] }

// ParseEffect reads the word for an effect.
func ParseEffect(word string) (Effect, error) {
	if i := slices.Index(effectNames, word); i >= 0 {
		return Effect(i), nil
	}
	return 0, fmt.Errorf("unknown effect %q: use one of %s", word, strings.Join(effectNames, ", "))
}

// A Rule is one safeguard.
type Rule struct {
	ID         string
	Title      string
	Gate       Gate
	For        fact.Scope // evaluated once per instance of this
	Holds      *Expr
	Counts     fact.Sources // whose word counts
	Otherwise  Effect       // what is proposed when it is not met
	Absolute   bool         // an absolute bar is never softened by narrowing
	Background bool         // named among the grounds only where nothing more specific is
	Grounds    []string     // of the closed list of the request format
	Basis      []string     // ids of clauses of the law data
	Checks     []string     // C01 to C63
	Why        string
	Examples   []Example
	Where      string // file, line and column it was read from
}

// An Example is a rule's own test: facts given, verdict expected.
type Example struct {
	Given   map[fact.Name]fact.Value
	Verdict Verdict
	Where   string
}

// Check reports what makes the rule unfit to be loaded, nil if nothing does.
func (r *Rule) Check() error {
	if r.Counts == 0 {
		return fmt.Errorf("rule %s: nobody's word counts, so it could never be met; name a source", r.ID)
	}
	if r.Counts.Has(fact.Signal) {
		return fmt.Errorf("rule %s: a signal raises questions and never clears one; it cannot count", r.ID)
	}
	if r.Gate >= AtCourt && r.Counts&^fact.People != 0 {
		return fmt.Errorf("rule %s: at the %s gate only reviewer and court count: what a registry or requester says satisfies there only once a person has confirmed it for this case", r.ID, r.Gate)
	}
	return nil
}

// Try runs the examples of the rule and reports the first that is wrong, or
// which of the three verdicts has none.
func (r *Rule) Try(voc *fact.Vocabulary) error {
	var seen [3]bool
	set := NewSet([]*Rule{r})
	for _, x := range r.Examples {
		v := fact.NewVector(voc)
		v.Reset(1, 1, 1)
		for n, value := range x.Given {
			d, slot, ok := voc.Find(n)
			if !ok {
				return fmt.Errorf("rule %s: %s: there is no fact %q", r.ID, x.Where, n)
			}
			v.Cell(d.Scope, 0, slot).Say(r.Counts.List()[0], value)
		}
		var got Findings
		set.Evaluate(v, &got)
		if got.List[0].Verdict != x.Verdict {
			return fmt.Errorf("rule %s: %s: the example says %s, the rule says %s", r.ID, x.Where, x.Verdict, got.List[0].Verdict)
		}
		seen[x.Verdict] = true
	}
	for v, ok := range seen {
		if !ok {
			return fmt.Errorf("rule %s has no example of verdict %q; give one of each", r.ID, Verdict(v))
		}
	}
	return nil
}
