package main

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// paper publishes a leaf that names a document behind a block.
func (g *gardener) paper(make func(e ledger.Epoch) (ledger.Leaf, []byte)) *line {
	i := 2 + g.IntN(len(g.blocks)-4)
	if g.quiet[i] || g.quiet[i-1] || g.blocks[i].sealed == nil {
		return nil
	}
	l, doc := make(g.blocks[i].epoch)
	g.docs[ledger.DocumentHash(doc)] = doc
	n := &line{text: l.Marshal()}
	g.blocks[i].papers = append(g.blocks[i].papers, n)
	return n
}

func (g *gardener) policyLeaf(e ledger.Epoch, role ledger.Role, doc ledger.PolicyDoc) (ledger.Leaf, []byte) {
	text := doc.Marshal()
	return g.keys.sign(role, ledger.Policy{Doc: ledger.DocumentHash(text), From: e.Date().YearMonth()}), text
}

// unreleased runs a program that nobody knows. One that was released runs before
// and after.
func (g *gardener) unreleased() bool {
	secret := sha256.Sum256(fmt.Append(nil, "secret", g.Uint64()))
	n := g.paper(func(e ledger.Epoch) (ledger.Leaf, []byte) {
		doc := g.policy
		doc.Program = secret
		return g.policyLeaf(e, one(g.chance, ledger.RoleLog, ledger.RoleOversight), doc)
	})
	if n == nil {
		return false
	}
	known := program(2 + g.IntN(3))
	g.somewhere(func() bool {
		return g.paper(func(e ledger.Epoch) (ledger.Leaf, []byte) {
			doc := g.policy
			doc.Program = known
			return g.policyLeaf(e, ledger.RoleLog, doc)
		}) != nil
	})
	return g.add("program never released", monitor.Unreleased, n, ledger.ID{})
}

// limitsByLog has the log alone change what only oversight may.
func (g *gardener) limitsByLog() bool {
	n := g.paper(func(e ledger.Epoch) (ledger.Leaf, []byte) {
		doc := g.policy
		doc.Extensions *= 10
		return g.policyLeaf(e, ledger.RoleLog, doc)
	})
	return n != nil && g.add("limits changed by the log", monitor.WrongRole, n, ledger.ID{})
}

func (g *gardener) rolesByLog() bool {
	n := g.paper(func(ledger.Epoch) (ledger.Leaf, []byte) {
		doc := g.keys.roles
		doc.Demonstration = true
		text := doc.Marshal()
		return g.keys.sign(one(g.chance, ledger.RoleLog, ledger.RoleJudge), ledger.Roles{Doc: ledger.DocumentHash(text)}), text
	})
	return n != nil && g.add("keys changed by the log", monitor.WrongRole, n, ledger.ID{})
}

// reports makes one report false, one true of a request without a duty, and hides
// the document of the last; the leaves of the fourth period are there to be made
// unreadable.
func (g *gardener) reports() {
	var list []*line
	var first []int // the blocks with which the periods begin
	first = append(first, 1)
	for i, b := range g.blocks {
		for _, n := range b.papers {
			if n.report != nil {
				list = append(list, n)
				first = append(first, i)
			}
		}
	}
	order := g.Perm(3)
	lie := list[order[0]]
	lie.adjust = g.lie
	g.add("report that does not match", monitor.ReportMismatch, lie, ledger.ID{})

	p := order[1]
	g.somewhere(func() bool {
		i := first[p] + g.IntN(first[p+1]-first[p])
		b := g.blocks[i]
		at := g.IntN(len(b.sealed))
		if g.kindOf(b.sealed[at]) != "cover" {
			return false
		}
		b.sealed[at].text = g.sealedNow(b.epoch, one(g.chance, "accepted", "reopened"))
		return true
	})
	g.add("accepted without a duty", monitor.Conservation, list[p], ledger.ID{})

	g.unread = order[2]
	last := list[len(list)-1]
	last.hidden = true
	g.add("document of a report withheld", monitor.MissingDocument, last, ledger.ID{})
}

// lie makes a report say that one request more was told of, or moves any other
// count from one cell to the next.
func (g *gardener) lie(doc *ledger.ReportDoc) {
	for d := range doc.Totals.Counts {
		doc.Totals.Counts[d] = slices.Clone(doc.Totals.Counts[d])
	}
	counts := doc.Totals.Counts[g.IntN(ledger.Dimensions)]
	for i, n := range counts {
		if n > 0 && i+1 < len(counts) {
			counts[i]--
			counts[i+1]++
			return
		}
	}
	doc.Totals.Blinding[0], doc.Totals.Blinding[1] = doc.Totals.Blinding[1], doc.Totals.Blinding[0]
}
