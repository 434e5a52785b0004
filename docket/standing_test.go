package docket_test

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/vault"
)

// strongroom is a vault as a docket sees it.
type strongroom struct{ *vault.Vault }

func (s strongroom) Put(ctx context.Context, c Ref, key [32]byte, r io.Reader) (string, int64, string, error) {
	stored, err := s.Vault.Put(ctx, c, key, r)
	return stored.ID, stored.Size, stored.SHA256, err
}

// kept gives an office a vault.
func (l *life) kept() *life {
	l.t.Helper()
	v, err := vault.Open(filepath.Join(l.t.TempDir(), "vault"))
	ok(l.t, err)
	l.t.Cleanup(func() { v.Close() })
	l.parts.Vault = strongroom{v}
	l.Docket = New(l.parts, l.now)
	return l
}

// given goes the whole way with files that can be fetched.
func (l *life) given() *life {
	l.t.Helper()
	l.kept().forwarded().applied().granted(0, 1)
	_, err := l.Collect(l.t.Context(), custodian, l.ref, []Upload{
		{Measure: 0, Name: "subscriber.csv", From: strings.NewReader("a,b")}, {Measure: 1, Name: "traffic.csv", From: strings.NewReader("c,d,e")},
	}, "as granted")
	ok(l.t, err)
	l.does(custodian, lifecycle.Seal, Body{})
	return l.hushed().released().lifted()
}

// stands is what the requester learns.
func (l *life) stands() *Standing {
	l.t.Helper()
	s, err := l.Standing(l.t.Context(), l.asks(), l.ref)
	ok(l.t, err)
	return s
}

// TestStandingTellsNoMoreThanWasTold: nothing that people, history, signals or
// the register said inside, and nobody's name.
func TestStandingTellsNoMoreThanWasTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	before := o.begin("leg-13", marked(nil)) // so that there is a history
	before.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
	l := o.begin("leg-13", marked(func(d map[string]any) { d["reference"] = "LEG-13-B" }))
	l.kept()
	l.do(reviewer, l.ref, Act{Do: lifecycle.Assert, Why: sentinel, Body: Body{Said: []Statement{{Fact: "request.harm_told", Value: "true", Reason: sentinel}}}})
	l.do(reviewer, l.ref, Act{Do: lifecycle.Note, Why: sentinel, Body: Body{Proof: sentinel}})
	l.do(reviewer, l.ref, Act{Do: lifecycle.Return, Why: sentinel, Told: "which account is meant?"})
	var seen []string
	look := func() {
		t.Helper()
		text, err := json.Marshal(l.stands())
		ok(t, err)
		for _, secret := range []string{
			sentinel, "Rosa", "Sami", "Siri", "Cem", "Nils", "Olga", "Imke", "Jo\"", "political", "history", "refused", "resubmission", "relabelled",
			"collected", "sealed", "stress-09", "because of the file", "looked at", string(before.ref), "kept",
		} {
			if strings.Contains(string(text), secret) {
				t.Errorf("at %s the requester learns %q: %s", l.see(l.ref).Stage, secret, text)
			}
		}
		seen = append(seen, l.stands().Stage)
	}
	look()
	if s := l.stands(); len(s.Answers) != 1 || s.Answers[0].Told != "which account is meant?" || s.Answers[0].Due.IsZero() || s.Reference != "LEG-13-B" {
		t.Errorf("of the questions is said %+v", s)
	}
	l.does(l.asks(), lifecycle.Answer, Body{})
	look()
	if s := l.stands(); len(s.Answers[0].Questions) > 0 {
		t.Errorf("what was answered is asked: %+v", s.Answers)
	}
	before.two(senior, senior2, lifecycle.Correct, Body{})
	l.now = l.now.Add(time.Hour)
	l.settle(senior, l.ref, "intake", "screening")
	l.does(reviewer, lifecycle.Forward, Body{})
	look()
	l.applied().granted(0)
	look()
	if s := l.stands(); s.Until.IsZero() || len(s.Items) != 1 || s.Ready || s.Files != nil {
		t.Errorf("of the grant is said %+v", s)
	}
	l.does(custodian, lifecycle.Collect, files(0))
	look()
	l.does(custodian, lifecycle.Seal, Body{})
	look()
	l.does(overseer, lifecycle.FreezeCase, Body{})
	look()
	if diff := cmp.Diff([]string{"returned", "screened", "forwarded", "granted", "granted", "granted", "granted"}, seen); diff != "" {
		t.Errorf("the stages are told as\n%s", diff)
	}
}

