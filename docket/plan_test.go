package docket_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/letter"
	"github.com/rogatory/rogatory/lifecycle"
)

// plan is how a person is to be told, as a notifier decides it ahead.
func plan(way string, whom ...string) Body {
	return Body{Way: way, Remedy: "Administrative Court, one month; the commissioner", Whom: whom}
}

// to lists where notices can be sent now.
func (l *life) to() []string {
	l.t.Helper()
	list, err := l.Notices(l.t.Context(), l.ref)
	ok(l.t, err)
	var to []string
	for _, n := range list {
		to = append(to, n.To)
	}
	return to
}

// job takes the jobs that are due, and reports whether one of them is about
// notices.
func (l *life) job() bool {
	l.t.Helper()
	jobs, err := l.store.Lease(l.t.Context(), l.now, "a test", l.now.Add(time.Minute), 1000)
	ok(l.t, err)
	found := false
	for _, j := range jobs {
		found = found || j.Key == string(l.ref)+" notice" && j.Kind == JobNotice && j.Case == l.ref
		ok(l.t, l.store.Finish(l.t.Context(), j.Key, "a test"))
	}
	return found
}

// says writes a letter in every language, with what its sender adds.
func says(t *testing.T, l letter.Letter) string {
	t.Helper()
	var all strings.Builder
	own := l.Language
	if own == "" {
		t.Errorf("a letter of kind %s is in no language", l.Kind)
	}
	l.Office, l.Reply, l.Rehearsal = "Office of Tests", "office@example.org", true
	l.Link = "https://office.example/"
	for _, l.Language = range append(letter.Languages(), own) {
		subject, body, err := l.Text()
		if err != nil { // not every kind has a place to go to
			l.Link = ""
			if subject, body, err = l.Text(); err != nil {
				t.Errorf("a letter of kind %s in %s: %v\n%+v", l.Kind, l.Language, err, l)
			}
		}
		all.WriteString(subject + "\n" + body + "\n")
	}
	return all.String()
}

// TestPlannedInSecret: what is decided while a court orders silence is done when
// the silence is over, and not before.
func TestPlannedInSecret(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0, 1).hushed()
	l.job()
	l.does(notifier, lifecycle.PlanNotice, plan("mail: a@example.org "))
	seq := l.see(l.ref).Seq()
	if to := l.to(); len(to) > 0 || l.job() {
		t.Errorf("in secrecy %q are told, or it is prompted", to)
	}
	if _, err := l.NoticeLetter(t.Context(), notifier, l.ref, seq); fault.KindOf(err) != fault.Forbidden || !contains(err, "secrecy") {
		t.Errorf("in secrecy the letter is carried by hand: %v", err)
	}
	for _, err := range []error{l.Notified(t.Context(), l.ref, seq, "250 ok"), l.comesBack(seq, "550")} {
		if err == nil || fault.KindOf(err) == fault.Internal {
			t.Errorf("in secrecy somebody was told: %v", err)
		}
	}
	l.has("duty:open", "secrecy:first period")
	l.after(21 * day)
	l.has("secrecy:over", "duty:open")
	if to := l.to(); !slices.Equal(to, []string{"a@example.org"}) || !l.job() {
		t.Errorf("when it is over %q are told, or nobody is prompted", to)
	}
	n := l.notice()
	if n.Plan != seq || n.Letter.Until.IsZero() || n.Letter.Code == "" || !n.Letter.Due.Equal(l.now.AddDate(0, 0, ChallengeDays)) {
		t.Errorf("the notice is %+v", n)
	}
	if text := says(t, n.Letter); strings.Contains(text, "because of the file") {
		t.Error("the notice says why inside")
	}
	ok(t, l.Notified(t.Context(), l.ref, seq, "250 ok"))
	c := l.has("duty:settled")
	e := c.Events[c.Seq()-1]
	want := Body{Way: "mail: a@example.org", Remedy: plan("").Remedy, Proof: "250 ok", Whom: []string{"/measures/0/targets/0", "/measures/1/targets/0"}}
	if e.Do != lifecycle.Tell || e.By != "Nils" || e.Role != "notifier" || e.Planned != seq {
		t.Errorf("on record is %s by %s as planned in %d", e.Do, e.By, e.Planned)
	}
	if diff := cmp.Diff(want.Whom, e.Whom); diff != "" || e.Way != want.Way || e.Remedy != want.Remedy || e.Proof != want.Proof {
		t.Errorf("on record is %+v\n%s", e.Body, diff)
	}
	ok(t, l.Notified(t.Context(), l.ref, seq, "250 ok"))
	if got := l.see(l.ref).Seq(); got != c.Seq() || l.job() || l.to() != nil {
		t.Errorf("who was told is told again")
	}
	ok(t, l.Verify(t.Context(), l.ref))
}

