package docket

import (
	"slices"
	"time"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// clocksOf are the clocks an event sets. The case is still as it was before.
// Later ones in the list stand: what an event itself sets goes last.
func (d *Docket) clocksOf(c *Case, e *Event, now time.Time) []Clock {
	if e.After.Stage == lifecycle.Closed && (c.Stage != lifecycle.Closed || slices.Contains(settling, e.Do) && c.State.Open() && !e.After.Open()) {
		return []Clock{d.clockFor(clockRetention, lifecycle.Erase, "own-retention", now)}
	}
	return slices.Concat(d.clocksOfDuty(c, e, now), d.clocksOfEnds(c, e, now), d.clocksSet(c, e, now))
}

// clocksOfDuty are those of telling the person: at the latest when secrecy could
// have ended; once the office has decided where a case goes, or nobody was told
// before data left because a life is at risk, in days, unless a court has ordered
// secrecy.
func (d *Docket) clocksOfDuty(c *Case, e *Event, now time.Time) []Clock {
	if e.After.Duty != lifecycle.DutyOpen {
		return nil
	}
	var list []Clock
	latest := now.AddDate(0, 0, d.office.SecrecyLimit())
	switch c.Duty {
	case lifecycle.NoDuty:
		list = d.onAcceptance(c)
	case lifecycle.Settled: // there is more to tell
		list = append(list, clockAt(clockNotice, lifecycle.Escalate, now, latest))
	}
	hurried := e.Do == lifecycle.Release && e.With.Has(lifecycle.LifeOrdered)
	if !hurried && !slices.Contains(directs, e.Do) || e.After.Secret() || d.issuerTells(c) {
		return list
	}
	soon := now.AddDate(0, 0, noticeDays)
	if k := c.clock(clockNotice); k == nil || k.At.After(soon) || len(list) > 0 {
		list = append(list, clockAt(clockNotice, lifecycle.Escalate, now, soon))
	}
	return list
}

// directs are the events by which the office or a court says where a case goes.
var directs = []lifecycle.Event{
	lifecycle.Forward, lifecycle.Redirect, lifecycle.Refuse, lifecycle.Object, lifecycle.Deny, lifecycle.Compel, lifecycle.OpenLane,
}

// over are the stages in which nothing will leave any more.
var over = []lifecycle.Stage{lifecycle.Redirected, lifecycle.Refused, lifecycle.Denied, lifecycle.Withdrawn, lifecycle.Annulled}

// closeDays is how long a case in which nothing is owed stays open by itself.
const closeDays = 30

// clocksOfEnds are those of what ends because the case has: what was kept has
// served, secrecy has lost its reason unless a court says otherwise soon, and
// the case closes by itself.
func (d *Docket) clocksOfEnds(c *Case, e *Event, now time.Time) []Clock {
	var list []Clock
	if e.After.Preservation == lifecycle.Kept && c.pending() && slices.Contains(deadStages, e.After.Stage.String()) {
		list = append(list, clockAt(clockPreservation, lifecycle.LapsePreservation, now, now))
	}
	if e.After.Stage != c.Stage && slices.Contains(over, e.After.Stage) && e.After.Secret() && e.After.Secrecy != lifecycle.Beyond {
		end := now.AddDate(0, 0, noticeDays)
		if k := c.clock(clockSecrecy); k == nil || k.At.After(end) {
			list = append(list, clockAt(clockSecrecy, lifecycle.EndSecrecy, now, end), clockAt(clockNotice, lifecycle.Escalate, now, end.AddDate(0, 0, noticeDays)))
		}
	}
	if closable(e.After) && !closable(c.State) {
		list = append(list, clockAt(clockClose, lifecycle.Close, now, now.AddDate(0, 0, closeDays)))
	}
	return list
}

func closable(s lifecycle.State) bool {
	_, err := lifecycle.Next(s, lifecycle.Machine, lifecycle.Close, lifecycle.Due)
	return err == nil
}

// clocksSet are those an event is about.
func (d *Docket) clocksSet(c *Case, e *Event, now time.Time) []Clock {
	rule := func(id string, do lifecycle.Event, name string) Clock { return d.clockFor(id, do, name, now) }
	until := func(id string, do lifecycle.Event, at time.Time) Clock { return clockAt(id, do, now, at) }
	switch e.Do {
	case lifecycle.Return, lifecycle.Offer:
		return []Clock{d.onQuestions(c.Request, now)}
	case lifecycle.Answer:
		if c.Duty == lifecycle.NoDuty {
			return nil
		}
		r := c.Request
		if e.Document != nil {
			r, _ = request.Read(e.Document) // it was read before
		}
		return d.onAnswer(r, now)
	case lifecycle.Grant:
		list := []Clock{until(clockGrant, lifecycle.ExpireGrant, e.Grant.Expires)}
		if c.Request.Urgency.Level == "emergency" {
			list = append(list, rule(clockEmergency, lifecycle.Escalate, "own-emergency-order"))
		}
		return list
	case lifecycle.OpenLane:
		list := []Clock{until(clockGrant, lifecycle.ExpireGrant, now.Add(lastTraffic))} // need ends
		if c.Review != lifecycle.ReviewDue {
			list = append(list, rule(clockReview, lifecycle.MissReview, "own-emergency-review"))
		}
		return list
	case lifecycle.Exempt:
		send := "eu-send"
		if c.Request.Urgency.Level == "emergency" {
			send = "eu-send-emergency"
		}
		return []Clock{d.clockFor(clockAnswer, lifecycle.Escalate, send, c.cameIn()), {ID: clockFloor}, {ID: clockAssess}}
	case lifecycle.Preserve:
		kept := d.clockFor(clockPreservation, lifecycle.LapsePreservation, keepFor(c.Request), c.Received)
		if !kept.At.After(now) {
			kept = rule(clockPreservation, lifecycle.LapsePreservation, keepFor(c.Request))
		}
		return []Clock{kept}
	case lifecycle.ExtendPreserving:
		return []Clock{d.extended(c)}
	case lifecycle.Hold:
		return []Clock{until(clockHold, lifecycle.Unhold, e.Until)}
	case lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy, lifecycle.HoldBeyond:
		return []Clock{until(clockNotice, lifecycle.Escalate, e.Until.AddDate(0, 0, noticeDays)), until(clockSecrecy, lifecycle.EndSecrecy, e.Until)}
	case lifecycle.EndSecrecy:
		from := now
		if k := c.clock(clockSecrecy); k != nil && k.At.Before(now) {
			from = k.At // that nobody woke gives nobody time
		}
		return []Clock{until(clockNotice, lifecycle.Escalate, from.AddDate(0, 0, noticeDays))}
	case lifecycle.LiftSecrecy:
		return []Clock{until(clockNotice, lifecycle.Escalate, now.AddDate(0, 0, noticeDays))}
	case lifecycle.File:
		return []Clock{rule(clockChallenge, lifecycle.OverdueChallenge, "own-challenge")}
	case lifecycle.DemandErasure:
		return []Clock{rule(clockErasure, lifecycle.Escalate, "own-answer")}
	case lifecycle.Postpone:
		return []Clock{until(clockPostponed, lifecycle.EndPostponing, e.Until)}
	case lifecycle.FreezeCase:
		return []Clock{rule(clockFreeze, lifecycle.EndFreeze, "own-freeze")}
	case lifecycle.Thaw, lifecycle.EndFreeze:
		// What the freeze alone has held is let go with it.
		if k := c.clock(clockHold); c.Preservation == lifecycle.Held && (k == nil || !k.At.After(now)) {
			return []Clock{until(clockHold, lifecycle.Unhold, now)}
		}
	case lifecycle.AskOnward:
		return []Clock{rule(clockOnward, lifecycle.LapseOnward, "own-answer")}
	case lifecycle.AskDefence:
		return []Clock{rule(clockDefence, lifecycle.Escalate, "own-answer")}
	}
	return nil
}

// cameIn is when the document came that the case stands on.
func (c *Case) cameIn() time.Time {
	at := c.Received
	for i := range c.Events {
		if c.Events[i].Do == lifecycle.Answer {
			at = c.Events[i].At
		}
	}
	return at
}

// settling are the events at which a closed case is over once more: from then
// on there is time to challenge what was done.
var settling = []lifecycle.Event{
	lifecycle.Tell, lifecycle.ToldByIssuer, lifecycle.Unreachable, lifecycle.RejectChallenge, lifecycle.UpholdChallenge,
	lifecycle.UpholdReview, lifecycle.RefuseReview, lifecycle.MissReview, lifecycle.ConfirmErasure, lifecycle.AnswerDefence,
	lifecycle.AllowOnward, lifecycle.RefuseOnward, lifecycle.LapseOnward, lifecycle.Thaw, lifecycle.EndFreeze,
}

// extended is the end of a preservation that is extended once more, counted
// from the receipt of what asked for it.
func (d *Docket) extended(c *Case) Clock {
	deadline, err := calendar.Find(keepFor(c.Request))
	if err == nil {
		deadline, err = deadline.Extended(c.count(lifecycle.ExtendPreserving) + 1)
	}
	if err != nil {
		panic(err) // endsInTime asked the same before
	}
	at := d.calendar.Due(deadline, c.Received).UTC()
	if k := c.clock(clockPreservation); k != nil && k.At.After(at) {
		at = k.At // nothing is shortened by extending it
	}
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
