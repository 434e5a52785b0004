package rule

import (
	"math/bits"

	"github.com/rogatory/rogatory/fact"
)

// A Finding is the verdict of one rule for one instance. From and To mark its
// part of Findings.Cited: the facts a definite verdict rests on, or, for
// Unknown, exactly the facts still needed.
type Finding struct {
	Rule     int32 // position in the set
	Verdict  Verdict
	Instance int32
	From, To int32
}

// A Cited fact is one a finding rests on or needs.
type Cited struct {
	Slot     fact.Slot
	Scope    fact.Scope
	Footing  fact.Footing
	Instance int32 // -1: there is no instance to ask about
}

// Findings receives what Evaluate finds. Reused, it makes evaluation allocate
// nothing.
type Findings struct {
	List  []Finding
	Cited []Cited
}

// Of gives the cited facts of a finding.
func (f *Findings) Of(x Finding) []Cited { return f.Cited[x.From:x.To] }

// A Set is rules made ready to be evaluated together.
type Set struct {
	rules []*Rule
	ready []ready
	atoms []compiled
}

// ready is one rule as a run of nodes in prefix order.
type ready struct {
	scope  fact.Scope
	counts fact.Sources
	nodes  []node
}

type node struct {
	kind uint8 // leaf, all or some
	not  bool
	end  int32 // first node after this one's children
	atom int32 // of a leaf, its position in the set's atoms
}

const (
	leaf = iota
	all
	some
)

type compiled struct {
	operand fact.Value
	number  float64
	slot    fact.Slot
	scope   fact.Scope
	own     bool // of the instance the rule is evaluated for
	take    fact.Take
	op      Op
	kind    fact.Kind
	wants   bool
}

// NewSet makes rules ready. The rules must have been parsed with one vocabulary.
func NewSet(rules []*Rule) *Set {
	s := &Set{rules: rules}
	for _, r := range rules {
		out := ready{scope: r.For, counts: r.Counts}
		s.flatten(r, r.Holds, &out)
		s.ready = append(s.ready, out)
	}
	return s
}

// Rules gives the rules in order.
func (s *Set) Rules() []*Rule { return s.rules }

func (s *Set) flatten(r *Rule, e *Expr, out *ready) {
	at := len(out.nodes)
	if a := e.Atom; a != nil {
		s.atoms = append(s.atoms, compile(a, r.For))
		out.nodes = append(out.nodes, node{kind: leaf, end: int32(at + 1), atom: int32(len(s.atoms) - 1)})
		return
	}
	kind, parts := uint8(all), e.All
	if len(e.Some) > 0 {
		kind, parts = some, e.Some
	}
	out.nodes = append(out.nodes, node{kind: kind})
	for _, part := range parts {
		s.flatten(r, part, out)
	}
	out.nodes[at].end = int32(len(out.nodes))
}

// compile makes an atom ready. To be equal to a bool or to an option is to be
// one of a list of one.
func compile(a *Atom, scope fact.Scope) compiled {
	c := compiled{
		operand: a.Operand, number: a.Operand.Number(), slot: a.slot, scope: a.scope,
		own: a.take == fact.Alone && a.scope == scope, take: a.take, op: a.Op, kind: a.kind, wants: a.Wants,
	}
	if a.Op == Equal && (a.kind == fact.Bool || a.kind == fact.Choice) {
		c.op, c.operand = OneOf, 1<<a.Operand
	}
	return c
}

// Evaluate asks every rule for every instance. It never stops early: every
// ground is reported.
func (s *Set) Evaluate(v *fact.Vector, out *Findings) {
	w := walk{set: s, vector: v, request: v.Cells(fact.OfRequest, 0), cited: out.Cited[:0]}
	list := out.List[:0]
	for i := range s.ready {
		w.rule = &s.ready[i]
		for instance := range v.Count(w.rule.scope) {
			w.instance, w.own = int32(instance), v.Cells(w.rule.scope, instance)
			from := int32(len(w.cited))
			truth := w.answer(0)
			list = append(list, Finding{
				Rule: int32(i), Verdict: verdicts[truth], Instance: w.instance,
				From: from, To: int32(len(w.cited)),
			})
		}
	}
	out.List, out.Cited = list, w.cited
}

var verdicts = [3]Verdict{fact.Unknown: Unknown, fact.True: Met, fact.False: NotMet}

// A walk is the evaluation of one rule for one instance.
type walk struct {
	set      *Set
	vector   *fact.Vector
	request  []fact.Cell
	cited    []Cited
	rule     *ready
	instance int32
	own      []fact.Cell // of the instance
}

