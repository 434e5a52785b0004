package register_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	. "github.com/rogatory/rogatory/register"
)

func TestAnAuthorityIsEnrolledByTwoAndAfterTheCooling(t *testing.T) {
	r := newRig(t)
	digest := r.propose(intake, paris(t))
	r.absent("fr-paris")
	r.now = r.now.Add(10 * day)
	r.absent("fr-paris")
	e, err := r.Confirm(t.Context(), reviewer, "fr-paris", digest, "+33 10000")
	ok(t, err)
	if c := e.Pending.Confirmed; c == nil || !c.Effective.Equal(r.now.Add(2*day)) || c.Called != "+33 1 0000" {
		t.Errorf("%+v", c)
	}
	r.now = r.now.Add(2*day - 1000)
	r.absent("fr-paris")
	r.now = r.now.Add(1000)
	a := r.stands("fr-paris")
	want := authority.Contact{Value: "+33 1 0000", How: "the directory of the ministry", By: "Imke", On: start}
	if diff := cmp.Diff([]authority.Contact{want}, a.Contacts); diff != "" {
		t.Error(diff)
	}
	if !a.From.Equal(start) || !a.Ready(r.now) {
		t.Errorf("%+v", a)
	}
	points, err := r.Points(t.Context())
	if err != nil || !slices.Equal(points, []string{"+49 30 0000"}) {
		t.Error(points, err)
	}
	// What took effect is written with the next thing that is.
	e, err = r.Suspend(t.Context(), overseer, "fr-paris", "a mailbox was sold")
	ok(t, err)
	if diff := cmp.Diff("1 proposed by Imke (intake)\n2 confirmed by Rosa (reviewer)\n3 took effect\n3 suspended by Olga (oversight)\n", did(e)); diff != "" {
		t.Error(diff)
	}
}

func TestTheCoolingOffIsADayAtLeast(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		set  Settings
		good bool
	}{
		{Settings{Cooling: 24 * time.Hour}, true},
		{Settings{Cooling: 24*time.Hour - 1}, false},
		{Settings{}, false},
		{Settings{Rehearsal: true}, true},
		{Settings{Rehearsal: true, Cooling: -1}, false},
		{Settings{Cooling: 24 * time.Hour, Points: []string{"+49\u202e30"}}, false},
	} {
		if _, err := New(r.shelf, c.set, r.jobs, time.Now); (err == nil) != c.good {
			t.Errorf("%+v: %v", c.set, err)
		}
	}
}

func TestARehearsalNeedNotWait(t *testing.T) {
	r := newRig(t)
	reg, err := New(r.shelf, Settings{Rehearsal: true}, r.jobs, func() time.Time { return r.now })
	ok(t, err)
	digest := r.propose(intake, paris(t))
	_, err = reg.Confirm(t.Context(), reviewer, "fr-paris", digest, "+33 1 0000")
	ok(t, err)
	r.stands("fr-paris")
}

