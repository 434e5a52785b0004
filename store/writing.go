package store

import (
	"github.com/rogatory/rogatory/docket"
)

// A writing collects what a group changes, table by table.
type writing struct {
	cases, events, ended, jobs, accounts, facts, figures, onces, leaves, hastened, deposits []any
	moved                                                                                   [][]any // rows of cases without new entries
}

func (w *writing) add(b *docket.Batch) {
	w.addCase(b)
	for i := range b.Entries {
		e := &b.Entries[i]
		w.events = append(w.events, string(e.Case), int64(e.Seq), e.At.UnixMicro(), blob(e.Sealed), e.Prev[:], e.Hash[:])
	}
	for _, key := range b.Done {
		w.ended = append(w.ended, key)
	}
	w.addJobs(b.Jobs)
	for _, a := range b.Accounts {
		w.accounts = append(w.accounts, a, string(b.Case))
	}
	if b.Facts != nil {
		w.facts = append(w.facts, string(b.Case), b.Facts)
	}
	if b.Figures != nil {
		w.figures = append(w.figures, string(b.Case), b.Figures)
	}
	if o := b.Once; o != nil {
		w.onces = append(w.onces, o.Scope, o.Key, o.Body[:], string(b.Case))
	}
	w.addLeaves(b.Leaves)
	for _, key := range b.Urgent {
		w.hastened = append(w.hastened, key)
	}
}

// addLeaves keeps leaves for the public log, and apart from them what oversight
// receives: a leaf leaves the office within a day, a deposit goes with its case.
func (w *writing) addLeaves(leaves []docket.Leaf) {
	for i := range leaves {
		l := &leaves[i]
		at := l.At.UnixMicro()
		w.leaves = append(w.leaves, l.Key, l.Class, l.Text, blob(l.Opening), flag(l.Urgent), at)
		if l.Deposit != nil {
			w.deposits = append(w.deposits, l.Key, l.Deposit, at)
		}
	}
}

// addCase writes the row of a case. One without new entries keeps the head it
// has.
func (w *writing) addCase(b *docket.Batch) {
	r := &b.Row
	rest := []any{r.Key, r.Authority, r.Country, r.Instrument, r.Lane, r.Stage, r.Waiting, r.Assignee,
		r.Received.UnixMicro(), dueNumber(r.Due), flag(r.Escalated), int64(r.Outside), flag(r.Open), r.Sender, r.Settles}
	if n := len(b.Entries); n > 0 {
		w.cases = append(append(w.cases, string(b.Case), int64(r.Seq), b.Entries[n-1].Hash[:]), rest...)
		return
	}
	w.moved = append(w.moved, append(rest, string(b.Case)))
}

// addJobs keeps the last job of each key: one statement sets a row once.
func (w *writing) addJobs(jobs []docket.Job) {
	for i, j := range jobs {
		if !later(jobs[i+1:], j.Key) {
			at := j.At.UnixMicro()
			w.jobs = append(w.jobs, j.Key, string(j.Case), j.Kind, at, at)
		}
	}
}

func later(jobs []docket.Job, key string) bool {
	for _, j := range jobs {
		if j.Key == key {
			return true
		}
	}
	return false
}

// An order is one statement on its way.
type order struct {
	what string // is written by it
	text string
	args []any
}

// orders gives the statements that write everything, with lists no longer than
// said. Jobs are ended before jobs are set, so that a batch may settle a job
// and set the next one under the same key.
func (w *writing) orders(longest int) []order {
	var all []order
	for _, args := range w.moved {
		all = append(all, order{"a row", moveCase, args})
	}
	for _, part := range []struct {
		what string
		list *list
		args []any
	}{
		{"rows", putCases, w.cases},
		{"entries", addEvents, w.events},
		{"settled jobs", endJobs, w.ended},
		{"jobs", putJobs, w.jobs},
		{"accounts", addAccounts, w.accounts},
		{"fact records", putFacts, w.facts},
		{"figures", putFigures, w.figures},
		{"idempotency records", addOnces, w.onces},
		{"leaves", addWaiting, w.leaves},
		{"urgency", hasten, w.hastened},
		{"deposits", addDeposits, w.deposits},
	} {
		all = append(all, part.list.orders(part.what, part.args, longest)...)
	}
	return all
}

// orders splits arguments into as few statements as the sizes allow.
func (l *list) orders(what string, args []any, longest int) []order {
	var all []order
	for _, n := range sizes {
		for n <= longest && len(args) >= n*l.width {
			all = append(all, order{what, l.texts[n], args[:n*l.width]})
			args = args[n*l.width:]
		}
	}
	return all
}

// blob keeps an empty sealed text from being taken for none.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
