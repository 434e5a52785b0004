package main

import (
	"slices"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// forgotten leaves away what ended a duty.
func (g *gardener) forgotten() bool {
	c := g.chain(func(c *chain) bool {
		return !g.end().Before(c.last().due.AddDays(g.policy.GraceDays + 1).Time())
	})
	if c == nil {
		return false
	}
	g.take(c)
	s := c.steps[len(c.steps)-1]
	g.remove(s.block, s.line)
	return g.add("forgotten duty", monitor.Overdue, c.last().line, c.last().id)
}

func (g *gardener) remove(i int, n *line) {
	b := g.blocks[i]
	b.public = slices.DeleteFunc(b.public, func(l *line) bool { return l == n })
}

// again signs a settlement anew, changed.
func (g *gardener) again(n *line, role ledger.Role, change func(*ledger.Settle)) {
	l, _ := ledger.Parse(n.text) // the draft has parsed it
	s := l.(ledger.Settle)
	change(&s)
	n.text = g.keys.sign(role, s).Marshal()
}

func (g *gardener) extended() *chain {
	return g.chain(func(c *chain) bool { return c.extensions() > 0 })
}

// heldLong extends a duty to a date later than the policy allows.
func (g *gardener) heldLong() bool {
	c := g.extended()
	if c == nil {
		return false
	}
	g.take(c)
	i := 1 + g.IntN(c.extensions())
	due := g.policy.ExtendedTo(c.steps[i-1].due)
	for range 1 + g.IntN(6) {
		due = due.AddDays(1).MonthEnd()
	}
	g.again(c.steps[i].line, ledger.RoleJudge, func(s *ledger.Settle) { s.Due = due })
	return g.add("extension beyond the limit", monitor.HeldBeyond, c.steps[i].line, c.steps[i].id)
}

// heldOften extends a duty more often than the policy allows.
func (g *gardener) heldOften() bool {
	c := g.extended()
	if c == nil {
		return false
	}
	g.take(c)
	s := c.last()
	b := g.blocks[s.block]
	at := slices.Index(b.public, s.line)
	for range g.policy.Extensions + 1 - c.extensions() {
		l, _ := ledger.Parse(s.text)
		before := l.(ledger.Settle)
		between := fill[ledger.ID](g.chance)
		g.again(s.line, ledger.RoleJudge, func(l *ledger.Settle) { l.ID = between })
		before.Next = between
		b.public = slices.Insert(b.public, at, &line{text: g.keys.sign(ledger.RoleJudge, before).Marshal()})
		at++
	}
	return g.add("one extension too many", monitor.HeldBeyond, s.line, s.id)
}

// while gives a block with duties in which a duty is open, not the first nor the
// last of its time; 0: try again.
func (g *gardener) while(c *chain) int {
	from, to := c.last().block, c.steps[len(c.steps)-1].block
	if to-from < 2 {
		return 0
	}
	i := from + 1 + g.IntN(to-from-1)
	if len(g.blocks[i].public) == 0 || g.quiet[i] {
		return 0
	}
	return i
}

// slip puts a leaf among the duties and settlements of a block.
func (g *gardener) slip(i int, l ledger.Leaf) *line {
	b := g.blocks[i]
	n := &line{text: l.Marshal()}
	b.public = slices.Insert(b.public, g.IntN(len(b.public)+1), n)
	return n
}

// attempt gives a chain and a block in which somebody tries to end it too early.
func (g *gardener) attempt() (*chain, int, ledger.Settle) {
	c := g.chain(every)
	if c == nil {
		return nil, 0, ledger.Settle{}
	}
	i := g.while(c)
	if i == 0 {
		return nil, 0, ledger.Settle{}
	}
	g.take(c)
	l, _ := ledger.Parse(c.steps[len(c.steps)-1].text)
	return c, i, ledger.Settle{Batch: g.blocks[i].epoch, ID: c.last().id, As: l.(ledger.Settle).As}
}

func (g *gardener) wrongRole() bool {
	c, i, s := g.attempt()
	if c == nil {
		return false
	}
	var others []ledger.Role
	for _, role := range []ledger.Role{ledger.RoleLog, ledger.RoleJudge, ledger.RoleNotifier, ledger.RoleOversight} {
		if !slices.Contains(s.As.Settles(c.class), role) {
			others = append(others, role)
		}
	}
	n := g.slip(i, g.keys.sign(one(g.chance, others...), s))
	return g.add("settled by the wrong role", monitor.WrongRole, n, s.ID)
}

func (g *gardener) badSignature() bool {
	c, i, s := g.attempt()
	if c == nil {
		return false
	}
	s = g.keys.sign(s.As.Settles(c.class)[0], s).(ledger.Settle)
	s.Sig[g.IntN(len(s.Sig))] ^= 1 << g.IntN(8)
	return g.add("forged signature", monitor.BadSignature, g.slip(i, s), s.ID)
}

func (g *gardener) outOfWindow() bool {
	c, i, s := g.attempt()
	if c == nil {
		return false
	}
	away := time.Duration(-1-g.policy.WindowDays-g.IntN(20)) * 24 * time.Hour
	if g.in(50) {
		away = time.Duration(1+g.IntN(20)) * 24 * time.Hour
	}
	s.Batch = ledger.EpochAt(s.Batch.Start(g.policy.EpochMinutes).Add(away), g.policy.EpochMinutes)
	return g.add("settled out of the window", monitor.OutOfWindow, g.slip(i, g.keys.sign(s.As.Settles(c.class)[0], s)), s.ID)
}

// plain is a duty that was never extended.
func plain(c *chain) bool { return c.extensions() == 0 }

// earlier gives a date some days before a month end; the days of grace cover it.
func (g *gardener) earlier(due ledger.Date) ledger.Date { return due.AddDays(-1 - g.IntN(3)) }

func (g *gardener) duty(n *line, change func(*ledger.Duty)) {
	l, _ := ledger.Parse(n.text)
	duty := l.(ledger.Duty)
	change(&duty)
	n.text = duty.Marshal()
}

func (g *gardener) noMonthEnd() bool {
	c := g.chain(plain)
	if c == nil {
		return false
	}
	g.take(c)
	g.duty(c.steps[0].line, func(l *ledger.Duty) { l.Due = g.earlier(l.Due) })
	return g.add("due at no month end", monitor.DutyNotMonthEnd, c.steps[0].line, c.steps[0].id)
}

func (g *gardener) extendedNoMonthEnd() bool {
	c := g.extended()
	if c == nil {
		return false
	}
	g.take(c)
	s := c.last()
	g.again(s.line, ledger.RoleJudge, func(l *ledger.Settle) { l.Due = g.earlier(l.Due) })
	return g.add("extended to no month end", monitor.DutyNotMonthEnd, s.line, s.id)
}

func (g *gardener) tooLate() bool {
	c := g.chain(plain)
	if c == nil {
		return false
	}
	g.take(c)
	g.duty(c.steps[0].line, func(l *ledger.Duty) { l.Due = g.policy.DueFor(l.Class, l.Batch).AddDays(1).MonthEnd() })
	return g.add("due too late", monitor.DutyTooLate, c.steps[0].line, c.steps[0].id)
}

// later gives a block with duties behind a place; 0: try again.
func (g *gardener) later(i int) int {
	if len(g.blocks)-i < 3 {
		return 0
	}
	i += 1 + g.IntN(len(g.blocks)-i-2)
	if len(g.blocks[i].public) == 0 || g.quiet[i] {
		return 0
	}
	return i
}

func (g *gardener) settledTwice() bool {
	c := g.chain(every)
	if c == nil {
		return false
	}
	end := c.steps[len(c.steps)-1]
	i := g.later(end.block)
	if i == 0 {
		return false
	}
	g.take(c)
	l, _ := ledger.Parse(end.text)
	s := l.(ledger.Settle)
	s.Batch = g.blocks[i].epoch
	n := g.slip(i, g.keys.sign(s.As.Settles(c.class)[0], s))
	return g.add("settled twice", monitor.SettledTwice, n, s.ID)
}

func (g *gardener) unknownDuty() bool {
	i := g.later(1)
	if i == 0 {
		return false
	}
	s := ledger.Settle{Batch: g.blocks[i].epoch, ID: fill[ledger.ID](g.chance), As: ledger.Notified}
	return g.add("settled and never opened", monitor.UnknownDuty, g.slip(i, g.keys.sign(ledger.RoleNotifier, s)), s.ID)
}

func (g *gardener) usedName() bool {
	c := g.chain(every)
	if c == nil {
		return false
	}
	i := g.later(c.steps[len(c.steps)-1].block)
	if i == 0 {
		return false
	}
	g.take(c)
	e := g.blocks[i].epoch
	l := ledger.Duty{Batch: e, Class: ledger.Remedy, ID: c.last().id, Due: g.policy.DueFor(ledger.Remedy, e), Hash: fill[ledger.Hash](g.chance)}
	return g.add("a name used twice", monitor.DuplicateDuty, g.slip(i, l), l.ID)
}
