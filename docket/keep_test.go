package docket_test

import (
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// preservation is kept for a request that is to follow.
func preservation(t *testing.T) *life {
	l := begin(t, "provider-ie", "leg-27", nil)
	l.is("stage:screened, sender:verified, lane:preservation, duty:open")
	l.does(intake, lifecycle.Preserve, Body{})
	l.has("preservation:kept")
	return l
}

// following is the request for what is kept.
func (l *life) following(change func(map[string]any)) *life {
	l.t.Helper()
	return l.begin("leg-27", func(d map[string]any) {
		m := d["measures"].([]any)[0].(map[string]any)
		m["mode"], m["data"] = "stored", "subscriber"
		d["reference"] = "LEG-27-B"
		if change != nil {
			change(d)
		}
	})
}

func TestPreservationLapses(t *testing.T) {
	t.Parallel()
	l := preservation(t)
	end := time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)
	for _, k := range l.see(l.ref).Clocks() {
		if k.ID == "preservation" {
			end = k.At
		}
	}
	if got := end.Sub(start); got < 60*day || got > 64*day {
		t.Errorf("sixty days are %v", got)
	}
	l.no(reviewer, lifecycle.ExtendPreserving, Body{}, "no proof")
	l.does(reviewer, lifecycle.ExtendPreserving, Body{Proof: "letter of the authority"})
	l.no(reviewer, lifecycle.ExtendPreserving, Body{Proof: "another letter"}, "lies beyond the limit")
	l.no(reviewer, lifecycle.Forward, Body{}, "only preservation is asked for")
	l.no(senior, lifecycle.Close, Body{}, "data are still kept")
	l.no(notifier, lifecycle.Tell, told("a letter"), "the issuing authority tells the person") // while its order runs
	l.after(95 * day)
	l.is("stage:screened, sender:verified, lane:preservation, preservation:erased, duty:open")
	l.no(intake, lifecycle.Preserve, Body{}, "were erased")
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(intake, lifecycle.Close, Body{})
	l.has("stage:closed")
}

func TestPreservationBarred(t *testing.T) {
	t.Parallel()
	l := begin(t, "provider-ie", "leg-27", nil)
	l.do(reviewer, l.ref, Act{Do: lifecycle.Assert, Why: "a dissident", Body: Body{Said: []Statement{{Fact: "request.persecution", Value: "true"}}}})
	l.no(intake, lifecycle.Preserve, Body{}, "an absolute safeguard is known not to hold")
}

func TestPreservationHeld(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		end  func(*life)
	}{
		{"refused", func(l *life) {
			l.does(reviewer, lifecycle.Object, Body{Grounds: []string{"political-offence"}})
			l.does(l.asks(), lifecycle.Withdraw, Body{})
		}},
		{"disclosed", func(l *life) {
			l.forwarded().applied().granted(0).sealed(0)
			l.settle(reviewer, l.ref, "disclosure")
			l.after(12 * day)
			l.two(reviewer, senior, lifecycle.Release, Body{})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := preservation(t)
			ask := l.following(nil)
			_, err := l.Link(t.Context(), reviewer, l.ref, ask.ref, "it asks for what is kept")
			ok(t, err)
			l.has("preservation:held")
			l.after(100 * day)
			l.has("preservation:held")
			ok(t, l.Handle(t.Context(), JobUnhold, l.ref)) // prompted for nothing
			l.has("preservation:held")
			c.end(ask)
			ok(t, l.Handle(t.Context(), JobUnhold, l.ref))
			l.has("preservation:erased")
		})
	}
}

// TestCourtAndRequestHold: what two hold is let go when both are over.
func TestCourtAndRequestHold(t *testing.T) {
	t.Parallel()
	l := preservation(t)
	l.assignTo(judge)
	l.no(judge, lifecycle.Hold, Body{}, "no end is named")
	l.no(judge, lifecycle.Hold, Body{Until: start.Add(400 * day)}, "lies beyond the limit")
	until := start.Add(200 * day)
	l.does(judge, lifecycle.Hold, Body{Until: until})
	ok(t, l.Handle(t.Context(), JobUnhold, l.ref))
	l.has("preservation:held")
	l.after(100 * day)
	l.has("preservation:held")
	l.after(101 * day)
	l.has("preservation:erased")

	l = preservation(t)
	ask := l.following(nil)
	l.does(judge, lifecycle.Hold, Body{Until: until})
	_, err := l.Link(t.Context(), reviewer, l.ref, ask.ref, "")
	if !contains(err, "no data are kept") {
		t.Errorf("linked while a court holds: %v", err)
	}
}

func TestLinkBounds(t *testing.T) {
	t.Parallel()
	l := preservation(t)
	elsewhere := l.following(func(d map[string]any) {
		d["measures"].([]any)[0].(map[string]any)["targets"] = []any{map[string]any{"type": "account", "value": "someone-else"}}
	})
	keep := l.begin("leg-27", nil)
	over := l.following(nil)
	over.does(over.asks(), lifecycle.Withdraw, Body{})
	for name, ref := range map[string]Ref{"about another account": elsewhere.ref, "for preservation": keep.ref, "over": over.ref, "itself": l.ref} {
		if _, err := l.Link(t.Context(), reviewer, l.ref, ref, ""); !contains(err, "no request for what is kept is on file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := l.Link(t.Context(), reviewer, l.ref, "26-00000000-0", ""); !contains(err, "is not assigned") {
		t.Errorf("nothing: %v", err)
	}
	if _, err := l.Do(t.Context(), reviewer, l.ref, Act{Do: lifecycle.Note, Body: Body{Link: elsewhere.ref}}); !contains(err, "is not about a linked case") {
		t.Errorf("by a note: %v", err)
	}
	l.has("preservation:kept")
}

// TestKeptForItself: what is kept for a request that has come is kept until that
// is decided, and then let go.
func TestKeptForItself(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(intake, lifecycle.Preserve, Body{})
	l.forwarded()
	l.after(200 * day)
	l.has("stage:forwarded", "preservation:kept")
	l.applied().granted(0).sealed(0).hushed().released()
	ok(t, l.Wake(t.Context(), l.ref))
	l.has("stage:disclosed", "preservation:erased")
}

// TestToldTwice: who was told of a preservation is told of more.
func TestToldTwice(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", func(d map[string]any) {
		for _, m := range d["measures"].([]any) {
			m.(map[string]any)["mode"] = "preserve"
		}
	})
	l.does(intake, lifecycle.Preserve, Body{})
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.has("lane:preservation", "duty:settled")
	l.does(reviewer, lifecycle.Return, Body{})
	l.after(20 * day)
	l.does(l.asks(), lifecycle.Answer, Body{Document: document(t, "leg-13", nil)})
	l.forwarded().applied().granted(0)
	l.has("duty:open")
	l.clock("notice", start.AddDate(0, 0, 110))
}
