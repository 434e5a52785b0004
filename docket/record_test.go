package docket_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/law"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/rulebook"
	"github.com/rogatory/rogatory/screen"
	"github.com/rogatory/rogatory/signal"
)

// The safeguards that another rulebook has more.
const (
	noPreservation = `
  - id: own-no-preservation
    title: Nothing is preserved
    gate: screening
    for: measure
    holds: measure.mode != "preserve"
    counts: [requester, registry, reviewer, court]
    otherwise: refuse
    absolute: true
    grounds: [overbroad-scope]
    basis: ["std:np1"]
    checks: [C14]
    why: A house rule of this test.
    examples:
      - {given: {measure.mode: stored}, verdict: met}
      - {given: {measure.mode: preserve}, verdict: not met}
      - {given: {}, verdict: unknown}
`
	pressAsked = `
  - id: own-press-asked
    title: A person has asked whether it is about press work
    gate: court
    for: request
    holds: "!request.press_work"
    counts: [reviewer, court]
    otherwise: refuse
    grounds: [overbroad-scope]
    basis: ["std:np1"]
    checks: [C14]
    why: A house rule of this test.
    examples:
      - {given: {request.press_work: false}, verdict: met}
      - {given: {request.press_work: true}, verdict: not met}
      - {given: {}, verdict: unknown}
`
)

// stricter is a screener of the same office with some safeguards more.
func (o *officeRig) stricter(rules string) *screen.Screener {
	o.t.Helper()
	book, err := rulebook.With(fstest.MapFS{"own.yaml": {Data: []byte("rules:" + rules)}})
	ok(o.t, err)
	return screen.New(book, law.Starting(), signal.Floor(), o.parts.Office, "test")
}

// rescreen gives everything that changed, page by page.
func (o *officeRig) rescreen(other *screen.Screener, limit int) map[Ref]Changed {
	o.t.Helper()
	all, after := make(map[Ref]Changed), ""
	for {
		changed, next, err := o.Rescreen(o.t.Context(), other, after, limit)
		ok(o.t, err)
		for _, x := range changed {
			if _, twice := all[x.Case]; twice {
				o.t.Errorf("%s is told twice", x.Case)
			}
			all[x.Case] = x
		}
		if next == "" {
			return all
		}
		after = next
	}
}

func preserving(doc map[string]any) {
	for _, m := range doc["measures"].([]any) {
		m.(map[string]any)["mode"] = "preserve"
	}
}

func TestRescreenUnderAnotherRulebook(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	var kept, stored []Ref
	for _, name := range []string{"leg-01", "leg-03", "leg-05"} {
		plain, keep := document(t, name, nil), document(t, name, preserving)
		o.enrol(plain)
		stored = append(stored, o.receive(plain, registered).Ref)
		kept = append(kept, o.receive(keep, registered).Ref)
	}
	if changed := o.rescreen(o.parts.Screener, 2); len(changed) != 0 {
		t.Errorf("under the same rulebook these would change: %v", changed)
	}
	changed := o.rescreen(o.stricter(noPreservation), 2)
	for _, ref := range kept {
		x := changed[ref]
		if x.Would != "refuse" || x.Was == "refuse" || !slices.Equal(x.Newly, []string{"own-no-preservation"}) || x.NoLonger != nil || x.Unread != "" {
			t.Errorf("%+v; want it refused by the new safeguard", x)
		}
		if c := o.see(ref); c.Proposal.Outcome != x.Was {
			t.Errorf("%s was proposed as %s, and from its record as %s", ref, c.Proposal.Outcome, x.Was)
		}
	}
	for _, ref := range stored {
		if x, told := changed[ref]; told {
			t.Errorf("%+v; nothing in it changed", x)
		}
	}
	// The other way round, the safeguard is gone.
	p := o.parts
	p.Screener = o.stricter(noPreservation)
	back, _, err := New(p, o.now).Rescreen(t.Context(), o.parts.Screener, "", 50)
	ok(t, err)
	if len(back) != len(changed) {
		t.Errorf("%d change one way, and %d the other", len(changed), len(back))
	}
	for _, x := range back {
		if !slices.Equal(x.NoLonger, []string{"own-no-preservation"}) || x.Newly != nil {
			t.Errorf("back: %+v", x)
		}
	}
}

// The record follows what people say at any stage, and what the case still rests
// on.
func TestRecordFollowsTheCase(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", func(doc map[string]any) {
		doc["measures"].([]any)[1].(map[string]any)["mode"] = "preserve"
	})
	record := func() []byte {
		t.Helper()
		facts, err := l.store.Facts(t.Context(), l.ref)
		ok(t, err)
		return facts
	}
	newly := func(want ...string) {
		t.Helper()
		if got := l.rescreen(l.stricter(noPreservation+pressAsked), 50)[l.ref].Newly; !slices.Equal(got, want) {
			t.Errorf("newly open are %q, want %q", got, want)
		}
	}
	first := record()
	if len(first) == 0 || bytes.Contains(first, []byte(l.ref)) {
		t.Fatalf("%d bytes are on record", len(first))
	}
	newly("own-no-preservation", "own-press-asked")
	l.does(reviewer, lifecycle.Note, Body{})
	if !bytes.Equal(record(), first) {
		t.Error("a note changed the facts")
	}
	l.settle(reviewer, l.ref, "intake", "screening")
	newly("own-no-preservation", "own-press-asked")
	l.does(reviewer, lifecycle.Forward, Body{Measures: []int{0}})
	newly("own-press-asked") // the measure that was to be preserved is left out
	l.does(reviewer, lifecycle.Assert, Body{Said: []Statement{{Fact: "request.press_work", Value: "false", Answers: []string{"*"}}}})
	newly()
}

// A record that cannot be asked is told, and keeps no other case waiting.
func TestRescreenTellsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-03", nil)
	o.enrol(doc)
	var refs []Ref
	for range 3 {
		refs = append(refs, o.receive(doc, registered).Ref)
	}
	foreign, err := o.store.Facts(t.Context(), refs[0])
	ok(t, err)
	replace := func(ref Ref, facts []byte) {
		t.Helper()
		_, row, err := o.store.Entries(t.Context(), ref, 0)
		ok(t, err)
		_, err = o.store.Append(t.Context(), &Batch{Case: ref, Expected: row.Seq, Row: row, Facts: facts})
		ok(t, err)
	}
	replace(refs[1], foreign)
	replace(refs[2], []byte("short"))
	changed := o.rescreen(o.parts.Screener, 1)
	if len(changed) != 2 || !strings.Contains(changed[refs[1]].Unread, "does not open") || !strings.Contains(changed[refs[2]].Unread, "cut short") {
		t.Errorf("got %+v", changed)
	}
	ok(t, o.store.Forget(t.Context(), refs[2]))
	if x := o.rescreen(o.parts.Screener, 1)[refs[2]]; x.Unread != "no facts are on record" {
		t.Errorf("without a record: %+v", x)
	}
	// Erased meanwhile: nothing is left to be told.
	_, row, err := o.store.Entries(t.Context(), refs[1], 0)
	ok(t, err)
	ok(t, o.ring.Destroy(t.Context(), row.Key))
	if x, told := o.rescreen(o.parts.Screener, 1)[refs[1]]; told {
		t.Errorf("after its key was destroyed: %+v", x)
	}
}
