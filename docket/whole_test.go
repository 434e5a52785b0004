package docket_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// altered is what somebody with access to the database has made of a case.
type altered struct {
	Records
	change func([]Entry, *Row) []Entry
}

func (a altered) Entries(ctx context.Context, c Ref, after int) ([]Entry, Row, error) {
	list, row, err := a.Records.Entries(ctx, c, after)
	if err == nil && after == 0 {
		list = a.change(list, &row)
	}
	return list, row, err
}

// resealed makes every hash fit again, as whoever has no key can.
func resealed(list []Entry) []Entry {
	var prev [32]byte
	for i := range list {
		list[i].Prev = prev
		list[i].Hash = list[i].Sum()
		prev = list[i].Hash
	}
	return list
}

func TestBrokenChain(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded()
	for _, c := range []struct {
		name, says string
		change     func([]Entry, *Row) []Entry
	}{
		{"sealed bytes altered", "entry 3 is not what was written", func(e []Entry, _ *Row) []Entry {
			e[2].Sealed = slices.Clone(e[2].Sealed)
			e[2].Sealed[20] ^= 1
			return e
		}},
		{"and the hashes with them", "entry 3: what is sealed does not open", func(e []Entry, _ *Row) []Entry {
			e[2].Sealed = slices.Clone(e[2].Sealed)
			e[2].Sealed[20] ^= 1
			return resealed(e)
		}},
		{"two entries swapped", "entry 1 is followed by entry 3", func(e []Entry, _ *Row) []Entry {
			e[1], e[2] = e[2], e[1]
			return e
		}},
		{"two contents swapped", "entry 2: what is sealed does not open", func(e []Entry, _ *Row) []Entry {
			e[1].Sealed, e[2].Sealed = e[2].Sealed, e[1].Sealed
			return resealed(e)
		}},
		{"a time altered", "what is sealed does not open", func(e []Entry, _ *Row) []Entry {
			e[len(e)-1].At = e[len(e)-1].At.Add(time.Microsecond)
			return resealed(e)
		}},
		{"one left out", "entry 2 is followed by entry 4", func(e []Entry, _ *Row) []Entry { return slices.Delete(e, 2, 3) }},
		{"the end cut off", "the chain is cut short", func(e []Entry, _ *Row) []Entry { return e[:len(e)-1] }},
		{"everything cut off", "the chain is cut short", func([]Entry, *Row) []Entry { return nil }},
	} {
		p := l.parts
		p.Records = altered{l.store, c.change}
		broken := New(p, l.now)
		for what, err := range map[string]error{
			"show":   second(broken.Show(t.Context(), overseer, l.ref, "")),
			"do":     second(broken.Do(t.Context(), reviewer, l.ref, Act{Do: lifecycle.Return, Why: "x"})),
			"verify": broken.Verify(t.Context(), l.ref),
		} {
			if fault.KindOf(err) != fault.Invalid || !contains(err, c.says) || !contains(err, string(l.ref)) || !contains(err, "tell oversight") {
				t.Errorf("%s, %s: %v; want %q", c.name, what, err, c.says)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestVerifyReadsTheRow: what stands in clear has to be what happened.
func TestVerifyReadsTheRow(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	for name, change := range map[string]func(*Row){
		"stage": func(r *Row) { r.Stage = "closed" }, "open": func(r *Row) { r.Open = false },
		"due": func(r *Row) { r.Due = r.Due.AddDate(1, 0, 0) }, "authority": func(r *Row) { r.Authority = "somebody" },
	} {
		p := l.parts
		p.Records = altered{l.store, func(e []Entry, r *Row) []Entry { change(r); return e }}
		if err := New(p, l.now).Verify(t.Context(), l.ref); !contains(err, "what stands in clear") {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, l.Verify(t.Context(), l.ref))
	if err := l.Verify(t.Context(), "26-00000000-0"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nothing is verified: %v", err)
	}
}

// TestShow: a stranger to a case gives a reason, and oversight sees it.
func TestShow(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	doc := document(t, "leg-13", nil)
	o.enrol(doc)
	c := o.receive(doc, registered)
	_, none := o.Show(t.Context(), reviewer, "26-00000000-0", "")
	_, theirs := o.Show(t.Context(), reviewer, c.Ref, "")
	if plain(none, "26-00000000-0") != plain(theirs, c.Ref) || fault.KindOf(none) != fault.KindOf(theirs) || theirs == nil {
		t.Errorf("what exists is told by %q and %q", none, theirs)
	}
	for _, who := range []Actor{reviewer, senior, notifier, {"anybody", lifecycle.Requester}} {
		_, none := o.Do(t.Context(), who, "26-00000000-0", Act{Do: lifecycle.Withdraw})
		_, theirs := o.Do(t.Context(), who, c.Ref, Act{Do: lifecycle.Withdraw})
		if plain(none, "26-00000000-0") != plain(theirs, c.Ref) || theirs == nil {
			t.Errorf("what exists is told to %s by %q and %q", who.Role, none, theirs)
		}
	}
	if got, err := o.Show(t.Context(), reviewer, c.Ref, " covering for Imke "); err != nil || got.Outside != 1 {
		t.Errorf("with a reason: %v", err)
	}
	rows, _, err := o.Queue(t.Context(), Query{Outside: true})
	if err != nil || len(rows) != 1 || rows[0].Outside != 1 {
		t.Errorf("oversight sees %+v, %v", rows, err)
	}
	o.do(overseer, c.Ref, Act{Do: lifecycle.SeeLooks})
	if rows, _, _ := o.Queue(t.Context(), Query{Outside: true}); len(rows) != 0 {
		t.Errorf("what was seen stays: %+v", rows)
	}
	for _, who := range []Actor{{"central authority", lifecycle.Requester}, person, {"Adam", lifecycle.Administrator}} {
		if got, err := o.Show(t.Context(), who, c.Ref, "curious"); fault.KindOf(err) != fault.Forbidden || got != nil {
			t.Errorf("%s reads the file: %v", who.Role, err)
		}
	}
	// Who assigns reads nothing by it, and who asks neither.
	done := o.do(senior, c.Ref, Act{Do: lifecycle.Assign, Body: Body{To: "Rosa"}})
	if done.Case.Document != nil || done.Case.Events != nil || done.Case.Request != nil || !slices.Contains(done.Case.Assigned, "Rosa") {
		t.Error("to assign is to read")
	}
	done = o.do(Actor{"central authority", lifecycle.Requester}, c.Ref, Act{Do: lifecycle.Withdraw})
	if done.Case.Events != nil || done.Case.Proposal.Outcome != "" || done.Case.Stage != lifecycle.Withdrawn {
		t.Error("who asks reads the file")
	}
	if _, err := o.Show(t.Context(), Actor{" rosa", lifecycle.Reviewer}, c.Ref, ""); err != nil {
		t.Errorf("another spelling is somebody else: %v", err)
	}
}

func plain(err error, ref Ref) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), string(ref), "REF")
}

func TestSearch(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", nil) // Imke, Rosa, Sami, …
	other := o.receive(l.doc, registered)
	for _, c := range []struct {
		name, text, why string
		who             Actor
		want            []Ref
	}{
		{"words, one's own", "university HOSPITAL", "", reviewer, []Ref{l.ref}},
		{"words, assigned earlier than others", "hospital", "", reviewer, []Ref{l.ref}},
		{"account, one's own", "panel host 'stress-09'", "", reviewer, []Ref{l.ref}},
		{"account, with a reason", "PANEL host stress-09", "the same panel again", reviewer, []Ref{l.ref, other.Ref}},
		{"oversight sees all", "hospital", "", overseer, []Ref{l.ref, other.Ref}},
		{"a judge who was asked nothing", "hospital", "", judge, nil},
		{"nor by account", "panel host 'stress-09'", "", judge, nil},
		{"nothing", "casino", "", overseer, nil},
	} {
		found, more, err := o.Search(t.Context(), c.who, c.text, c.why)
		var got []Ref
		for _, f := range found {
			got = append(got, f.Ref)
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if err != nil || more || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, %v; want %v", c.name, got, more, err, c.want)
		}
	}
	looks := 0
	for _, e := range o.see(other.Ref).Events {
		if e.Do == lifecycle.LookOutside && e.By == "Rosa" && e.Why == "the same panel again" {
			looks++
		}
	}
	if looks != 1 {
		t.Errorf("%d looks from outside are on record", looks)
	}
	for name, err := range map[string]error{
		"three letters":     third(o.Search(t.Context(), reviewer, " ab ", "")),
		"searches no files": third(o.Search(t.Context(), person, "hospital", "curious")),
		"not seen":          third(o.Search(t.Context(), reviewer, "hos\x00pital", "")),
	} {
		if !contains(err, name) {
			t.Errorf("%v; want %q", err, name)
		}
	}
}

func third[A, B any](_ A, _ B, err error) error { return err }

func TestHandle(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	for _, kind := range []string{JobWake, JobUnhold} {
		ok(t, l.Handle(t.Context(), kind, l.ref))
	}
	if err := l.Handle(t.Context(), JobDestroy, l.ref); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a living case loses its key: %v", err)
	}
	if err := l.Handle(t.Context(), "wish", l.ref); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a wish is a job: %v", err)
	}
	l.has("stage:screened")
}