// TestPlanBounds: who decides, of whom, and what has to be decided.
func TestPlanBounds(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	l.no(reviewer, lifecycle.PlanNotice, plan("mail:a@example.org"), "a reviewer may not")
	l.no(notifier, lifecycle.PlanNotice, plan(""), "how to reach the person safely")
	l.no(notifier, lifecycle.PlanNotice, Body{Way: "mail:a@example.org"}, "where, until when and with whom one can complain")
	l.no(notifier, lifecycle.PlanNotice, plan("mail:a@example.org", "/measures/0/targets/1"), "is nobody whose data are asked for")
	l.no(notifier, lifecycle.PlanNotice, Body{Way: "mail:a@example.org", Remedy: "r", Proof: "p"}, "is not about a proof")
	l.no(notifier, lifecycle.Bounce, Body{}, "is no event that a person causes")
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	l.does(notifier, lifecycle.Tell, told("a letter"))
	l.no(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"), "not allowed here")
	if l.to() != nil {
		t.Error("who was told by hand is told again by mail")
	}
	for _, who := range []Actor{reviewer, senior, judge, overseer, l.asks(), person} {
		if _, err := l.NoticeLetter(t.Context(), who, l.ref, 1); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a %s is given the letter to the person: %v", who.Role, err)
		}
	}
	if _, err := l.NoticeLetter(t.Context(), notifier, l.ref, 1); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the receipt is a plan: %v", err)
	}
}

// TestSeveralWays: everybody is told in their own way; what goes by hand is not
// sent, and the duty is settled with the last.
func TestSeveralWays(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("by hand, at the lawyer's", "/measures/1/targets/1"))
	byHand := l.see(l.ref).Seq()
	l.job()
	if l.to() != nil || l.job() {
		t.Error("what goes by hand is sent")
	}
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org", "/measures/0/targets/0"))
	first := l.see(l.ref).Seq()
	l.does(notifier, lifecycle.PlanNotice, plan("mail:c@example.org", "/measures/1/targets/0"))
	l.does(notifier, lifecycle.PlanNotice, plan("mail:b@example.org", "/measures/1/targets/0")) // the latest counts
	last := l.see(l.ref).Seq()
	if diff := cmp.Diff([]string{"a@example.org", "b@example.org"}, l.to()); diff != "" || !l.job() {
		t.Errorf("told are %s", diff)
	}
	list, err := l.Notices(t.Context(), l.ref)
	ok(t, err)
	if len(list[0].Letter.Items) != 1 || len(list[1].Letter.Items) != 1 || list[0].Letter.Items[0] == list[1].Letter.Items[0] {
		t.Errorf("each is told of %q and %q", list[0].Letter.Items, list[1].Letter.Items)
	}
	ok(t, l.Notified(t.Context(), l.ref, first, "250 ok"))
	if diff := cmp.Diff([]string{"b@example.org"}, l.to()); diff != "" {
		t.Errorf("told are then %s", diff)
	}
	l.has("duty:open")
	ok(t, l.Notified(t.Context(), l.ref, last, "250 ok"))
	l.has("duty:open")
	hand, err := l.NoticeLetter(t.Context(), notifier, l.ref, byHand)
	ok(t, err)
	says(t, *hand)
	l.does(notifier, lifecycle.Tell, of(told("by hand, at the lawyer's"), "/measures/1/targets/1"))
	c := l.has("duty:settled")
	var did []string
	for _, e := range c.Events {
		if e.Do == lifecycle.Tell || e.Do == lifecycle.TellOne {
			did = append(did, string(e.Do))
		}
	}
	if diff := cmp.Diff([]string{"tell-one", "tell-one", "tell"}, did); diff != "" {
		t.Error(diff)
	}
}

