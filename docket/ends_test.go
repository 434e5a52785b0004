package docket_test

import (
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// TestNeedEnds: the emergency lane is open for three days.
func TestNeedEnds(t *testing.T) {
	t.Parallel()
	l := emergency(t).lane()
	l.clock("grant", start.Add(72*time.Hour))
	l.does(judge, lifecycle.UpholdReview, Body{})
	l.after(71 * time.Hour)
	l.has("stage:granted", "basis:emergency")
	l.sealed(0)
	l.after(time.Hour)
	c := l.is("stage:forwarded, sender:verified, lane:emergency, duty:open, review:upheld")
	if c.Files != nil {
		t.Error("what was collected is still there")
	}
	l.no(senior, lifecycle.Release, Body{}, "the case is forwarded")
}

// TestClosesByItself: nobody has to close what is over.
func TestClosesByItself(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.clock("closing", start.AddDate(0, 0, 30))
	l.after(29 * day)
	l.does(intake, lifecycle.File, Body{From: "Ada"})
	l.after(2 * day)
	l.has("stage:refused", "challenge:filed") // something is owed again
	l.does(senior2, lifecycle.RejectChallenge, Body{})
	l.clock("closing", l.now.AddDate(0, 0, 30))
	l.after(30 * day)
	l.has("stage:closed")
}

// TestRetentionStartsAnew with what was done in the closed case.
func TestRetentionStartsAnew(t *testing.T) {
	t.Parallel()
	closed := func() *life {
		l := begin(t, "authority-de", "leg-13", nil).disclosed()
		l.does(notifier, lifecycle.Tell, told("a letter"))
		l.does(senior, lifecycle.Close, Body{})
		l.clock("retention", berlin(2027, 9, 2))
		l.after(300 * day)
		return l
	}
	for name, c := range map[string]struct{ begin, end func(*life) }{
		"the defence": {
			func(l *life) { l.does(person, lifecycle.AskDefence, Body{}) },
			func(l *life) { l.does(senior, lifecycle.AnswerDefence, Body{}) },
		},
		"a freeze": {
			func(l *life) { l.does(overseer, lifecycle.FreezeCase, Body{}) },
			func(l *life) { l.does(overseer, lifecycle.Thaw, Body{}) },
		},
		"onward": {
			func(l *life) { l.does(l.asks(), lifecycle.AskOnward, Body{To: "the customs"}) },
			func(l *life) { l.does(reviewer, lifecycle.RefuseOnward, Body{}) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := closed()
			c.begin(l)
			c.end(l)
			l.clock("retention", berlin(2028, 6, 28))
		})
	}
}

// TestDefenceAsksWhatWasRefused may stay, and is answered in time.
func TestDefenceAsksWhatWasRefused(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.does(person, lifecycle.AskDefence, Body{})
	l.clock("defence", berlin(2026, 10, 2))
	l.after(32 * day)
	if c := l.has("defence:asked"); !c.Escalated {
		t.Error("nobody is told that the defence waits")
	}
	l.does(senior, lifecycle.AnswerDefence, Body{})
	l.clock("defence", time.Time{})
}

// TestErasureIsChased: what was demanded and not confirmed is seen.
func TestErasureIsChased(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	l.does(l.asks(), lifecycle.Withdraw, Body{})
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(senior, lifecycle.DemandErasure, Body{})
	l.clock("erasure", berlin(2026, 10, 2))
	l.after(32 * day)
	if c := l.has("remedy:demanded"); !c.Escalated {
		t.Error("nobody chases it")
	}
}

// TestHeldOutliveARefusal: what a court holds is not erased because the request
// was refused, and goes when the hold ends.
func TestHeldOutliveARefusal(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(intake, lifecycle.Preserve, Body{})
	l.does(judge, lifecycle.Hold, Body{Until: start.Add(200 * day)})
	l.does(judge, lifecycle.Hold, Body{Until: start.Add(210 * day)}) // again, while it is held
	l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.has("stage:refused", "preservation:held")
	l.after(209 * day)
	l.has("preservation:held")
	l.after(day)
	l.has("preservation:erased")

	l = begin(t, "authority-de", "leg-13", nil)
	l.does(intake, lifecycle.Preserve, Body{})
	l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l.has("preservation:erased")
}

// TestWithdrawnByMail: what intake reports is proved.
func TestWithdrawnByMail(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.no(intake, lifecycle.Withdraw, Body{}, "no proof")
	l.does(intake, lifecycle.Withdraw, Body{Proof: "their letter"})
	l.has("stage:withdrawn")
}

// TestFarewellFigures: what is counted of a case is there when the case is not.
func TestFarewellFigures(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.settled(l.ref)
	l.does(senior, lifecycle.Close, Body{})
	l.after(366 * day)
	ok(t, l.Handle(t.Context(), JobDestroy, l.ref))
	if _, err := l.Show(t.Context(), overseer, l.ref, ""); !contains(err, "erased") {
		t.Fatalf("it is there: %v", err)
	}
	list, _, err := l.Figures(t.Context(), "", 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("counted are %+v, %v", list, err)
	}
	f := list[0]
	if f.Outcome != "release" || f.Notice != "tell" || f.By != "court" || f.Basis != "order" || f.Secrecy != "first period" || f.Noticed.IsZero() || f.Closed.IsZero() || len(f.Given) != 2 {
		t.Errorf("counted is %+v", f)
	}
}
