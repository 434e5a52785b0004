package monitor

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/rogatory/rogatory/ledger"
)

// A DutyState is an open duty: of a chain of extensions the last.
type DutyState struct {
	ID         ledger.ID
	Class      ledger.Class
	Due        ledger.Date
	Opened     ledger.Epoch // of the first duty of the chain
	First      uint64       // its leaf
	Index      uint64       // the leaf that set the date
	Extensions int
	Held       bool // extended more often or for longer than the policy allows
}

// duty opens a duty. One that is wrong is opened all the same: it is owed, and no
// mistake of the office makes it less.
func (m *Monitor) duty(found *alarms, index uint64, l ledger.Duty) {
	if m.known(found, index, l.ID) {
		return
	}
	m.open[l.ID] = &DutyState{ID: l.ID, Class: l.Class, Due: l.Due, Opened: l.Batch, First: index, Index: index}
	m.classes[l.Class].Opened++
	p := m.policy()
	switch {
	case !l.Due.IsMonthEnd():
		found.add(DutyNotMonthEnd, index, "a duty is due on %s, which is not the last day of a month", l.Due).of(l.ID)
	case p != nil && p.DueFor(l.Class, l.Batch).Before(l.Due):
		a := found.add(DutyTooLate, index, "a duty of class %s is due on %s, later than %s as the policy says", l.Class, l.Due, p.DueFor(l.Class, l.Batch)).of(l.ID)
		m.citePolicy(a)
	}
}

// of says which duty an alarm is about.
func (a *Alarm) of(id ledger.ID) *Alarm {
	a.Duty = &id
	return a
}

// known says that a name was used before.
func (m *Monitor) known(found *alarms, index uint64, id ledger.ID) bool {
	before, ok := m.settled[id]
	if st := m.open[id]; st != nil {
		before, ok = st.Index, true
	}
	if ok {
		a := found.add(DuplicateDuty, index, "the name of a duty was used before, in leaf %d", before).of(id)
		a.Leaves = append(a.Leaves, before)
	}
	return ok
}

// settle ends or extends a duty. What is refused leaves the duty open.
func (m *Monitor) settle(found *alarms, index uint64, l ledger.Settle, r read) {
	st := m.open[l.ID]
	if st == nil {
		if st = m.unknown(found, index, l); st == nil {
			return
		}
	}
	if m.outOfWindow(found, index, l) || m.roles == nil || m.notSigned(found, index, l, l.As.Settles(st.Class), st.Index, r) {
		return
	}
	if l.As == ledger.Extended {
		m.extend(found, index, l, st)
		return
	}
	m.end(l.ID, index)
	c := m.classes[st.Class]
	c.Settled[l.As]++
	if !st.Due.Before(m.epoch().Date()) {
		c.OnTime++
	}
}

func (m *Monitor) end(id ledger.ID, index uint64) {
	delete(m.open, id)
	m.settled[id] = index
}

// unknown says that nothing is to be settled. A duty that may stand in a leaf that
// was lost is taken as opened there.
func (m *Monitor) unknown(found *alarms, index uint64, l ledger.Settle) *DutyState {
	if before, ok := m.settled[l.ID]; ok {
		a := found.add(SettledTwice, index, "the duty was settled before, in leaf %d", before).of(l.ID)
		a.Leaves = append(a.Leaves, before)
		return nil
	}
	if m.lost == 0 {
		found.add(UnknownDuty, index, "no duty of this name was opened").of(l.ID)
		return nil
	}
	m.lost--
	st := &DutyState{ID: l.ID, Opened: l.Batch, First: index, Index: index}
	for _, class := range ledger.Classes() {
		if st.Class == "" && l.As.Settles(class) != nil {
			st.Class = class
		}
	}
	return st
}

func (m *Monitor) outOfWindow(found *alarms, index uint64, l ledger.Settle) bool {
	p, now := m.policy(), m.epoch()
	if p == nil || now == (ledger.Epoch{}) || m.unsure() {
		return false
	}
	signed := l.Batch.End(p.EpochMinutes)
	switch {
	case now.Before(l.Batch):
		found.add(OutOfWindow, index, "a settlement signed for epoch %s is published in epoch %s, before it", l.Batch, now).of(l.ID)
	case now.End(p.EpochMinutes).After(signed.AddDate(0, 0, p.WindowDays)):
		found.add(OutOfWindow, index, "a settlement signed for epoch %s is published in epoch %s, more than %d days later", l.Batch, now, p.WindowDays).of(l.ID)
	default:
		return false
	}
	return true
}

// extend puts a later duty in the place of st. Beyond the limit it is valid, since
// a court decided it, and everybody sees that it was.
func (m *Monitor) extend(found *alarms, index uint64, l ledger.Settle, st *DutyState) {
	if m.known(found, index, l.Next) {
		return
	}
	m.end(l.ID, index)
	m.extension++
	c := m.classes[st.Class]
	c.Settled[l.As]++
	next := *st
	next.ID, next.Due, next.Index = l.Next, l.Due, index
	next.Extensions++
	m.open[l.Next] = &next
	if !l.Due.IsMonthEnd() {
		found.add(DutyNotMonthEnd, index, "a duty is extended to %s, which is not the last day of a month", l.Due).of(l.Next)
	}
	p := m.policy()
	if p == nil || st.Held || st.Due == (ledger.Date{}) {
		return // of a duty that was opened in a lost leaf the date is not known
	}
	if limit := st.Due.AddDays(p.ExtensionDays).MonthEnd(); limit.Before(l.Due) {
		found.add(HeldBeyond, index, "a duty is extended to %s, beyond %s as the policy allows", l.Due, limit)
	} else if next.Extensions > p.Extensions {
		found.add(HeldBeyond, index, "a duty is extended %d times where the policy allows %d", next.Extensions, p.Extensions)
	} else {
		return
	}
	m.open[l.Next].Held = true
	c.Held++
	a := (&(*found)[len(*found)-1]).of(l.Next)
	a.Leaves = append(a.Leaves, st.Index)
	m.citePolicy(a)
}

// Open gives the duties that are open, in the order of their dates.
func (m *Monitor) Open() []DutyState {
	return m.states(func(*DutyState) bool { return true })
}

// Overdue gives the duties whose date and days of grace are over at now.
func (m *Monitor) Overdue(now time.Time) []DutyState {
	grace := 0
	if p := m.policy(); p != nil {
		grace = p.GraceDays
	}
	return m.states(func(st *DutyState) bool { return past(st.Due.AddDays(grace), now) })
}

// PastDue gives the duties whose date is over at now: all that are overdue if the
// log has fallen silent, since then nobody can tell what was settled.
func (m *Monitor) PastDue(now time.Time) []DutyState {
	return m.states(func(st *DutyState) bool { return past(st.Due, now) })
}

// HeldBeyond gives the open duties that were extended beyond the limit.
func (m *Monitor) HeldBeyond() []DutyState {
	return m.states(func(st *DutyState) bool { return st.Held })
}

// past reports whether the day d is over.
func past(d ledger.Date, now time.Time) bool { return !now.Before(d.AddDays(1).Time()) }

func (m *Monitor) states(want func(*DutyState) bool) []DutyState {
	var list []DutyState
	for _, st := range m.open {
		if want(st) {
			list = append(list, *st)
		}
	}
	slices.SortFunc(list, func(a, b DutyState) int {
		return cmp.Or(a.Due.Time().Compare(b.Due.Time()), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return list
}
