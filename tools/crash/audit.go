package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// Findings are what an audit finds: nothing, if all is well.
type findings struct {
	lost  []string // accepted or due, and not on record
	twice []string // on record more than once
	wrong []string // on record and impossible
}

func (f *findings) any() bool { return len(f.lost)+len(f.twice)+len(f.wrong) > 0 }

func (f *findings) add(other *findings) {
	f.lost = append(f.lost, other.lost...)
	f.twice = append(f.twice, other.twice...)
	f.wrong = append(f.wrong, other.wrong...)
}

// show prints the first of each kind.
func (f *findings) show() {
	const most = 10
	for _, kind := range []struct {
		name string
		list []string
	}{{"lost", f.lost}, {"twice", f.twice}, {"wrong", f.wrong}} {
		for i, text := range kind.list {
			if i == most {
				fmt.Fprintf(os.Stderr, "%s: and %d more\n", kind.name, len(kind.list)-most)
				break
			}
			fmt.Fprintf(os.Stderr, "%s: %s\n", kind.name, text)
		}
	}
}

// An audit reads every case of an office while nobody works there, and compares
// what is on record with what was promised. It writes nothing.
type audit struct {
	office  *docket.Docket
	records docket.Records
	keys    docket.Keys
	vault   docket.Vault
	looks   *lookOnly
	drained bool // everything due was done before: nothing may be due

	mu       sync.Mutex // guards all below
	rows     int
	erased   map[docket.Ref]bool
	marks    map[string][]docket.Ref // where each mark is on record, once for each time
	messages map[string][]docket.Ref // the same of each message
	strikes  int
	findings findings
}

// lookOnly lets a docket read and keeps what it would write: so a case is read
// by the same code that works on it, and is left as it is.
type lookOnly struct {
	docket.Records
	batches sync.Map // of *docket.Batch, by case
}

func (l *lookOnly) Append(_ context.Context, b *docket.Batch) (docket.Ref, error) {
	l.batches.Store(b.Case, b)
	return b.Case, nil
}

// look audits an office at a time.
func look(ctx context.Context, o *desk.Office, l *ledger, at time.Time, drained bool) (*audit, error) {
	a := &audit{
		looks: &lookOnly{Records: o.Store}, records: o.Store, keys: o.Ring, vault: o.Parts.Vault, drained: drained, erased: make(map[docket.Ref]bool),
		marks: make(map[string][]docket.Ref), messages: make(map[string][]docket.Ref),
	}
	parts := o.Parts
	parts.Records, parts.Clock = a.looks, frozen(at)
	a.office = docket.New(parts, time.Time{})
	rows := make(chan docket.Row)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for row := range rows {
				a.one(ctx, row)
			}
		})
	}
	err := a.pages(ctx, rows)
	close(rows)
	wait.Wait()
	if err != nil {
		return nil, err
	}
	a.compare(l)
	return a, a.jobs(ctx, o, at)
}

