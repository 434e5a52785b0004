package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/folder"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
	"github.com/rogatory/rogatory/store"
)

// An operator is an honest one: the sequencer as it runs in an office, with a
// database, a folder, a mark and witnesses.
type operator struct {
	plan
	*clock
	keys      *keys
	witnesses *circle
	covers    *chance
	delay     *chance
	openings  map[ledger.Hash]ledger.TallyOpening
	store     *store.Store
	log       *store.Log
	files     *folder.Folder
	mark      *folder.Mark
	sequencer *sequencer.Sequencer
	place     string // of the published folder
	entries   map[docket.Ref][]docket.Entry
	reported  uint64 // up to where reports go
	papers    int
}

// newOperator opens an office in a folder, and begins its log.
func newOperator(ctx context.Context, p plan, k *keys, w *circle, clock *clock, dir string) (*operator, error) {
	o := &operator{
		plan: p, clock: clock, keys: k, witnesses: w, covers: newChance(p.seed, "covers"), delay: newChance(p.seed, "delay"),
		openings: make(map[ledger.Hash]ledger.TallyOpening), place: filepath.Join(dir, "log"), entries: make(map[docket.Ref][]docket.Entry), reported: 2,
	}
	var err error
	if o.store, err = store.Open(ctx, filepath.Join(dir, "office.db")); err != nil {
		return nil, err
	}
	o.log = o.store.Log()
	if o.files, err = folder.Open(o.place); err != nil {
		return nil, err
	}
	if o.mark, err = folder.OpenMark(filepath.Join(dir, "mark", "log.mark")); err != nil {
		return nil, err
	}
	client, err := w.client(0, 1)
	if err != nil {
		return nil, err
	}
	o.sequencer, err = sequencer.New(sequencer.Parts{
		Records: o.log, Files: o.files, Mark: o.mark, Witnesses: client, Key: k.log, VKey: k.vkey,
		Policy: func(context.Context) (ledger.PolicyDoc, error) { return o.policy, nil },
		Cover:  o.cover, Random: newChance(p.seed, "order"),
	})
	if err != nil {
		return nil, err
	}
	return o, o.begin(ctx)
}

func (o *operator) close() {
	o.witnesses.close()
	o.store.Close()
	o.files.Close()
	o.mark.Close()
}

// begin publishes roles and policy.
func (o *operator) begin(ctx context.Context) error {
	o.set(begin.Add(-time.Hour))
	roles, policy := o.keys.roles.Marshal(), o.policy.Marshal()
	if err := o.paper(ctx, o.keys.sign(ledger.RoleOversight, ledger.Roles{Doc: ledger.DocumentHash(roles)}), roles); err != nil {
		return err
	}
	if err := o.paper(ctx, o.keys.sign(ledger.RoleOversight, ledger.Policy{Doc: ledger.DocumentHash(policy), From: month(begin)}), policy); err != nil {
		return err
	}
	return o.run(ctx, begin)
}

func month(at time.Time) string { return ledger.DateOf(at).YearMonth() }

// paper lets a leaf wait that names a document.
func (o *operator) paper(ctx context.Context, l ledger.Leaf, doc []byte) error {
	o.papers++
	return o.log.Wait(ctx, &sequencer.Waiting{Key: fmt.Sprintf("log paper %d", o.papers), Class: sequencer.Document, Text: l.Marshal(), At: o.now()}, doc)
}

// cover makes a leaf behind which nothing stands, as package docket does.
func (o *operator) cover(context.Context) (text, opening []byte, err error) {
	l, open, err := seal(ledger.Event{"kind": "cover"}, fill[[32]byte](o.covers), "cover", [4]string{})
	o.openings[l.Hash] = open
	return l.Marshal(), open.Marshal(), err
}

