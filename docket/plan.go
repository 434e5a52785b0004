package docket

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/screen"
)

// byMail begins the way to a person that goes by electronic mail: what follows
// is the address. Any other way is gone by hand.
const byMail = "mail:"

// checkWay refuses what is meant as a mail address and is none: found out when
// secrecy ends, it would be too late. Who writes to the account that is asked
// about, or to an address already used for another person in the case, says who
// reads it: an abuser may, or a child.
func (c *Case) checkWay(a *Act) error {
	address, ok := strings.CutPrefix(a.Way, byMail)
	if !ok {
		return nil
	}
	address = strings.TrimSpace(address)
	if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address || parsed.Name != "" {
		return fault.Invalidf("way", "what stands behind %q is no mail address", byMail).WithHint("write mail:name@example.org, or another way in words")
	}
	if stated(a.Why) {
		return nil
	}
	asked := screen.Accounts(c.Request)
	if slices.ContainsFunc(screen.AccountsIn(address), func(s string) bool { return slices.Contains(asked, s) }) {
		return fault.Invalidf("way", "the address is an account that the request asks about").WithHint("say in the reason who reads it, and since when that is known; or choose another way")
	}
	for i := range c.Events {
		e := &c.Events[i]
		if e.Do == lifecycle.PlanNotice && strings.EqualFold(addressOf(e), address) && !slices.Equal(e.Whom, a.Whom) {
			return fault.Invalidf("way", "the address is one at which somebody else in this case is told").WithHint("say in the reason who reads it; two persons are told apart")
		}
	}
	return nil
}

// voiding are the events after which a notifier looks anew at how somebody is
// told: a stolen key may have planned it, or a life is at risk.
var voiding = []lifecycle.Event{lifecycle.FreezeCase, lifecycle.OpenLane}

// plan gives what a notifier decided about telling the person behind a target, the
// latest that names it; nil: nothing, a way that led nowhere, or one that has to be
// decided anew.
func (c *Case) plan(target string) *Event {
	var bounced []int
	for i := len(c.Events) - 1; i >= 0; i-- {
		e := &c.Events[i]
		switch {
		case slices.Contains(voiding, e.Do):
			return nil
		case e.Do == lifecycle.Bounce:
			bounced = append(bounced, e.Planned)
		case e.Do == lifecycle.PlanNotice && slices.Contains(e.Whom, target):
			if slices.Contains(bounced, e.Seq) {
				return nil
			}
			return e
		case e.Document != nil:
			return nil // the target may be another's
		}
	}
	return nil
}

// stillPlanned are those whom a plan names and no later event tells otherwise of.
func (c *Case) stillPlanned(plan *Event) []string {
	return slices.DeleteFunc(slices.Clone(plan.Whom), func(target string) bool { return c.plan(target) != plan })
}

// plans gives the plans by mail that are not carried out, each with those whom it
// is to tell.
func (c *Case) plans() (list []*Event, whom [][]string) {
	if c.Duty != lifecycle.DutyOpen || c.Request == nil {
		return nil, nil
	}
	_, untold := c.Told()
	for _, target := range untold {
		e := c.plan(target)
		if e == nil || !strings.HasPrefix(e.Way, byMail) {
			continue
		}
		i := slices.IndexFunc(list, func(o *Event) bool { return o.Seq == e.Seq })
		if i < 0 {
			list, whom, i = append(list, e), append(whom, nil), len(list)
		}
		whom[i] = append(whom[i], target)
	}
	return list, whom
}

// A Notice is a letter to a person, to be sent as a notifier has decided.
type Notice struct {
	Plan     int // number of the event in which it was decided
	Occasion int // number of the event that is told of: what comes later is told by another letter
	To       string
	Letter   letter.Letter
}

