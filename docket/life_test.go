package docket_test

import (
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// TestGrantedToldErased is the ordinary life.
func TestGrantedToldErased(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.is("stage:screened, sender:verified, duty:open")
	l.clock("notice", start.AddDate(0, 0, 90))
	l.settle(reviewer, l.ref, "intake", "screening")
	l.no(custodian, lifecycle.Forward, Body{}, "a custodian may not")
	l.does(reviewer, lifecycle.Forward, Body{})
	l.is("stage:forwarded, sender:verified, duty:open")
	l.no(reviewer, lifecycle.Apply, Body{}, "not every safeguard of the court gate")
	l.no(judge, lifecycle.Grant, l.grant(0), "the court was not asked")
	l.applied()
	l.is("stage:forwarded, sender:verified, waiting:court, duty:open")

	beyond := l.grant(0)
	beyond.Grant.Expires = l.now.AddDate(0, 0, 91)
	l.no(judge, lifecycle.Grant, beyond, "lies beyond the limit")
	past := l.grant(0)
	past.Grant.Expires = l.now.Add(-time.Hour)
	l.no(judge, lifecycle.Grant, past, "no end is named")
	wider := l.grant(0)
	wider.Grant.Items[0].From = time.Date(2023, 6, 1, 0, 0, 0, 0, time.UTC)
	wider.Grant.Items[0].To = time.Date(2023, 6, 12, 0, 0, 0, 0, time.UTC)
	l.no(judge, lifecycle.Grant, wider, "goes beyond what was asked")
	police := l.grant(0)
	police.Grant.By = "police"
	l.no(judge, lifecycle.Grant, police, "may not decide on this category")
	l.granted(0)
	c := l.is("stage:granted, sender:verified, basis:order, duty:open")
	if item := c.Grant.Items[0]; item.From.IsZero() || item.To.IsZero() {
		t.Errorf("the item is on record without its window: %+v", item)
	}
	l.clock("grant", start.Add(30*day))

	l.no(custodian, lifecycle.Collect, files(1), "goes beyond")
	l.sealed(0)
	l.is("stage:sealed, sender:verified, basis:order, duty:open")
	l.no(senior, lifecycle.Release, Body{}, "not every safeguard of the disclosure gate")
	l.settle(reviewer, l.ref, "disclosure")
	l.no(senior, lifecycle.Release, Body{}, "the person was not told")
	l.no(notifier, lifecycle.Tell, Body{}, "how to reach the person safely")
	bare := told("a letter to the lawyer")
	bare.Remedy = ""
	l.no(notifier, lifecycle.Tell, bare, "where, until when and with whom one can complain")
	l.does(notifier, lifecycle.Tell, told("a letter to the lawyer"))
	l.after(7 * day)
	l.no(custodian, lifecycle.Release, Body{}, "a custodian may not")
	l.no(Actor{"Cem", lifecycle.Reviewer}, lifecycle.Release, Body{}, "whoever collected does not release")
	l.two(reviewer, senior, lifecycle.Release, Body{})
	l.is("stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:settled, secrecy:over, given")
	l.clock("grant", time.Time{})
	l.does(senior, lifecycle.Close, Body{})
	l.is("stage:closed, sender:verified, waiting:nobody, basis:order, duty:settled, secrecy:over, given")
	l.clock("retention", berlin(2027, 9, 9))

	l.now = berlin(2027, 9, 9)
	ok(t, l.Handle(t.Context(), JobWake, l.ref))
	l.has("stage:closed") // the public duty is open, and only the key of the case settles it
	l.settled(l.ref)
	ok(t, l.Handle(t.Context(), JobWake, l.ref))
	ok(t, l.Verify(t.Context(), l.ref))
	ok(t, l.Handle(t.Context(), JobDestroy, l.ref))
	ok(t, l.Handle(t.Context(), JobDestroy, l.ref))
	if _, err := l.Show(t.Context(), overseer, l.ref, ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an erased case is shown: %v", err)
	}
	ok(t, l.Verify(t.Context(), l.ref))
	for _, text := range []string{"panel host 'stress-09'", "hospital"} {
		found, _, err := l.Search(t.Context(), overseer, text, "")
		if err != nil || len(found) > 0 {
			t.Errorf("%q finds %d cases, %v", text, len(found), err)
		}
	}
}

// TestRefused is refused on an absolute ground, and nobody goes on.
func TestRefused(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.no(reviewer, lifecycle.Refuse, Body{}, "no ground of the closed list")
	l.no(reviewer, lifecycle.Refuse, Body{Grounds: []string{"dislike"}}, "is no ground")
	l.no(reviewer, lifecycle.Offer, Body{Grounds: []string{"political-offence"}}, "is an absolute ground")
	l.no(reviewer, lifecycle.Redirect, Body{Grounds: []string{"political-offence"}}, "no reason to send")
	l.no(reviewer, lifecycle.Object, Body{Grounds: []string{"political-offence"}}, "does not let this office answer in this form")
	l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.is("stage:refused, sender:verified, waiting:nobody, duty:open")
	for _, do := range []lifecycle.Event{lifecycle.Forward, lifecycle.Apply, lifecycle.Grant, lifecycle.Collect, lifecycle.Seal, lifecycle.Release, lifecycle.OpenLane, lifecycle.Return, lifecycle.Answer} {
		for _, who := range []Actor{intake, reviewer, senior, custodian, judge} {
			if _, err := l.Do(t.Context(), who, l.ref, Act{Do: do, Why: "anyway"}); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s by %s after a refusal: %v", do, who.Role, err)
			}
		}
	}
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(senior, lifecycle.Close, Body{})
	l.has("stage:closed")
}