// TestKeptUnscreened: a request is not lost because the record of another case
// is broken; it is screened once that is mended.
func TestKeptUnscreened(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.do(reviewer, l.ref, Act{Do: lifecycle.Refuse, Why: "too slight", Body: Body{Grounds: []string{"disproportionate"}}})
	p := l.parts
	p.Records = altered{l.store, func(e []Entry, _ *Row) []Entry {
		if e[0].Case == l.ref {
			return e[:1]
		}
		return e
	}}
	broken := New(p, l.now)
	c, err := broken.Receive(t.Context(), Delivery{Document: l.doc, Channel: registered, By: intake})
	ok(t, err)
	if c.Stage != lifecycle.Received || c.Duty != lifecycle.DutyOpen {
		t.Errorf("it is %s", c.State)
	}
	if err := broken.Handle(t.Context(), JobWake, c.Ref); !contains(err, "cut short") {
		t.Errorf("nobody is told why: %v", err)
	}
	ok(t, l.Handle(t.Context(), JobWake, c.Ref))
	if c := l.see(c.Ref); c.Stage != lifecycle.Screened || c.Proposal.Outcome != "forward" {
		t.Errorf("after mending it is %s, proposed %s", c.State, c.Proposal.Outcome)
	}
	ok(t, l.Verify(t.Context(), c.Ref))
}

// TestErasedIsDone: nothing is prompted for in vain.
func TestErasedIsDone(t *testing.T) {
	t.Parallel()
	l := stranger(t)
	l.after(32 * day)
	l.after(366 * day)
	ok(t, l.Handle(t.Context(), JobDestroy, l.ref))
	for _, kind := range []string{JobWake, JobUnhold, JobDrop, JobDestroy} {
		ok(t, l.Handle(t.Context(), kind, l.ref))
	}
	if _, err := l.Do(t.Context(), Actor{"central authority", lifecycle.Requester}, l.ref, Act{Do: lifecycle.Withdraw}); !contains(err, "is not assigned") {
		t.Errorf("who asks is told that it was there: %v", err)
	}
}
