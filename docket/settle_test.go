package docket_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// waits lists the public duties of a case that wait for somebody's signature.
func (l *life) waits(who Actor) string {
	l.t.Helper()
	list, _, err := l.Drafts(l.t.Context(), who, "", 0)
	ok(l.t, err)
	var words []string
	for _, x := range list {
		if x.Case == l.ref {
			words = append(words, x.Of.Class.String()+" "+string(x.As))
		}
	}
	return strings.Join(words, ", ")
}

// open lists the public duties of a case that are open.
func (l *life) open() string {
	l.t.Helper()
	c, err := l.Show(l.t.Context(), overseer, l.ref, "")
	ok(l.t, err)
	var words []string
	for _, d := range c.Duties() {
		if d.As == "" {
			words = append(words, d.Class.String())
		}
	}
	return strings.Join(words, ", ")
}

// TestNobodyWaitsBehindAnother: of two duties each waits for its own signature.
func TestNobodyWaitsBehindAnother(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.does(person, lifecycle.File, Body{})
	l.does(senior2, lifecycle.RejectChallenge, Body{})
	if got := l.waits(notifier); got != "notify notified" {
		t.Errorf("for the notifier: %q", got)
	}
	if got := l.waits(overseer); got != "remedy decided" {
		t.Errorf("for oversight: %q", got)
	}
	if got := l.waits(judge); got != "" {
		t.Errorf("for the judge: %q", got)
	}
}

// TestAppealIsAPromiseOfItsOwn: what was rejected is decided, what is appealed is
// not, whenever anybody signs.
func TestAppealIsAPromiseOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, early := range []bool{true, false} {
		l := begin(t, "authority-de", "leg-13", nil).disclosed()
		l.does(person, lifecycle.File, Body{})
		l.does(senior2, lifecycle.RejectChallenge, Body{})
		if early {
			l.settled(l.ref)
		}
		w := watched(l)
		l.does(person, lifecycle.Appeal, Body{})
		if len(w.leaves) != 2 {
			t.Errorf("an appeal makes %d leaves; want one that counts it, and its duty", len(w.leaves))
		}
		l.settled(l.ref)
		if got := l.open(); got != "notify, remedy" {
			t.Errorf("signed before the appeal: %t; open during the appeal: %s", early, got)
		}
		l.does(overseer, lifecycle.RejectChallenge, Body{})
		l.settled(l.ref)
		if got := l.open(); got != "notify" {
			t.Errorf("signed before the appeal: %t; open after it: %s", early, got)
		}
	}
}

// TestUnreachableIsNotTold: of several, one whom nobody reaches is vouched for by
// oversight, also where another is told last.
func TestUnreachableIsNotTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", several).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:one@example.org", "/measures/0/targets/0", "/measures/1/targets/1"))
	p := l.see(l.ref).Seq()
	ok(t, l.Notified(t.Context(), l.ref, p, "accepted"))
	l.two(notifier, senior, lifecycle.Unreachable, of(Body{Proof: "returned letters"}, "/measures/1/targets/0"))
	l.has("duty:settled")
	if got := l.waits(overseer); got != "notify unreachable" {
		t.Errorf("for oversight: %q", got)
	}
	ok(t, l.comesBack(p, "no such mailbox"))
	if got := l.waits(overseer); got != "" {
		t.Errorf("a letter came back; for oversight: %q", got)
	}
	l.does(notifier, lifecycle.Tell, of(told("a letter"), "/measures/0/targets/0", "/measures/1/targets/1"))
	l.has("duty:settled")
	if got := l.waits(notifier); got != "" {
		t.Errorf("for the notifier: %q", got)
	}
	if got := l.waits(overseer); got != "notify unreachable" {
		t.Errorf("for oversight: %q", got)
	}
}

