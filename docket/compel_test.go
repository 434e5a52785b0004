package docket_test

import (
	"slices"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// european is an order of Regulation (EU) 2023/1543 at a provider.
func european(t *testing.T) *life { return begin(t, "provider-de", "leg-19", nil) }

// cleared is what the enforcing authority lets pass.
func cleared() Body {
	b := decidedBy("enforcing-authority")
	b.Proof = "the enforcing authority's notice"
	return b
}

// compulsion is a decision of the receiver's own court.
func compulsion(remedy string) Body {
	b := decision
	b.Remedy = remedy
	return b
}

// TestObjected: a provider objects, the issuer maintains, the court compels.
func TestObjected(t *testing.T) {
	t.Parallel()
	l := european(t)
	l.is("stage:screened, sender:verified, duty:open")
	l.clock("wait", berlin(2026, 9, 12))
	l.clock("answer", berlin(2026, 9, 12))
	l.clock("objection", berlin(2026, 9, 12))
	l.do(reviewer, l.ref, Act{Do: lifecycle.Assert, Why: "the account is a newsroom's", Body: Body{Said: []Statement{{Fact: "request.target_protected", Value: "true"}}}})
	l.no(reviewer, lifecycle.Refuse, Body{Grounds: []string{"press-protection"}}, "does not let this office answer in this form")
	l.does(reviewer, lifecycle.Object, Body{Grounds: []string{"press-protection"}})
	l.is("stage:objected, sender:verified, waiting:requester, duty:open")
	l.clock("answer", time.Time{})
	l.does(l.asks(), lifecycle.Maintain, Body{})
	l.has("stage:objected", "waiting:enforcing authority")

	l.no(senior, lifecycle.Compel, Body{}, "nobody has read and verified")
	l.no(senior, lifecycle.Compel, decision, "no objection, appeal or suspension is filed")
	l.no(reviewer, lifecycle.Compel, compulsion("appealed"), "a reviewer may not")
	l.two(senior, senior2, lifecycle.Compel, compulsion("appeal filed, 3 Ws 4/26"))
	l.is("stage:compelled, sender:verified, basis:compulsion, duty:open")
	l.no(reviewer, lifecycle.Refuse, Body{Grounds: []string{"press-protection"}}, "the case is compelled")

	l.no(senior, lifecycle.Postpone, Body{Until: l.now.Add(20 * day)}, "does not let this office answer in this form")
	l.does(custodian, lifecycle.Collect, files(0))
	l.does(custodian, lifecycle.Seal, Body{})
	l.no(senior, lifecycle.Release, Body{}, "the instrument says wait")
	l.after(11 * day)
	l.no(reviewer, lifecycle.Release, Body{}, "compels")
	l.no(senior, lifecycle.Release, Body{}, "open: conditions-signed, minimised /measures/0, existed-at-receipt /measures/0")
	l.settle(reviewer, l.ref, "disclosure")
	l.two(senior, senior2, lifecycle.Release, Body{})
	c := l.is("stage:disclosed, sender:verified, waiting:nobody, basis:compulsion, duty:open, given")
	if unmet := c.Events[c.Seq()-1].Unmet; !slices.Contains(unmet, "target-looked-at") {
		t.Errorf("what does not hold is not on record: %q", unmet)
	}
	if c.Outside == 0 {
		t.Error("oversight does not see that it was compelled")
	}
	l.no(notifier, lifecycle.Tell, told("a letter"), "the issuing authority tells the person")
	l.no(notifier, lifecycle.ToldByIssuer, Body{}, "no proof")
	l.does(notifier, lifecycle.ToldByIssuer, Body{Proof: "copy of the information"})
	l.does(senior, lifecycle.Close, Body{})
	// The appeal is won after all.
	l.does(senior, lifecycle.LiftCompulsion, decision)
	l.has("stage:closed", "remedy:owed", "no basis")
}

// TestAppealWonInTime: what was compelled does not leave.
func TestAppealWonInTime(t *testing.T) {
	t.Parallel()
	l := european(t)
	l.does(reviewer, lifecycle.Object, Body{Grounds: []string{"press-protection"}})
	l.two(senior, senior2, lifecycle.Compel, compulsion("appeal filed"))
	l.sealed(0)
	l.does(senior, lifecycle.LiftCompulsion, decision)
	l.is("stage:refused, sender:verified, waiting:nobody, duty:open")
	l.no(senior, lifecycle.Release, Body{}, "the case is refused")
	l.does(notifier, lifecycle.Tell, told("a letter")) // nothing was produced of which the issuer would tell
}

// TestProducedInTime is carried out, but not before the tenth day.
func TestProducedInTime(t *testing.T) {
	t.Parallel()
	l := european(t).forwarded().applied().granted(0, 1, 2).sealed(0, 1, 2)
	l.settle(reviewer, l.ref, "disclosure")
	l.no(senior, lifecycle.Release, Body{}, "the instrument says wait")
	l.no(senior, lifecycle.Clear, decidedBy("enforcing-authority"), "no proof")
	wrong := decision
	wrong.Proof = "a letter"
	l.no(senior, lifecycle.Clear, wrong, "nobody has read and verified")
	l.two(senior, intake, lifecycle.Clear, cleared())
	l.two(senior, reviewer, lifecycle.Release, Body{})
	l.has("stage:disclosed")
}

// TestClearanceIsOfOneDocument: another document waits again.
func TestClearanceIsOfOneDocument(t *testing.T) {
	t.Parallel()
	l := european(t)
	l.two(reviewer, senior, lifecycle.Clear, cleared())
	l.does(reviewer, lifecycle.Return, Body{})
	l.clock("questions", berlin(2026, 9, 8))
	l.after(9 * day)
	l.has("stage:returned") // silence does not end a production order
	l.does(l.asks(), lifecycle.Answer, Body{Document: l.doc})
	l.clock("wait", berlin(2026, 9, 22))
	l.forwarded().applied().granted(0).sealed(0)
	l.settle(reviewer, l.ref, "disclosure")
	l.no(senior, lifecycle.Release, Body{}, "the instrument says wait")
}

// TestCompelledBounds: live collection and preservation are never compelled out.
func TestCompelledBounds(t *testing.T) {
	t.Parallel()
	l := begin(t, "provider-de", "leg-19", func(d map[string]any) {
		d["measures"].([]any)[1].(map[string]any)["mode"] = "real-time"
		d["measures"].([]any)[2].(map[string]any)["mode"] = "preserve"
	})
	body := compulsion("appeal filed")
	for _, m := range [][]int{nil, {1}, {2}} {
		body.Measures = m
		l.no(senior, lifecycle.Compel, body, "goes beyond")
	}
	body.Measures = []int{0}
	l.two(senior, senior2, lifecycle.Compel, body)
	l.no(custodian, lifecycle.Collect, files(1), "goes beyond")
}

// emergency is a request without an order: somebody's life is at risk.
func emergency(t *testing.T) *life {
	return begin(t, "authority-de", "leg-13", func(d map[string]any) {
		d["urgency"] = map[string]any{"level": "emergency", "threat": "life", "statement": "a child was taken at noon"}
		d["measures"].([]any)[1].(map[string]any)["from"] = "2026-08-30"
		d["measures"].([]any)[1].(map[string]any)["to"] = "2026-08-31"
	})
}

// looked answers what people answer before the lane opens, and no more.
func (l *life) looked() {
	l.t.Helper()
	l.settle(reviewer, l.ref, "intake", "screening")
	open, err := l.Questions(l.t.Context(), l.see(l.ref))
	ok(l.t, err)
	var said []Statement
	for _, q := range open {
		if slices.Contains([]string{"target-looked-at", "whereabouts-looked-at", "no-discrimination", "no-retaliation"}, q.Finding.Safeguard) {
			said = append(said, Statement{Fact: q.Fact, Of: q.Of, Value: favour(q.Fact), Answers: []string{"*"}})
		}
	}
	l.do(reviewer, l.ref, Act{Do: lifecycle.Assert, Why: "looked at in the file", Body: Body{Said: said}})
}

func (l *life) lane() *life {
	l.t.Helper()
	l.looked()
	l.two(reviewer, senior, lifecycle.OpenLane, Body{Risk: "a child was taken", Contact: "+33 1 0000"})
	return l
}

func TestEmergency(t *testing.T) {
	t.Parallel()
	l := emergency(t)
	l.settle(reviewer, l.ref, "intake", "screening")
	l.no(reviewer, lifecycle.OpenLane, Body{Risk: "a child", Contact: "+33 1 0000"}, "open: target-looked-at, whereabouts-looked-at, no-discrimination, no-retaliation")
	l.looked()
	l.no(reviewer, lifecycle.OpenLane, Body{Contact: "+33 1 0000"}, "no imminent risk to life")
	l.no(reviewer, lifecycle.OpenLane, Body{Risk: "a child", Contact: "+1 555 in the request"}, "nobody has confirmed it")
	l.no(intake, lifecycle.OpenLane, Body{Risk: "a child", Contact: "+33 1 0000"}, "an intake may not")
	l.two(reviewer, senior, lifecycle.OpenLane, Body{Risk: "a child was taken", Contact: "+49 30 0000"})
	c := l.is("stage:granted, sender:verified, lane:emergency, basis:emergency, duty:open, review:due")
	if c.Channel.CallBack != "confirmed" {
		t.Errorf("the call is not on record: %+v", c.Channel)
	}
	l.clock("review", start.Add(48*time.Hour))
	l.sealed(0, 1).released()
	l.no(Actor{"Sami", lifecycle.Judge}, lifecycle.UpholdReview, Body{}, "cannot act in it as judge")
	l.does(judge, lifecycle.UpholdReview, Body{})
	l.is("stage:disclosed, sender:verified, lane:emergency, waiting:nobody, basis:emergency, duty:open, review:upheld, given")
}

func TestEmergencyBounds(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	for name, change := range map[string]func(map[string]any){
		"content": func(m map[string]any) { m["data"] = "content" },
		"history": func(m map[string]any) { m["from"], m["to"] = "2023-06-11", "2023-06-12" },
		"a week":  func(m map[string]any) { m["from"], m["to"] = "2026-08-25", "2026-08-31" },
		"no end":  func(m map[string]any) { m["from"] = "2026-08-31"; delete(m, "to") },
		"live":    func(m map[string]any) { m["mode"] = "real-time" },
	} {
		l := o.begin("leg-13", func(d map[string]any) {
			d["urgency"] = map[string]any{"level": "emergency", "threat": "life", "statement": "a child was taken at noon"}
			change(d["measures"].([]any)[1].(map[string]any))
		})
		_, err := l.Do(t.Context(), reviewer, l.ref, Act{Do: lifecycle.OpenLane, Why: "life", Body: Body{Risk: "a child", Contact: "+33 1 0000"}})
		if err == nil || !contains(err, "only subscriber, connection and last-location data") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEmergencyRefused(t *testing.T) {
	t.Parallel()
	l := emergency(t).lane()
	l.does(judge, lifecycle.RefuseReview, Body{})
	l.is("stage:refused, sender:verified, lane:emergency, waiting:nobody, duty:open, review:failed")
	l.no(senior, lifecycle.Correct, Body{}, "the emergency was found unjustified")

	l = emergency(t).lane().sealed(0).released()
	l.does(judge, lifecycle.RefuseReview, Body{})
	l.has("stage:disclosed", "review:failed", "remedy:owed")
	l.does(overseer, lifecycle.Tell, told("through the family's lawyer"))
	l.has("duty:settled")
}

func TestEmergencyReviewMissed(t *testing.T) {
	t.Parallel()
	l := emergency(t).lane()
	l.now = l.now.Add(48 * time.Hour)
	l.refusedHard(custodian, lifecycle.Collect, files(0), "the case is refused")
	l.is("stage:refused, sender:verified, lane:emergency, waiting:nobody, duty:open, review:failed")

	l = emergency(t).lane().sealed(0).released()
	l.after(48 * time.Hour)
	l.has("stage:disclosed", "review:failed", "remedy:owed")
}
