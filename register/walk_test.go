package register_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	. "github.com/rogatory/rogatory/register"
	"github.com/rogatory/rogatory/screen"
)

func TestMain(m *testing.M) {
	// A walk is long, and waits for the disk.
	if err := flag.Set("rapid.checks", "50"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// cast are people who walk about, some of them under two spellings or in roles
// of others.
var cast = []Actor{
	intake, intake, intake, reviewer, reviewer, reviewer, senior, senior, senior, senior, custodian, administrator, overseer, judge, machine, requester,
	{"rosa ", lifecycle.Senior}, {"IMKE", lifecycle.Reviewer}, {"Ada", lifecycle.Senior}, {"Ｓａｍｉ", lifecycle.Reviewer},
}

// A shadow is what must be in force, worked out from what the register said it
// did: from nothing that it keeps.
type shadow struct {
	stands  *authority.Authority
	pending *shadowChange
	last    time.Time // of what happened last
}

type shadowChange struct {
	to        authority.Authority
	by        string
	effective time.Time // zero: not confirmed
}

// at is the shadow at a time.
func (s shadow) at(now time.Time) shadow {
	if s.last.After(now) {
		now = s.last
	}
	if p := s.pending; p != nil && !p.effective.IsZero() && !p.effective.After(now) {
		s.stands, s.pending = &p.to, nil
	}
	return s
}

// walker walks through a register.
type walker struct {
	*rig
	t    *rapid.T
	keys []string
	id   string
	is   shadow
	seen []string // digests, the latest last
	done map[string]int
}

// some is an entry of chance, near to what stands.
func (w *walker) some() authority.Authority {
	a := authority.Authority{
		ID: w.id, Name: "Paris", Country: "FR", Role: "court", Until: start.AddDate(1, 0, 0),
		Contacts: []authority.Contact{{Value: "+1", How: "the directory"}}, Powers: []authority.Power{{Data: "subscriber"}},
	}
	if w.is.stands != nil {
		a = *w.is.stands
	}
	for range rapid.IntRange(0, 2).Draw(w.t, "changes") {
		switch rapid.IntRange(0, 9).Draw(w.t, "what") {
		case 0:
			a.Keys = nil
		case 1:
			a.Keys = []authority.Key{{ID: "k", Public: rapid.SampledFrom(w.keys).Draw(w.t, "key")}}
		case 2:
			a.Recipients = nil
		case 3:
			a.Recipients = []string{recipient(rapid.SampledFrom([]string{"q", "p"}).Draw(w.t, "recipient"))}
		case 4:
			a.Mail = rapid.SampledFrom([]string{"", "a@b.example", "c@d.example"}).Draw(w.t, "mail")
		case 5:
			a.Contacts = slices.Clone(a.Contacts)
			a.Contacts = append(a.Contacts, authority.Contact{Value: rapid.SampledFrom([]string{"+1", "+2", "+3"}).Draw(w.t, "contact"), How: rapid.SampledFrom([]string{"", "a visit"}).Draw(w.t, "how")})
		case 6:
			a.Contacts = a.Contacts[len(a.Contacts)-1:]
		case 7:
			a.Powers = []authority.Power{{Data: rapid.SampledFrom([]string{"subscriber", "content"}).Draw(w.t, "data")}}
		case 8:
			a.Until = start.AddDate(0, rapid.IntRange(6, 24).Draw(w.t, "months"), 0)
		case 9:
			a.Suspended = rapid.SampledFrom([]string{"", "why"}).Draw(w.t, "suspended")
		}
	}
	return a
}

// step lets somebody do something, and compares what is in force with what must
// be.
func (w *walker) step() {
	w.now = w.now.Add(rapid.SampledFrom([]time.Duration{0, 0, 0, time.Minute, time.Minute, 20 * time.Hour, 2 * day, -day}).Draw(w.t, "time"))
	who := rapid.SampledFrom(cast).Draw(w.t, "who")
	contact := rapid.SampledFrom([]string{"+1", "+1", "+1", "+1", "+2", "+3", ""}).Draw(w.t, "contact called")
	ctx, before := w.rig.t.Context(), w.is.at(w.now)
	now := w.now
	if w.is.last.After(now) {
		now = w.is.last
	}
	var e *Entry
	var err error
	what := rapid.SampledFrom([]string{"propose", "propose", "propose", "propose", "confirm", "confirm", "confirm", "confirm", "confirm", "object", "suspend", "resume", "verify", "import", "look"}).Draw(w.t, "do")
	switch what {
	case "propose":
		to := w.some()
		if before.stands != nil && rapid.IntRange(0, 3).Draw(w.t, "takes away") == 0 {
			to = *before.stands
			to.Keys, to.Recipients = nil, nil
		}
		e, err = w.Propose(ctx, who, to, "why")
	case "resume":
		e, err = w.Resume(ctx, who, w.id, "why")
	case "verify":
		e, err = w.Verify(ctx, who, w.id, contact, "a visit")
	case "import":
		_, err = w.Import(ctx, who, []authority.Authority{w.some()}, "why")
		if got, gone := w.Get(ctx, w.id); gone == nil && err == nil && got.Pending != nil && before.pending == nil {
			e = got
		}
	case "confirm":
		if before.pending != nil && rapid.Bool().Draw(w.t, "as it should be") {
			who, contact = w.second(before)
		}
		digest := "none"
		if len(w.seen) > 0 {
			digest = w.seen[len(w.seen)-1-min(len(w.seen)-1, rapid.SampledFrom([]int{0, 0, 0, 0, 1}).Draw(w.t, "digest"))]
		}
		latest := len(w.seen) > 0 && digest == w.seen[len(w.seen)-1]
		if e, err = w.Confirm(ctx, who, w.id, digest, contact); err == nil {
			w.confirmed(who, contact, latest, before, now)
		}
	case "object":
		if e, err = w.Object(ctx, who, w.id, "why"); err == nil && before.pending == nil {
			w.t.Fatal("an objection to nothing")
		}
	case "suspend":
		e, err = w.Suspend(ctx, who, w.id, "why")
	}
	if err == nil && e != nil {
		w.done[what]++
		w.follow(what, who, e, before, now)
	}
	w.compare()
}

// second is somebody who may confirm, and a contact they may have called.
func (w *walker) second(is shadow) (Actor, string) {
	who, known := reviewer, is.pending.to.Contacts
	if screen.Folded(is.pending.by) == screen.Folded(reviewer.Name) {
		who = senior
	}
	if is.stands != nil {
		known = is.stands.Contacts
	}
	return who, known[0].Value
}

// confirmed checks that a confirmation that was taken should have been.
func (w *walker) confirmed(who Actor, called string, latest bool, before shadow, now time.Time) {
	p := before.pending
	switch {
	case p == nil || !p.effective.IsZero():
		w.t.Fatal("confirmed what was not open")
	case screen.Folded(p.by) == screen.Folded(who.Name):
		w.t.Fatalf("%s proposed and confirmed", p.by)
	case who.Role != lifecycle.Reviewer && who.Role != lifecycle.Senior:
		w.t.Fatalf("confirmed by %s", who.Role)
	case !latest:
		w.t.Fatal("confirmed what was not seen")
	case p.to.Check() != nil:
		w.t.Fatal(p.to.Check())
	}
	tightens := before.stands != nil && authority.Tightens(before.stands, &p.to)
	if !tightens && before.stands != nil && !before.stands.Reaches(called, nil) {
		w.t.Fatalf("%q was called, which nobody knew", called)
	}
	c := *p
	if c.effective = now.Add(2 * day); tightens {
		c.effective = now
		w.done["at once"]++
	}
	*p = c
}

// follow takes what the register says it did into the shadow.
func (w *walker) follow(what string, who Actor, e *Entry, before shadow, now time.Time) {
	w.is = before
	switch what {
	case "propose", "resume", "import":
		if before.pending != nil {
			w.t.Fatal("two changes at a time")
		}
		w.is.pending = &shadowChange{to: e.Pending.To, by: who.Name}
		w.seen = append(w.seen, e.Pending.Digest)
	case "verify":
		w.is.pending = &shadowChange{to: e.Pending.To, by: before.pending.by}
		w.seen = append(w.seen, e.Pending.Digest)
	case "object":
		w.is.pending = nil
	case "suspend":
		stands := *before.stands
		stands.Suspended = "why"
		w.is.stands, w.is.pending = &stands, nil
	}
	w.is.last = now
	w.is = w.is.at(now)
}

func (w *walker) compare() {
	want := w.is.at(w.now)
	got, err := w.Authority(w.rig.t.Context(), w.id)
	if want.stands == nil {
		if fault.KindOf(err) != fault.NotFound {
			w.t.Fatalf("in force is %+v, %v, and nothing should be", got, err)
		}
		return
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if diff := cmp.Diff(*want.stands, got); diff != "" {
		w.t.Fatalf("another is in force than should be: %s", diff)
	}
	if got.Suspended != "" && got.Ready(w.now) {
		w.t.Fatal("suspended, and ready")
	}
	w.done["in force"]++
}

// TestNothingIsInForceThatTwoDidNotStandForAndThatHasNotCooled lets anybody do
// anything, in any order, at any time.
func TestNothingIsInForceThatTwoDidNotStandForAndThatHasNotCooled(t *testing.T) {
	r := newRig(t)
	keys := []string{publicKey(t), publicKey(t)}
	walks, done := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		walks++
		r.now = start
		w := &walker{rig: r, t: t, keys: keys, id: fmt.Sprintf("walk-%d", walks), done: done}
		for range 60 {
			w.step()
		}
	})
	t.Log(done)
	for _, what := range []string{"propose", "confirm", "object", "suspend", "resume", "verify", "import", "in force", "at once"} {
		if done[what] == 0 {
			t.Errorf("nobody ever came to %s: it was not checked", what)
		}
	}
}
