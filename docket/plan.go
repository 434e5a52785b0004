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
)

// byMail begins the way to a person that goes by electronic mail: what follows
// is the address. Any other way is gone by hand.
const byMail = "mail:"

// checkWay refuses what is meant as a mail address and is none: found out when
// secrecy ends, it would be too late.
func checkWay(way string) error {
	address, ok := strings.CutPrefix(way, byMail)
	if !ok {
		return nil
	}
	address = strings.TrimSpace(address)
	if a, err := mail.ParseAddress(address); err != nil || a.Address != address || a.Name != "" {
		return fault.Invalidf("way", "what stands behind %q is no mail address", byMail).WithHint("write mail:name@example.org, or another way in words")
	}
	return nil
}

// plan gives what a notifier decided about telling the person behind a target, the
// latest that names it; nil: nothing, or a way that led nowhere.
func (c *Case) plan(target string) *Event {
	var bounced []int
	for i := len(c.Events) - 1; i >= 0; i-- {
		e := &c.Events[i]
		switch {
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
	Plan   int // number of the event in which it was decided
	To     string
	Letter letter.Letter
}

// Notices gives the letters that can be sent now, because a notifier has decided
// how and nothing forbids it any more. Whoever sends one reports it to Notified.
func (d *Docket) Notices(ctx context.Context, ref Ref) ([]Notice, error) {
	var list []Notice
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
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
			list = append(list, Notice{Plan: e.Seq, To: addressOf(e), Letter: *l})
		}
		return nil
	})
	return list, unlessErased(err)
}

// NoticeLetter gives the letter of a plan, for a notifier who carries it by hand.
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
			if c.Secret() {
				return nil, fault.Forbiddenf(string(ref), "a court has ordered secrecy: nobody is told")
			}
			return d.notice(ctx, c, e, e.Whom, d.now())
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
// the duty is open again.
func (d *Docket) Bounced(ctx context.Context, ref Ref, plan int, reason string) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		var told *Event
		for i := range c.Events {
			e := &c.Events[i]
			switch {
			case e.Planned == plan && (e.Do == lifecycle.Tell || e.Do == lifecycle.TellOne):
				told = e
			case e.Do == lifecycle.Bounce && e.Planned == plan:
				return nil // it is known
			}
		}
		if told == nil {
			return fault.NotFoundf(string(ref), "no notice was sent as decided in event %d", plan)
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
	}
	for i := range c.Events {
		e := &c.Events[i]
		switch e.Do {
		case lifecycle.Release:
			l.At = e.At // it was given
		case lifecycle.Refuse, lifecycle.Object, lifecycle.Deny:
			l.Grounds = e.Grounds
		case lifecycle.Correct, lifecycle.Forward, lifecycle.Grant, lifecycle.Compel, lifecycle.OpenLane, lifecycle.Answer:
			l.Grounds = nil // it was decided otherwise
		case lifecycle.EndSecrecy, lifecycle.LiftSecrecy:
			l.Until = e.At
		}
	}
	switch {
	case c.Given || c.Basis == lifecycle.NoBasis:
	case c.Basis == lifecycle.Order:
		l.At = l.Due // from when it may be given: see timeForThePerson
	default:
		l.At = now
	}
	return l, nil
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
	sender, err := d.sender(ctx, c)
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
