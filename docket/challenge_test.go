package docket_test

import (
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

func TestChallengeBeforeRelease(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", nil).forwarded().applied().granted(0).sealed(0)
	l.settle(reviewer, l.ref, "disclosure")
	l.no(senior, lifecycle.Release, Body{}, "the person was not told")
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.no(senior, lifecycle.Release, Body{}, "the instrument says wait") // there is time to challenge
	l.does(person, lifecycle.File, Body{})
	l.clock("challenge", berlin(2026, 9, 16))
	l.after(8 * day)
	l.no(person, lifecycle.File, Body{}, "there is a challenge already")
	l.no(senior, lifecycle.Release, Body{}, "a challenge has not had its first decision")
	l.no(Actor{"Rosa", lifecycle.Senior}, lifecycle.RejectChallenge, Body{}, "does not judge it")
	l.does(senior2, lifecycle.RejectChallenge, Body{})
	l.no(senior, lifecycle.Release, Body{}, "the instrument says wait") // there is time to appeal
	l.after(3 * day)
	l.two(reviewer, senior, lifecycle.Release, Body{})
	l.has("stage:disclosed", "challenge:rejected")
	l.does(person, lifecycle.Appeal, Body{})
	l.no(senior2, lifecycle.RejectChallenge, Body{}, "no challenge")
	l.no(judge, lifecycle.RejectChallenge, Body{}, "whoever made the decision does not judge it")
	l.does(Actor{"Jana", lifecycle.Judge}, lifecycle.UpholdChallenge, Body{Grounds: []string{"political-offence"}})
	l.has("challenge:upheld", "remedy:owed")
}

func TestChallengeUpheld(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", nil).forwarded().applied().granted(0).sealed(0)
	l.does(intake, lifecycle.File, Body{Proof: "letter of the person"})
	l.does(overseer, lifecycle.UpholdChallenge, Body{})
	l.is("stage:refused, sender:verified, waiting:nobody, duty:open, challenge:upheld")
	l.no(senior, lifecycle.Correct, Body{}, "a challenge was upheld")
	l.no(senior, lifecycle.Compel, compulsion("none"), "a challenge was upheld")

	l = o.begin("leg-13", nil).disclosed()
	l.does(person, lifecycle.File, Body{})
	l.no(reviewer, lifecycle.UpholdChallenge, Body{}, "a reviewer may not")
	l.no(senior, lifecycle.UpholdChallenge, Body{}, "does not judge it") // the second who released
	l.no(Actor{"Rosa", lifecycle.Senior}, lifecycle.UpholdChallenge, Body{}, "does not judge it")
	l.does(senior2, lifecycle.UpholdChallenge, Body{})
	l.has("stage:disclosed", "challenge:upheld", "remedy:owed")
}

// TestFirstOfTwoIsInvolved: who proposed decided as much as who joined.
func TestFirstOfTwoIsInvolved(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0).sealed(0).hushed()
	l.settle(reviewer, l.ref, "disclosure")
	l.two(senior2, reviewer, lifecycle.Release, Body{})
	l.does(person, lifecycle.File, Body{})
	l.no(senior2, lifecycle.RejectChallenge, Body{}, "does not judge it")
	l.does(senior, lifecycle.RejectChallenge, Body{})
}

func TestChallengeOverdue(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	l.does(person, lifecycle.File, Body{})
	l.after(16 * day)
	l.has("challenge:overdue")
	l.no(senior2, lifecycle.RejectChallenge, Body{}, "no challenge awaits a first decision")
	l.does(Actor{"Jana", lifecycle.Judge}, lifecycle.RejectChallenge, Body{})
	l.does(intake, lifecycle.Appeal, Body{})
	l.does(overseer, lifecycle.RejectChallenge, Body{})
	l.has("challenge:dismissed")
}

// TestChallengeOfAClosedCase keeps the file until it is over, and a year more.
func TestChallengeOfAClosedCase(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(senior, lifecycle.Close, Body{})
	l.now = l.now.Add(364 * day)
	l.does(person, lifecycle.File, Body{})
	l.after(5 * day)
	l.has("stage:closed", "challenge:filed")
	l.does(senior2, lifecycle.RejectChallenge, Body{})
	l.after(day)
	l.has("stage:closed", "challenge:rejected")
	l.settled(l.ref)
	l.after(366 * day)
	if _, err := l.Show(t.Context(), overseer, l.ref, ""); !contains(err, "erased") {
		t.Errorf("it is kept for ever: %v", err)
	}
}