// TestStandingIsTheirs: what is another's is as if it did not exist.
func TestStandingIsTheirs(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).given()
	const nothing = Ref("26-00000000-0")
	for _, who := range []Actor{{"customs", lifecycle.Requester}, {"", lifecycle.Requester}, reviewer, senior, judge, overseer, person, {"x", lifecycle.Machine}} {
		for what, ask := range map[string]func(Ref) error{
			"standing": func(ref Ref) error { return second(l.Standing(t.Context(), who, ref)) },
			"release":  func(ref Ref) error { return second(l.Release(t.Context(), who, ref)) },
		} {
			theirs, none := ask(l.ref), ask(nothing)
			if theirs == nil || none == nil || plain(theirs, l.ref) != plain(none, nothing) || fault.KindOf(theirs) != fault.KindOf(none) {
				t.Errorf("%s of another to a %s: %v; of what does not exist: %v", what, who.Role, theirs, none)
			}
		}
	}
	// Also to whom it belonged, once it is erased.
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.settled(l.ref)
	l.does(senior, lifecycle.Close, Body{})
	l.now = berlin(2027, 9, 9)
	ok(t, l.Handle(t.Context(), JobWake, l.ref))
	ok(t, l.Handle(t.Context(), JobDestroy, l.ref))
	theirs, none := second(l.Standing(t.Context(), l.asks(), l.ref)), second(l.Standing(t.Context(), l.asks(), nothing))
	if theirs == nil || plain(theirs, l.ref) != plain(none, nothing) {
		t.Errorf("of what was erased: %v; of what does not exist: %v", theirs, none)
	}
}

// TestStandingOfAStranger is one text, whatever is done inside.
func TestStandingOfAStranger(t *testing.T) {
	t.Parallel()
	l := stranger(t)
	l.enrol(l.doc) // its name is, and it is not
	code, err := l.ReceiptCode(t.Context(), l.ref)
	ok(t, err)
	first, err := l.StandingOf(t.Context(), code)
	ok(t, err)
	if first.Stage != "received" || first.Sender != "quarantined" || first.Reference != "" || len(first.Answers) != 1 || !strings.HasPrefix(first.Answers[0].Questions[0], "Nobody has verified yet") {
		t.Errorf("a stranger learns %+v", first)
	}
	l.do(reviewer, l.ref, Act{Do: lifecycle.Note, Why: sentinel})
	l.do(intake, l.ref, Act{Do: lifecycle.Return, Why: sentinel, Told: "who are you?"})
	again, err := l.StandingOf(t.Context(), code)
	ok(t, err)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("what is done inside is told:\n%s", diff)
	}
	if diff := cmp.Diff(first, l.stands()); diff != "" {
		t.Errorf("whoever has the name learns more than who has the code:\n%s", diff)
	}
	l.does(intake, lifecycle.Authenticate, Body{Contact: "+33 1 0000"})
	known, err := l.StandingOf(t.Context(), code)
	ok(t, err)
	if known.Sender != "verified" || len(known.Answers) > 0 || known.Stage != "received" || known.Reference != "" {
		t.Errorf("who has a receipt learns %+v", known)
	}
	if s := l.stands(); s.Stage != "returned" || s.Reference == "" || len(s.Answers) != 1 {
		t.Errorf("the authority itself learns %+v", s)
	}

	l = stranger(t)
	if code, err = l.ReceiptCode(t.Context(), l.ref); err != nil {
		t.Fatal(err)
	}
	l.now = l.now.Add(40 * day) // and nobody woke
	closed, err := l.StandingOf(t.Context(), code)
	ok(t, err)
	if closed.Stage != "closed" {
		t.Errorf("when nobody came it is %+v", closed)
	}
}

// TestInDoubtIsNotTold: that a sender is in doubt is no news for it.
func TestInDoubtIsNotTold(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(intake, lifecycle.Doubt, Body{Contact: "+33 1 0000"})
	l.has("sender:in doubt")
	if s := l.stands(); s.Sender != "quarantined" {
		t.Errorf("the sender is told that it is %s", s.Sender)
	}
}

