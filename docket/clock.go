package docket

import (
	"slices"
	"time"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// A Clock runs in a case. When its time comes the machine causes Do, if the
// case is still where that means anything; until then it may warn. One set
// without a time ends the one before.
type Clock struct {
	ID     string          `json:"id"` // what it is about: answer, notice, grant, …
	Do     lifecycle.Event `json:"do"` // escalate: nothing but that somebody is told
	At     time.Time       `json:"at"`
	Rule   string          `json:"rule,omitempty"` // id in calendar.Deadlines, empty if a person set the time
	Warn   []time.Time     `json:"warn,omitempty"`
	Warned int             `json:"warned,omitempty"` // of Warn; one more when At was told as well
}

// What clocks are about.
const (
	clockQuarantine   = "quarantine"
	clockAnswer       = "answer"
	clockFloor        = "wait" // before which nothing leaves
	clockObject       = "objection"
	clockQuestions    = "questions"
	clockNotice       = "notice"
	clockSecrecy      = "secrecy"
	clockGrant        = "grant"
	clockReview       = "review"
	clockEmergency    = "emergency order"
	clockPreservation = "preservation"
	clockHold         = "hold"
	clockChallenge    = "challenge"
	clockPostponed    = "postponement"
	clockFreeze       = "freeze"
	clockOnward       = "onward transfer"
	clockRetention    = "retention"
	clockClose        = "closing"
	clockErasure      = "erasure"
	clockDefence      = "defence"
	clockAssess       = "assessment" // of the enforcing authority
	clockValidation   = "validation" // of an emergency order, by a court of the issuing State
)

// matters reports whether a clock still means anything where the case stands.
// What the machine would cause decides, so that no clock has to be stopped by
// hand; a clock that only warns says itself what it waits for.
func (c *Case) matters(k *Clock) bool {
	if k.Do != lifecycle.Escalate {
		_, err := lifecycle.Next(c.State, lifecycle.Machine, k.Do, lifecycle.Due)
		return err == nil
	}
	switch k.ID {
	case clockNotice:
		return c.Duty == lifecycle.DutyOpen
	case clockAnswer, clockObject, clockEmergency, clockFloor:
		return slices.Contains(unanswered, c.Stage)
	case clockQuestions:
		return c.Stage == lifecycle.Returned
	case clockAssess, clockValidation:
		return c.Stage == lifecycle.Disclosed || slices.Contains(unanswered, c.Stage)
	case clockErasure:
		return c.Remedy == lifecycle.Demanded
	case clockDefence:
		return c.Defence == lifecycle.IsAsked
	}
	return false
}

// runs reports whether a clock will still strike or warn. One that has told its
// time matters and runs no more: what is late is late until it is done. Nothing is
// erased while a public duty is open: without its key nobody could settle it.
func (c *Case) runs(k *Clock) bool {
	if k.Do == lifecycle.Erase && c.owesInPublic() {
		return false
	}
	return !(k.Do == lifecycle.Escalate && k.Warned > len(k.Warn)) && c.matters(k)
}

// wake is when something is due next; zero: nothing runs.
func (c *Case) wake() time.Time {
	var first time.Time
	for i := range c.clocks {
		k := &c.clocks[i]
		if at := k.next(); c.runs(k) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if again := c.last.Add(screenAgain); c.Stage == lifecycle.Received && (first.IsZero() || again.Before(first)) {
		return again
	}
	return first
}

// screenAgain is when screening is tried again that could not be done.
const screenAgain = 10 * time.Minute

// due is the next deadline a queue is sorted by, or the first that was missed:
// what the office can breach, or what ends; not how long the file is kept
// afterwards.
func (c *Case) due() time.Time {
	var first time.Time
	for i := range c.clocks {
		k := &c.clocks[i]
		if !slices.Contains(quiet, k.ID) && c.matters(k) && (first.IsZero() || k.At.Before(first)) {
			first = k.At
		}
	}
	for i := range c.duties {
		if at := c.duties[i].Due.AddDays(1).Time(); c.duties[i].As == "" && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// quiet are the clocks by which nobody is hurried.
var quiet = []string{clockRetention, clockQuarantine, clockFloor, clockClose, clockAssess}

// Clocks are those that mean something where the case stands, the next one
// first. The others stay on record: a case can come back to where they do.
func (c *Case) Clocks() []Clock {
	var list []Clock
	for i := range c.clocks {
		if c.matters(&c.clocks[i]) {
			list = append(list, c.clocks[i])
		}
	}
	slices.SortFunc(list, func(a, b Clock) int { return a.At.Compare(b.At) })
	return list
}

// clock finds a clock that was set, whether or not it runs; nil: none was.
func (c *Case) clock(id string) *Clock {
	i := slices.IndexFunc(c.clocks, func(k Clock) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return &c.clocks[i]
}

// unanswered are the stages in which the office owes an answer.
var unanswered = []lifecycle.Stage{
	lifecycle.Received, lifecycle.Screened, lifecycle.Forwarded, lifecycle.Granted,
	lifecycle.Compelled, lifecycle.Collected, lifecycle.Sealed,
}

// next is when something is due or to be warned of; zero: nothing runs.
func (k *Clock) next() time.Time {
	if k.Warned < len(k.Warn) {
		return k.Warn[k.Warned]
	}
	return k.At
}

// clockFor makes a clock of a rule of the calendar.
func (d *Docket) clockFor(id string, do lifecycle.Event, rule string, start time.Time) Clock {
	deadline, err := calendar.Find(rule)
	if err != nil {
		panic(err) // the rules named here exist: proved by a test
	}
	at := d.calendar.Due(deadline, start).UTC()
	return Clock{ID: id, Do: do, At: at, Rule: rule, Warn: warnings(id, start, at)}
}

// clockAt makes a clock of a time that a person or a court set.
func clockAt(id string, do lifecycle.Event, start, at time.Time) Clock {
	return Clock{ID: id, Do: do, At: at.UTC(), Warn: warnings(id, start, at)}
}

// warnings are for what the office itself can breach; what ends by itself in
// somebody's favour needs none.
func warnings(id string, start, at time.Time) []time.Time {
	switch id {
	case clockAnswer, clockObject, clockNotice, clockReview, clockChallenge, clockEmergency, clockGrant:
		return calendar.Escalations(start, at)
	}
	return nil
}

// onAcceptance are the clocks that start when a request is accepted: they run
// from its receipt, because that is what the instruments count from.
func (d *Docket) onAcceptance(c *Case) []Clock {
	received := c.Received
	notice := received.AddDate(0, 0, d.office.SecrecyLimit())
	return append(d.onAnswerDue(c.Request, received), clockAt(clockNotice, lifecycle.Escalate, received, notice))
}

// onAnswerDue are the clocks of the answer itself.
func (d *Docket) onAnswerDue(r *request.Request, from time.Time) []Clock {
	ask := func(id, rule string) Clock { return d.clockFor(id, lifecycle.Escalate, rule, from) }
	if preserveOnly(r) {
		return nil
	}
	var list []Clock
	switch r.Instrument {
	case "eu-eevidence":
		list = []Clock{ask(clockObject, "eu-third-country-objection")}
		switch {
		case r.Urgency.Level == "emergency":
			list = append(list, ask(clockAnswer, "eu-send-emergency"), ask(clockValidation, "eu-validation"))
			if notifies(r) {
				list = append(list, ask(clockAssess, "eu-assess-emergency"))
			}
			return list
		case notifies(r):
			return append(list, ask(clockAnswer, "eu-send-after-hold"), ask(clockFloor, "eu-hold"), ask(clockAssess, "eu-assess"))
		}
		return append(list, ask(clockAnswer, "eu-send"))
	case "budapest-p2":
		list = []Clock{ask(clockAnswer, "p2-answer")}
	case "cloud-act":
		list = []Clock{ask(clockObject, "us-comity-motion")}
	}
	if r.Urgency.Level == "emergency" {
		list = slices.DeleteFunc(list, func(k Clock) bool { return k.ID == clockAnswer })
		list = append(list, ask(clockAnswer, "own-emergency-order"))
	}
	return list
}

// notifies reports whether the enforcing authority has to be notified:
// Regulation (EU) 2023/1543, art. 8, traffic and content.
func notifies(r *request.Request) bool {
	return slices.ContainsFunc(r.Measures, func(m request.Measure) bool {
		return m.Data != "subscriber" && m.Data != "sole-identification"
	})
}

func preserveOnly(r *request.Request) bool {
	return len(r.Measures) > 0 && !slices.ContainsFunc(r.Measures, func(m request.Measure) bool { return m.Mode != "preserve" })
}

// onAnswer are the clocks of an answer that begin anew with another document;
// those of the document before end. The time to object on behalf of another
// State's law runs from the order and is not given anew.
func (d *Docket) onAnswer(r *request.Request, now time.Time) []Clock {
	list := slices.DeleteFunc(d.onAnswerDue(r, now), func(k Clock) bool { return k.ID == clockObject })
	for _, id := range []string{clockAnswer, clockFloor, clockEmergency, clockAssess, clockValidation} {
		if !slices.ContainsFunc(list, func(k Clock) bool { return k.ID == id }) {
			list = append(list, Clock{ID: id})
		}
	}
	return list
}

// onQuestions is how long the requester has, and what silence does: under a
// production order nothing, under a preservation order it ends the duty.
func (d *Docket) onQuestions(r *request.Request, now time.Time) Clock {
	switch {
	case r.Instrument == "eu-eevidence" && preserveOnly(r):
		return d.clockFor(clockQuestions, lifecycle.LapseQuestions, "eu-preservation-clarification", now)
	case r.Instrument == "eu-eevidence":
		return d.clockFor(clockQuestions, lifecycle.Escalate, "eu-clarification", now)
	}
	return d.clockFor(clockQuestions, lifecycle.LapseQuestions, "own-answer", now)
}

// keepFor is how long data are kept, by instrument, and by which rule. Where
// the treaty names only a minimum the office's own end is that minimum: what is
// needed longer is asked for again, or held by a linked request or a court.
func keepFor(r *request.Request) string {
	switch r.Instrument {
	case "eu-eevidence":
		return "eu-preserve-lapse"
	case "cloud-act":
		return "us-preserve-lapse"
	case "budapest", "budapest-p2":
		return "bud-preserve-foreign"
	}
	return "uncc-preserve-foreign"
}