// Notices gives the letters that can be sent now, because a notifier has decided
// how and nothing forbids it any more. Whoever sends one reports it to Notified.
func (d *Docket) Notices(ctx context.Context, ref Ref) ([]Notice, error) {
	var list []Notice
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		list = nil
		if c.Freeze == lifecycle.Frozen || c.Freeze == lifecycle.FrozenByTwo || d.issuerTells(c) {
			return nil // while it is frozen nothing goes out; where the issuer tells, a person does with proof
		}
		plans, whom := c.plans()
		for i, e := range plans {
			_, _, err := d.carryOut(ctx, c, e, whom[i], "to come", now)
			var no *lifecycle.NotAllowed
			if errors.As(err, &no) {
				continue // not yet: a later change asks again
			}
			if err != nil {
				return err
			}
			l, err := d.notice(ctx, c, e, whom[i], now)
			if err != nil {
				return err
			}
			list = append(list, Notice{Plan: e.Seq, Occasion: c.occasion(c.Seq()), To: addressOf(e), Letter: *l})
		}
		return nil
	})
	return list, unlessErased(err)
}

// occasion is the last event before another that gave something new to tell.
func (c *Case) occasion(seq int) int {
	for i := min(seq, c.Seq()) - 1; i >= 0; i-- {
		if e := &c.Events[i]; e.Document != nil || slices.Contains(authorises, e.Do) {
			return e.Seq
		}
	}
	return 0
}

// NoticeLetter gives the letter of a plan, for a notifier who carries it by hand.
// It is a letter that may go out: none of a case that is frozen or secret, and none
// of a plan that another has replaced, or that has to be made anew.
func (d *Docket) NoticeLetter(ctx context.Context, who Actor, ref Ref, plan int) (*letter.Letter, error) {
	if who.Role != lifecycle.Notifier {
		return nil, fault.Forbiddenf(string(ref), "a %s writes to no person concerned", who.Role)
	}
	c, err := d.Show(ctx, who, ref, "")
	if err != nil {
		return nil, err
	}
	for i := range c.Events {
		if e := &c.Events[i]; e.Seq == plan && e.Do == lifecycle.PlanNotice {
			switch whom := c.stillPlanned(e); {
			case c.Secret():
				return nil, fault.Forbiddenf(string(ref), "a court has ordered secrecy: nobody is told")
			case c.Freeze == lifecycle.Frozen || c.Freeze == lifecycle.FrozenByTwo:
				return nil, fault.Conflictf(string(ref), "oversight has frozen the case: nobody is told meanwhile")
			case len(whom) == 0:
				return nil, fault.Conflictf(string(ref), "what event %d plans counts no more", plan).WithHint("plan anew how they are told, and take the letter of that plan")
			default:
				return d.notice(ctx, c, e, whom, d.now())
			}
		}
	}
	return nil, fault.NotFoundf(string(ref), "event %d is no plan of a notice", plan)
}

// carryOut says by which act a plan is carried out, if it may be now.
func (d *Docket) carryOut(ctx context.Context, c *Case, plan *Event, whom []string, proof string, now time.Time) (Act, lifecycle.State, error) {
	who := Actor{plan.By, lifecycle.Notifier}
	a := Act{Do: lifecycle.Tell, Why: plan.Why, Body: Body{Way: plan.Way, Remedy: plan.Remedy, Whom: whom, Proof: proof}}
	if !c.everyoneTold(&a) {
		a.Do = lifecycle.TellOne
	}
	found, err := d.establish(ctx, c, who, &a, now)
	if err != nil {
		return a, lifecycle.State{}, err
	}
	after, err := lifecycle.Next(c.State, who.Role, a.Do, found.holds)
	return a, after, err
}

// Notified records that a notice was sent as decided in an event, with what the
// mail server answered. It is the notifier's act: the decision and its signature
// stand in the plan.
func (d *Docket) Notified(ctx context.Context, ref Ref, plan int, proof string) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		if c.Freeze == lifecycle.Frozen || c.Freeze == lifecycle.FrozenByTwo {
			return fault.Conflictf(string(ref), "oversight has frozen the case: nobody is told meanwhile")
		}
		plans, whom := c.plans()
		for i, e := range plans {
			if e.Seq != plan {
				continue
			}
			a, after, err := d.carryOut(ctx, c, e, whom[i], proof, now)
			if err != nil {
				return notAllowed(c, err, nil)
			}
			found, err := d.establish(ctx, c, Actor{e.By, lifecycle.Notifier}, &a, now)
			if err != nil {
				return err
			}
			told := Event{Do: a.Do, By: e.By, Role: lifecycle.Notifier.String(), Why: a.Why, With: found.holds, After: after, Body: a.Body, Planned: e.Seq}
			told.Set = d.clocksOf(c, &told, now)
			return c.add(told, now)
		}
		return nil // it was recorded before
	})
	return unlessErased(err)
}