func TestSecrecyToTheLimitAndBeyond(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0).sealed(0)
	l.no(judge, lifecycle.OrderSecrecy, secret(start.Add(80*day)), "open: remedy-named")
	l.settle(reviewer, l.ref, "secrecy", "disclosure")
	l.has("no secrecy") // a reviewer's word for the court's reasons is none
	l.no(reviewer, lifecycle.OrderSecrecy, secret(start.Add(80*day)), "nobody has read and verified")
	l.no(judge, lifecycle.OrderSecrecy, Body{Until: start.Add(80 * day)}, "which harm") // reasons are not yet a harm
	l.no(judge, lifecycle.OrderSecrecy, Body{Harm: "the witness would be found"}, "no end is named")
	l.no(judge, lifecycle.OrderSecrecy, secret(start.Add(91*day)), "lies beyond the limit")
	until := start.Add(80 * day)
	l.does(judge, lifecycle.OrderSecrecy, secret(until))
	l.clock("secrecy", until)
	l.clock("notice", until.Add(7*day))
	l.two(reviewer, senior, lifecycle.Release, Body{})
	l.no(notifier, lifecycle.Tell, told("a letter"), "a court has ordered secrecy")
	for range 3 {
		l.no(judge, lifecycle.ExtendSecrecy, secret(until.Add(91*day)), "lies beyond the limit")
		l.no(judge, lifecycle.ExtendSecrecy, secret(until.Add(-day)), "lies beyond the limit")
		until = until.Add(90 * day)
		l.does(judge, lifecycle.ExtendSecrecy, secret(until))
	}
	l.has("secrecy:extended three times")
	l.no(judge, lifecycle.ExtendSecrecy, secret(until.Add(day)), "extended as often as it may be")
	body := compulsion("complaint filed")
	body.Until = until.Add(30 * day)
	l.no(senior, lifecycle.HoldBeyond, decision, "no objection, appeal or suspension")
	l.two(senior, senior2, lifecycle.HoldBeyond, body)
	l.has("secrecy:held beyond the limit", "duty:open")
	l.clock("secrecy", body.Until)
	l.now = body.Until.Add(20 * day) // nobody woke meanwhile
	ok(t, l.Wake(t.Context(), l.ref))
	c := l.has("secrecy:over", "duty:open")
	l.clock("notice", body.Until.Add(7*day))
	if !c.Escalated {
		t.Error("nobody was told that the notice is late")
	}
	l.no(senior, lifecycle.Close, Body{}, "something is still owed")
	l.does(notifier, lifecycle.Tell, told("a letter"))
	if c := l.has("duty:settled"); c.Escalated {
		t.Error("it is told, and late all the same")
	}
}

// TestSecrecyFromPaper is ordered by a court that is not in the house.
func TestSecrecyFromPaper(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.settle(reviewer, l.ref, "secrecy")
	order := decision
	order.Until = start.Add(60 * day)
	l.no(reviewer, lifecycle.OrderSecrecy, order, "which harm")
	order.Harm = "the witness would be found"
	for _, other := range []Body{decidedBy("prosecutor"), abroad()} {
		other.Until, other.Harm = order.Until, order.Harm
		l.no(reviewer, lifecycle.OrderSecrecy, other, "nobody has read and verified")
	}
	unread := order
	unread.Decision = &Decision{By: "court", Reference: "7 KLs 12/26", Date: start, SHA256: sum}
	l.no(reviewer, lifecycle.OrderSecrecy, unread, "nobody has read and verified")
	l.two(reviewer, senior, lifecycle.OrderSecrecy, order)
	c := l.has("secrecy:first period")
	if s := said(c, "request.secrecy_reasoned"); !s.Court || s.By != "court Regional court" || s.Reason != order.Harm {
		t.Errorf("what the court said is not on record: %+v", c.Said)
	}
	l.do(judge, l.ref, Act{Do: lifecycle.Assert, Why: "the witness has testified", Body: Body{Said: []Statement{{Fact: "request.secrecy_reasoned", Value: "false"}}}})
	order.Until = start.Add(100 * day)
	l.no(reviewer, lifecycle.ExtendSecrecy, order, "secrecy-reasoned")
	l.after(61 * day)
	l.has("secrecy:over")
}

// TestSecrecyWithoutEnd is looked at again after three months, for ever.
func TestSecrecyWithoutEnd(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0).sealed(0).hushed()
	until := l.now.Add(20 * day)
	for range 3 {
		until = until.Add(10 * day)
		l.does(judge, lifecycle.ExtendSecrecy, secret(until))
	}
	order := compulsion("complaint filed")
	if !l.does(senior, lifecycle.HoldBeyond, order).Proposed {
		t.Fatal("alone")
	}
	l.now = l.now.Add(time.Minute) // who joins a minute later means the same
	l.does(senior2, lifecycle.HoldBeyond, order)
	l.has("secrecy:held beyond the limit", "duty:open")
	review := until.AddDate(0, 0, 90)
	l.clock("secrecy", review)
	if c := l.see(l.ref); c.Outside == 0 {
		t.Error("oversight does not see it")
	}
	l.no(reviewer, lifecycle.LiftSecrecy, Body{}, "nobody has read and verified")
	l.now = review.Add(-day)
	l.two(senior, senior2, lifecycle.HoldBeyond, order)
	l.clock("secrecy", l.now.AddDate(0, 0, 90))
	l.after(98 * day)
	l.has("secrecy:over", "duty:open")
	rows, _, err := l.Queue(t.Context(), Query{Open: true})
	if err != nil || len(rows) != 1 || !rows[0].Escalated {
		t.Errorf("the queue does not show it overdue: %+v, %v", rows, err)
	}
}

// TestLongerEnd: a court may itself name an end beyond what the office may keep.
func TestLongerEnd(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	order := compulsion("complaint filed")
	order.Until = start.Add(200 * day)
	l.no(senior, lifecycle.HoldBeyond, order, "secrecy was not extended as often")
	long := *order.Decision
	long.Ends = order.Until
	order.Decision = &long
	l.two(senior, senior2, lifecycle.HoldBeyond, order)
	l.clock("secrecy", order.Until)
	l.clock("notice", order.Until.AddDate(0, 0, 7))
}

// TestSecrecyEndsWithTheCase: what nothing will come of is not kept secret.
func TestSecrecyEndsWithTheCase(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.settle(reviewer, l.ref, "secrecy")
	l.does(judge, lifecycle.OrderSecrecy, secret(start.Add(80*day)))
	l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.clock("secrecy", start.AddDate(0, 0, 7))
	l.no(notifier, lifecycle.Tell, told("a letter"), "a court has ordered secrecy")
	l.after(7 * day)
	l.has("secrecy:over", "duty:open")
	l.clock("notice", start.AddDate(0, 0, 14))
	l.no(judge, lifecycle.OrderSecrecy, secret(l.now.Add(10*day)), "the case is refused")
	l.does(notifier, lifecycle.Tell, told("a letter"))
}
