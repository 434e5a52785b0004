package docket_test

import (
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// pressing is an urgent request, signed, before the court.
func pressing(t *testing.T, profile string, change func(map[string]any)) *life {
	t.Helper()
	return begin(t, profile, "leg-13", change).kept().forwarded().applied()
}

// forLife is a grant in which the court states whose life is at risk.
func (l *life) forLife(by string, measures ...int) Body {
	b := l.grant(measures...)
	b.Grant.By, b.Risk = by, "a child was taken at noon, and the account was used since"
	return b
}

var taken = urgent("life", "a child was taken at noon")

// TestUrgentOrder: a judge's order for a life at risk is carried out within eight
// hours. The person is told afterwards, and can undo it.
func TestUrgentOrder(t *testing.T) {
	t.Parallel()
	l := pressing(t, "authority-de", taken)
	l.clock("answer", start.Add(8*time.Hour))
	l.after(2 * time.Hour)
	l.does(judge, lifecycle.Grant, l.forLife("court", 0, 1))
	l.after(3 * time.Hour)
	l.collected(0)
	l.settle(reviewer, l.ref, "disclosure")
	if !l.does(reviewer, lifecycle.Release, Body{}).Proposed {
		t.Fatal("one person released")
	}
	l.no(Actor{"Cem", lifecycle.Reviewer}, lifecycle.Release, Body{}, "whoever collected does not release")
	l.does(senior, lifecycle.Release, Body{})
	c := l.is("stage:disclosed, sender:verified, waiting:nobody, basis:order, duty:open, given")
	if e := c.Events[c.Seq()-1]; !e.With.Has(lifecycle.LifeOrdered) {
		t.Errorf("why nobody was told before is not on record: %v", e.With)
	}
	l.fetched(l.asks(), "age1example")
	if late := l.now.Sub(start); late > 8*time.Hour {
		t.Errorf("it took %v", late)
	}
	l.clock("notice", start.AddDate(0, 0, 7))
	l.no(senior, lifecycle.Close, Body{}, "something is still owed")
	l.does(notifier, lifecycle.Tell, told("a letter to the lawyer"))
	l.does(person, lifecycle.File, Body{})
	l.do(overseer, l.ref, Act{Do: lifecycle.UpholdChallenge, Why: "nobody was taken", Told: "Nobody was taken."})
	l.has("stage:disclosed", "challenge:upheld", "remedy:owed", "duty:settled")
	if _, err := l.Fetch(t.Context(), l.asks(), l.ref, "found.csv"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("what is to be erased is fetched: %v", err)
	}
}

// TestUrgentOrderOnPaper is entered by two who read the court's decision.
func TestUrgentOrderOnPaper(t *testing.T) {
	t.Parallel()
	l := pressing(t, "authority-de", taken)
	order := l.forLife("court", 0)
	l.no(reviewer, lifecycle.Grant, order, "nobody has read and verified the decision")
	order.Decision = decidedBy("prosecutor").Decision
	l.no(reviewer, lifecycle.Grant, order, "nobody has read and verified the decision")
	order.Decision = decision.Decision
	if !l.does(reviewer, lifecycle.Grant, order).Proposed {
		t.Fatal("one person enters an order")
	}
	silent := order
	silent.Risk = ""
	if !l.does(senior, lifecycle.Grant, silent).Proposed {
		t.Fatal("two entered different orders, and one of them stands")
	}
	l.does(reviewer, lifecycle.Grant, silent)
	l.collected(0)
	l.settle(reviewer, l.ref, "disclosure")
	l.no(reviewer, lifecycle.Release, Body{}, "the person was not told")

	l = pressing(t, "authority-de", taken)
	l.two(reviewer, senior, lifecycle.Grant, order)
	l.collected(0).released()
	l.fetched(l.asks(), "age1example")
}

// TestUrgentOrderOf: whose order, and of what, spares the week. Where a prosecutor
// decides on subscriber data, theirs does not.
func TestUrgentOrderOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(map[string]any)
		by     string
		risk   string
	}{
		"a court that states no risk": {taken, "court", ""},
		"a court that states a blank": {taken, "court", " \n"},
		"a prosecutor":                {taken, "prosecutor", "a child was taken"},
		"no emergency claimed":        {nil, "court", "a child was taken"},
		"somebody's safety":           {urgent("safety", "they were threatened"), "court", "they may be hurt"},
	} {
		l := pressing(t, "authority-fr", func(d map[string]any) {
			if c.change != nil {
				c.change(d)
			}
			d["addressee"].(map[string]any)["country"] = "FR"
		})
		grant := l.forLife(c.by, 0)
		grant.Risk = c.risk
		if _, err := l.Do(t.Context(), judge, l.ref, Act{Do: lifecycle.Grant, Why: "as asked", Body: grant}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		l.collected(0)
		l.settle(reviewer, l.ref, "disclosure")
		l.no(reviewer, lifecycle.Release, Body{}, "the person was not told")
		l.does(notifier, lifecycle.Tell, told("a letter to the lawyer"))
		l.no(reviewer, lifecycle.Release, Body{}, "the instrument says wait")
	}
}

