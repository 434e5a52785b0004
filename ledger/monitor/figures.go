package monitor

import (
	"time"

	"github.com/rogatory/rogatory/ledger"
)

// Figures are what anyone can count.
type Figures struct {
	Leaves      uint64
	Extensions  uint64 // how often any duty was extended
	Reports     uint64
	Provisional int // receipts that stand; the follower counts them
	Classes     map[ledger.Class]ClassFigures
}

// ClassFigures are what anyone can count of the duties of one class.
type ClassFigures struct {
	Opened  uint64 // by a duty leaf; an extended duty counts once
	Settled map[ledger.Settlement]uint64
	OnTime  uint64 // settled, not extended, by the day they were due
	Held    uint64 // ever extended beyond the limit
	Open    uint64 // at the time asked about
	Overdue uint64
}

// Done gives how many duties were settled for good.
func (c ClassFigures) Done() uint64 {
	var n uint64
	for as, k := range c.Settled {
		if as != ledger.Extended {
			n += k
		}
	}
	return n
}

// Figures counts, at now.
func (m *Monitor) Figures(now time.Time) Figures {
	f := Figures{Leaves: m.size, Extensions: m.extension, Reports: m.reports, Classes: make(map[ledger.Class]ClassFigures)}
	for class, c := range m.classes {
		f.Classes[class] = c.clone()
	}
	count := func(list []DutyState, one func(*ClassFigures)) {
		for _, st := range list {
			c := f.Classes[st.Class]
			one(&c)
			f.Classes[st.Class] = c
		}
	}
	count(m.Open(), func(c *ClassFigures) { c.Open++ })
	count(m.Overdue(now), func(c *ClassFigures) { c.Overdue++ })
	return f
}

// Silent says for how long nothing was published at now, if that is longer than
// two epochs after the next block was due. Of leaves that were lost nobody can tell
// how late they are: then only witnesses can say when something new was published.
func (m *Monitor) Silent(now time.Time) (since time.Time, silent bool) {
	p := m.policy()
	if p == nil || m.block.Last == (ledger.Epoch{}) || m.lostTo > m.block.First {
		return time.Time{}, false
	}
	since = m.block.Last.End(p.EpochMinutes)
	return since, now.Sub(since) > patience(p)
}

// patience is how long after a block nothing need come: the epoch that follows,
// and as much again for whoever publishes and whoever looks.
func patience(p *ledger.PolicyDoc) time.Duration {
	return 2 * time.Duration(p.EpochMinutes) * time.Minute
}

// slack is how far a block may be ahead of whoever looks, whose clock may be wrong.
const slack = 24 * time.Hour

// early reports whether the last block names an epoch that is not over at now. Who
// publishes the blocks of years to come is never silent, and promises for then.
func (m *Monitor) early(now time.Time) bool {
	return m.block.Minutes > 0 && m.block.Epoch.End(m.block.Minutes).After(now.Add(slack))
}
