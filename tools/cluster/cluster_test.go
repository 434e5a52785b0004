package main

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/rogatory/rogatory/docket"
	leaves "github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/tools/cluster/house"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// A comparison that finds nothing proves nothing until it has found something.
// Here what is on record is bad on purpose, each time in one way.

// A scene is what the comparison looks at.
type scene struct {
	ledger  *ledger
	cases   []kept
	letters map[string][]string
}

// sound is an office of two cases in which all is well: both were accepted, one
// was handed on and its clock has warned and struck.
func sound() *scene {
	s := &scene{ledger: newLedger(), letters: make(map[string][]string)}
	machine := lifecycle.Machine.String()
	for n, ref := range map[int]docket.Ref{1: "26-AAAAAAAA-A", 2: "26-BBBBBBBB-B"} {
		body := []byte(desk.Reference(n))
		s.ledger.accepted(n, "authority-TR", body, ref)
		s.cases = append(s.cases, kept{ref, n, sha256.Sum256(body), []docket.Event{
			{Seq: 1, Do: "receive", Role: machine},
			{Seq: 2, Do: lifecycle.Authenticate, Role: machine, Body: docket.Body{Set: []docket.Clock{{ID: "own-answer"}}}},
		}, []docket.PublicDuty{{Duty: docket.Duty{Class: leaves.Notify, ID: leaves.ID{byte(n)}}, Opened: 2}}})
		s.letters[messageID(ref, 2, 0)] = []string{"authority-TR@authority.example"}
	}
	slices.SortFunc(s.cases, func(a, b kept) int { return a.number - b.number })
	c := &s.cases[0]
	c.events = append(c.events,
		docket.Event{Seq: 3, Do: lifecycle.Assign, Role: "intake", Why: "mark 1", Body: docket.Body{To: house.People()[0]}},
		docket.Event{Seq: 4, Do: lifecycle.Escalate, Role: machine, Body: docket.Body{Clock: "own-answer", Warning: 1}},
		docket.Event{Seq: 5, Do: lifecycle.Escalate, Role: machine, Body: docket.Body{Clock: "own-answer"}},
	)
	s.ledger.acted(act{c.ref, "mark 1", wordAccepted})
	s.ledger.acted(act{c.ref, "mark 2", wordRefused})
	s.ledger.acted(act{c.ref, "mark 3", wordCut})
	to := house.Mail(house.People()[0])
	s.letters[messageID(c.ref, 3, 0)] = []string{to}
	s.letters[messageID(c.ref, 4, 0)] = []string{to, to} // a node died before it could say that it had sent it
	s.letters[messageID(c.ref, 5, 0)] = []string{to}
	return s
}