// TestWhatWaits changes one member at a time: what gives anything waits, and what
// only takes away does not.
func TestWhatWaits(t *testing.T) {
	key := publicKey(t)
	for _, c := range []struct {
		name   string
		change func(*authority.Authority)
		waits  bool
	}{
		{"a key more", func(a *authority.Authority) { a.Keys = append(a.Keys, authority.Key{ID: "new", Public: key}) }, true},
		{"another key under the same id", func(a *authority.Authority) { a.Keys[0].Public = key }, true},
		{"a key fewer", func(a *authority.Authority) { a.Keys = nil }, false},
		{"another recipient", func(a *authority.Authority) { a.Recipients[0] = recipient("p") }, true},
		{"no recipient", func(a *authority.Authority) { a.Recipients = nil }, false},
		{"another certificate", func(a *authority.Authority) { a.Certificates[0] = hash("b") }, true},
		{"another mail address", func(a *authority.Authority) { a.Mail = "x@justice.example" }, true},
		{"no mail address", func(a *authority.Authority) { a.Mail = "" }, true},
		{"a hook", func(a *authority.Authority) { a.Hook = "https://justice.example/" }, true},
		{"a contact more", func(a *authority.Authority) {
			a.Contacts = append(a.Contacts, authority.Contact{Value: "+33 2", How: "a visit"})
		}, true},
		{"another contact", func(a *authority.Authority) {
			a.Contacts = []authority.Contact{{Value: "+33 2", How: "a visit"}}
		}, true},
		{"a power more", func(a *authority.Authority) { a.Powers = append(a.Powers, authority.Power{Data: "traffic"}) }, true},
		{"a power fewer", func(a *authority.Authority) { a.Powers = a.Powers[:1] }, false},
		{"a later end", func(a *authority.Authority) { a.Until = start.AddDate(3, 0, 0) }, true},
		{"an earlier end", func(a *authority.Authority) { a.Until = start.AddDate(1, 0, 0) }, false},
		{"an end that has passed", func(a *authority.Authority) { a.Until = start.Add(time.Second) }, false},
		{"a suspension by two", func(a *authority.Authority) { a.Suspended = "why" }, false},
		{"a key fewer and a power more", func(a *authority.Authority) {
			a.Keys = nil
			a.Powers = append(a.Powers, authority.Power{Data: "traffic"})
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			to := r.enrolled(paris(t))
			c.change(&to)
			digest := r.propose(intake, to)
			called := "+33 1 0000"
			if !c.waits {
				called = ""
			}
			e, err := r.Confirm(t.Context(), reviewer, to.ID, digest, called)
			ok(t, err)
			changed := len(authority.Differences(ptr(r.stands(to.ID)), &to)) < 2 && e.Pending == nil
			if changed == c.waits {
				t.Errorf("waits: %v; want %v", !changed, c.waits)
			}
			r.now = r.now.Add(2 * day)
			e, err = r.Get(t.Context(), to.ID)
			ok(t, err)
			if e.Pending != nil || e.History[len(e.History)-1].Did != Effect {
				t.Error("the change never took effect")
			}
		})
	}
}

func ptr(a authority.Authority) *authority.Authority { return &a }

