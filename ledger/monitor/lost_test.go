package monitor

import (
	"testing"
	"time"

	"github.com/rogatory/rogatory/ledger"
)

// A report is compared with what stands before it in its own bundle, also if that
// bundle is read whole.
func TestAReportAmidABundle(t *testing.T) {
	o := opened()
	o.cells = true
	for len(o.leaves) < 300 {
		o.block()
	}
	o.block(o.reportLeaf(o.report(2, uint64(len(o.leaves)))))
	for len(o.leaves) < 600 {
		o.block()
	}
	o.agree(t)
}

// twoReports is an office that made two, and the place of the first.
func twoReports() (o *office, first int) {
	o = opened()
	o.cells = true
	for len(o.leaves) < 280 {
		o.block()
	}
	to := len(o.leaves)
	d := o.report(2, uint64(to))
	o.totals = ledger.Totals{}
	o.block(o.reportLeaf(d))
	first = len(o.leaves) - 1
	for len(o.leaves) < 600 {
		o.block()
	}
	o.block(o.reportLeaf(o.report(uint64(to), uint64(len(o.leaves)))))
	return o, first
}

// A report that is lost, or of which the document is, gives no second alarm with
// the next.
func TestALostReport(t *testing.T) {
	o, first := twoReports()
	o.agree(t)
	p := newPublished()
	size := len(o.leaves)
	o.publish(p, size, o.due())
	delete(p.files, bundlePath(int64(first/ledger.TileWidth), size))
	watchOnce(t, NewFollower(twoOfThree(), p, nil), o.due(), Withheld)

	report := o.leaf(first).(ledger.Report)
	delete(o.docs, report.Doc)
	o.agree(t, MissingDocument)
	// One that nobody vouches for was never made.
	report.Sig[0] ^= 1
	o.change(first, report.Marshal())
	o.agree(t, MissingDocument, ReportMismatch)
	// Nor can it be about what comes behind it.
	report.To = uint64(len(o.leaves))
	o.change(first, o.sign(report, ledger.RoleLog).Marshal())
	o.agree(t, MissingDocument, ReportMismatch)
}

// What cannot be read may be newer than what can: only witnesses tell then whether
// the log is silent.
func TestTheLastLeavesAreLost(t *testing.T) {
	o := long(30)
	p := newPublished()
	size := len(o.leaves)
	o.publish(p, size, o.due())
	last := int64(size / ledger.TileWidth)
	if size%ledger.TileWidth < 100 {
		t.Fatal("the test needs some days of leaves in the last bundle")
	}
	delete(p.files, bundlePath(last, size))
	watchOnce(t, NewFollower(twoOfThree(), p, nil), o.due(), Withheld)
	watchOnce(t, NewFollower(twoOfThree(), p, nil), o.due().Add(24*time.Hour), Withheld, Silent)
}

// A duty of which the last date stands in a bundle that was cut short is overdue,
// and what is left to show is the checkpoint.
func TestOverdueInACutBundle(t *testing.T) {
	o := opened()
	o.day()
	d := o.duty(ledger.Notify)
	o.block(d)
	for len(o.leaves) < 260 {
		o.days(1)
	}
	o.day()
	next := o.id()
	o.block(o.extend(d.ID, next, o.policy.ExtendedTo(d.Due)))
	at := len(o.leaves)
	for len(o.leaves) < 600 || !o.policy.Overdue(o.policy.ExtendedTo(d.Due)).Before(o.epoch.Date()) {
		o.block()
	}
	p := newPublished()
	size := len(o.leaves)
	o.publish(p, size, o.due())
	p.files[bundlePath(1, size)] = ledger.Bundle(o.leaves[256 : at+3])
	got := watchOnce(t, NewFollower(twoOfThree(), p, nil), o.due(), Overdue, Withheld)
	if a := got.Alarms[0]; *a.Duty != next || a.Index != uint64(at-1) {
		t.Errorf("%s", a.Key())
	}
}
