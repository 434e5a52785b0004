package docket_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// about makes a request one about an account of its own, of an authority.
func about(account, authority string) func(map[string]any) {
	return func(d map[string]any) {
		d["requesting"].(map[string]any)["authority"].(map[string]any)["name"] = authority
		for _, m := range d["measures"].([]any) {
			m.(map[string]any)["targets"] = []any{map[string]any{"type": "account", "value": account}}
		}
	}
}

// sorted orders references, so that sets can be compared.
func sorted(list []Ref) []Ref { return slices.Sorted(slices.Values(list)) }

// TestFreezeSince: exactly what somebody's key has authorised since it was
// stolen.
func TestFreezeSince(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	jana := Actor{"Jana", lifecycle.Judge}
	n := 0
	open := func() *life {
		n++
		return o.begin("leg-13", about(fmt.Sprintf("account %d", n), "central authority"))
	}
	before := open().forwarded().applied().granted(0)
	o.now = o.now.Add(time.Hour)
	since := o.now
	untouched := open().forwarded()
	others := open().forwarded().applied()
	others.does(jana, lifecycle.Grant, others.grant(0))
	granted := open().forwarded().applied().granted(0)
	hushed := open().forwarded().hushed()
	said := open()
	said.assignTo(judge)
	said.does(judge, lifecycle.Assert, Body{Said: []Statement{{Fact: "request.harm_told", Value: "true", Answers: []string{"*"}}}})
	closed := open().disclosed()
	closed.does(notifier, lifecycle.Tell, told("a letter"))
	closed.does(senior, lifecycle.Close, Body{})
	already := open().forwarded().applied().granted(0)
	already.does(overseer, lifecycle.FreezeCase, Body{})
	looked := open()
	looked.do(judge, looked.ref, Act{Do: lifecycle.Note, Why: "seen"})
	denied := open().forwarded().applied()
	denied.does(judge, lifecycle.Deny, decision)

	for _, who := range []Actor{intake, reviewer, senior, judge, custodian, notifier, {"Adam", lifecycle.Administrator}, {"x", lifecycle.Machine}, {"", lifecycle.Oversight}} {
		if got, err := o.FreezeSince(t.Context(), who, "Jo", since, "stolen"); err == nil || got != nil {
			t.Errorf("%q as %s freezes %v", who.Name, who.Role, got)
		}
	}
	for name, try := range map[string]func() ([]Ref, error){
		"nobody":              func() ([]Ref, error) { return o.FreezeSince(t.Context(), overseer, " ", since, "stolen") },
		"for no reason":       func() ([]Ref, error) { return o.FreezeSince(t.Context(), overseer, "Jo", since, " \n") },
		"for a hidden reason": func() ([]Ref, error) { return o.FreezeSince(t.Context(), overseer, "Jo", since, "a\u202eb") },
	} {
		if got, err := try(); fault.KindOf(err) != fault.Invalid || got != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if got, err := o.FreezeSince(t.Context(), overseer, "Nobody", time.Time{}, "stolen"); err != nil || got != nil {
		t.Errorf("of somebody who did nothing: %v, %v", got, err)
	}
	got, err := o.FreezeSince(t.Context(), overseer, " JO", since, "the key is stolen")
	ok(t, err)
	want := sorted([]Ref{granted.ref, hushed.ref, said.ref, closed.ref})
	if diff := cmp.Diff(want, sorted(got)); diff != "" {
		t.Errorf("frozen are\n%s", diff)
	}
	for _, l := range []*life{before, untouched, others, granted, hushed, said, closed, already, looked, denied} {
		frozen := slices.Contains(want, l.ref) || l == already
		if c := l.see(l.ref); (c.Freeze == lifecycle.Frozen) != frozen {
			t.Errorf("%s is frozen: %s", c.Ref, c.Freeze)
		}
		ok(t, l.Verify(t.Context(), l.ref))
	}
	c := granted.see(granted.ref)
	if e := c.Events[c.Seq()-1]; e.By != "Olga" || e.Why != "the key is stolen" {
		t.Errorf("on record is %s by %s: %q", e.Do, e.By, e.Why)
	}
	if again, err := o.FreezeSince(t.Context(), overseer, "Jo", since, "the key is stolen"); err != nil || again != nil {
		t.Errorf("frozen twice: %v, %v", again, err)
	}
	if all, err := o.FreezeSince(t.Context(), overseer, "Jo", time.Time{}, "since ever"); err != nil || !slices.Equal(all, []Ref{before.ref}) {
		t.Errorf("since ever: %v, %v", all, err)
	}
}

// TestFreezeSinceTwo: also what somebody did as the first of two, and a notifier
// by saying who was told.
func TestFreezeSinceTwo(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", about("one", "central authority")).disclosed()
	if got, err := o.FreezeSince(t.Context(), overseer, "Rosa", start, "stolen"); err != nil || !slices.Equal(got, []Ref{l.ref}) {
		t.Errorf("released by Rosa first: %v, %v", got, err)
	}
	l.does(overseer2, lifecycle.Thaw, Body{})

	// What was frozen before takes two, and is not passed over in silence.
	if got, err := o.FreezeSince(t.Context(), overseer, "Sami", start, "stolen"); fault.KindOf(err) != fault.Conflict || !contains(err, string(l.ref)) || got != nil {
		t.Errorf("frozen again by one: %v, %v", got, err)
	}
	l.has("freeze:lapsed")
	if got, err := o.FreezeSince(t.Context(), overseer2, "Sami", start, "stolen"); err != nil || !slices.Equal(got, []Ref{l.ref}) {
		t.Errorf("frozen again by two: %v, %v", got, err)
	}
	l.has("freeze:frozen by two")
	planned := o.begin("leg-13", about("two", "central authority"))
	planned.does(notifier, lifecycle.PlanNotice, plan("mail:thief@example.org"))
	if got, err := o.FreezeSince(t.Context(), overseer, "Nils", start, "stolen"); err != nil || !slices.Equal(got, []Ref{planned.ref}) {
		t.Errorf("planned by Nils: %v, %v", got, err)
	}
}

// brokenCase is a store in which one case cannot be read.
type brokenCase struct {
	Records
	ref Ref
}

func (b brokenCase) Entries(ctx context.Context, c Ref, after int) ([]Entry, Row, error) {
	list, row, err := b.Records.Entries(ctx, c, after)
	if c == b.ref && after == 0 {
		list = list[:1]
	}
	return list, row, err
}

// TestSweepGoesOn past what cannot be read, and says so.
func TestSweepGoesOn(t *testing.T) {
	t.Parallel()
	for broken := range 3 {
		o := newOffice(t, "authority-de")
		var all []Ref
		for i := range 3 {
			all = append(all, o.begin("leg-13", about(fmt.Sprint(i), "central authority")).forwarded().applied().granted(0).ref)
		}
		o.parts.Records = brokenCase{o.store, all[broken]}
		o.Docket = New(o.parts, o.now)
		want := sorted(slices.Delete(slices.Clone(all), broken, broken+1))
		for what, sweep := range map[string]func() ([]Ref, error){
			"frozen":    func() ([]Ref, error) { return o.FreezeSince(t.Context(), overseer, "Jo", start, "stolen") },
			"suspended": func() ([]Ref, error) { return o.SuspendAll(t.Context(), overseer, "central authority", "stolen") },
		} {
			got, err := sweep()
			if diff := cmp.Diff(want, sorted(got)); diff != "" || !contains(err, string(all[broken])) || !contains(err, "cut short") {
				t.Errorf("%s: %v\n%s", what, err, diff)
			}
		}
	}
}

// TestSuspendAll: every case of one authority, and nobody else's.
func TestSuspendAll(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	begun := o.begin("leg-13", about("one", "central authority")).forwarded()
	left := o.begin("leg-13", about("two", "central authority")).given()
	o.Docket, o.parts = left.Docket, left.parts
	doubted := o.begin("leg-13", about("three", "central authority"))
	doubted.does(intake, lifecycle.Doubt, Body{Contact: "+33 1 0000"})
	other := o.begin("leg-13", about("four", "customs"))
	for _, who := range []Actor{intake, reviewer, judge, custodian, notifier, begun.asks(), person} {
		if got, err := o.SuspendAll(t.Context(), who, "central authority", "stolen"); fault.KindOf(err) != fault.Forbidden || got != nil {
			t.Errorf("a %s suspends %v, %v", who.Role, got, err)
		}
	}
	for _, c := range [][2]string{{"", "stolen"}, {"central authority", ""}, {"central authority", "\n"}} {
		if got, err := o.SuspendAll(t.Context(), senior, c[0], c[1]); fault.KindOf(err) != fault.Invalid || got != nil {
			t.Errorf("%q for %q: %v, %v", c[0], c[1], got, err)
		}
	}
	got, err := o.SuspendAll(t.Context(), senior, "central authority", "its key is stolen")
	ok(t, err)
	if diff := cmp.Diff(sorted([]Ref{begun.ref, left.ref}), sorted(got)); diff != "" {
		t.Errorf("suspended are\n%s", diff)
	}
	begun.has("sender:in doubt")
	doubted.has("sender:in doubt")
	other.has("sender:verified")
	if err := second(o.Release(t.Context(), left.asks(), left.ref)); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("what has left is fetched: %v", err)
	}
	if again, err := o.SuspendAll(t.Context(), senior, "central authority", "its key is stolen"); err != nil || again != nil {
		t.Errorf("suspended twice: %v, %v", again, err)
	}
}