// Bounced records that a notice came back: whoever it was for was not told, and
// the duty is open again. Who has challenged by it has read it, whatever a mail
// system says: anybody who reads a letter could make it come back.
func (d *Docket) Bounced(ctx context.Context, ref Ref, plan, occasion int, reason string) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		var told *Event
		for i := range c.Events {
			e := &c.Events[i]
			switch {
			case e.Planned == plan && (e.Do == lifecycle.Tell || e.Do == lifecycle.TellOne):
				if c.occasion(e.Seq) == occasion {
					told = e
				}
			case e.Do == lifecycle.Bounce && e.Planned == plan && told != nil:
				return nil // it is known
			}
		}
		if told == nil {
			return fault.NotFoundf(string(ref), "no notice was sent as decided in event %d", plan)
		}
		if c.challengedBy(personOf(c.planNumber(plan)), c.Seq()) {
			return nil
		}
		after, err := lifecycle.Next(c.State, lifecycle.Machine, lifecycle.Bounce, lifecycle.Proven)
		if err != nil {
			return notAllowed(c, err, nil)
		}
		e := Event{
			Do: lifecycle.Bounce, By: "post", Role: lifecycle.Machine.String(), With: lifecycle.Proven, After: after, Planned: plan,
			Body: Body{Whom: told.Whom, Proof: reason},
		}
		e.Set = append(d.clocksOf(c, &e, now), clockAt(clockNotice, lifecycle.Escalate, now, now.AddDate(0, 0, noticeDays)))
		return c.add(e, now)
	})
	return unlessErased(err)
}

// notice writes to the person what there is to tell.
func (d *Docket) notice(ctx context.Context, c *Case, plan *Event, whom []string, now time.Time) (*letter.Letter, error) {
	code, err := d.personCode(ctx, c, plan.Seq)
	if err != nil {
		return nil, err
	}
	name, err := d.nameOfSender(ctx, c)
	if err != nil {
		return nil, err
	}
	l := &letter.Letter{
		Kind: letter.Notice, Language: d.language(), Case: string(c.Ref), Authority: name, Country: c.Request.Requesting.Country,
		Instrument: c.Request.Instrument, Outcome: c.fate().String(), Remedy: plan.Remedy, Code: code,
		Items: c.itemsOf(c.Grant, whom), Due: now.AddDate(0, 0, ChallengeDays),
		Told: plan.Told, // grounds may warn the wrong reader: the notifier writes what this one may know
	}
	_, roles := d.log.Terms()
	l.Log = len(roles.Keys) > 0
	for i := range c.Events {
		e := &c.Events[i]
		switch e.Do {
		case lifecycle.Release:
			l.At = e.At // it was given
		case lifecycle.EndSecrecy, lifecycle.LiftSecrecy:
			l.Until = e.At
		}
	}
	l.Why, l.Until = c.lateness(whom, l.Until, now)
	l.Decision = c.decided()
	switch c.Remedy {
	case lifecycle.Demanded:
		l.Erasure, l.ErasureAt = "demanded", c.lastOf(lifecycle.DemandErasure)
	case lifecycle.Confirmed:
		l.Erasure, l.ErasureAt = "confirmed", c.lastOf(lifecycle.ConfirmErasure)
	}
	if c.Given {
		l.Due = time.Time{} // it has left: a challenge has no end
	}
	return l, nil
}