// TestBounced: who was not told has to be told, in another way.
func TestBounced(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	seq := l.see(l.ref).Seq()
	if err := l.comesBack(seq, "550"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("what was never sent came back: %v", err)
	}
	ok(t, l.Notified(t.Context(), l.ref, seq, "250 ok"))
	l.has("duty:settled")
	l.job()
	l.after(time.Hour)
	for _, wrong := range []int{0, -1, 1, seq + 1, 1 << 30} {
		if err := l.comesBack(wrong, "550"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a notice of event %d came back: %v", wrong, err)
		}
	}
	ok(t, l.comesBack(seq, "550 no such user"))
	c := l.has("duty:open")
	l.clock("notice", l.now.AddDate(0, 0, 7))
	if e := c.Events[c.Seq()-1]; e.Do != lifecycle.Bounce || e.Planned != seq || e.Proof != "550 no such user" || len(e.Whom) != 3 {
		t.Errorf("on record is %+v", e)
	}
	ok(t, l.comesBack(seq, "550 no such user"))
	if got := l.see(l.ref).Seq(); got != c.Seq() || l.to() != nil || l.job() {
		t.Error("it came back twice, or goes out again")
	}
	ok(t, l.Notified(t.Context(), l.ref, seq, "250 late"))
	l.has("duty:open")
	l.does(notifier, lifecycle.PlanNotice, plan("mail:b@example.org"))
	if n := l.notice(); n.To != "b@example.org" || n.Plan == seq {
		t.Errorf("the next goes to %s", n.To)
	}
	ok(t, l.Notified(t.Context(), l.ref, l.see(l.ref).Seq(), "250 ok"))
	l.has("duty:settled")

	// What is granted anew is told the same way, if it led anywhere.
	l.does(judge, lifecycle.Revoke, Body{})
	l.does(reviewer, lifecycle.Apply, Body{})
	l.granted(0, 1)
	if diff := cmp.Diff([]string{"b@example.org"}, l.to()); diff != "" {
		t.Error(diff)
	}
}

// TestBouncedForAll: a way that led nowhere for one leads nowhere for the others
// it was meant for.
func TestBouncedForAll(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", several).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	seq := l.see(l.ref).Seq()
	l.does(notifier, lifecycle.TellOne, of(told("a letter"), "/measures/0/targets/0"))
	ok(t, l.Notified(t.Context(), l.ref, seq, "250 ok"))
	ok(t, l.comesBack(seq, "550"))
	l.does(judge, lifecycle.Revoke, Body{})
	l.does(reviewer, lifecycle.Apply, Body{})
	l.granted(0, 1)
	if to := l.to(); to != nil {
		t.Errorf("sent again to %q", to)
	}
}

// TestPlanOfAnEarlierDocument: who is behind a target of another document may be
// somebody else.
func TestPlanOfAnEarlierDocument(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	seq := l.see(l.ref).Seq()
	l.does(reviewer, lifecycle.Return, Body{})
	l.job()
	l.does(l.asks(), lifecycle.Answer, Body{Document: document(t, "leg-13", several)})
	l.forwarded().applied().granted(0, 1)
	if l.to() != nil || l.job() {
		t.Error("a plan of the document before is used")
	}
	ok(t, l.Notified(t.Context(), l.ref, seq, "250 ok"))
	l.has("duty:open")
}

// TestNotYet: nobody is told while nothing is decided; once it is, they are.
func TestNotYet(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded()
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	seq := l.see(l.ref).Seq()
	if l.to() != nil {
		t.Error("told before the time")
	}
	if err := l.Notified(t.Context(), l.ref, seq, "250 ok"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("it is on record that somebody was told before the time: %v", err)
	}
	l.job()
	l.applied().granted(0, 1)
	if l.to() == nil || !l.job() {
		t.Error("nobody is told when the time has come")
	}
}