func (a *audit) pages(ctx context.Context, rows chan<- docket.Row) error {
	seen := make(map[docket.Ref]bool)
	for q := (docket.Query{Limit: 500}); ; {
		page, next, err := a.records.Rows(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range page {
			if seen[row.Case] {
				return fmt.Errorf("case %s is on two pages", row.Case)
			}
			seen[row.Case] = true
			rows <- row
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}

// isMark tells reasons that are the mark of a command.
var isMark = regexp.MustCompile(`^m\d+$`)

// one reads a case.
func (a *audit) one(ctx context.Context, row docket.Row) {
	f, strikes, marks, message := a.read(ctx, row)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rows++
	a.strikes += strikes
	a.findings.add(&f)
	if row.Stage == lifecycle.Erased.String() {
		a.erased[row.Case] = true
	}
	for _, mark := range marks {
		a.marks[mark] = append(a.marks[mark], row.Case)
	}
	if message != "" {
		a.messages[message] = append(a.messages[message], row.Case)
	}
}

func (a *audit) read(ctx context.Context, row docket.Row) (f findings, strikes int, marks []string, message string) {
	lost := func(format string, args ...any) {
		f.lost = append(f.lost, string(row.Case)+": "+fmt.Sprintf(format, args...))
	}
	if row.Stage == lifecycle.Erased.String() {
		a.readErased(ctx, row, &f)
		return f, 0, nil, ""
	}
	c, err := a.office.Show(ctx, olga, row.Case, "")
	if err != nil {
		lost("cannot be read: %v", err)
		return f, 0, nil, ""
	}
	if len(c.Events) < row.Seq+1 {
		lost("the row is at entry %d and there are %d", row.Seq, len(c.Events)-1)
		return f, 0, nil, ""
	}
	stored, more := c.Events[:row.Seq], c.Events[row.Seq:len(c.Events)-1] // the last is this look
	for i := range more {
		if a.drained {
			lost("the clock %q was due and did not strike", more[i].Clock)
		}
	}
	a.row(row, len(more) > 0, &f)
	if holding := []lifecycle.Stage{lifecycle.Collected, lifecycle.Sealed, lifecycle.Disclosed}; slices.Contains(holding, c.Stage) && len(more) == 0 {
		a.files(ctx, c, row.Key, &f)
	}
	w := walk{ref: row.Case, findings: &f}
	for i := range stored {
		w.take(&stored[i])
		if isMark.MatchString(stored[i].Why) {
			marks = append(marks, stored[i].Why)
		}
	}
	if first, err := request.Read(stored[0].Document); err != nil {
		lost("its document cannot be read: %v", err)
	} else {
		message = first.Reference
	}
	return f, w.strikes, marks, message
}

// row checks that the row is what the events amount to. If clocks are due it
// would be another one.
func (a *audit) row(row docket.Row, due bool, f *findings) {
	kept, ok := a.looks.batches.LoadAndDelete(row.Case)
	if !ok || due {
		return
	}
	would := kept.(*docket.Batch).Row
	would.Seq = row.Seq
	if would != row {
		f.wrong = append(f.wrong, fmt.Sprintf("%s: the row is %+v, and its events amount to %+v", row.Case, row, would))
	}
}

// jobs looks for jobs that were put aside or not done.
func (a *audit) jobs(ctx context.Context, o *desk.Office, at time.Time) error {
	dead, err := o.Store.Dead(ctx, 10)
	if err != nil {
		return err
	}
	for _, j := range dead {
		a.findings.lost = append(a.findings.lost, fmt.Sprintf("%s: the job %q was given up: %s", j.Case, j.Key, j.Reason))
	}
	next, err := o.Store.Next(ctx)
	if err != nil {
		return err
	}
	if a.drained && !next.IsZero() && !next.After(at) {
		a.findings.lost = append(a.findings.lost, fmt.Sprintf("a job due at %s was not done by %s", next, at))
	}
	return nil
}

// compare holds the promises against what is on record.
func (a *audit) compare(l *ledger) {
	f := &a.findings
	known := make(map[string]bool)
	for _, p := range l.all() {
		known[p.mark] = true
		on := a.marks[p.mark]
		if p.do == doReceive {
			on = a.messages[p.mark]
		}
		switch {
		case len(p.refs) > 1:
			f.twice = append(f.twice, fmt.Sprintf("message %s was accepted as %v", p.mark, p.refs))
		case p.word == wordAccepted && len(on) == 0 && !a.erased[p.refs[0]]:
			f.lost = append(f.lost, fmt.Sprintf("%s %s of case %s was accepted", p.do, p.mark, p.refs[0]))
		case p.word == wordAccepted && len(on) == 1 && !slices.Contains(p.refs, on[0]):
			f.wrong = append(f.wrong, fmt.Sprintf("%s %s was accepted for case %s and is in %s", p.do, p.mark, p.refs[0], on[0]))
		case p.word == wordRefused && len(on) > 0:
			f.wrong = append(f.wrong, fmt.Sprintf("%s %s was refused and is in %v", p.do, p.mark, on))
		}
	}
	for _, list := range []map[string][]docket.Ref{a.marks, a.messages} {
		for mark, on := range list {
			if len(on) > 1 {
				f.twice = append(f.twice, fmt.Sprintf("%s is in %v", mark, on))
			}
			if !known[mark] {
				f.wrong = append(f.wrong, fmt.Sprintf("%s is in %v, and nobody meant to do it", mark, on))
			}
		}
	}
}