// TestUrgentOrderAgain: what one grant said does not count for the next.
func TestUrgentOrderAgain(t *testing.T) {
	t.Parallel()
	l := pressing(t, "authority-de", taken)
	l.does(judge, lifecycle.Grant, l.forLife("court", 0))
	l.does(judge, lifecycle.Revoke, Body{})
	l.does(reviewer, lifecycle.Apply, Body{})
	l.granted(0).collected(0)
	l.settle(reviewer, l.ref, "disclosure")
	l.no(reviewer, lifecycle.Release, Body{}, "the person was not told")
}

// TestUrgentOrderStops: what stops any release stops this one.
func TestUrgentOrderStops(t *testing.T) {
	t.Parallel()
	ready := func() *life {
		l := pressing(t, "authority-de", taken)
		l.does(judge, lifecycle.Grant, l.forLife("court", 0))
		l.collected(0)
		l.settle(reviewer, l.ref, "disclosure")
		return l
	}
	l := ready()
	l.does(notifier, lifecycle.Tell, told("a letter to the lawyer"))
	l.does(person, lifecycle.File, Body{})
	l.no(senior, lifecycle.Release, Body{}, "a challenge has not had its first decision")
	l.do(senior2, l.ref, Act{Do: lifecycle.RejectChallenge, Why: "somebody was taken", Told: "Somebody was taken."})
	l.released() // who was told is not waited for either

	l = ready()
	l.does(overseer, lifecycle.FreezeCase, Body{})
	l.no(senior, lifecycle.Release, Body{}, "oversight has frozen the case")

	l = ready()
	a := l.register[l.asks().Name]
	a.Suspended = "stolen key"
	l.register[a.ID] = a
	l.no(senior, lifecycle.Release, Body{}, "no enrolled key that is not suspended")
}

// TestUrgentOrderIsToldOf: at the latest a week after the data have left, also
// where the person was told of an earlier step, and there is more to tell.
func TestUrgentOrderIsToldOf(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", taken).kept().forwarded()
	l.after(7 * day)
	l.does(notifier, lifecycle.Tell, told("a letter to the lawyer"))
	l.applied()
	l.does(judge, lifecycle.Grant, l.forLife("court", 0))
	l.has("duty:open")
	l.collected(0).released()
	l.clock("notice", l.now.AddDate(0, 0, 7))
	l.after(8 * day)
	l.has("duty:open", "stage:disclosed")
	if !l.see(l.ref).Escalated {
		t.Error("nobody was told of it, and nobody of the office hears")
	}
	l.does(overseer, lifecycle.Tell, told("a letter to the lawyer"))
}