// lateness is why whoever is told now was not told before; empty: they are told in
// time.
func (c *Case) lateness(whom []string, secret, now time.Time) (why string, until time.Time) {
	returned := slices.ContainsFunc(c.Events, func(e Event) bool {
		return e.Do == lifecycle.Bounce && slices.ContainsFunc(e.Whom, func(w string) bool { return slices.Contains(whom, w) })
	})
	switch {
	case c.Basis == lifecycle.Compulsion:
		return "compelled", time.Time{}
	case c.Basis == lifecycle.Need || c.Review != lifecycle.NoReview || c.lifeOrdered():
		return "emergency", time.Time{}
	case !secret.IsZero():
		return "secrecy", secret
	case returned:
		return "unreached", time.Time{}
	case c.noticeDue(now):
		return "late", time.Time{}
	}
	return "", time.Time{}
}

// decided names the decision that stands, in one line; empty: nobody has decided.
func (c *Case) decided() string {
	for i := len(c.Events) - 1; i >= 0; i-- {
		e := &c.Events[i]
		switch e.Do {
		case lifecycle.Grant, lifecycle.Compel:
			name := ""
			if e.Grant != nil {
				name = e.Grant.Name
			}
			if d := e.Decision; d != nil {
				return strings.Join(slices.DeleteFunc([]string{d.Name, d.Reference, dayOf(d.Date)}, func(s string) bool { return s == "" }), ", ")
			}
			return strings.Join(slices.DeleteFunc([]string{name, dayOf(e.At)}, func(s string) bool { return s == "" }), ", ")
		case lifecycle.Refuse, lifecycle.Revoke, lifecycle.ExpireGrant, lifecycle.OpenLane, lifecycle.LiftCompulsion:
			return ""
		}
	}
	return ""
}

func dayOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}

// lastOf is when something happened last.
func (c *Case) lastOf(do lifecycle.Event) (at time.Time) {
	for i := range c.Events {
		if c.Events[i].Do == do {
			at = c.Events[i].At
		}
	}
	return at
}

// fate is the stage a notice tells of: a closed case is where it was before, and
// one that could not be screened is being looked at.
func (c *Case) fate() lifecycle.Stage {
	if c.Given {
		return lifecycle.Disclosed
	}
	for i := len(c.Events) - 1; i >= 0; i-- {
		switch s := c.Events[i].After.Stage; s {
		case lifecycle.Closed:
		case lifecycle.Received:
			return lifecycle.Screened
		default:
			return s
		}
	}
	return lifecycle.Screened
}

// nameOfSender is who asked, as the register has it: what a request calls itself
// is the word of the request.
func (d *Docket) nameOfSender(ctx context.Context, c *Case) (string, error) {
	sender, err := d.asker(ctx, c)
	if err != nil {
		return "", err
	}
	if sender != nil && sender.Name != "" {
		return sender.Name, nil
	}
	return c.Request.Requesting.Authority.Name, nil
}

// language is that of letters to whoever reads no other that is known: the first
// of the office's own in which letters are written.
func (d *Docket) language() string {
	for _, tag := range d.office.Languages {
		if own := letter.Nearest(tag); own != "en" || strings.HasPrefix(tag, "en") {
			return own
		}
	}
	return "en"
}

// itemsOf says what was asked about some targets, nobody named: about all; where
// something was granted, of what was granted.
func (c *Case) itemsOf(granted *Grant, whom []string) []string {
	var list []string
	for i := range c.Request.Measures {
		m := &c.Request.Measures[i]
		prefix := fmt.Sprintf("/measures/%d/", i)
		if m.Data == "" || len(whom) > 0 && !slices.ContainsFunc(whom, func(w string) bool { return strings.HasPrefix(w, prefix) }) {
			continue
		}
		from, to := m.From.Time, endOf(m.To)
		if granted != nil {
			k := slices.IndexFunc(granted.Items, func(it Item) bool { return it.Measure == i })
			if k < 0 {
				continue
			}
			from, to = granted.Items[k].From, granted.Items[k].To
		}
		text := m.Data
		if m.Mode != "" {
			text += "/" + m.Mode
		}
		if last := to.Add(-time.Microsecond); !from.IsZero() && to.After(from) { // a window ends with its last day
			text += " " + from.UTC().Format(time.DateOnly) + ".." + last.UTC().Format(time.DateOnly)
		}
		list = append(list, text)
	}
	return list
}