// answer gives the Kleene truth of the node at position i and cites the facts
// that make it so: those of the parts that have the same answer. Each fact
// stands once, so for Unknown these are exactly the facts that can still
// matter.
func (w *walk) answer(i int) fact.Truth {
	n := &w.rule.nodes[i]
	if n.kind == leaf {
		return w.ask(&w.set.atoms[n.atom])
	}
	settles := fact.False
	if n.kind == some {
		settles = fact.True
	}
	from, total := len(w.cited), settles.Not()
	for k := i + 1; k < int(n.end); k = int(w.rule.nodes[k].end) {
		part := len(w.cited)
		total = w.join(total, w.answer(k), settles, from, part)
	}
	return total
}

// join adds a part to what the parts before it amount to. The answer that
// settles the whole prevails over Unknown, and that over the third. What was
// cited for the answer that does not prevail is taken back: it stands from
// `from` for the parts before, from `part` for this one.
func (w *walk) join(total, truth, settles fact.Truth, from, part int) fact.Truth {
	switch {
	case truth == total:
		return total
	case total == settles || truth == settles.Not():
		w.cited = w.cited[:part]
		return total
	}
	w.cited = append(w.cited[:from], w.cited[part:]...)
	return truth
}

// ask tells whether an atom's answer is the one the safeguard wants, and cites it: of the instance's own fact or
// the request's, or, for an aggregate, over all instances. An aggregate over no
// instances is unknown: that nothing is there settles nothing.
func (w *walk) ask(a *compiled) fact.Truth {
	if a.own {
		return w.weigh(a, &w.own[a.slot], w.instance)
	}
	if a.take == fact.Alone {
		return w.weigh(a, &w.request[a.slot], 0)
	}
	n := w.vector.Count(a.scope)
	if n == 0 {
		w.cite(a, fact.Missing, -1)
		return fact.Unknown
	}
	settles := a.settles()
	from, total := len(w.cited), settles.Not()
	for i := range n {
		part := len(w.cited)
		total = w.join(total, w.weigh(a, w.vector.Cell(a.scope, i, a.slot), int32(i)), settles, from, part)
	}
	return total
}

// settles gives the answer of one instance that settles the whole aggregate:
// True for any, False for every, and the other way round where the safeguard
// wants the atom not to hold. The largest is less than a bound only if every
// one is.
func (a *compiled) settles() fact.Truth { return fact.Of((a.take == fact.Any) == a.wants) }

func (w *walk) cite(a *compiled, footing fact.Footing, instance int32) {
	w.cited = append(w.cited, Cited{a.slot, a.scope, footing, instance})
}

// weigh gives what the sources that count make of the atom, and cites it. A
// source that does not count and says what would hurt makes it unknown; one
// that would help is ignored. A value that hurts already needs no doubt to stop.
func (w *walk) weigh(a *compiled, cell *fact.Cell, instance int32) fact.Truth {
	value, footing, plain := cell.Plain(w.rule.counts)
	truth := plainly[footing][bit(a.holds(value) == a.wants)]
	if !plain {
		truth, footing = a.sift(cell, w.rule.counts)
	}
	w.cite(a, footing, instance)
	return truth
}

// plainly is the truth of a plain cell: by its footing, and by whether its value
// is what the safeguard wants. A table, because neither can be foreseen, and a
// branch guessed wrong takes longer than all the rest.
var plainly = [...][2]fact.Truth{
	fact.Missing: {fact.Unknown, fact.Unknown},
	fact.Settled: {fact.False, fact.True},
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sift weighs a cell in which not everybody agrees, or nobody who counts has
// spoken.
func (a *compiled) sift(cell *fact.Cell, counts fact.Sources) (fact.Truth, fact.Footing) {
	value, footing := cell.Heard(counts)
	if footing == fact.Settled && a.holds(value) != a.wants {
		return fact.False, fact.Settled
	}
	for rest := cell.Doubters(counts); rest != 0; rest &= rest - 1 {
		s := fact.Source(bits.TrailingZeros8(uint8(rest)))
		if cell.Torn(s) || a.holds(cell.Said(s)) != a.wants {
			return fact.Unknown, fact.Doubted
		}
	}
	if footing != fact.Settled {
		return fact.Unknown, footing
	}
	return fact.True, fact.Settled
}

// holds answers the atom for a value.
func (a *compiled) holds(v fact.Value) bool {
	if a.op == OneOf {
		return a.operand>>v&1 != 0
	}
	return a.compare(v)
}

func (a *compiled) compare(v fact.Value) bool {
	switch {
	case a.op == Contains:
		return v&a.operand != 0
	case a.op == Equal && a.kind == fact.Number:
		return v.Number() == a.number
	case a.op == Equal:
		return v == a.operand
	case a.op == Less && a.kind == fact.Number:
		return v.Number() < a.number
	case a.op == Less:
		return v.Days() < a.operand.Days()
	case a.kind == fact.Number:
		return v.Number() <= a.number
	}
	return v.Days() <= a.operand.Days()
}
