package docket_test

import (
	"slices"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// said is the last that was said of a fact.
func said(c *Case, fact string) *Statement {
	for i := len(c.Said) - 1; i >= 0; i-- {
		if c.Said[i].Fact == fact {
			return &c.Said[i]
		}
	}
	return nil
}

// TestReturnedAndAnswered: what people said of what has changed clears nothing
// any more, and what they found stays in the way.
func TestReturnedAndAnswered(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.settle(reviewer, l.ref, "intake", "screening", "court")
	l.does(reviewer, lifecycle.Return, Body{})
	l.is("stage:returned, sender:verified, waiting:requester, duty:open")
	l.clock("questions", berlin(2026, 10, 2))

	foreign := document(t, "leg-13", func(d map[string]any) {
		d["requesting"].(map[string]any)["country"] = "US"
	})
	l.no(l.asks(), lifecycle.Answer, Body{Document: foreign}, "the case is of central authority, TR")
	l.no(l.asks(), lifecycle.Answer, Body{Document: []byte(`{"format": 1}`)}, "format")
	l.no(Actor{"somebody else", lifecycle.Requester}, lifecycle.Answer, Body{Document: l.doc}, "is not assigned")
	l.no(l.asks(), lifecycle.Answer, Body{Document: l.doc, Said: []Statement{{Fact: "request.fair_trial", Value: "true", Court: true}}}, "is not about statements")

	same := document(t, "leg-13", func(d map[string]any) { d["reference"] = "LEG-13 (2)" })
	l.does(l.asks(), lifecycle.Answer, Body{Document: same})
	c := l.is("stage:screened, sender:verified, duty:open")
	if s := said(c, "request.fair_trial"); s == nil || s.Before {
		t.Errorf("what was said of the same request is %+v", s)
	}

	l.do(senior, l.ref, Act{Do: lifecycle.Assert, Why: "a newsroom", Body: Body{Said: []Statement{{Fact: "request.target_protected", Value: "true"}}}})
	l.does(reviewer, lifecycle.Return, Body{})
	other := document(t, "leg-13", func(d map[string]any) {
		m := d["measures"].([]any)[0].(map[string]any)
		m["targets"] = []any{map[string]any{"type": "account", "value": "another-panel"}}
	})
	l.does(intake, lifecycle.Answer, Body{Document: other})
	c = l.is("stage:screened, sender:verified, duty:open")
	for _, fact := range []string{"request.fair_trial", "request.target_protected"} {
		if s := said(c, fact); s == nil || !s.Before || s.Answers != nil {
			t.Errorf("what was said of another account still clears: %+v", s)
		}
	}
	l.forwarded()
	l.no(reviewer, lifecycle.Apply, Body{}, "target-looked-at")
	open, err := l.Questions(t.Context(), l.see(l.ref))
	ok(t, err)
	i := slices.IndexFunc(open, func(o Open) bool { return o.Fact == "request.target_protected" })
	if i < 0 || len(open[i].Finding.DoubtedBy) == 0 {
		t.Errorf("nobody is told that it was found before: %+v", open)
	}
	l.applied()
	found, _, err := l.Search(t.Context(), overseer, "another-panel", "")
	if err != nil || len(found) != 1 {
		t.Errorf("the account of the new document finds %d cases, %v", len(found), err)
	}
}

// TestUnanswered closes by itself, and is erased.
func TestUnanswered(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(reviewer, lifecycle.Return, Body{})
	l.after(40 * day)
	l.is("stage:withdrawn, sender:verified, waiting:nobody, duty:open")
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(intake, lifecycle.Close, Body{})
	l.has("stage:closed")
}

// TestOfferAccepted is offered less, and less is granted.
func TestOfferAccepted(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.no(reviewer, lifecycle.Offer, Body{}, "no ground of the closed list")
	l.does(reviewer, lifecycle.Offer, Body{Grounds: []string{"overbroad-scope"}, Measures: []int{0}})
	l.is("stage:returned, sender:verified, waiting:requester, duty:open")
	l.does(l.asks(), lifecycle.Answer, Body{}) // agreed
	l.is("stage:screened, sender:verified, duty:open")
	l.settle(reviewer, l.ref, "intake", "screening")
	l.does(reviewer, lifecycle.Forward, Body{Measures: []int{0}})
	l.applied()
	l.no(judge, lifecycle.Grant, l.grant(0, 1), "goes beyond")
	l.granted(0)
}

// TestRedirected names another route, and can be corrected by two.
func TestRedirected(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(reviewer, lifecycle.Redirect, Body{Grounds: []string{"wrong-route"}, To: "the 24/7 point"})
	l.is("stage:redirected, sender:verified, waiting:nobody, duty:open")
	l.two(senior, senior2, lifecycle.Correct, Body{})
	l.has("stage:screened")
}

// TestWithdrawn before and after anything has left.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", nil).forwarded().applied().granted(0, 1).sealed(0)
	l.does(l.asks(), lifecycle.Withdraw, Body{})
	l.is("stage:withdrawn, sender:verified, waiting:nobody, duty:open")

	l = o.begin("leg-13", nil).disclosed()
	l.does(l.asks(), lifecycle.Withdraw, Body{})
	l.has("stage:disclosed", "remedy:owed")
	l.no(senior, lifecycle.Close, Body{}, "something is still owed")
	l.does(senior, lifecycle.DemandErasure, Body{})
	l.no(l.asks(), lifecycle.ConfirmErasure, Body{}, "no proof")
	l.does(l.asks(), lifecycle.ConfirmErasure, Body{Proof: "protocol 4"})
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(senior, lifecycle.Close, Body{})
	l.has("stage:closed", "remedy:confirmed")
}

// TestAnnulled by the State that issued it.
func TestAnnulled(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", nil).forwarded()
	l.no(reviewer, lifecycle.Annul, Body{}, "no proof")
	l.does(reviewer, lifecycle.Annul, Body{Proof: "judgment of the issuing State"})
	l.is("stage:annulled, sender:verified, waiting:nobody, duty:open")
	l = o.begin("leg-13", nil).disclosed()
	l.does(l.asks(), lifecycle.Annul, Body{Proof: "judgment"})
	l.has("stage:disclosed", "remedy:owed")
}

// TestResubmission: the same account under another offence is found again.
func TestResubmission(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", nil)
	l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	for range 5 { // a heap of others hides nothing
		o.receive(l.doc, registered)
	}
	again := o.begin("leg-13", func(d map[string]any) {
		d["reference"] = "LEG-13-B"
		of := d["offences"].([]any)[0].(map[string]any)
		of["title"] = "Fraud"
		of["provision"] = "tr-tck-158"
	})
	c := again.see(again.ref)
	if c.Proposal.Outcome != "refuse" {
		t.Errorf("screening proposes %q (%v)", c.Proposal.Outcome, c.Proposal.Grounds)
	}
	again.no(reviewer, lifecycle.Forward, Body{}, "not-relabelled")
	l.two(senior, senior2, lifecycle.Correct, Body{})
	l.now = l.now.Add(time.Hour)
	third := o.begin("leg-13", nil)
	if c := third.see(third.ref); c.Proposal.Outcome == "refuse" {
		t.Errorf("what was corrected still stands: %v", c.Proposal.Grounds)
	}
}
