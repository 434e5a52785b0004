package main

import (
	"maps"
	"slices"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

// A draft is a log that a dishonest operator writes: it begins as the honest one,
// in blocks, so that leaves can be put in and taken out, and reports go on adding
// up.
type draft struct {
	plan
	keys     *keys
	openings map[ledger.Hash]ledger.TallyOpening
	docs     map[ledger.Hash][]byte
	blocks   []*block // the first has no epoch: it is what the log begins with
}

// A block is that of an epoch.
type block struct {
	epoch                  ledger.Epoch
	sealed, public, papers []*line
}

// A line is a leaf, wherever it will stand.
type line struct {
	text   []byte
	report *ledger.Report          // made anew when it is known where everything stands
	adjust func(*ledger.ReportDoc) // what a report says that is not so
	hidden bool                    // its document is not published
	index  uint64                  // once written
}

// newDraft takes an honest log apart.
func newDraft(o *operator, leaves [][]byte, docs map[ledger.Hash][]byte) (*draft, error) {
	d := &draft{plan: o.plan, keys: o.keys, openings: maps.Clone(o.openings), docs: maps.Clone(docs), blocks: []*block{{}}}
	b := d.blocks[0]
	for _, text := range leaves {
		l, err := ledger.Parse(text)
		if err != nil {
			return nil, err
		}
		n := &line{text: text}
		switch l := l.(type) {
		case ledger.Sealed:
			if b.epoch != l.Epoch {
				b = &block{epoch: l.Epoch}
				d.blocks = append(d.blocks, b)
			}
			b.sealed = append(b.sealed, n)
		case ledger.Duty, ledger.Settle:
			b.public = append(b.public, n)
		case ledger.Report:
			n.report = &l
			delete(d.docs, l.Doc)
			b.papers = append(b.papers, n)
		default:
			b.papers = append(b.papers, n)
		}
	}
	return d, nil
}

// lines gives the leaves of a block in order.
func (b *block) lines() []*line { return slices.Concat(b.sealed, b.public, b.papers) }

// leaves gives the log as it is, with its reports, and where each block ends.
func (d *draft) leaves() (all [][]byte, ends []uint64, err error) {
	from := uint64(2)
	for _, b := range d.blocks {
		first := uint64(len(all))
		for _, n := range b.lines() {
			n.index = uint64(len(all))
			if n.report != nil {
				if err := d.report(n, from, first, all); err != nil {
					return nil, nil, err
				}
				from = first
			}
			all = append(all, n.text)
		}
		ends = append(ends, uint64(len(all)))
	}
	return all, ends, nil
}

func (d *draft) report(n *line, from, to uint64, all [][]byte) error {
	doc := ledger.ReportDoc{Origin: origin, Period: n.report.Period, From: from, To: to}
	var err error
	if doc.Totals, err = total(all[from:to], d.openings); err != nil {
		return err
	}
	if n.adjust != nil {
		n.adjust(&doc)
	}
	text := doc.Marshal()
	if !n.hidden {
		d.docs[ledger.DocumentHash(text)] = text
	}
	n.text = d.keys.sign(ledger.RoleLog, reportLeaf(&doc, text)).Marshal()
	return nil
}

// A chain is a duty with all that became of it.
type chain struct {
	class ledger.Class
	steps []step // the duty, then what extended it, then what ended it, if anything did
	ended bool
}

// A step is one leaf of a chain.
type step struct {
	*line
	block int
	id    ledger.ID   // open behind it; zero: none
	due   ledger.Date // of that one
}

// last is the step that set the last date.
func (c *chain) last() step {
	if c.ended {
		return c.steps[len(c.steps)-2]
	}
	return c.steps[len(c.steps)-1]
}

// extensions is how often the duty was extended.
func (c *chain) extensions() int {
	n := len(c.steps) - 1
	if c.ended {
		n--
	}
	return n
}

// chains gives every duty of the log, in the order in which they were opened.
func (d *draft) chains() ([]*chain, error) {
	var list []*chain
	of := make(map[ledger.ID]*chain)
	for i, b := range d.blocks {
		for _, n := range b.public {
			l, err := ledger.Parse(n.text)
			if err != nil {
				return nil, err
			}
			switch l := l.(type) {
			case ledger.Duty:
				c := &chain{class: l.Class, steps: []step{{n, i, l.ID, l.Due}}}
				of[l.ID] = c
				list = append(list, c)
			case ledger.Settle:
				c := of[l.ID]
				if c == nil {
					return nil, fault.NotFoundf("duty", "an honest log settles one that it never opened")
				}
				c.steps = append(c.steps, step{n, i, l.Next, l.Due})
				c.ended = l.As != ledger.Extended
				of[l.Next] = c
			}
		}
	}
	return list, nil
}
