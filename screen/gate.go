package screen

import (
	"slices"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/rule"
)

// Gates is a request that every safeguard of every gate was asked about.
type Gates struct{ c *considered }

// Gates asks every gate. What stands at a gate is asked anew each time, from
// everything said so far: no answer is kept.
func (s *Screener) Gates(r *request.Request, now Situation) (*Gates, error) {
	c, err := s.consider(r, now, rule.Intake, rule.Screening, rule.AtCourt, rule.Disclosure, rule.Secrecy)
	if err != nil {
		return nil, err
	}
	return &Gates{c}, nil
}

// Met reports whether every safeguard of the gates is known to hold. A request
// without an offence or a measure meets none.
func (g *Gates) Met(gates ...rule.Gate) bool {
	if len(g.c.r.Measures) == 0 || len(g.c.r.Offences) == 0 {
		return false
	}
	return !slices.ContainsFunc(g.c.findings, func(x finding) bool {
		return x.verdict != rule.Met && slices.Contains(gates, x.rule.Gate)
	})
}

// Holds reports whether safeguards are known to hold, for every instance they are
// asked for. One that is not in the rulebook does not.
func (g *Gates) Holds(safeguards ...string) bool {
	for _, id := range safeguards {
		asked := false
		for i := range g.c.findings {
			if x := &g.c.findings[i]; x.rule.ID == id {
				asked = true
				if x.verdict != rule.Met {
					return false
				}
			}
		}
		if !asked {
			return false
		}
	}
	return true
}

// BarFree reports whether no absolute safeguard, at any gate, is known not to
// hold.
func (g *Gates) BarFree() bool {
	return !slices.ContainsFunc(g.c.findings, func(x finding) bool { return x.rule.Absolute && x.verdict == rule.NotMet })
}

// Open lists the findings of a gate that do not let pass.
func (g *Gates) Open(gate rule.Gate) []Finding {
	var list []Finding
	for i := range g.c.findings {
		if x := &g.c.findings[i]; x.rule.Gate == gate && x.verdict != rule.Met {
			list = append(list, g.c.finding(x))
		}
	}
	return list
}

// Part is the request confined to some of its measures and offences, and what
// was said of those. An index out of range is left out.
func Part(r *request.Request, said []fact.Assertion, measures, offences []int) (*request.Request, []fact.Assertion) {
	part := *r
	part.Measures, part.Offences = nil, nil
	for _, i := range measures {
		part.Measures = append(part.Measures, r.Measures[i])
	}
	for _, i := range offences {
		part.Offences = append(part.Offences, r.Offences[i])
	}
	var kept []fact.Assertion
	for _, a := range said {
		switch a.Of.Scope {
		case fact.OfMeasure:
			a.Of.Index = slices.Index(measures, a.Of.Index)
		case fact.OfOffence:
			a.Of.Index = slices.Index(offences, a.Of.Index)
		}
		if a.Of.Index >= 0 {
			kept = append(kept, a)
		}
	}
	return &part, kept
}

// Accounts are the accounts a request asks about, each as one word, so that the
// same account is found again however it was spelt.
func Accounts(r *request.Request) []string {
	var list []string
	seen := make(map[string]bool) // a stranger may name thousands
	for _, m := range r.Measures {
		for _, t := range m.Targets {
			for _, one := range accounts(t.Value) {
				if !seen[one] {
					seen[one] = true
					list = append(list, one)
				}
			}
		}
	}
	return list
}

// About gives what stands about a fact of an instance, by whomever it was said.
func (g *Gates) About(name fact.Name, of fact.Instance) []fact.Assertion { return g.c.about(name, of) }

// AccountsIn are the accounts a text names, as Accounts writes them.
func AccountsIn(text string) []string { return accounts(text) }
