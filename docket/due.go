package docket

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// applyDue lets every clock strike whose time has come, the earliest first, and
// warns of those that are near. It is done before every command, so that
// nothing is decided on what has already ended, whether or not a timer ran.
func (d *Docket) applyDue(ctx context.Context, c *Case, now time.Time) error {
	for {
		var next *Clock
		for i := range c.clocks {
			k := &c.clocks[i]
			if c.runs(k) && !k.next().After(now) && (next == nil || k.next().Before(next.next())) {
				next = k
			}
		}
		if next == nil {
			return nil
		}
		if err := d.strike(ctx, c, *next, now); err != nil {
			return err
		}
	}
}

// strike causes what a clock is for. Warnings that were slept through are told
// as one, and not at all if the time itself has come. What a court held is let
// go only if no linked request holds it as well, and what is kept for a request
// that has come is kept until that is decided: UN Convention against
// Cybercrime, art. 42(8); Convention on Cybercrime, art. 29(7).
func (d *Docket) strike(ctx context.Context, c *Case, k Clock, now time.Time) error {
	do, warning, set := k.Do, 0, []Clock(nil)
	if now.Before(k.At) {
		do = lifecycle.Escalate
		for warning < len(k.Warn) && !k.Warn[warning].After(now) {
			warning++
		}
	}
	switch do {
	case lifecycle.Unhold:
		held, err := d.held(ctx, c)
		if err != nil {
			return err
		}
		if held {
			do, set = lifecycle.Escalate, []Clock{{ID: k.ID}}
		}
	case lifecycle.LapsePreservation:
		if c.pending() {
			do, set = lifecycle.Escalate, []Clock{d.clockFor(k.ID, k.Do, keepFor(c.Request), now)}
		}
	}
	after, err := lifecycle.Next(c.State, clockActor.Role, do, lifecycle.Due)
	if err != nil {
		return err
	}
	e := Event{
		Do: do, By: clockActor.Name, Role: clockActor.Role.String(), With: lifecycle.Due, After: after,
		Why: "due " + k.At.Format(time.RFC3339), Body: Body{Clock: k.ID, Warning: warning, Set: set},
	}
	e.Set = append(e.Set, d.clocksOf(c, &e, now)...)
	return c.add(e, now)
}

// pending reports whether the case itself asks for data, and is not decided.
func (c *Case) pending() bool {
	return !preserveOnly(c.Request) && !slices.Contains(deadStages, c.Stage.String())
}

// Wake does what a timer prompts for: what every command does first, and the
// screening that could not be done when the request came.
func (d *Docket) Wake(ctx context.Context, ref Ref) error {
	_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		if c.Stage == lifecycle.Received {
			return d.screen(ctx, c, now)
		}
		return nil
	})
	return unlessErased(err)
}

// unlessErased is an error that means something: of what was erased nothing is
// due any more.
func unlessErased(err error) error {
	var gone *erased
	if errors.As(err, &gone) {
		return nil
	}
	return err
}

// Destroy erases a case whose retention is over: its key, and by what it could
// be found.
func (d *Docket) Destroy(ctx context.Context, ref Ref) error {
	_, row, err := d.records.Entries(ctx, ref, afterAll)
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

// clocksOf are the clocks an event sets. The case is still as it was before.
func (d *Docket) clocksOf(c *Case, e *Event, now time.Time) []Clock {
	var list []Clock
	switch {
	case e.After.Duty != lifecycle.DutyOpen:
	case c.Duty == lifecycle.NoDuty:
		list = d.onAcceptance(c)
	case c.Duty == lifecycle.Settled: // there is more to tell
		list = append(list, clockAt(clockNotice, lifecycle.Escalate, now, now.AddDate(0, 0, d.office.SecrecyLimit())))
	}
	if e.After.Preservation == lifecycle.Kept && c.pending() && slices.Contains(deadStages, e.After.Stage.String()) {
		list = append(list, clockAt(clockPreservation, lifecycle.LapsePreservation, now, now)) // it has served
	}
	rule := func(id string, do lifecycle.Event, name string) []Clock {
		return append(list, d.clockFor(id, do, name, now))
	}
	until := func(id string, do lifecycle.Event, at time.Time) []Clock {
		return append(list, clockAt(id, do, now, at))
	}
	if e.After.Stage == lifecycle.Closed && (c.Stage != lifecycle.Closed || slices.Contains(settling, e.Do) && c.State.Open() && !e.After.Open()) {
		return rule(clockRetention, lifecycle.Erase, d.retention(c))
	}
	switch e.Do {
	case lifecycle.Return, lifecycle.Offer:
		return append(list, d.onQuestions(c.Request, now))
	case lifecycle.Answer:
		if c.Duty == lifecycle.NoDuty {
			return list
		}
		r := c.Request
		if e.Document != nil {
			r, _ = request.Read(e.Document) // it was read before
		}
		return append(list, d.onAnswer(r, now)...)
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
		return append(list, Clock{ID: clockSecrecy}) // an order without an end has no clock
	case lifecycle.EndSecrecy:
		from := now
		if k := c.clock(clockSecrecy); k != nil && k.At.Before(now) {
			from = k.At // that nobody woke gives nobody time
		}
		return until(clockNotice, lifecycle.Escalate, from.AddDate(0, 0, noticeDays))
	case lifecycle.LiftSecrecy:
		return until(clockNotice, lifecycle.Escalate, now.AddDate(0, 0, noticeDays))
	case lifecycle.File:
		return rule(clockChallenge, lifecycle.OverdueChallenge, "own-challenge")
	case lifecycle.Postpone:
		return until(clockPostponed, lifecycle.EndPostponing, e.Until)
	case lifecycle.FreezeCase:
		return rule(clockFreeze, lifecycle.EndFreeze, "own-freeze")
	case lifecycle.AskOnward:
		return rule(clockOnward, lifecycle.LapseOnward, "own-answer")
	}
	return list
}

// settling are the events at which a closed case is over once more: from then
// on there is time to challenge what was done.
var settling = []lifecycle.Event{
	lifecycle.Tell, lifecycle.ToldByIssuer, lifecycle.Unreachable, lifecycle.RejectChallenge, lifecycle.UpholdChallenge,
	lifecycle.UpholdReview, lifecycle.RefuseReview, lifecycle.MissReview, lifecycle.ConfirmErasure,
}

// retention is the rule by which the file of a closed case is erased.
func (d *Docket) retention(c *Case) string {
	if concernsChild(c) {
		return "own-retention-child"
	}
	return "own-retention"
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

// concernsChild reports whether the document or anybody says that a person is a
// child.
func concernsChild(c *Case) bool {
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
