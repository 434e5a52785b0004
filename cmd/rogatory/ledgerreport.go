package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/sequencer"
)

type ledgerReport struct {
	inFolder
	Period string `arg:"" help:"The quarter: 2027-Q1."`
}

// Run makes the report of a quarter wait for the next block.
func (c *ledgerReport) Run(s *streams) error {
	return c.within(s, func(ctx context.Context, o *opened) error {
		o.banner(s)
		doc, err := o.report(ctx, c.Period)
		if err != nil {
			return err
		}
		s.paper.line("%s: leaves %d to %d", doc.Period, doc.From, doc.To)
		for d := range ledger.Dimensions {
			for cell, n := range doc.Totals.Counts[d] {
				if n > 0 {
					s.paper.line("  %-10s %-20s %d", ledger.DimensionName(d), ledger.Words(d)[cell], n)
				}
			}
		}
		return o.publish(ctx, s)
	})
}

// reportKey names the report of a period.
func reportKey(n int) string { return fmt.Sprintf("log report %d", n) }

// report adds up what was published since the report before, as far as the
// quarter goes and reasons and duties balance: everybody holds the one against the
// other.
func (o *opened) report(ctx context.Context, period string) (*ledger.ReportDoc, error) {
	now := o.clock()
	if today := ledger.DateOf(now).Quarter(); period >= today {
		// Of a few days the sums would tell what the leaves hide.
		return nil, fault.Invalidf(period, "is not over; it is %s", today)
	}
	n, from, err := o.reported(ctx, period)
	if err != nil {
		return nil, err
	}
	if from > 0 { // what is reported needs its openings no more
		if err := o.log.records.DropOpenings(ctx, 0, from); err != nil {
			return nil, err
		}
	}
	to, totals, err := o.addUp(ctx, from, period)
	if err != nil {
		return nil, err
	}
	doc := &ledger.ReportDoc{Origin: o.log.origin, Period: period, From: from, To: to, Totals: *totals}
	leaf := o.log.own(ledger.Report{Period: period, From: from, To: to, Doc: ledger.DocumentHash(doc.Marshal())})
	return doc, o.log.wait(ctx, reportKey(n), leaf, doc.Marshal(), now)
}

// reported gives the number of the next report, and where it begins.
func (o *opened) reported(ctx context.Context, period string) (n int, from uint64, err error) {
	if err := o.log.refresh(ctx); err != nil {
		return 0, 0, err
	}
	o.log.mu.Lock()
	n, before := o.log.reports+1, o.log.reported
	o.log.mu.Unlock()
	if n > 1 && before.Period >= period {
		return 0, 0, fault.Conflictf(period, "is reported already")
	}
	at, err := o.log.records.Index(ctx, []string{reportKey(n)})
	if err != nil {
		return 0, 0, err
	}
	if _, waits := at[reportKey(n)]; waits {
		return 0, 0, fault.Conflictf(period, "a report waits for the next block")
	}
	return n, before.To, nil
}

// addUp adds up what was published from an index on.
func (o *opened) addUp(ctx context.Context, from uint64, period string) (to uint64, total *ledger.Totals, err error) {
	head, err := o.log.records.Head(ctx)
	if err != nil {
		return 0, nil, err
	}
	sum := balance{open: make(map[string]int)}
	for at := from; at < head.Size(); {
		end := min(at+1024, head.Size())
		entries, err := o.log.records.Entries(ctx, at, end)
		if err != nil {
			return 0, nil, err
		}
		for i := range entries {
			last := at+uint64(i)+1 == head.Size()
			done, err := o.addLeaf(ctx, &sum, &entries[i], at+uint64(i), period)
			if err != nil {
				return 0, nil, err
			}
			if done {
				return sum.result(period)
			}
			if last && len(sum.open) == 0 {
				sum.keep(head.Size())
			}
		}
		at = end
	}
	return sum.result(period)
}

// A balance is what was added up, and which reasons have no duty yet, or duties no
// reason.
type balance struct {
	totals ledger.Totals
	open   map[string]int
	epoch  ledger.Epoch

	to   uint64 // the last place at which everything balanced
	kept ledger.Totals
}

func (b *balance) keep(at uint64) {
	b.to, b.kept = at, ledger.Totals{}
	_ = b.kept.Merge(&b.totals) // to nothing, anything can be added
}

func (b *balance) result(period string) (uint64, *ledger.Totals, error) {
	if b.to == 0 {
		return 0, nil, fault.Conflictf(period, "there is no place at which every accepted request has its duty in the log").
			WithHint("too much waits for its turn: wait for a few blocks, and set a larger block in the policy")
	}
	return b.to, &b.kept, nil
}

// addLeaf adds one leaf. It reports true behind the last of the quarter.
func (o *opened) addLeaf(ctx context.Context, b *balance, e *sequencer.Entry, index uint64, period string) (bool, error) {
	parsed, err := ledger.Parse(e.Text)
	if err != nil {
		return false, err
	}
	switch leaf := parsed.(type) {
	case ledger.Sealed:
		if leaf.Epoch != b.epoch { // a block begins
			if len(b.open) == 0 && index > 0 {
				b.keep(index)
			}
			if leaf.Epoch.Date().Quarter() > period {
				return true, nil
			}
			b.epoch = leaf.Epoch
		}
		if e.Opening == nil {
			return false, fault.NotFoundf(period, "the opening of leaf %d is lost: it can be counted by nobody", index).WithHint("oversight holds the deposits: settle it with them")
		}
		opening, err := o.OpenTally(ctx, leaf, e.Opening)
		if err != nil {
			return false, err
		}
		if word := opening.Cells.Words()[ledger.DimKind]; word == "accepted" || word == "reopened" {
			b.meet(strings.TrimSuffix(e.Key, " reopened"), 1)
		}
		return false, b.totals.AddOpening(opening)
	case ledger.Duty:
		if leaf.Class == ledger.Notify {
			b.meet(strings.TrimSuffix(e.Key, " "+string(ledger.Notify)), -1)
		}
	}
	return false, nil
}

// meet adds a reason for a duty, or a duty.
func (b *balance) meet(event string, n int) {
	if b.open[event] += n; b.open[event] == 0 {
		delete(b.open, event)
	}
}
