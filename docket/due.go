package docket

import (
	"context"
	"time"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// clockActor is who causes what is due. It decides nothing.
var clockActor = Actor{Name: "clock", Role: lifecycle.Machine}

// applyDue lets every clock strike whose time has come, the earliest first, and
// warns of those that are near. It is done before every command, so that
// nothing is decided on what has already ended, whether or not a timer ran.
func (d *Docket) applyDue(ctx context.Context, c *Case, now time.Time) error {
	for {
		var next *Clock
		for _, k := range c.running() {
			if !k.next().After(now) && (next == nil || k.next().Before(next.next())) {
				next = k
			}
		}
		if next == nil {
			return nil
		}
		if err := d.strike(c, *next, now); err != nil {
			return err
		}
	}
}

// strike causes what a clock is for. Warnings that were slept through are told
// as one, and not at all if the time itself has come.
func (d *Docket) strike(c *Case, k Clock, now time.Time) error {
	do, warning := k.Do, 0
	if now.Before(k.At) {
		do = lifecycle.Escalate
		for warning < len(k.Warn) && !k.Warn[warning].After(now) {
			warning++
		}
	}
	after, err := lifecycle.Next(c.State, clockActor.Role, do, lifecycle.Due)
	if err != nil {
		return err
	}
	e := Event{
		Do: do, By: clockActor.Name, Role: clockActor.Role.String(), With: uint32(lifecycle.Due), After: after,
		Why: "due " + k.At.Format(time.RFC3339), Body: Body{Clock: k.ID, Warning: warning},
	}
	e.Set = d.clocksOf(c, &e, now)
	return c.add(e, now)
}

// Wake does what a timer prompts for: nothing but what every command does
// first.
func (d *Docket) Wake(ctx context.Context, ref Ref) error {
	_, err := d.change(ctx, ref, func(*Case, time.Time) error { return nil })
	return err
}

// Destroy erases a case whose retention is over: its key, and by what it could
// be found.
func (d *Docket) Destroy(ctx context.Context, ref Ref) error {
	_, row, err := d.records.Entries(ctx, ref, 1<<30)
	if err != nil {
		return err
	}
	if row.Stage != lifecycle.Erased.String() {
		return fault.Conflictf(string(ref), "the case is %s; only an erased one loses its key", row.Stage)
	}
	if err := d.keys.Destroy(ctx, row.Key); err != nil {
		return err
	}
	return d.records.Forget(ctx, ref)
}

// Unhold lets go what was held for a linked request that is over.
func (d *Docket) Unhold(ctx context.Context, ref Ref) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		for _, other := range c.Links {
			if d.linked(ctx, other) {
				return nil
			}
		}
		after, err := lifecycle.Next(c.State, clockActor.Role, lifecycle.Unhold, lifecycle.Due)
		if err != nil {
			return nil // nothing is held any more
		}
		err = c.add(Event{
			Do: lifecycle.Unhold, By: clockActor.Name, Role: clockActor.Role.String(), With: uint32(lifecycle.Due), After: after,
			Why: "no linked request is open", Body: Body{Set: []Clock{clockAt(clockPreservation, lifecycle.LapsePreservation, now, now)}},
		}, now)
		if err != nil {
			return err
		}
		return d.applyDue(ctx, c, c.last)
	})
	return err
}

// clocksOf are the clocks an event sets. The case is still as it was before.
func (d *Docket) clocksOf(c *Case, e *Event, now time.Time) []Clock {
	var list []Clock
	if c.Duty == lifecycle.NoDuty && e.After.Duty == lifecycle.DutyOpen {
		list = d.onAcceptance(c)
	}
	rule := func(id string, do lifecycle.Event, name string) []Clock {
		return append(list, d.clockFor(id, do, name, now))
	}
	until := func(id string, do lifecycle.Event, at time.Time) []Clock {
		return append(list, clockAt(id, do, now, at))
	}
	switch e.Do {
	case lifecycle.Return, lifecycle.Offer:
		return append(list, d.onQuestions(c.Request, now))
	case lifecycle.Answer:
		if r, err := request.Read(e.Document); err == nil && c.Duty != lifecycle.NoDuty {
			return append(list, d.onAnswerDue(r, now)...)
		}
	case lifecycle.Grant:
		list = until(clockGrant, lifecycle.ExpireGrant, e.Grant.Expires)
		if c.Request.Urgency.Level == "emergency" {
			return rule(clockEmergency, lifecycle.Escalate, "own-emergency-order")
		}
	case lifecycle.OpenLane:
		return rule(clockReview, lifecycle.MissReview, "own-emergency-review")
	case lifecycle.Preserve:
		return rule(clockPreservation, lifecycle.LapsePreservation, keepFor(c.Request))
	case lifecycle.ExtendPreserving:
		return append(list, d.extended(c))
	case lifecycle.Hold:
		return until(clockHold, lifecycle.Unhold, e.Until)
	case lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy:
		list = until(clockNotice, lifecycle.Escalate, e.Until.AddDate(0, 0, noticeDays))
		return until(clockSecrecy, lifecycle.EndSecrecy, e.Until)
	case lifecycle.HoldBeyond:
		if !e.Until.IsZero() {
			return until(clockSecrecy, lifecycle.EndSecrecy, e.Until)
		}
		return append(list, Clock{ID: clockSecrecy, Do: lifecycle.Escalate, At: now}) // an order without an end has no clock
	case lifecycle.EndSecrecy, lifecycle.LiftSecrecy:
		return until(clockNotice, lifecycle.Escalate, now.AddDate(0, 0, noticeDays))
	case lifecycle.File:
		return rule(clockChallenge, lifecycle.OverdueChallenge, "own-challenge")
	case lifecycle.Postpone:
		return until(clockPostponed, lifecycle.EndPostponing, e.Until)
	case lifecycle.FreezeCase:
		return rule(clockFreeze, lifecycle.EndFreeze, "own-freeze")
	case lifecycle.AskOnward:
		return rule(clockOnward, lifecycle.LapseOnward, "own-answer")
	case lifecycle.Close:
		if d.concernsChild(c) {
			return rule(clockRetention, lifecycle.Erase, "own-retention-child")
		}
		return rule(clockRetention, lifecycle.Erase, "own-retention")
	}
	return list
}

// noticeDays is how long a notifier has once nothing forbids the notice.
const noticeDays = 7

// extended is the end of a preservation that is extended once more, counted
// from its beginning.
func (d *Docket) extended(c *Case) Clock {
	deadline, err := calendar.Find(keepFor(c.Request))
	if err == nil {
		deadline, err = deadline.Extended(c.count(lifecycle.ExtendPreserving) + 1)
	}
	if err != nil {
		panic(err) // endsInTime asked the same before
	}
	var start time.Time
	for i := range c.Events {
		if c.Events[i].Do == lifecycle.Preserve {
			start = c.Events[i].At
		}
	}
	at := d.calendar.Due(deadline, start).UTC()
	return Clock{ID: clockPreservation, Do: lifecycle.LapsePreservation, At: at, Rule: deadline.ID}
}

// concernsChild reports whether anybody said that a person is a child, or
// nobody said that they are not where the document says so.
func (d *Docket) concernsChild(c *Case) bool {
	for _, p := range c.Request.Persons {
		if p.Minor != nil && *p.Minor {
			return true
		}
	}
	for _, s := range c.Said {
		if s.Fact == "person.minor" && s.Value == "true" {
			return true
		}
	}
	return false
}
