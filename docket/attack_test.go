package docket_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// TestOnePersonIsNeverTwo, however the name is written and whatever the role.
func TestOnePersonIsNeverTwo(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0).sealed(0).hushed()
	l.settle(reviewer, l.ref, "disclosure")
	l.does(reviewer, lifecycle.Release, Body{})
	for _, who := range []Actor{
		{"rosa", lifecycle.Reviewer}, {" Rosa\u00a0", lifecycle.Senior}, {"ROSA", lifecycle.Senior}, {"Ｒｏｓａ", lifecycle.Reviewer},
	} {
		if done, err := l.Do(t.Context(), who, l.ref, Act{Do: lifecycle.Release, Why: "because of the file"}); err == nil && !done.Proposed {
			t.Fatalf("%q released alone", who.Name)
		}
	}
	for _, who := range []Actor{{"Rоsa", lifecycle.Reviewer}, {"Rosa\u200b", lifecycle.Senior}, {"", lifecycle.Senior}} {
		if _, err := l.Do(t.Context(), who, l.ref, Act{Do: lifecycle.Release}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q signs: %v", who.Name, err)
		}
	}
	l.no(Actor{"Rosa", lifecycle.Judge}, lifecycle.Release, Body{}, "cannot act in it as judge")
	l.has("stage:sealed")
}

// TestRolesOfOtherSides: nobody asks and decides, decides and reviews.
func TestRolesOfOtherSides(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	l.no(Actor{"Rosa", lifecycle.Judge}, lifecycle.Grant, l.grant(0), "Rosa acted in this case as reviewer and cannot act in it as judge")
	l.no(Actor{"imke", lifecycle.Oversight}, lifecycle.FreezeCase, Body{}, "as intake")
	l.no(Actor{"Rosa", lifecycle.Person}, lifecycle.File, Body{}, "as reviewer")
	l.granted(0)
	l.assignTo(Actor{Name: "Jo"})
	l.no(Actor{"Jo", lifecycle.Custodian}, lifecycle.Collect, files(0), "as judge")
	for _, role := range []lifecycle.Role{lifecycle.Machine, lifecycle.Nobody, lifecycle.Public} {
		if _, err := l.Do(t.Context(), Actor{"clock", role}, l.ref, Act{Do: lifecycle.Withdraw}); !contains(err, "acts in no case") {
			t.Errorf("%s: %v", role, err)
		}
	}
	l.no(Actor{"Sami", lifecycle.Administrator}, lifecycle.Close, Body{}, "may not")
}

// TestJoiningWhatHasChanged: a second signature is for what the first was.
func TestJoiningWhatHasChanged(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0, 1).sealed(0).hushed()
	l.settle(reviewer, l.ref, "disclosure")
	again := func() {
		t.Helper()
		if !l.does(reviewer, lifecycle.Release, Body{}).Proposed {
			t.Fatal("alone")
		}
	}
	again()
	l.do(senior2, l.ref, Act{Do: lifecycle.Assert, Why: "looked again", Body: Body{Said: []Statement{{Fact: "request.transfer_lawful", Value: "true"}}}})
	if !l.does(senior, lifecycle.Release, Body{}).Proposed {
		t.Fatal("joined after somebody said something new")
	}
	l.does(senior2, lifecycle.Discard, Body{})
	l.sealed(1)
	l.settle(reviewer, l.ref, "disclosure")
	if !l.does(senior, lifecycle.Release, Body{}).Proposed {
		t.Fatal("joined after other files were collected")
	}
	// Another letter is another act; who joins may leave it to the first.
	first := Act{Do: lifecycle.Release, Why: "because", Told: "as you asked"}
	l.do(reviewer, l.ref, first)
	if other := (Act{Do: lifecycle.Release, Why: "because", Told: "you get nothing more"}); !l.do(senior, l.ref, other).Proposed {
		t.Fatal("two letters are one act")
	}
	l.do(reviewer, l.ref, first)
	done := l.do(senior, l.ref, Act{Do: lifecycle.Release, Why: "because"})
	e := done.Case.Events[done.Case.Seq()-1]
	if e.Told != "as you asked" || e.First != "Rosa" || e.By != "Sami" {
		t.Errorf("on record: %+v", e)
	}
}