// TestNoticeOfEveryFate: at whatever stage somebody is told, the letter can be
// written, and says what is the case.
func TestNoticeOfEveryFate(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "authority-de")
	mail := plan("mail:a@example.org")
	for name, c := range map[string]struct {
		go_     func(*life)
		outcome string
		given   bool
	}{
		"granted":   {func(l *life) { l.forwarded().applied().granted(0) }, "granted", false},
		"sealed":    {func(l *life) { l.forwarded().applied().granted(0).sealed(0) }, "sealed", false},
		"disclosed": {func(l *life) { l.disclosed() }, "disclosed", true},
		"refused": {func(l *life) {
			l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
		}, "refused", false},
		"denied":     {func(l *life) { l.forwarded().applied().two(reviewer, senior, lifecycle.Deny, decision) }, "denied", false},
		"withdrawn":  {func(l *life) { l.does(l.asks(), lifecycle.Withdraw, Body{}) }, "withdrawn", false},
		"redirected": {func(l *life) { l.does(reviewer, lifecycle.Redirect, Body{Grounds: []string{"wrong-route"}}) }, "redirected", false},
		"late": {func(l *life) {
			l.forwarded()
			l.after(8 * day)
		}, "forwarded", false},
		"refused, corrected, and late": {func(l *life) {
			l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
			l.two(senior, senior2, lifecycle.Correct, Body{})
			l.after(91 * day)
		}, "screened", false},
		"refused, corrected and granted": {func(l *life) {
			l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
			l.two(senior, senior2, lifecycle.Correct, Body{})
			l.forwarded().applied().granted(0)
		}, "granted", false},
		"nothing said of which data": {func(l *life) { l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"missing-facts"}}) }, "refused", false},
		"closed, and then it came back": {func(l *life) {
			l.does(reviewer, lifecycle.Refuse, Body{Grounds: []string{"political-offence"}})
			l.does(notifier, lifecycle.PlanNotice, mail)
			seq := l.see(l.ref).Seq()
			ok(t, l.Notified(t.Context(), l.ref, seq, "250 ok"))
			l.does(senior, lifecycle.Close, Body{})
			ok(t, l.comesBack(seq, "550"))
			l.has("stage:closed", "duty:open")
		}, "refused", false},
	} {
		l := o.begin("leg-13", func(d map[string]any) {
			for _, m := range d["measures"].([]any) {
				m.(map[string]any)["targets"] = []any{map[string]any{"type": "account", "value": "account of " + name}}
				if strings.HasPrefix(name, "nothing said") {
					delete(m.(map[string]any), "data")
				}
			}
		})
		c.go_(l)
		l.does(notifier, lifecycle.PlanNotice, mail)
		n := l.notice()
		says(t, n.Letter)
		if n.Letter.Outcome != c.outcome || len(n.Letter.Grounds) > 0 { // grounds may warn the wrong reader
			t.Errorf("%s: the notice tells of %s, %q", name, n.Letter.Outcome, n.Letter.Grounds)
		}
		if c.outcome == "granted" && !n.Letter.Due.Equal(l.now.AddDate(0, 0, ChallengeDays)) {
			t.Errorf("%s: nothing is given before %s", name, n.Letter.Due)
		}
		if c.given && !n.Letter.At.Before(l.now.Add(time.Second)) {
			t.Errorf("%s: given at %s", name, n.Letter.At)
		}
		ok(t, l.Notified(t.Context(), l.ref, n.Plan, "250 ok"))
		l.has("duty:settled")
	}
}

// TestWindowOfANotice: a window that ends with a day says that day, also where it
// was granted without one.
func TestWindowOfANotice(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", func(d map[string]any) {
		m := d["measures"].([]any)[0].(map[string]any)
		m["from"], m["to"] = "2023-06-11", "2023-06-14"
	}).forwarded()
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	seq := l.see(l.ref).Seq()
	asked, err := l.NoticeLetter(t.Context(), notifier, l.ref, seq)
	ok(t, err)
	l.applied().granted(0)
	granted, err := l.NoticeLetter(t.Context(), notifier, l.ref, seq)
	ok(t, err)
	for _, n := range []*letter.Letter{asked, granted} {
		if len(n.Items) == 0 || !strings.HasSuffix(n.Items[0], " 2023-06-11..2023-06-14") {
			t.Errorf("the notice is of %q", n.Items)
		}
	}
}

