package docket

import (
	"context"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/screen"
)

// gated is which gates an act has to pass. Every other gate is not asked; those
// without a gate only must not meet an absolute bar.
var gated = map[lifecycle.Event]struct {
	gates []rule.Gate
	holds lifecycle.Circumstances
}{
	lifecycle.Forward:       {[]rule.Gate{rule.Intake, rule.Screening}, lifecycle.ScreeningMet},
	lifecycle.OpenLane:      {[]rule.Gate{rule.Intake, rule.Screening}, lifecycle.ScreeningMet},
	lifecycle.Apply:         {[]rule.Gate{rule.AtCourt}, lifecycle.CourtMet},
	lifecycle.Grant:         {[]rule.Gate{rule.AtCourt}, lifecycle.CourtMet},
	lifecycle.Release:       {[]rule.Gate{rule.Disclosure}, lifecycle.DisclosureMet},
	lifecycle.OrderSecrecy:  {[]rule.Gate{rule.Secrecy}, lifecycle.SecrecyMet},
	lifecycle.ExtendSecrecy: {[]rule.Gate{rule.Secrecy}, lifecycle.SecrecyMet},
	lifecycle.Preserve:      {},
	lifecycle.Compel:        {},
	lifecycle.AllowOnward:   {},
}

// askGates asks the rulebook what an act has to pass, of the measures and
// offences it concerns.
func (d *Docket) askGates(ctx context.Context, c *Case, who Actor, a *Act, now time.Time, e *established) error {
	g, ok := gated[a.Do]
	if !ok {
		return nil
	}
	e.says = append(e.says, c.orderSays(who, a, e.holds)...)
	more, err := d.assertions(e.says, func(string) time.Time { return now })
	if err != nil {
		return err
	}
	if a.Do == lifecycle.OpenLane && e.called {
		defer c.asCalled()()
	}
	measures, offences := c.concerns(a)
	asked, err := d.gates(ctx, c, measures, offences, now, more...)
	if err != nil {
		return err
	}
	free := asked.BarFree()
	if free {
		free, err = d.barFreeToPeople(ctx, c, now)
		if err != nil {
			return err
		}
	}
	if free {
		e.holds |= lifecycle.BarFree
	}
	if g.gates != nil && asked.Met(g.gates...) {
		e.holds |= g.holds
	}
	if a.Do == lifecycle.OpenLane && !asked.Holds(beforeNeed...) {
		e.holds &^= lifecycle.ScreeningMet
	}
	if asked.Holds(underCompulsion...) {
		e.holds |= lifecycle.CompelledMet
	}
	e.name(c, a, asked, g.gates)
	return nil
}

// name names the safeguards that stand in the way, and under a compulsion those
// that do not but do not hold either.
func (e *established) name(c *Case, a *Act, asked *screen.Gates, gates []rule.Gate) {
	switch {
	case a.Do == lifecycle.Compel || a.Do == lifecycle.Release && c.Basis == lifecycle.Compulsion:
		for _, gate := range []rule.Gate{rule.Intake, rule.Screening, rule.AtCourt, rule.Disclosure} {
			e.unmet = openIn(e.unmet, asked.Open(gate), nil)
		}
		if a.Do == lifecycle.Release {
			e.open = openIn(e.open, asked.Open(rule.Disclosure), underCompulsion)
		}
		return
	case a.Do == lifecycle.OpenLane:
		e.open = openIn(e.open, asked.Open(rule.AtCourt), beforeNeed)
	}
	for _, gate := range gates {
		e.open = openIn(e.open, asked.Open(gate), nil)
	}
}

// beforeNeed are the safeguards of the court gate that people answer before the
// emergency lane opens, because no court is asked: where is she, is what the
// one who hunts a refugee asks.
var beforeNeed = []string{"target-looked-at", "whereabouts-looked-at", "no-discrimination", "no-retaliation"}

// underCompulsion are the safeguards that no court above can have waived: that
// nothing leaves but what it compels, and on which conditions.
var underCompulsion = []string{"minimised", "existed-at-receipt", "conditions-signed"}

// openIn adds the names of findings to a list; only: nil is all of them.
func openIn(list []string, findings []screen.Finding, only []string) []string {
	for _, f := range findings {
		if only != nil && !slices.Contains(only, f.Safeguard) {
			continue
		}
		name := f.Safeguard
		if f.Instance != "request" {
			name += " " + f.Instance
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// barFreeToPeople reports whether no absolute safeguard is known not to hold if
// the requester's own word is set aside wherever a person of this side has
// spoken: what the requester denies does not make a finding of persecution
// doubtful.
func (d *Docket) barFreeToPeople(ctx context.Context, c *Case, now time.Time) (bool, error) {
	said, err := d.stated(c)
	if err != nil || len(said) == 0 {
		return true, err
	}
	before, err := d.gates(ctx, c, nil, nil, now)
	if err != nil {
		return false, err
	}
	var firm []fact.Assertion
	for _, a := range said {
		for _, other := range before.About(a.Fact, a.Of) {
			if a.Source >= fact.Reviewer && other.Source <= fact.Registry {
				a.Answers = append(slices.Clone(a.Answers), other.ID)
			}
		}
		firm = append(firm, a)
	}
	history, err := d.history(ctx, c)
	if err != nil {
		return false, err
	}
	after, err := d.screener.Gates(c.Request, screen.Situation{At: c.Received, Today: now, History: history, Said: firm})
	if err != nil {
		return false, err
	}
	return after.BarFree(), nil
}

// concerns are the measures and offences an act is about.
func (c *Case) concerns(a *Act) (measures, offences []int) {
	measures, offences = c.inPlay()
	switch {
	case a.Do == lifecycle.Forward || a.Do == lifecycle.OpenLane || a.Do == lifecycle.Compel:
		return a.Measures, a.Offences
	case a.Do == lifecycle.Grant && a.Grant != nil:
		measures = a.Grant.measures()
	case a.Do == lifecycle.Release:
		measures = nil
		for _, f := range c.Files {
			if !slices.Contains(measures, f.Measure) {
				measures = append(measures, f.Measure)
			}
		}
	}
	return measures, offences
}

// measures are those of which something was granted.
func (g *Grant) measures() []int {
	var list []int
	for _, item := range g.Items {
		list = append(list, item.Measure)
	}
	return list
}

// inPlay are the measures and offences the case still rests on.
func (c *Case) inPlay() (measures, offences []int) {
	measures, offences = c.Measures, c.Offences
	if measures == nil {
		measures = upTo(len(c.Request.Measures))
	}
	if offences == nil {
		offences = upTo(len(c.Request.Offences))
	}
	return measures, offences
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// gates asks every safeguard of a part of the case; nil: of all that is in play.
// More is said besides what is on record.
func (d *Docket) gates(ctx context.Context, c *Case, measures, offences []int, now time.Time, more ...fact.Assertion) (*screen.Gates, error) {
	if measures == nil && offences == nil {
		measures, offences = c.inPlay()
	}
	said, err := d.said(ctx, c, now)
	if err != nil {
		return nil, err
	}
	history, err := d.history(ctx, c)
	if err != nil {
		return nil, err
	}
	part, said := screen.Part(c.Request, append(said, more...), measures, offences)
	return d.screener.Gates(part, screen.Situation{At: c.Received, Today: now, History: history, Said: said})
}