// TestSeen: who decides on what they have not seen is told.
func TestSeen(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	seen := l.see(l.ref).Seq()
	l.do(senior, l.ref, Act{Do: lifecycle.Note, Why: "a remark", Seen: seen})
	l.do(reviewer, l.ref, Act{Do: lifecycle.Refuse, Why: "political", Body: Body{Grounds: []string{"political-offence"}}, Seen: seen})
	_, err := l.Do(t.Context(), senior, l.ref, Act{Do: lifecycle.Return, Why: "questions", Seen: seen})
	if fault.KindOf(err) != fault.Conflict || !contains(err, `Rosa (reviewer) has done "refuse" meanwhile, and the case is refused now`) {
		t.Errorf("told: %v", err)
	}
}

// meanwhile lets somebody else act between reading and writing.
type meanwhile struct {
	Records
	once sync.Once
	do   func()
}

func (m *meanwhile) Append(ctx context.Context, b *Batch) (Ref, error) {
	m.once.Do(m.do)
	return m.Records.Append(ctx, b)
}

// TestTwoAtOnce: one decides, the other is told; a look is simply done again.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	between := func(do func()) *Docket {
		p := l.parts
		p.Records = &meanwhile{Records: l.store, do: do}
		return New(p, time.Time{})
	}
	refuse := Act{Do: lifecycle.Refuse, Why: "political", Body: Body{Grounds: []string{"political-offence"}}}
	other := between(func() { l.do(reviewer, l.ref, refuse) })
	_, err := other.Do(t.Context(), senior, l.ref, Act{Do: lifecycle.Return, Why: "questions", Told: "Which proceedings?"})
	if fault.KindOf(err) != fault.Conflict || !contains(err, "meanwhile") || !contains(err, "nothing of yours was recorded") {
		t.Errorf("told: %v", err)
	}
	c := l.has("stage:refused")
	for _, e := range c.Events {
		if e.Do == lifecycle.Return {
			t.Error("half of it is on record")
		}
	}
	other = between(func() { l.both(senior, senior2, l.ref, Act{Do: lifecycle.Correct, Why: "wrong"}) })
	if _, err := other.Show(t.Context(), reviewer, l.ref, ""); err != nil {
		t.Errorf("a look is refused for somebody's decision: %v", err)
	}
	other = between(func() { l.do(senior, l.ref, Act{Do: lifecycle.Note, Why: "a remark"}) })
	if _, err := other.Do(t.Context(), reviewer, l.ref, refuse); err != nil {
		t.Errorf("a remark stops a decision: %v", err)
	}
}

// TestManyAtOnce: of many who decide at once one does.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	var mu sync.Mutex
	won, told := 0, 0
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			a := Act{Do: lifecycle.Return, Why: "questions", Told: "Which proceedings?"}
			if i%2 == 0 {
				a = Act{Do: lifecycle.Refuse, Why: "political", Body: Body{Grounds: []string{"political-offence"}}}
			}
			_, err := l.Do(t.Context(), senior, l.ref, a)
			mu.Lock()
			defer mu.Unlock()
			switch fault.KindOf(err) {
			case fault.Conflict, fault.Forbidden:
				told++
			default:
				if err != nil {
					t.Error(err)
				}
				won++
			}
		})
	}
	all.Wait()
	c := l.see(l.ref)
	n := 0
	for _, e := range c.Events {
		if e.Do == lifecycle.Return || e.Do == lifecycle.Refuse {
			n++
		}
	}
	if n != won || won == 0 || won+told != 6 {
		t.Errorf("%d decided, %d are on record, %d were told", won, n, told)
	}
	ok(t, l.Verify(t.Context(), l.ref))
}

// TestClockSetBack brings back nothing that has ended.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0)
	l.after(31 * day)
	l.has("stage:forwarded")
	l.now = start
	later := l.does(reviewer, lifecycle.Note, Body{}).Case
	if at := later.Events[later.Seq()-1].At; at.Before(start.Add(31 * day)) {
		t.Errorf("time goes back to %s", at)
	}
	again := New(l.parts, later.Events[later.Seq()-1].At)
	fresh := document(t, "leg-13", nil)
	c, err := again.Receive(t.Context(), Delivery{Document: fresh, Channel: registered, By: intake})
	ok(t, err)
	if c.Received.Before(start.Add(31 * day)) {
		t.Errorf("a new case is received at %s", c.Received)
	}
}