// TestNoticeNamesWhomTheRegisterKnows, and not what a request calls itself.
func TestNoticeNamesWhomTheRegisterKnows(t *testing.T) {
	t.Parallel()
	l, _ := planned(t)
	a := l.register[l.asks().Name]
	a.Name = "Central Authority as enrolled"
	l.register[l.asks().Name] = a
	if got := l.notice().Letter.Authority; got != a.Name {
		t.Errorf("the notice says that %q asked", got)
	}
}

// comesBack is a bounce of the letter that was sent last as planned in an event, as
// the address it comes back to names it.
func (l *life) comesBack(plan int, reason string) error {
	events := l.see(l.ref).Events
	occasion := 0
	for i, told := len(events)-1, false; i >= 0 && occasion == 0; i-- {
		e := &events[i]
		told = told || e.Planned == plan && e.Do != lifecycle.Bounce
		switch e.Do {
		case lifecycle.Grant, lifecycle.Compel, lifecycle.OpenLane, lifecycle.Release, lifecycle.AllowOnward:
			if told {
				occasion = e.Seq
			}
		}
		if told && e.Document != nil && occasion == 0 {
			occasion = e.Seq
		}
	}
	return l.Bounced(l.t.Context(), l.ref, plan, occasion, reason)
}

// TestEachOccasionHasItsLetter: whoever was told of a refusal is told of the grant
// that follows, by a letter of its own.
func TestEachOccasionHasItsLetter(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:a@example.org"))
	first := l.notice()
	ok(t, l.Notified(t.Context(), l.ref, first.Plan, "250 ok"))
	l.does(judge, lifecycle.Revoke, Body{})
	l.does(reviewer, lifecycle.Apply, Body{})
	l.granted(0)
	second := l.notice()
	if second.Plan != first.Plan || second.Occasion <= first.Occasion {
		t.Errorf("the letter of event %d as planned in %d follows that of event %d as planned in %d", second.Occasion, second.Plan, first.Occasion, first.Plan)
	}
}

// TestAFreezeHoldsWhatWasPlanned: a notifier's key was stolen, and oversight
// freezes what it did. Nothing goes to where the thief planned, then or after.
func TestAFreezeHoldsWhatWasPlanned(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0, 1)
	l.does(notifier, lifecycle.PlanNotice, plan("mail:thief@example.org"))
	seq := l.see(l.ref).Seq()
	l.does(overseer, lifecycle.FreezeCase, Body{})
	if to := l.to(); to != nil {
		t.Errorf("while it is frozen %q are told", to)
	}
	if err := l.Notified(t.Context(), l.ref, seq, "250 ok"); err == nil {
		t.Error("while it is frozen somebody counts as told")
	}
	l.does(overseer, lifecycle.Thaw, Body{})
	if to := l.to(); to != nil {
		t.Errorf("after the freeze %q are told as the thief planned", to)
	}
	ok(t, l.Notified(t.Context(), l.ref, seq, "250 ok"))
	l.has("duty:open")
}

// TestWhoReadsAnAddress: the account that is asked about, and an address of
// somebody else in the case, take a reason.
func TestWhoReadsAnAddress(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", func(doc map[string]any) {
		several(doc)
		target := doc["measures"].([]any)[0].(map[string]any)["targets"].([]any)[0].(map[string]any)
		target["type"], target["value"] = "email", "asked@example.org"
	}).forwarded()
	unreasoned := func(way string, whom ...string) error {
		b := plan(way)
		b.Whom = whom
		_, err := l.Do(t.Context(), notifier, l.ref, Act{Do: lifecycle.PlanNotice, Body: b})
		return err
	}
	if err := unreasoned("mail:Asked@example.org", "/measures/0/targets/0"); !contains(err, "account that the request asks about") {
		t.Errorf("to the account itself without a word: %v", err)
	}
	ok(t, unreasoned("mail:home@example.org", "/measures/0/targets/0"))
	if err := unreasoned("mail:home@example.org", "/measures/1/targets/1"); !contains(err, "somebody else in this case") {
		t.Errorf("two persons at one address without a word: %v", err)
	}
	l.does(notifier, lifecycle.PlanNotice, of(plan("mail:asked@example.org"), "/measures/0/targets/0"))
}