// TestBouncedAfterSignature: what comes back after it was signed for is owed in
// public again, and is counted.
func TestBouncedAfterSignature(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	l := o.begin("leg-13", nil).disclosed()
	l.does(notifier, lifecycle.PlanNotice, plan("mail:one@example.org"))
	p := l.see(l.ref).Seq()
	ok(t, l.Notified(t.Context(), l.ref, p, "accepted"))
	l.settled(l.ref)
	if got := l.open(); got != "" {
		t.Fatalf("open: %s", got)
	}
	w := watched(l)
	ok(t, l.comesBack(p, "no such mailbox"))
	if got := l.open(); got != "notify" {
		t.Errorf("open: %s", got)
	}
	if len(w.leaves) != 3 { // bounced, reopened, the duty
		t.Errorf("%d leaves", len(w.leaves))
	}
}

// TestNobodyIsChasedWhoHasTold: where the authority told before the data left,
// nothing is owed by which it is made to.
func TestNobodyIsChasedWhoHasTold(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		l := european(t)
		l.two(senior, senior2, lifecycle.Compel, compulsion("appeal filed, 3 Ws 4/26"))
		l.does(custodian, lifecycle.Collect, files(0))
		l.does(custodian, lifecycle.Seal, Body{})
		issuer := Body{Proof: "copy of the information"}
		if before {
			l.does(notifier, lifecycle.ToldByIssuer, issuer)
		}
		l.after(11 * day)
		l.settle(reviewer, l.ref, "disclosure")
		l.two(senior, senior2, lifecycle.Release, Body{})
		if !before {
			if got := l.open(); got != "notify, chase" {
				t.Errorf("open: %s", got)
			}
			l.does(notifier, lifecycle.ToldByIssuer, issuer)
		}
		l.settled(l.ref)
		if got := l.open(); got != "" {
			t.Errorf("told before it left: %t; still open: %s", before, got)
		}
	}
}

// TestDraftsByPages: whatever else a case waits for, every case comes once, page by
// page.
func TestDraftsByPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	want := make(map[Ref]int)
	for i := range 3 {
		l := o.begin("leg-13", nil).disclosed()
		l.does(notifier, lifecycle.Tell, told("a letter"))
		if i == 1 {
			l.does(person, lifecycle.File, Body{})
			l.does(senior2, lifecycle.RejectChallenge, Body{})
		}
		want[l.ref] = 1
	}
	got := make(map[Ref]int)
	pages := 0
	for after := ""; ; pages++ {
		list, next, err := o.Drafts(t.Context(), notifier, after, 1)
		ok(t, err)
		for _, x := range list {
			got[x.Case]++
		}
		if after = next; next == "" || pages > 10 {
			break
		}
	}
	if !maps.Equal(got, want) || pages > 10 {
		t.Errorf("%d pages: %v", pages, got)
	}
	for _, after := range []string{"x", "9 ", "-1 ", " ", "1"} {
		if _, _, err := o.Drafts(t.Context(), notifier, after, 1); fault.KindOf(err) != fault.Invalid {
			t.Errorf("after %q: %v", after, err)
		}
	}
}

// TestWhatNobodySignedIsDue: everybody was told, and the public cannot know before
// somebody signs: until then the case is one that is due.
func TestWhatNobodySignedIsDue(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	l.does(notifier, lifecycle.Tell, told("a letter"))
	due := func() time.Time {
		rows, _, err := l.store.Rows(t.Context(), Query{})
		ok(t, err)
		return rows[0].Due
	}
	if want := l.see(l.ref).Duties()[0].Due.AddDays(1).Time(); !due().Equal(want) {
		t.Errorf("due %v, want %v", due(), want)
	}
	l.settled(l.ref)
	if at := due(); !at.IsZero() {
		t.Errorf("it was signed, and is due %v", at)
	}
}

// TestTheNoticeSaysThatThereIsALog: where one has begun, and nowhere else.
func TestTheNoticeSaysThatThereIsALog(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).disclosed()
	l.does(notifier, lifecycle.PlanNotice, plan("mail:one@example.org"))
	for _, has := range []bool{true, false} {
		if !has {
			l.parts.Log = nil
			l.Docket = New(l.parts, time.Time{})
		}
		list, err := l.Notices(t.Context(), l.ref)
		ok(t, err)
		if len(list) != 1 || list[0].Letter.Log != has {
			t.Errorf("there is a log: %t: %+v", has, list)
		}
	}
}