// happened writes an event, and what the log will hold of it, in one transaction.
func (o *operator) happened(ctx context.Context, e *event) error {
	list := o.entries[e.of]
	n := docket.Entry{Case: e.of, Seq: len(list) + 1, At: e.at, Sealed: o.covers.sealed()}
	if len(list) > 0 {
		n.Prev = list[len(list)-1].Hash
	}
	n.Hash = n.Sum()
	o.entries[e.of] = append(list, n)
	_, err := o.store.Append(ctx, &docket.Batch{
		Case: e.of, Expected: len(list), Entries: []docket.Entry{n}, Leaves: e.leaves,
		Row: docket.Row{Case: e.of, Seq: n.Seq, Key: "key", Instrument: "uncc", Lane: "normal", Stage: "received", Waiting: "office", Received: e.at, Open: true},
	})
	return err
}

// sealed stands for what the office keeps of an event.
func (c *chance) sealed() []byte {
	sum := sha256.Sum256([]byte{byte(c.Uint32())})
	return sum[:]
}

// run publishes what is due at a time.
func (o *operator) run(ctx context.Context, at time.Time) error {
	o.set(at)
	_, err := o.sequencer.Run1(ctx, at)
	if err != nil {
		return fmt.Errorf("at %s: %w", at.Format(time.DateTime), err)
	}
	return nil
}

// year lives the events of the plan: every epoch is published some minutes after
// its end. One more epoch follows, in which the last report stands.
func (o *operator) year(ctx context.Context, events []event) error {
	reports := o.reports()
	for end := begin.Add(o.epoch()); !end.After(o.end().Add(o.epoch())); end = end.Add(o.epoch()) {
		for len(events) > 0 && events[0].at.Before(end) {
			if err := o.happened(ctx, &events[0]); err != nil {
				return err
			}
			events = events[1:]
		}
		if err := o.run(ctx, end.Add(time.Duration(1+o.delay.IntN(20))*time.Minute)); err != nil {
			return err
		}
		if len(reports) == 0 || end.Before(reports[0]) {
			continue
		}
		done, err := o.report(ctx, reports[0])
		if err != nil {
			return err
		}
		if done {
			reports = reports[1:]
		}
	}
	if len(reports) > 0 {
		return fault.Conflictf("report", "there was no moment at which nothing waited")
	}
	return nil
}

// report makes the report of a period that ended, if now nothing waits: then the
// requests and the duties of a period stand before it together.
func (o *operator) report(ctx context.Context, period time.Time) (bool, error) {
	for _, class := range []sequencer.Class{sequencer.Sealed, sequencer.Public} {
		if waits, err := o.log.Waiting(ctx, class, 1); err != nil || len(waits) > 0 {
			return false, err
		}
	}
	head, err := o.log.Head(ctx)
	if err != nil {
		return false, err
	}
	leaves, err := o.log.Leaves(ctx, o.reported, head.Size())
	if err != nil {
		return false, err
	}
	doc := ledger.ReportDoc{Origin: origin, Period: quarter(period), From: o.reported, To: head.Size()}
	if doc.Totals, err = total(leaves, o.openings); err != nil {
		return false, err
	}
	o.reported = doc.To
	text := doc.Marshal()
	return true, o.paper(ctx, o.keys.sign(ledger.RoleLog, reportLeaf(&doc, text)), text)
}

// quarter is the one of which a report is that is made at its end.
func quarter(end time.Time) string { return ledger.DateOf(end.Add(-time.Hour)).Quarter() }

func reportLeaf(doc *ledger.ReportDoc, text []byte) ledger.Report {
	return ledger.Report{Period: doc.Period, From: doc.From, To: doc.To, Doc: ledger.DocumentHash(text)}
}

// total adds up leaves of which the openings are known. What is no sealed leaf
// counts nothing.
func total(leaves [][]byte, openings map[ledger.Hash]ledger.TallyOpening) (ledger.Totals, error) {
	var t ledger.Totals
	for _, text := range leaves {
		l, err := ledger.Parse(text)
		sealed, ok := l.(ledger.Sealed)
		if err != nil || !ok {
			continue
		}
		open, ok := openings[sealed.Hash]
		if !ok {
			return t, fault.NotFoundf("opening", "none is kept of a leaf")
		}
		if err := t.AddOpening(open); err != nil {
			return t, err
		}
	}
	return t, nil
}
