package docket

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/screen"
)

func itoa(n int) string { return strconv.Itoa(n) }

// establish finds out what holds for an act, and names the safeguards that do
// not let it pass. What cannot be established does not hold.
func (d *Docket) establish(ctx context.Context, c *Case, who Actor, a *Act, now time.Time) (lifecycle.Circumstances, []string, error) {
	var x lifecycle.Circumstances
	set := func(holds bool, what lifecycle.Circumstances) {
		if holds {
			x |= what
		}
	}
	set(a.Why != "", lifecycle.Reasoned)
	set(len(a.Grounds) > 0, lifecycle.Grounded)
	set(d.formFits(c, a), lifecycle.FormFits)
	set(c.seconds(who, a), lifecycle.Seconded)
	set(c.uninvolved(who, a), lifecycle.Uninvolved)
	set(d.endsInTime(c, a, now), lifecycle.Ends)
	set(stated(a.Risk), lifecycle.LifeAtRisk)
	set(stated(a.Remedy), lifecycle.RemedySought)
	set(stated(a.Way), lifecycle.ChannelChosen)
	set(stated(a.Proof), lifecycle.Proven)
	set(a.Decision != nil && stated(a.Decision.By) && stated(a.Decision.Reference), lifecycle.DecisionSeen)
	set(preserveOnly(c.Request), lifecycle.OnlyKeep)
	set(d.issuerTells(c), lifecycle.IssuerTells)
	set(!same2(who.Name, c.did(lifecycle.Collect)), lifecycle.NotCollector)
	set(d.competent(c, a), lifecycle.Competent)
	set(c.within(a), lifecycle.Within)
	set(c.limited(a), lifecycle.LimitedData)
	set(c.floorPassed(now), lifecycle.FloorPassed)
	set(a.Link != "" && d.linked(ctx, a.Link), lifecycle.Linked)
	if err := d.asksRegister(ctx, c, a, &x); err != nil {
		return 0, nil, err
	}
	open, err := d.askGates(ctx, c, a, now, &x)
	return x, open, err
}

func stated(s string) bool { return strings.TrimSpace(s) != "" }

// same2 reports whether a name is among others, however it is written.
func same2(name string, others []string) bool {
	return slices.ContainsFunc(others, func(o string) bool { return strings.EqualFold(strings.TrimSpace(o), strings.TrimSpace(name)) })
}

// asksRegister says what the register of authorities makes of the sender.
func (d *Docket) asksRegister(ctx context.Context, c *Case, a *Act, x *lifecycle.Circumstances) error {
	authority, err := d.register.Authority(ctx, authorityOf(c))
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	points, err := d.register.Points(ctx)
	if err != nil {
		return err
	}
	if authority.ready() {
		*x |= lifecycle.KeyEnrolled
	}
	if authority.reaches(a.Contact, points) {
		*x |= lifecycle.ContactConfirmed
		*x |= lifecycle.Authentic
	}
	signed := c.Channel.Authenticated != nil && *c.Channel.Authenticated && (c.Channel.Kind == "registered" || c.Channel.Kind == "portal")
	if signed && !authority.Suspended && authority.Country == c.Request.Requesting.Country {
		*x |= lifecycle.Authentic
	}
	return nil
}

// gated is which gates an act has to pass. Every other gate is not asked.
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
	lifecycle.Preserve:      {nil, 0},
	lifecycle.AllowOnward:   {nil, 0},
}

// askGates asks the rulebook what an act has to pass, of the measures and
// offences it concerns.
func (d *Docket) askGates(ctx context.Context, c *Case, a *Act, now time.Time, x *lifecycle.Circumstances) ([]string, error) {
	g, ok := gated[a.Do]
	if !ok {
		return nil, nil
	}
	measures, offences := c.concerns(a)
	asked, err := d.gates(ctx, c, measures, offences, now)
	if err != nil {
		return nil, err
	}
	if asked.BarFree() {
		*x |= lifecycle.BarFree
	}
	if g.gates != nil && asked.Met(g.gates...) {
		*x |= g.holds
	}
	var open []string
	for _, gate := range g.gates {
		for _, f := range asked.Open(gate) {
			name := f.Safeguard
			if f.Instance != "request" {
				name += " " + f.Instance
			}
			if !slices.Contains(open, name) {
				open = append(open, name)
			}
		}
	}
	return open, nil
}

// concerns are the measures and offences an act is about.
func (c *Case) concerns(a *Act) (measures, offences []int) {
	measures, offences = c.inPlay()
	switch {
	case a.Do == lifecycle.Forward || a.Do == lifecycle.OpenLane:
		return a.Measures, a.Offences
	case a.Do == lifecycle.Grant && a.Grant != nil:
		measures = nil
		for _, item := range a.Grant.Items {
			measures = append(measures, item.Measure)
		}
	case a.Do == lifecycle.Release && c.Grant != nil:
		measures = nil
		for _, item := range c.Grant.Items {
			measures = append(measures, item.Measure)
		}
	}
	return measures, offences
}