// TestDueFirst: what is due has happened, even if what was asked is refused.
func TestDueFirst(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0)
	l.now = l.now.Add(31 * day)
	before := l.entries()
	l.refusedHard(custodian, lifecycle.Collect, files(0), "the case is forwarded")
	if after := l.entries(); after == before {
		t.Error("nothing was recorded")
	}
	_, row, err := l.store.Entries(t.Context(), l.ref, 0)
	ok(t, err)
	if row.Stage != "forwarded" {
		t.Errorf("the row says %s", row.Stage)
	}
}

func (l *life) entries() int {
	list, _, err := l.store.Entries(l.t.Context(), l.ref, 0)
	ok(l.t, err)
	return len(list)
}

func TestTooMuch(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	long := strings.Repeat("x", 20_001)
	for name, a := range map[string]Act{
		"at most 20000":          {Do: lifecycle.Note, Why: long},
		"the reason told":        {Do: lifecycle.Return, Why: "x", Told: long},
		"U+0000":                 {Do: lifecycle.Note, Why: "a\x00b"},
		"U+202E":                 {Do: lifecycle.Note, Why: "a\u202eb"},
		"not UTF-8":              {Do: lifecycle.Note, Why: "a\xffb"},
		"at most 500 statements": {Do: lifecycle.Assert, Why: "x", Body: Body{Said: make([]Statement, 501)}},
		"the year 12026":         {Do: lifecycle.Postpone, Why: "x", Body: Body{Until: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}},
		"more than 10 years":     {Do: lifecycle.HoldBeyond, Why: "x", Body: Body{Until: start.AddDate(11, 0, 0)}},
		"has not come":           {Do: lifecycle.Deny, Why: "x", Body: Body{Decision: &Decision{By: "court", Reference: "1", Date: start.AddDate(0, 1, 0)}}},
		"no measure 7":           {Do: lifecycle.Forward, Why: "x", Body: Body{Measures: []int{7}}},
		"named twice":            {Do: lifecycle.Forward, Why: "x", Body: Body{Measures: []int{0, 0}}},
		"no offence -1":          {Do: lifecycle.Forward, Why: "x", Body: Body{Offences: []int{-1}}},
		"no measure 9":           {Do: lifecycle.Collect, Why: "x", Body: files(9)},
		"two files":              {Do: lifecycle.Collect, Why: "x", Body: files(0, 0)},
		"said twice":             {Do: lifecycle.Assert, Why: "x", Body: Body{Said: []Statement{{Fact: "request.trivial", Value: "true"}, {Fact: "request.trivial", Of: "request", Value: "false"}}}},
		"no such fact":           {Do: lifecycle.Assert, Why: "x", Body: Body{Said: []Statement{{Fact: "request.nice", Value: "true"}}}},
		"is no instance":         {Do: lifecycle.Assert, Why: "x", Body: Body{Said: []Statement{{Fact: "measure.minimised", Of: "/measures/00", Value: "true"}}}},
		"has 2 of these":         {Do: lifecycle.Assert, Why: "x", Body: Body{Said: []Statement{{Fact: "measure.minimised", Of: "/measures/2", Value: "true"}}}},
		"nothing is said":        {Do: lifecycle.Assert, Why: "x"},
		"nobody is named":        {Do: lifecycle.Assign},
		"is no event":            {Do: "wish"},
		"no event that a person": {Do: lifecycle.ExpireGrant},
	} {
		if _, err := l.Do(t.Context(), senior, l.ref, a); !contains(err, name) {
			t.Errorf("%s: %v; want %q", a.Do, err, name)
		}
	}
}

// TestStatementsOfPeople: a senior who is a party settles nothing.
func TestStatementsOfPeople(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	say := func(who Actor, value string) *Statement {
		t.Helper()
		return said(l.do(who, l.ref, Act{Do: lifecycle.Assert, Why: "seen", Body: Body{Said: []Statement{{Fact: "request.fair_trial", Value: value, Court: true, Senior: true, By: "Jo", ID: "said:1:0", Before: true, Answers: []string{"*"}}}}}).Case, "request.fair_trial")
	}
	s := say(reviewer, "true")
	if s.Court || s.Senior || s.Before || s.By != "Rosa" || s.ID == "said:1:0" {
		t.Errorf("on record is what the caller wrote: %+v", s)
	}
	say(Actor{"Sami", lifecycle.Reviewer}, "false")
	if s := say(senior, "false"); s.Senior || len(s.Answers) > 0 {
		t.Errorf("a party settles the dispute: %+v", s)
	}
	if s := say(senior2, "true"); !s.Senior || len(s.Answers) != 2 {
		t.Errorf("a senior does not settle it: %+v", s)
	}
}
