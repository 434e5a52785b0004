package main

import (
	"slices"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A gardener plants faults into a draft. No two of them touch the same duty or
// the same block, so that each is found for itself.
type gardener struct {
	*chance
	*draft
	chains []*chain
	taken  map[*line]bool
	quiet  map[int]bool // blocks that no other fault touches
	plants []plant
	unread int // the period in which leaves cannot be read; its report is not compared
}

// A plant is a fault whose place is known once the log is written.
type plant struct {
	name string
	kind monitor.Kind
	at   *line
	duty ledger.ID
}

// kinds of faults that stand in leaves, each planted several times.
func (g *gardener) kinds() []func() bool {
	return []func() bool{
		g.forgotten, g.heldLong, g.heldOften, g.wrongRole, g.badSignature, g.noMonthEnd, g.extendedNoMonthEnd,
		g.settledTwice, g.unknownDuty, g.usedName, g.tooLate, g.outOfWindow,
		g.blockTooSmall, g.blockTooLarge, g.notCanonical, g.unknownKind, g.otherEpoch, g.outOfPlace, g.gap,
		g.unreleased, g.limitsByLog, g.rolesByLog,
	}
}

// plant plants one to three of every kind, and one fault in every report.
func (d *draft) plant(c *chance) ([]plant, error) {
	g := &gardener{chance: c, draft: d, taken: make(map[*line]bool), quiet: make(map[int]bool)}
	var err error
	if g.chains, err = d.chains(); err != nil {
		return nil, err
	}
	g.reports()
	for i, kind := range g.kinds() {
		for range 1 + g.IntN(3) {
			if !g.somewhere(kind) {
				return nil, fault.NotFoundf("place", "there is none for a fault of the kind %d", i)
			}
		}
	}
	return g.plants, nil
}

// somewhere tries places until one fits.
func (g *gardener) somewhere(kind func() bool) bool {
	for range 5000 {
		if kind() {
			return true
		}
	}
	return false
}

func (g *gardener) add(name string, kind monitor.Kind, at *line, duty ledger.ID) bool {
	g.plants = append(g.plants, plant{name, kind, at, duty})
	return true
}

// chain gives a duty that no fault touches yet and that was ended; nil: try again.
func (g *gardener) chain(fits func(*chain) bool) *chain {
	c := g.chains[g.IntN(len(g.chains))]
	if !c.ended || !fits(c) || slices.ContainsFunc(c.steps, func(s step) bool { return g.taken[s.line] }) {
		return nil
	}
	return c
}

// take makes a duty one that a fault touches.
func (g *gardener) take(c *chain) {
	for _, s := range c.steps {
		g.taken[s.line] = true
	}
}

func every(*chain) bool { return true }

// block gives a block that no fault touches yet, and whose neighbours none does.
func (g *gardener) block(fits func(*block) bool) (int, *block) {
	i := 2 + g.IntN(len(g.blocks)-4)
	b := g.blocks[i]
	if g.quiet[i-1] || g.quiet[i] || g.quiet[i+1] || b.papers != nil || !fits(b) {
		return 0, nil
	}
	return i, b
}

// cover gives a cover of a block that no fault touches yet; nil: try again.
func (g *gardener) cover(readable bool) (*block, *line) {
	i, b := g.block(func(*block) bool { return true })
	if b == nil || g.period(i) == g.unread == readable {
		return nil, nil
	}
	at := g.IntN(len(b.sealed))
	if g.kindOf(b.sealed[at]) != "cover" {
		return nil, nil
	}
	g.quiet[i] = true
	return b, b.sealed[at]
}

// kindOf says what a sealed leaf counts.
func (g *gardener) kindOf(n *line) string {
	l, err := ledger.Parse(n.text)
	sealed, ok := l.(ledger.Sealed)
	if err != nil || !ok {
		return ""
	}
	return g.openings[sealed.Hash].Cells.Words()[ledger.DimKind]
}

// period gives the number of the report that a block is counted in.
func (g *gardener) period(i int) int {
	n := 0
	for _, b := range g.blocks[:i+1] {
		for _, l := range b.papers {
			if l.report != nil {
				n++
			}
		}
	}
	return n
}