func TestTheComparisonSeesIt(t *testing.T) {
	note := func(mark string) docket.Event {
		return docket.Event{Seq: 6, Do: lifecycle.Note, Role: "intake", Why: mark}
	}
	for _, c := range []struct {
		name               string
		spoil              func(s *scene)
		lost, twice, wrong int
	}{
		{"all is well", func(*scene) {}, 0, 0, 0},
		{"a case is dropped", func(s *scene) {
			delete(s.letters, messageID(s.cases[1].ref, 2, 0))
			s.cases = s.cases[:1]
		}, 1, 0, 0},
		{"a message made two cases", func(s *scene) {
			double := s.cases[1]
			double.ref = "26-CCCCCCCC-C"
			s.cases = append(s.cases, double)
			s.letters[messageID(double.ref, 2, 0)] = []string{"authority-TR@authority.example"}
		}, 0, 1, 0},
		{"one key was answered with two cases", func(s *scene) {
			s.ledger.accepted(2, "authority-TR", []byte("d2"), "26-CCCCCCCC-C")
		}, 0, 1, 0},
		{"a case has other bytes", func(s *scene) { s.cases[1].sum[0]++ }, 1, 0, 0},
		{"a receipt names another case", func(s *scene) { s.ledger.promises[2].refs[0] = "26-CCCCCCCC-C" }, 1, 0, 0},
		{"a case that nobody sent", func(s *scene) { delete(s.ledger.promises, 2) }, 0, 0, 1},
		{"an act that was accepted is gone", func(s *scene) { s.cases[0].events[2].Why = "" }, 1, 0, 0},
		{"an act is there twice", func(s *scene) { s.cases[0].events = append(s.cases[0].events, note("mark 1")) }, 0, 1, 0},
		{"what was cut off is there", func(s *scene) { s.cases[0].events = append(s.cases[0].events, note("mark 3")) }, 0, 0, 0},
		{"what was cut off is there twice", func(s *scene) { s.cases[0].events = append(s.cases[0].events, note("mark 3"), note("mark 3")) }, 0, 1, 0},
		{"what was refused is there", func(s *scene) { s.cases[0].events = append(s.cases[0].events, note("mark 2")) }, 0, 0, 1},
		{"a clock warned twice", func(s *scene) { s.cases[0].events[4].Warning = 1 }, 0, 1, 0},
		{"a letter did not come", func(s *scene) { delete(s.letters, messageID(s.cases[1].ref, 2, 0)) }, 1, 0, 0},
		{"a letter came under two names", func(s *scene) {
			s.letters[messageID(s.cases[1].ref, 2, 1)] = s.letters[messageID(s.cases[1].ref, 2, 0)]
		}, 0, 1, 0},
		{"one letter went to two", func(s *scene) {
			id := messageID(s.cases[1].ref, 2, 0)
			s.letters[id] = append(s.letters[id], "somebody@else.example")
		}, 0, 0, 1},
		{"a letter is about nothing", func(s *scene) { s.letters["<made@up>"] = []string{"a@b.example"} }, 0, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sound()
			c.spoil(s)
			f := compare(s.ledger, s.cases, maps.Clone(s.letters))
			if len(f.lost) != c.lost || len(f.twice) != c.twice || len(f.wrong) != c.wrong {
				t.Errorf("lost %q, twice %q, wrong %q; want %d, %d and %d", f.lost, f.twice, f.wrong, c.lost, c.twice, c.wrong)
			}
		})
	}
}

func TestWhatIsReadIsWhatWasReceived(t *testing.T) {
	ctx, now := t.Context(), time.Now()
	examples, err := desk.ReadExamples()
	if err != nil {
		t.Fatal(err)
	}
	o, err := desk.Open(ctx, examples, desk.InFolder(t.TempDir()), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	l := newLedger()
	for n := range 3 {
		receive(ctx, t, o, l, examples.Document(n), n)
	}
	f := &findings{}
	cases, err := read(ctx, o, f)
	if err != nil {
		t.Fatal(err)
	}
	f.messages(l, cases)
	if f.any() || len(cases) != 3 {
		t.Errorf("%d cases, %+v", len(cases), f)
	}
	now = now.AddDate(1, 0, 0) // nobody has worked since
	f = &findings{}
	if _, err := read(ctx, o, f); err != nil || len(f.lost) == 0 {
		t.Errorf("after a year in which no clock struck, nothing is missed: %v, %v", f.lost, err)
	}
	if err := jobs(ctx, o, now.AddDate(1, 0, 0), f); err != nil || len(f.lost) < 2 {
		t.Errorf("no job is missed: %v, %v", f.lost, err)
	}
}

func receive(ctx context.Context, t *testing.T, o *desk.Office, l *ledger, body []byte, n int) {
	t.Helper()
	yes := true
	c, err := o.Receive(ctx, docket.Delivery{
		Document: body, Channel: request.Channel{Kind: "registered", Authenticated: &yes}, By: docket.Actor{Name: "door", Role: lifecycle.Machine},
	})
	if err != nil {
		t.Fatal(err)
	}
	l.accepted(n, "authority", body, c.Ref)
}
