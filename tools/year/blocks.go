package main

import (
	"bytes"
	"slices"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

func (g *gardener) blockTooSmall() bool {
	b, n := g.cover(true)
	if b == nil {
		return false
	}
	b.sealed = slices.DeleteFunc(b.sealed, func(l *line) bool { return l == n })
	return g.add("block too small", monitor.BlockSize, b.sealed[0], ledger.ID{})
}

func (g *gardener) blockTooLarge() bool {
	b, _ := g.cover(true)
	if b == nil {
		return false
	}
	b.sealed = slices.Insert(b.sealed, g.IntN(len(b.sealed)), &line{text: g.sealedNow(b.epoch, "cover")})
	return g.add("block too large", monitor.BlockSize, b.sealed[0], ledger.ID{})
}

// sealedNow makes a sealed leaf of an epoch.
func (g *gardener) sealedNow(e ledger.Epoch, kind string) []byte {
	l, open, _ := seal(ledger.Event{"kind": kind}, fill[[32]byte](g.chance), kind, [4]string{}) // of known words
	l.Epoch = e
	g.openings[l.Hash] = open
	return l.Marshal()
}

// notCanonical writes a leaf otherwise than in its one form.
func (g *gardener) notCanonical() bool {
	b, n := g.cover(false)
	if b == nil {
		return false
	}
	lines := bytes.SplitAfter(n.text, []byte("\n"))
	n.text = one(g.chance,
		bytes.ReplaceAll(n.text, []byte("\n"), []byte("\r\n")),
		append(slices.Clone(n.text), '\n'),
		n.text[:len(n.text)-1],
		slices.Concat(lines[0], lines[2], lines[1], lines[3]),
		bytes.Replace(n.text, []byte("=\n"), []byte("\n"), 1),
		bytes.Replace(n.text, []byte("epoch "), []byte("epoch  "), 1),
		bytes.Replace(n.text, []byte("epoch"), []byte("EPOCH"), 1),
		bytes.Replace(n.text, []byte("."), []byte(".0"), 1),
	)
	return g.add("leaf not canonical", monitor.NotCanonical, n, ledger.ID{})
}

func (g *gardener) unknownKind() bool {
	b, n := g.cover(false)
	if b == nil {
		return false
	}
	n.text = bytes.Replace(n.text, []byte("sealed"), []byte(one(g.chance, "gift", "note", "duty-free")), 1)
	return g.add("leaf of an unknown kind", monitor.UnknownKind, n, ledger.ID{})
}

func (g *gardener) otherEpoch() bool {
	b, n := g.cover(true)
	if b == nil {
		return false
	}
	l, _ := ledger.Parse(n.text)
	s := l.(ledger.Sealed)
	s.Epoch = ledger.EpochAt(b.epoch.Start(g.policy.EpochMinutes).Add(time.Duration(1+g.IntN(9)-14*g.IntN(2))*g.epoch()), g.policy.EpochMinutes)
	n.text = s.Marshal()
	return g.add("leaf of another epoch", monitor.EpochOrder, n, ledger.ID{})
}

// outOfPlace publishes a settlement in an epoch that publishes none.
func (g *gardener) outOfPlace() bool {
	c := g.chain(every)
	if c == nil {
		return false
	}
	s := c.steps[len(c.steps)-1]
	i := s.block + 1 + g.IntN(3)
	if i >= len(g.blocks)-2 || g.quiet[i-1] || g.quiet[i] || g.quiet[i+1] || g.policy.IsBatch(g.blocks[i].epoch) || g.blocks[i].papers != nil {
		return false
	}
	l, _ := ledger.Parse(s.text)
	if g.blocks[i].epoch.Start(g.policy.EpochMinutes).Sub(l.(ledger.Settle).Batch.Start(g.policy.EpochMinutes)) > 6*24*time.Hour {
		return false
	}
	g.take(c)
	g.quiet[i] = true
	g.remove(s.block, s.line)
	g.blocks[i].public = append(g.blocks[i].public, s.line)
	return g.add("settlement out of place", monitor.OutOfPlace, s.line, ledger.ID{})
}

// gap leaves a block away.
func (g *gardener) gap() bool {
	i, b := g.block(func(b *block) bool {
		return len(b.public) == 0 && !slices.ContainsFunc(b.sealed, func(n *line) bool {
			kind := g.kindOf(n)
			return kind == "accepted" || kind == "reopened" || kind == ""
		})
	})
	if b == nil || g.blocks[i+1].sealed == nil {
		return false
	}
	g.quiet[i] = true
	next := g.blocks[i+1].sealed[0]
	*b = block{epoch: b.epoch}
	return g.add("epoch without a block", monitor.Gap, next, ledger.ID{})
}
