package screen

import (
	"slices"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
)

// A finding is the verdict of one safeguard for one instance, and what it means
// for the outcome.
type finding struct {
	rule     *rule.Rule
	instance fact.Instance
	verdict  rule.Verdict
	cited    []rule.Cited
	outcome  Outcome // Forward if the safeguard is met
	doubted  bool    // a doubt or a dispute, not mere silence
	decisive bool
	mixed    bool // fails for one offence while another stands
}

// considered is a request after every safeguard was asked.
type considered struct {
	*brief
	book     *rulebook.Book
	standing []fact.Assertion
	findings []finding
	outcome  Outcome
}

func (c *considered) take(set *rule.Set, found *rule.Findings) {
	for _, f := range found.List {
		r := set.Rules()[f.Rule]
		x := finding{
			rule: r, instance: fact.Instance{Scope: r.For, Index: int(f.Instance)},
			verdict: f.Verdict, cited: slices.Clone(found.Of(f)),
		}
		x.outcome = c.means(&x)
		c.findings = append(c.findings, x)
	}
}

var effects = map[rule.Effect]Outcome{
	rule.Refuse: Refuse, rule.Redirect: Redirect, rule.Return: Return, rule.Narrow: Narrow,
}

// means says what one verdict calls for. Not met: the rule's own effect.
// Unknown: a doubt, a dispute, or something only people can settle is examined;
// what the requester can settle is asked for: what is not known cannot be
// narrowed either.
func (c *considered) means(x *finding) Outcome {
	switch x.verdict {
	case rule.Met:
		return Forward
	case rule.NotMet:
		return effects[x.rule.Otherwise]
	}
	for _, f := range x.cited {
		if f.Footing == fact.Doubted || f.Footing == fact.Disputed {
			x.doubted = true
			return Examine
		}
	}
	for _, f := range x.cited {
		if !c.book.Vocabulary().At(f.Scope, f.Slot).Settle.Has(fact.Requester) {
			return Examine
		}
	}
	return Return
}

// decide gives the outcome: the first that any finding calls for. Offences are
// taken together first: where some fail and some stand, whether the rest stands
// alone is a question for a person. A refusal that is not absolute and concerns
// one measure while others stand is a narrowing.
func (c *considered) decide() {
	c.mixOffences()
	c.dropMeasures()
	c.outcome = Forward
	if len(c.r.Measures) == 0 || len(c.r.Offences) == 0 {
		c.outcome = Return
	}
	for i := range c.findings {
		if !c.subsumed(&c.findings[i]) {
			c.outcome = min(c.outcome, c.findings[i].outcome)
		}
	}
	for i := range c.findings {
		c.findings[i].decisive = c.decides(&c.findings[i])
	}
}

// mixOffences turns the failures of single offences into a question when at
// least one offence fails nothing.
func (c *considered) mixOffences() {
	failing := make(map[int]bool)
	for _, x := range c.findings {
		if x.instance.Scope == fact.OfOffence && x.verdict == rule.NotMet {
			failing[x.instance.Index] = true
		}
	}
	if len(failing) == 0 || len(failing) == len(c.r.Offences) {
		return
	}
	for i := range c.findings {
		x := &c.findings[i]
		if x.instance.Scope == fact.OfOffence && x.verdict == rule.NotMet {
			x.outcome, x.mixed = Examine, true
		}
	}
}

func (c *considered) dropMeasures() {
	standing := 0
	for i := range c.r.Measures {
		if !c.measureFails(i) {
			standing++
		}
	}
	for i := range c.findings {
		x := &c.findings[i]
		if x.instance.Scope == fact.OfMeasure && x.outcome == Refuse && !x.rule.Absolute && standing > 0 {
			x.outcome = Narrow
		}
	}
}

func (c *considered) measureFails(i int) bool {
	return slices.ContainsFunc(c.findings, func(x finding) bool {
		return x.instance == fact.Instance{Scope: fact.OfMeasure, Index: i} && x.verdict == rule.NotMet
	})
}

// decides says whether a finding is named among the grounds: every definite
// failure; every unknown that carries the outcome, unless the same answer
// settles a more general one, or it is background and something specific carries
// the outcome as well; and beside a refusal every doubt about a safeguard whose
// failure would also refuse.
func (c *considered) decides(x *finding) bool {
	if x.verdict == rule.NotMet {
		return true
	}
	if x.verdict == rule.Met {
		return false
	}
	if c.outcome == Refuse {
		return x.doubted && x.rule.Otherwise == rule.Refuse
	}
	if x.outcome != c.outcome || c.subsumed(x) {
		return false
	}
	return !x.rule.Background || !c.carried(x)
}

// carried reports whether a finding that is more than background carries the
// outcome, so that x need not name the ground.
func (c *considered) carried(x *finding) bool {
	return slices.ContainsFunc(c.findings, func(y finding) bool {
		return !y.rule.Background && y.outcome == c.outcome && !c.subsumed(&y)
	})
}

// subsumed reports whether every fact an unknown finding still needs is settled
// by the answer to a more general one, which is itself open or answered no: the
// safeguard on that one carries the outcome.
func (c *considered) subsumed(x *finding) bool {
	if x.verdict != rule.Unknown || x.doubted {
		return false
	}
	for _, f := range x.cited {
		d := c.book.Vocabulary().At(f.Scope, f.Slot)
		if d.With == "" || c.affirmed(d.With, fact.Instance{Scope: f.Scope, Index: int(f.Instance)}) {
			return false
		}
	}
	return true
}

// affirmed reports whether anybody says yes to a fact.
func (c *considered) affirmed(name fact.Name, of fact.Instance) bool {
	return slices.ContainsFunc(c.standing, func(a fact.Assertion) bool {
		return a.Fact == name && a.Of == of && a.Value == fact.OfBool(true)
	})
}

// preserve says whether the data should be kept meanwhile: while the matter is
// open, for a sender who is known, and never for a request that a bar stands
// against. Preservation discloses nothing.
func (c *considered) preserve() bool {
	if c.outcome == Refuse || !c.verified {
		return false
	}
	for _, x := range c.findings {
		if x.rule.Absolute && x.verdict == rule.NotMet {
			return false
		}
	}
	return slices.ContainsFunc(c.r.Measures, func(m request.Measure) bool { return named(m.Targets) })
}
