package main

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// A harness that finds nothing proves nothing until it has found something.
// Here the records are bad on purpose, each in one way, and the same crew and
// the same audit as in the trial must see it.

// forgetful says that an append stands and drops it.
type forgetful struct {
	docket.Records
	every int64
	n     atomic.Int64
}

func (f *forgetful) Append(ctx context.Context, b *docket.Batch) (docket.Ref, error) {
	if f.n.Add(1)%f.every == 0 {
		return b.Case, nil
	}
	return f.Records.Append(ctx, b)
}

// stammering writes and says that somebody came between, so that whoever asked
// does it again.
type stammering struct {
	docket.Records
	every int64
	n     atomic.Int64
}

func (s *stammering) Append(ctx context.Context, b *docket.Batch) (docket.Ref, error) {
	ref, err := s.Records.Append(ctx, b)
	if err == nil && b.Expected > 0 && s.n.Add(1)%s.every == 0 {
		return "", fault.Conflictf(string(b.Case), "somebody came between")
	}
	return ref, err
}

// careless does not keep idempotency records.
type careless struct{ docket.Records }

func (c careless) Append(ctx context.Context, b *docket.Batch) (docket.Ref, error) {
	without := *b
	without.Once = nil
	return c.Records.Append(ctx, &without)
}

// asleep loses the jobs of a batch.
type asleep struct{ docket.Records }

func (a asleep) Append(ctx context.Context, b *docket.Batch) (docket.Ref, error) {
	without := *b
	without.Jobs = nil
	return a.Records.Append(ctx, &without)
}

// anything may be found or not: a message whose case was dropped makes a second
// case when it is sent again, and a file goes whose collection is said to have
// failed.
const anything = "anything"

func TestTheAuditSeesIt(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(docket.Records) docket.Records
		lost  string // is said of something lost; empty: nothing is
		twice string // the same of what is there twice
	}{
		{"sound records", func(r docket.Records) docket.Records { return r }, "", ""},
		{"one append of a hundred is dropped", func(r docket.Records) docket.Records { return &forgetful{Records: r, every: 100} }, "was accepted", anything},
		{"one append of fifty is done twice", func(r docket.Records) docket.Records { return &stammering{Records: r, every: 50} }, anything, "is in"},
		{"idempotency records are not kept", func(r docket.Records) docket.Records { return careless{r} }, "", "is in"},
		{"jobs are lost", func(r docket.Records) docket.Records { return asleep{r} }, "did not strike", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := observed(t, c.spoil)
			compare(t, "lost", f.lost, c.lost)
			compare(t, "twice", f.twice, c.twice)
			if c.name == "sound records" && f.any() {
				f.show()
				t.Errorf("wrong: %v", f.wrong)
			}
		})
	}
}

func compare(t *testing.T, what string, got []string, want string) {
	t.Helper()
	switch {
	case want == anything:
	case want == "" && len(got) > 0:
		t.Errorf("%s: %v", what, got)
	case !strings.Contains(strings.Join(got, "\n"), want):
		t.Errorf("%s: %v; want some with %q", what, got, want)
	}
}

// observed lets a crew work on spoilt records, and audits the sound ones below.
func observed(t *testing.T, spoil func(docket.Records) docket.Records) *findings {
	t.Helper()
	examples, err := desk.ReadExamples()
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	o, err := desk.Open(ctx, examples, desk.InFolder(t.TempDir()), fast{time.Now()}.now)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	sound := o.Parts
	o.Parts.Records = spoil(o.Store)
	o.Docket = docket.New(o.Parts, time.Time{})
	l := newLedger()
	work, enough := context.WithCancel(ctx)
	defer enough()
	say := func(n note) {
		l.take(n)
		if l.count() >= 400 {
			enough()
		}
	}
	if err := newCrew(o, examples, numbers, say).work(work, 1, nil); err != nil {
		t.Fatal(err)
	}
	l.cut()
	at := o.Parts.Clock().AddDate(20, 0, 0)
	sound.Clock = frozen(at)
	o.Parts, o.Docket = sound, docket.New(sound, time.Time{})
	a, err := look(ctx, o, l, o.Parts.Clock().AddDate(-20, 0, 0), false)
	if err != nil {
		t.Fatal(err)
	}
	f := a.findings
	if err := drain(ctx, o, &at); err != nil {
		t.Fatal(err)
	}
	a, err = look(ctx, o, l, at, true)
	if err != nil {
		t.Fatal(err)
	}
	f.add(&a.findings)
	return &f
}