// gates asks every safeguard of a part of the case; nil: of all that is in play.
func (d *Docket) gates(ctx context.Context, c *Case, measures, offences []int, now time.Time) (*screen.Gates, error) {
	if measures == nil && offences == nil {
		measures, offences = c.inPlay()
	}
	said, err := d.said(c)
	if err != nil {
		return nil, err
	}
	history, err := d.history(ctx, c)
	if err != nil {
		return nil, err
	}
	part, said := screen.Part(c.Request, said, measures, offences)
	return d.screener.Gates(part, screen.Situation{At: c.Received, Today: now, History: history, Said: said})
}

// said is what people said, as assertions. What today's vocabulary does not
// know says nothing.
func (d *Docket) said(c *Case) ([]fact.Assertion, error) {
	var list []fact.Assertion
	at := make(map[string]time.Time)
	for i := range c.Events {
		for _, s := range c.Events[i].Said {
			at[s.ID] = c.Events[i].At
		}
	}
	for i := range c.Said {
		a, err := c.Said[i].assertion(d.book.Vocabulary(), at[c.Said[i].ID])
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// seconds reports whether another person has proposed this very act. A freeze
// is confirmed by another than the one who froze.
func (c *Case) seconds(who Actor, a *Act) bool {
	if a.Do == lifecycle.ConfirmFreeze {
		frozen := c.did(lifecycle.FreezeCase)
		return len(frozen) > 0 && !same2(who.Name, frozen[len(frozen)-1:])
	}
	p := c.Proposed
	return p != nil && p.Do == a.Do && p.Digest == a.digest(a.Do) && !same2(who.Name, []string{p.By})
}

// uninvolved reports whether an actor judges nothing of their own. A finding is
// corrected by two of whom at least one did not sign it.
func (c *Case) uninvolved(who Actor, a *Act) bool {
	deciders := c.did(
		lifecycle.Forward, lifecycle.Apply, lifecycle.Grant, lifecycle.OpenLane, lifecycle.Compel, lifecycle.Release,
		lifecycle.Refuse, lifecycle.Object, lifecycle.Redirect, lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy,
	)
	switch a.Do {
	case lifecycle.Correct:
		signed := c.did(lifecycle.Refuse, lifecycle.Redirect, lifecycle.Object)
		if p := c.Proposed; p != nil && p.Do == a.Do && !same2(p.By, signed) {
			return true
		}
		return !same2(who.Name, signed) || c.Proposed == nil
	case lifecycle.RejectChallenge, lifecycle.UpholdChallenge:
		if c.Challenge == lifecycle.Appealed {
			deciders = append(deciders, c.did(lifecycle.RejectChallenge)...)
		}
	}
	return !same2(who.Name, deciders)
}

// formFits reports whether this kind of office answers so under the instrument.
func (d *Docket) formFits(c *Case, a *Act) bool {
	kind := d.office.Answer("refuse", c.Request.Instrument, a.Grounds).Kind
	switch a.Do {
	case lifecycle.Refuse:
		return kind == "refusal"
	case lifecycle.Object:
		return kind == "objection"
	}
	return true
}

// issuerTells: Regulation (EU) 2023/1543, art. 13, or the office's own law.
func (d *Docket) issuerTells(c *Case) bool {
	return c.Request.Instrument == "eu-eevidence" || d.office.Notifies.Text == "issuing-authority"
}

// competent reports whether whoever granted may decide on every category.
// Traffic and content are for a court, whatever a profile says; nothing is for
// the police.
func (d *Docket) competent(c *Case, a *Act) bool {
	if a.Grant == nil || len(a.Grant.Items) == 0 {
		return false
	}
	for _, item := range a.Grant.Items {
		data := c.Request.Measures[item.Measure].Data
		needed := d.office.Authoriser(data)
		if data != "subscriber" && data != "sole-identification" && needed != "court" && needed != "judge" {
			needed = "court"
		}
		if rank(a.Grant.By) < rank(needed) {
			return false
		}
	}
	return true
}

// rank orders authorities by independence; what is unknown ranks lowest.
func rank(authority string) int {
	switch authority {
	case "court", "judge":
		return 4
	case "prosecutor":
		return 3
	case "administrative-authority":
		return 2
	case "own-decision":
		return 1
	}
	return 0
}

// within reports whether an act goes no further than what it rests on: a grant
// than the request, a collection than the grant or the compulsion.
func (c *Case) within(a *Act) bool {
	measures, _ := c.inPlay()
	switch a.Do {
	case lifecycle.Grant:
		return a.Grant != nil && len(a.Grant.Items) > 0 && !slices.ContainsFunc(a.Grant.Items, func(i Item) bool {
			m := c.Request.Measures[i.Measure]
			return !slices.Contains(measures, i.Measure) || m.Mode == "real-time" ||
				i.From.Before(m.From.Time) || i.To.After(endOf(m.To.Time, m.To.Date)) || i.From.After(i.To)
		})
	case lifecycle.Compel:
		return len(a.Measures) > 0
	case lifecycle.Collect:
		allowed := measures
		if c.Grant != nil && c.Basis == lifecycle.Order {
			allowed = nil
			for _, i := range c.Grant.Items {
				allowed = append(allowed, i.Measure)
			}
		}
		return len(a.Files) > 0 && !slices.ContainsFunc(a.Files, func(f File) bool {
			return !slices.Contains(allowed, f.Measure) || f.SHA256 == "" || f.Size < 0
		})
	case lifecycle.Seal, lifecycle.Release:
		return len(c.Files) > 0
	}
	return true
}

func endOf(t time.Time, date bool) time.Time {
	if date {
		return t.AddDate(0, 0, 1)
	}
	return t
}

// lastTraffic is how far back connection and location data go in the emergency
// lane: to where somebody was last, and no history of where they have been.
const lastTraffic = 72 * time.Hour

// limited reports whether nothing but subscriber, connection and last-location
// data are concerned.
func (c *Case) limited(a *Act) bool {
	return len(a.Measures) > 0 && !slices.ContainsFunc(a.Measures, func(i int) bool {
		m := c.Request.Measures[i]
		switch m.Data {
		case "subscriber", "sole-identification":
			return m.Mode != "stored"
		case "traffic":
			return m.Mode != "stored" || m.From.IsZero() || endOf(m.To.Time, m.To.Date).Sub(m.From.Time) > lastTraffic
		}
		return true
	})
}

// floorPassed reports whether no clock says wait: what leaves early cannot be
// brought back.
func (c *Case) floorPassed(now time.Time) bool {
	k := c.clock(clockFloor)
	return k == nil || !now.Before(k.At) || c.count(lifecycle.Clear) > 0 || c.Request.Urgency.Level == "emergency"
}

// endsInTime reports whether an act that needs an end has one within its limit.
func (d *Docket) endsInTime(c *Case, a *Act, now time.Time) bool {
	until := a.Until
	limit := func(days int) bool { return until.After(now) && !until.After(now.AddDate(0, 0, days)) }
	switch a.Do {
	case lifecycle.Grant:
		if a.Grant == nil {
			return false
		}
		until = a.Grant.Expires
		return limit(grantDays)
	case lifecycle.OrderSecrecy:
		return limit(d.office.SecrecyLimit())
	case lifecycle.ExtendSecrecy:
		k := c.clock(clockSecrecy)
		return k != nil && until.After(k.At) && !until.After(k.At.AddDate(0, 0, d.office.SecrecyLimit()))
	case lifecycle.Preserve:
		return true // by the calendar, see clocksOf
	case lifecycle.ExtendPreserving:
		deadline, err := calendar.Find(keepFor(c.Request))
		if err != nil {
			return false
		}
		_, err = deadline.Extended(c.count(lifecycle.ExtendPreserving) + 1)
		return err == nil
	case lifecycle.Postpone:
		return limit(postponeDays)
	case lifecycle.Hold, lifecycle.AllowOnward:
		return limit(holdDays)
	}
	return !until.IsZero()
}

// Limits that the gateway sets itself, in days.
const (
	grantDays    = 90
	postponeDays = 90
	holdDays     = 365
)

// linked reports whether a request for what is kept is on file and alive.
func (d *Docket) linked(ctx context.Context, other Ref) bool {
	_, row, err := d.records.Entries(ctx, other, 1<<30)
	return err == nil && row.Open && !slices.Contains(deadStages, row.Stage)
}

// deadStages are those from which nothing will be asked for any more.
var deadStages = []string{
	lifecycle.Refused.String(), lifecycle.Redirected.String(), lifecycle.Denied.String(), lifecycle.Withdrawn.String(),
	lifecycle.Annulled.String(), lifecycle.Closed.String(), lifecycle.Erased.String(), lifecycle.Disclosed.String(),
}

// decidedAs is what the office decided of a case, in the words of package
// screen; empty: nothing yet.
func decidedAs(c *Case) (outcome string, grounds []string, when time.Time) {
	for i := range c.Events {
		switch e := &c.Events[i]; e.Do {
		case lifecycle.Refuse:
			outcome, grounds, when = "refused", e.Grounds, e.At
		case lifecycle.Object:
			outcome, grounds, when = "objected", e.Grounds, e.At
		case lifecycle.Deny:
			outcome, grounds, when = "denied", e.Grounds, e.At
		case lifecycle.Correct:
			outcome, grounds = "", nil
		}
	}
	return outcome, grounds, when
}