// TestCorrected needs two, not both of whom signed.
func TestCorrected(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(senior, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.no(reviewer, lifecycle.Correct, Body{}, "a reviewer may not")
	if done := l.does(senior, lifecycle.Correct, Body{}); !done.Proposed {
		t.Fatal("who signed corrects alone")
	}
	l.does(senior, lifecycle.Correct, Body{})
	l.has("stage:refused")
	l.does(senior2, lifecycle.Correct, Body{})
	c := l.is("stage:screened, sender:verified, duty:open")
	e := c.Events[c.Seq()-2]
	if e.Do != lifecycle.Correct || e.By != "Siri" || e.First != "Sami" {
		t.Errorf("on record is %s by %q and %q", e.Do, e.First, e.By)
	}
	l.does(senior, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.does(senior2, lifecycle.Correct, Body{})
	l.does(senior, lifecycle.Correct, Body{})
	l.does(senior2, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.does(senior, lifecycle.Correct, Body{})
	l.no(senior2, lifecycle.Correct, Body{}, "whoever made the decision does not judge it")
}

// TestDenied is denied by the court, from paper by two.
func TestDenied(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	l.no(reviewer, lifecycle.Deny, Body{}, "nobody has read and verified the decision")
	l.two(reviewer, senior, lifecycle.Deny, decision)
	l.is("stage:denied, sender:verified, waiting:nobody, duty:open")
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(senior, lifecycle.Close, Body{})
}

// TestPaperOrders are entered by two who read the same.
func TestPaperOrders(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	order := l.grant(0)
	order.Decision = decision.Decision
	other := l.grant(0, 1)
	other.Decision = decision.Decision
	if !l.does(reviewer, lifecycle.Grant, order).Proposed || !l.does(senior, lifecycle.Grant, other).Proposed {
		t.Fatal("one person granted")
	}
	l.has("stage:forwarded")
	if !l.does(senior2, lifecycle.Grant, order).Proposed {
		t.Fatal("what the second entered meanwhile stands in its place")
	}
	local := order
	expires := *order.Grant
	expires.Expires = expires.Expires.In(time.FixedZone("", 7200))
	local.Grant = &expires
	c := l.does(senior, lifecycle.Grant, local).Case
	if c.Stage != lifecycle.Granted || len(c.Grant.Items) != 1 {
		t.Errorf("the same instant in another zone is another order: %v", c.State)
	}
	l.has("stage:granted")
}

// TestGrantEnds: what was collected on it does not leave.
func TestGrantEnds(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0, 1).sealed(0, 1).hushed()
	l.settle(reviewer, l.ref, "disclosure")
	l.does(reviewer, lifecycle.Release, Body{})
	l.now = l.now.Add(30 * day) // and nobody woke
	l.refusedHard(senior, lifecycle.Release, Body{}, "the case is forwarded")
	c := l.is("stage:forwarded, sender:verified, duty:open, secrecy:over")
	if c.Grant != nil || c.Files != nil || c.Proposed != nil {
		t.Errorf("of the grant is left: %v %v %v", c.Grant, c.Files, c.Proposed)
	}
	l.does(reviewer, lifecycle.Apply, Body{})
	l.granted(0)
	l.does(judge, lifecycle.Revoke, Body{})
	l.has("stage:forwarded", "no basis")
}