// TestReleaseIsFetched by whom it is for, and each fetching is on record.
func TestReleaseIsFetched(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).given()
	s := l.stands()
	if !s.Ready || s.Stage != "disclosed" || len(s.Files) != 2 || s.Files[0].Kept != "" {
		t.Errorf("what can be fetched is told as %+v", s)
	}
	r, err := l.Release(t.Context(), l.asks(), l.ref)
	ok(t, err)
	var m Manifest
	ok(t, json.Unmarshal(r.Manifest, &m))
	if m.Format != "rogatory.release/1" || m.Case != l.ref || m.Reference != "LEG-13" || m.Basis != "order" || m.Released.IsZero() || !m.Rehearsal || m.Grant == nil {
		t.Errorf("the manifest is %s", r.Manifest)
	}
	if diff := cmp.Diff(s.Files, r.Files); diff != "" || !slices.Equal(m.Files, r.Files) || !slices.Equal(r.Recipients, []string{"age1example"}) || strings.Contains(string(r.Manifest), "kept") {
		t.Errorf("released is %+v\n%s", r, diff)
	}
	before := l.see(l.ref).Seq()
	for _, f := range r.Files {
		from, err := l.Fetch(t.Context(), l.asks(), l.ref, f.Name)
		ok(t, err)
		data, err := io.ReadAll(from)
		ok(t, err)
		ok(t, from.Close())
		if int64(len(data)) != f.Size {
			t.Errorf("%s has %d bytes", f.Name, len(data))
		}
	}
	c := l.see(l.ref)
	for i, f := range r.Files {
		if e := c.Events[before+i]; e.Do != lifecycle.Fetch || !strings.Contains(e.Why, f.Name) || e.Role != "requester" || e.By != l.asks().Name {
			t.Errorf("on record is %s by %s, %q", e.Do, e.By, e.Why)
		}
	}
	if err := second(l.Fetch(t.Context(), Actor{"customs", lifecycle.Requester}, l.ref, "traffic.csv")); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("another authority fetches: %v", err)
	}
	ok(t, l.Verify(t.Context(), l.ref))
}

// TestNotReady: what nothing carries any more is not handed out, whatever stage
// the case is in.
func TestNotReady(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		then func(*life)
		says string
	}{
		"frozen":    {func(l *life) { l.does(overseer, lifecycle.FreezeCase, Body{}) }, "frozen"},
		"suspended": {func(l *life) { l.does(overseer, lifecycle.Suspend, Body{}) }, "in doubt, or suspended"},
		"suspended in the register": {func(l *life) {
			a := l.register[l.asks().Name]
			a.Suspended = "stolen key"
			l.register[a.ID] = a
		}, "in doubt, or suspended"},
		"no longer enrolled": {func(l *life) { delete(l.register, l.asks().Name) }, "in doubt, or suspended"},
		"no longer in force": {func(l *life) {
			a := l.register[l.asks().Name]
			a.Until = l.now
			l.register[a.ID] = a
		}, "in doubt, or suspended"},
		"without a key": {func(l *life) {
			a := l.register[l.asks().Name]
			a.Recipients = nil
			l.register[a.ID] = a
		}, "in doubt, or suspended"},
		"the challenge upheld": {func(l *life) {
			l.does(person, lifecycle.File, Body{})
			l.does(senior2, lifecycle.UpholdChallenge, Body{})
		}, "to be erased"},
		"withdrawn": {func(l *life) { l.does(l.asks(), lifecycle.Withdraw, Body{}) }, "to be erased"},
	} {
		l := begin(t, "authority-de", "leg-13", nil).given()
		c.then(l)
		before := l.see(l.ref).Seq()
		if s := l.stands(); s.Ready || s.Files != nil {
			t.Errorf("%s: ready is %+v", name, s)
		}
		for what, err := range map[string]error{
			"release": second(l.Release(t.Context(), l.asks(), l.ref)), "fetch": second(l.Fetch(t.Context(), l.asks(), l.ref, "traffic.csv")),
		} {
			if fault.KindOf(err) != fault.Forbidden || !contains(err, c.says) {
				t.Errorf("%s, %s: %v; want %q", name, what, err, c.says)
			}
		}
		if got := l.see(l.ref).Seq(); got != before {
			t.Errorf("%s: what was refused left %d events", name, got-before)
		}
	}
	l := begin(t, "authority-de", "leg-13", nil).kept().forwarded().applied().granted(0)
	if err := second(l.Release(t.Context(), l.asks(), l.ref)); !contains(err, "nothing has been released") {
		t.Errorf("before anything is released: %v", err)
	}
	closed := begin(t, "authority-de", "leg-13", nil).given()
	closed.does(notifier, lifecycle.Tell, told("a letter"))
	closed.does(senior, lifecycle.Close, Body{})
	if s := closed.stands(); !s.Ready {
		t.Error("what was released cannot be fetched from a closed case")
	}
}
