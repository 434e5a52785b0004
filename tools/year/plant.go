package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

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
