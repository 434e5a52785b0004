package docket_test

import (
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// TestStateObjects: what the enforcing authority raises stops the release, until
// it lets pass.
func TestStateObjects(t *testing.T) {
	t.Parallel()
	l := european(t).forwarded().applied().granted(0).sealed(0)
	l.settle(reviewer, l.ref, "disclosure")
	raised := Body{Proof: "Form III", Grounds: []string{"press-protection"}}
	l.no(intake, lifecycle.StateObjects, Body{Proof: "Form III"}, "no ground of the closed list")
	l.no(intake, lifecycle.StateObjects, Body{Grounds: raised.Grounds}, "no proof")
	l.does(intake, lifecycle.StateObjects, raised)
	l.after(12 * day)
	l.no(senior, lifecycle.Release, Body{}, "an objection or condition of the enforcing authority stands")
	if !l.does(senior, lifecycle.Clear, cleared()).Proposed {
		t.Fatal("one person lets it pass")
	}
	l.no(senior, lifecycle.Release, Body{}, "an objection or condition of the enforcing authority stands")
	l.does(reviewer, lifecycle.Clear, cleared())
	l.two(reviewer, senior, lifecycle.Release, Body{})

	l = european(t).forwarded()
	l.does(intake, lifecycle.StateObjects, raised)
	l.does(reviewer, lifecycle.Annul, Body{Proof: "decision of the enforcing authority"})
	l.has("stage:annulled")
}

// TestExempt: where no authority is to be notified, two people say why.
func TestExempt(t *testing.T) {
	t.Parallel()
	l := european(t).forwarded().applied().granted(0, 1).sealed(0, 1)
	l.settle(reviewer, l.ref, "disclosure")
	l.no(senior, lifecycle.Release, Body{}, "the instrument says wait")
	limbs := Body{Proof: "Form I, section M: committed and resident in the issuing State"}
	l.no(intake, lifecycle.Exempt, limbs, "an intake may not")
	l.two(reviewer, senior, lifecycle.Exempt, limbs)
	l.clock("wait", time.Time{})
	l.clock("assessment", time.Time{})
	l.clock("answer", berlin(2026, 9, 12))
	l.two(reviewer, senior, lifecycle.Release, Body{})

	// Another document is another question.
	l = european(t)
	l.two(reviewer, senior, lifecycle.Exempt, limbs)
	l.does(reviewer, lifecycle.Return, Body{})
	l.after(2 * day)
	l.does(l.asks(), lifecycle.Answer, Body{Document: l.doc})
	l.clock("wait", berlin(2026, 9, 15)) // the tenth day is a Sunday
	l.two(reviewer, senior, lifecycle.Exempt, limbs)
	l.clock("wait", time.Time{})
	l.clock("answer", berlin(2026, 9, 14)) // counted from the document that stands

	l = begin(t, "authority-de", "leg-13", nil)
	l.no(reviewer, lifecycle.Exempt, limbs, "under budapest no authority is notified")
}

// TestJoinedChallenge: several persons file, and each new ground is heard.
func TestJoinedChallenge(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded()
	files := func(name string) Body { return Body{Proof: "letter", From: name} }
	l.no(intake, lifecycle.JoinChallenge, files("Ada"), "no challenge is undecided")
	l.does(intake, lifecycle.File, files("Ada"))
	l.no(intake, lifecycle.File, files("Ben"), "there is a challenge already")
	l.does(intake, lifecycle.JoinChallenge, files("Ben"))
	l.does(person, lifecycle.JoinChallenge, Body{})
	l.has("challenge:filed")
	l.does(senior2, lifecycle.RejectChallenge, Body{})
	for _, name := range []string{"Ada", " BEN "} {
		l.no(intake, lifecycle.File, files(name), "there is a challenge already")
	}
	l.no(person, lifecycle.File, Body{}, "there is a challenge already")
	l.does(intake, lifecycle.File, files("Cora"))
	l.has("challenge:filed")
	l.does(senior2, lifecycle.RejectChallenge, Body{})
	l.applied().granted(0)
	l.does(intake, lifecycle.File, files("Ada")) // of what was granted since
	l.has("challenge:filed")
}

// TestUnassign takes somebody off a case; who takes one says why.
func TestUnassign(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	before := l.see(l.ref).Outside
	l.refused(intake, l.ref, Act{Do: lifecycle.Assign, Body: Body{To: " IMKE"}}, "whoever takes a case says why")
	l.assignTo(Actor{Name: "Rosa"})
	if c := l.see(l.ref); c.Outside != before {
		t.Error("to assign somebody else is to look from outside")
	}
	l.assignTo(senior)
	if c := l.see(l.ref); c.Outside != before+1 {
		t.Error("oversight does not see who took the case")
	}
	l.no(senior, lifecycle.Unassign, Body{To: "Zoe"}, "is not assigned to this case")
	l.no(notifier, lifecycle.Unassign, Body{To: "Rosa"}, "a notifier may not")
	l.does(senior, lifecycle.Unassign, Body{To: "rosa"})
	if _, err := l.Show(t.Context(), reviewer, l.ref, ""); !contains(err, "is not assigned") {
		t.Errorf("who was taken off reads on: %v", err)
	}
	if _, err := l.Do(t.Context(), reviewer, l.ref, Act{Do: lifecycle.Return, Why: "x"}); !contains(err, "is not assigned") {
		t.Errorf("who was taken off acts on: %v", err)
	}
}

// TestOutside: what is done on paper or compelled is for oversight to see.
func TestOutside(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	sees := func(what string) {
		t.Helper()
		rows, _, err := l.Queue(t.Context(), Query{Outside: true})
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: oversight sees %+v, %v", what, rows, err)
		}
		l.does(overseer, lifecycle.SeeLooks, Body{})
		if rows, _, _ := l.Queue(t.Context(), Query{Outside: true}); len(rows) > 0 {
			t.Errorf("%s: seen and still there", what)
		}
	}
	l.does(overseer, lifecycle.SeeLooks, Body{}) // how the team was made
	order := l.grant(0)
	order.Decision = abroad().Decision
	l.no(reviewer, lifecycle.Grant, order, "nobody has read and verified")
	order.Decision = decidedBy("prosecutor").Decision
	l.no(reviewer, lifecycle.Grant, order, "nobody has read and verified") // it says a court granted
	order.Decision = decision.Decision
	l.two(reviewer, senior, lifecycle.Grant, order)
	sees("granted on paper")
	l.two(reviewer, senior, lifecycle.Revoke, decision)
	sees("revoked on paper")
	l.no(senior, lifecycle.Compel, withRemedy(abroad()), "nobody has read and verified")
	l.no(senior, lifecycle.Compel, withRemedy(decidedBy("prosecutor")), "nobody has read and verified")
	l.no(senior, lifecycle.Compel, withRemedy(decidedBy("enforcing-authority")), "nobody has read and verified")
	l.two(senior, senior2, lifecycle.Compel, compulsion("appealed"))
	sees("compelled")
}

// TestCompelledItems: what is compelled may be less than what was asked.
func TestCompelledItems(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded()
	body := compulsion("appealed")
	body.Grant = &Grant{By: "court", Items: []Item{{Measure: 1, From: time.Date(2023, 6, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2023, 6, 12, 0, 0, 0, 0, time.UTC)}}}
	l.no(senior, lifecycle.Compel, body, "goes beyond")
	body.Grant = &Grant{By: "court"}
	l.no(senior, lifecycle.Compel, body, "goes beyond")
	body.Grant = &Grant{By: "court", Items: []Item{{Measure: 1}}}
	c := l.two(senior, senior2, lifecycle.Compel, body).Case
	if len(c.Measures) != 1 || c.Measures[0] != 1 || c.Grant == nil || c.Grant.Items[0].From.IsZero() {
		t.Errorf("compelled are %v, %+v", c.Measures, c.Grant)
	}
	l.no(custodian, lifecycle.Collect, files(0), "goes beyond")
	l.does(custodian, lifecycle.Collect, files(1))
}

func withRemedy(b Body) Body {
	b.Remedy = "appealed"
	return b
}