func TestWhatTheOldContactIsTold(t *testing.T) {
	r := newRig(t)
	to := r.enrolled(paris(t))
	if diff := cmp.Diff([]prompt{{"register fr-paris 2", JobKind, start.Add(time.Minute)}}, r.jobs.list, cmp.AllowUnexported(prompt{})); diff != "" {
		t.Fatal(diff)
	}
	letters, err := r.Letters(t.Context(), "register fr-paris 2")
	ok(t, err)
	if len(letters) != 1 || letters[0].To != "greffe@justice.example" || !letters[0].Enrols || letters[0].Name != to.Name || len(letters[0].Changes) < 10 {
		t.Errorf("%+v", letters)
	}

	before := r.now
	to.Mail, to.Language = "other@justice.example", "en"
	r.confirmed(to)
	letters, err = r.Letters(t.Context(), "register fr-paris 4")
	ok(t, err)
	say := []string{"mail: greffe@justice.example becomes other@justice.example", "language of letters: fr becomes en"}
	want := []Letter{
		{Confirmed, false, "fr-paris", to.Name, "greffe@justice.example", "fr", say, before.Add(2 * day)},
		{Confirmed, false, "fr-paris", to.Name, "other@justice.example", "en", say, before.Add(2 * day)},
	}
	if diff := cmp.Diff(want, letters); diff != "" {
		t.Error(diff)
	}

	_, err = r.Suspend(t.Context(), reviewer, "fr-paris", "they say that the change is not theirs")
	ok(t, err)
	letters, err = r.Letters(t.Context(), "register fr-paris 5")
	ok(t, err)
	want = []Letter{{Suspended, false, "fr-paris", to.Name, "greffe@justice.example", "fr", []string{"the entry is suspended: nothing is released"}, r.now}}
	if diff := cmp.Diff(want, letters); diff != "" {
		t.Error(diff)
	}
	// The change was stopped by that: nobody is told any more that it comes.
	letters, err = r.Letters(t.Context(), "register fr-paris 4")
	if len(letters) != 0 || err != nil {
		t.Error(letters, err)
	}
	for _, key := range []string{"register fr-paris 1", "register fr-paris 3", "register fr-paris 6", "register fr-lyon 1"} {
		if letters, err = r.Letters(t.Context(), key); len(letters) != 0 || err != nil {
			t.Errorf("%s: %v, %v", key, letters, err)
		}
	}
	for _, key := range []string{"", "register", "register fr-paris", "register fr-paris 0", "register fr-paris x", "other fr-paris 4", "register fr paris 4"} {
		if _, err = r.Letters(t.Context(), key); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestALetterIsPromptedBeforeWhatItTellsOf(t *testing.T) {
	r := newRig(t)
	digest := r.propose(intake, paris(t))
	r.jobs.fail = errors.New("the database is away")
	if _, err := r.Confirm(t.Context(), reviewer, "fr-paris", digest, "+33 1 0000"); !errors.Is(err, r.jobs.fail) {
		t.Error(err)
	}
	e, err := r.Get(t.Context(), "fr-paris")
	ok(t, err)
	if e.Version != 1 || e.Pending.Confirmed != nil {
		t.Error("the change was confirmed, and nobody is told")
	}
	// A letter that was prompted for what was never written tells nothing.
	if letters, err := r.Letters(t.Context(), "register fr-paris 2"); len(letters) != 0 || err != nil {
		t.Error(letters, err)
	}
}

func TestASigner(t *testing.T) {
	r := newRig(t)
	says := ""
	unknown := func(name, keyid string) {
		t.Helper()
		a, key, err := r.Signer(t.Context(), keyid)
		if fault.KindOf(err) != fault.Unauthenticated || key != nil || a.ID != "" {
			t.Errorf("%s: %v, %v, %v", name, a, key, err)
			return
		}
		if says == "" {
			says = err.Error()
		}
		if err.Error() != says {
			t.Errorf("%s is told from others: %v", name, err)
		}
	}
	p := paris(t)
	p.Keys[0].Until = start.Add(5 * day)
	r.confirmed(p)
	unknown("what cools", "fr-paris#2026")
	r.now = r.now.Add(2 * day)
	a, key, err := r.Signer(t.Context(), "fr-paris#2026")
	if err != nil || a.ID != "fr-paris" || key == nil {
		t.Fatal(a, key, err)
	}
	for _, keyid := range []string{"fr-lyon#2026", "fr-paris#2025", "fr-paris", "fr-paris#", "#2026", "", "FR-PARIS#2026", "fr-paris#2026#", "fr-paris\x00#2026", "fr paris#2026"} {
		unknown(keyid, keyid)
	}
	_, err = r.Suspend(t.Context(), senior, "fr-paris", "a mailbox was sold")
	ok(t, err)
	if a, key, err = r.Signer(t.Context(), "fr-paris#2026"); err != nil || key == nil || a.Suspended == "" || a.Ready(r.now) {
		t.Error("a suspended authority is not known, or ready", a, err)
	}
	r.now = start.Add(5 * day)
	unknown("a key past its time", "fr-paris#2026")
}

func TestACertificate(t *testing.T) {
	r := newRig(t)
	unknown := func(sha256 string) {
		t.Helper()
		if a, err := r.ByCertificate(t.Context(), sha256); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%s: %v, %v", sha256, a, err)
		}
	}
	unknown(hash("a"))
	r.confirmed(paris(t))
	unknown(hash("a"))
	lyon := paris(t)
	lyon.ID = "fr-lyon"
	digest := r.propose(intake, lyon)
	// Nobody comes as two, not even as one that is pending and one that stands.
	taken := func() {
		t.Helper()
		_, err := r.Confirm(t.Context(), reviewer, "fr-lyon", digest, "+33 1 0000")
		refused(t, err, fault.Conflict, "is a certificate of fr-paris")
	}
	taken()
	r.now = r.now.Add(2 * day)
	taken()
	for _, sha256 := range []string{hash("a"), hash("A")} {
		if a, err := r.ByCertificate(t.Context(), sha256); err != nil || a.ID != "fr-paris" {
			t.Error(a, err)
		}
	}
	unknown("")
	unknown("fr-paris")
	unknown(hash("\x00"))

	// Once it is given up another may have it.
	p := r.stands("fr-paris")
	p.Certificates = nil
	_, err := r.Confirm(t.Context(), reviewer, "fr-paris", r.propose(intake, p), "")
	ok(t, err)
	unknown(hash("a"))
	_, err = r.Confirm(t.Context(), reviewer, "fr-lyon", digest, "+33 1 0000")
	ok(t, err)
	r.now = r.now.Add(2 * day)
	if a, err := r.ByCertificate(t.Context(), hash("a")); err != nil || a.ID != "fr-lyon" {
		t.Error(a, err)
	}
	r.now = start.AddDate(2, 0, 0)
	unknown(hash("a"))
}

func TestListIsInPages(t *testing.T) {
	r := newRig(t)
	for i := range 5 {
		a := paris(t)
		a.ID, a.Certificates = fmt.Sprintf("fr-%d", i), nil
		r.propose(intake, a)
	}
	var got []string
	after := ""
	for {
		page, err := r.List(t.Context(), after, 2)
		ok(t, err)
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			got = append(got, e.ID)
			if e.Pending == nil || e.Pending.Digest == "" || e.Authority.ID != "" {
				t.Errorf("%+v", e)
			}
		}
		after = page[len(page)-1].ID
	}
	if diff := cmp.Diff([]string{"fr-0", "fr-1", "fr-2", "fr-3", "fr-4"}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := r.List(t.Context(), "fr\x00", 10); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
	for _, limit := range []int{0, 501, -1} {
		if _, err := r.List(t.Context(), "", limit); fault.KindOf(err) != fault.Invalid {
			t.Error(limit, err)
		}
	}
}

func TestADirectoryIsImported(t *testing.T) {
	r := newRig(t)
	in := r.enrolled(paris(t))
	row := func(id string, contacts ...string) authority.Authority {
		a := authority.Authority{ID: id, Name: in.Name, Country: "FR", Role: "court", Powers: in.Powers, Until: in.Until}
		for _, c := range contacts {
			a.Contacts = append(a.Contacts, authority.Contact{Value: c, How: "it says so", By: "Rosa", On: start})
		}
		return a
	}
	bad := row("fr-bad", "+33 9")
	bad.Country = "ZZ"
	list := []authority.Authority{row("fr-paris", "+33 10000"), row("fr-lyon", "+33 2"), row("fr-paris", "+33 1 0000", "+33 3"), bad, row("no id", "+33 9")}
	done, err := r.Import(t.Context(), intake, list, "the directory of 2026")
	ok(t, err)
	if done.New != 1 || done.Changed != 1 || done.Same != 1 || len(done.Problems) != 2 {
		t.Fatalf("%+v", done)
	}
	e, err := r.Get(t.Context(), "fr-paris")
	ok(t, err)
	if diff := cmp.Diff([]string{"contact +33 3 is added"}, e.Pending.Changes); diff != "" {
		t.Errorf("a directory changes what it does not speak of: %s", diff)
	}
	again, err := r.Import(t.Context(), intake, list[1:3], "the directory of 2026")
	if err != nil || again.Same != 2 || len(again.Problems) != 0 {
		t.Errorf("%+v, %v", again, err)
	}
	third, err := r.Import(t.Context(), intake, []authority.Authority{row("fr-lyon", "+33 4")}, "another directory")
	if err != nil || len(third.Problems) != 1 {
		t.Errorf("%+v, %v", third, err)
	}
	r.now = r.now.Add(10 * day)
	r.absent("fr-lyon")

	// Nobody has verified what a directory says.
	e, err = r.Get(t.Context(), "fr-lyon")
	ok(t, err)
	_, err = r.Confirm(t.Context(), reviewer, "fr-lyon", e.Pending.Digest, "+33 2")
	refused(t, err, fault.Invalid, "/contacts/0: nobody has said how")
	_, err = r.Verify(t.Context(), custodian, "fr-lyon", "+33 2", "the embassy")
	refused(t, err, fault.Forbidden, "custodian does not")
	_, err = r.Verify(t.Context(), senior, "fr-lyon", "+33 3", "the embassy")
	refused(t, err, fault.NotFound, "no contact of what is proposed")
	_, err = r.Verify(t.Context(), senior, "fr-lyon", "+33 2", "")
	refused(t, err, fault.Invalid, "how the contact was verified is missing")
	v, err := r.Verify(t.Context(), senior, "fr-lyon", "+332", "the embassy")
	ok(t, err)
	_, err = r.Confirm(t.Context(), reviewer, "fr-lyon", e.Pending.Digest, "+33 2")
	refused(t, err, fault.Conflict, "the digest is another")
	_, err = r.Confirm(t.Context(), senior, "fr-lyon", v.Pending.Digest, "+33 2")
	refused(t, err, fault.Forbidden, "no contact that anybody but Sami verified")
	_, err = r.Confirm(t.Context(), reviewer, "fr-lyon", v.Pending.Digest, "+33 2")
	ok(t, err)
	r.now = r.now.Add(2 * day)
	if c := r.stands("fr-lyon").Contacts[0]; c.By != "Sami" || c.How != "the embassy" {
		t.Errorf("%+v", c)
	}
}