// TestSample: different cases, each as likely as another, to oversight alone.
func TestSample(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	if got, err := o.Sample(t.Context(), overseer, 5); err != nil || len(got) != 0 {
		t.Errorf("of no cases: %v, %v", got, err)
	}
	var all []Ref
	for i := range 6 {
		if i == 3 {
			o.now = o.now.AddDate(1, 0, 0) // of two years
		}
		all = append(all, o.receive(document(t, "leg-13", about(fmt.Sprint(i), "central authority")), byMail).Ref)
	}
	for _, who := range []Actor{intake, reviewer, senior, judge, custodian, notifier, {"Adam", lifecycle.Administrator}, person, {"", lifecycle.Oversight}} {
		if got, err := o.Sample(t.Context(), who, 1); err == nil || got != nil {
			t.Errorf("a %s is given %v, %v", who.Role, got, err)
		}
	}
	for _, n := range []int{0, -1, 101} {
		if got, err := o.Sample(t.Context(), overseer, n); fault.KindOf(err) != fault.Invalid || got != nil {
			t.Errorf("%d cases: %v, %v", n, got, err)
		}
	}
	if got, err := o.Sample(t.Context(), overseer, 100); err != nil || !slices.Equal(sorted(got), sorted(all)) {
		t.Errorf("all of them are %v, %v", got, err)
	}
	drawn := map[Ref]int{}
	for range 200 {
		got, err := o.Sample(t.Context(), overseer, 2)
		ok(t, err)
		if len(got) != 2 || got[0] == got[1] {
			t.Fatalf("two different cases are %v", got)
		}
		drawn[got[0]]++
		drawn[got[1]]++
	}
	for _, ref := range all {
		if drawn[ref] < 20 { // 67 are to be expected; fewer than 20 come once in ten thousand million tests
			t.Errorf("%s was drawn %d times of 200: %v", ref, drawn[ref], drawn)
		}
	}
}
