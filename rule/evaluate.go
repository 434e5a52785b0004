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
		s.atoms = append(s.atoms, compiled{
			operand: a.Operand, number: a.Operand.Number(), slot: a.slot, scope: a.scope,
			own: a.take == fact.Alone && a.scope == r.For, take: a.take, op: a.Op, kind: a.kind, wants: a.Wants,
		})
		out.nodes = append(out.nodes, node{kind: leaf, not: e.Not, end: int32(at + 1), atom: int32(len(s.atoms) - 1)})
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

// Evaluate asks every rule for every instance. It never stops early: every
// ground is reported.
func (s *Set) Evaluate(v *fact.Vector, out *Findings) {
	out.List, out.Cited = out.List[:0], out.Cited[:0]
	for i := range s.ready {
		r := &s.ready[i]
		for instance := range v.Count(r.scope) {
			from := int32(len(out.Cited))
			w := walk{set: s, rule: r, vector: v, instance: instance, out: out}
			truth := w.answer(0)
			w.cite(0, truth)
			out.List = append(out.List, Finding{
				Rule: int32(i), Verdict: verdicts[truth], Instance: int32(instance),
				From: from, To: int32(len(out.Cited)),
			})
		}
	}
}

var verdicts = [3]Verdict{fact.Unknown: Unknown, fact.True: Met, fact.False: NotMet}

// A walk is the evaluation of one rule for one instance.
type walk struct {
	set      *Set
	rule     *ready
	vector   *fact.Vector
	instance int
	out      *Findings
}

// answer gives the Kleene truth of the node at position i.
func (w *walk) answer(i int) fact.Truth {
	n := &w.rule.nodes[i]
	if n.kind == leaf {
		truth := w.ask(&w.set.atoms[n.atom])
		if n.not {
			return truth.Not()
		}
		return truth
	}
	settles, total := fact.False, fact.True
	if n.kind == some {
		settles, total = fact.True, fact.False
	}
	for k := i + 1; k < int(n.end); k = int(w.rule.nodes[k].end) {
		switch w.answer(k) {
		case settles:
			return settles
		case fact.Unknown:
			total = fact.Unknown
		}
	}
	return total
}

// cite records the atoms that make the node's answer what it is: those whose
// part has the same answer. Each fact stands once, so for Unknown these are
// exactly the facts that can still matter.
func (w *walk) cite(i int, truth fact.Truth) {
	n := &w.rule.nodes[i]
	if n.kind == leaf {
		if n.not {
			truth = truth.Not()
		}
		w.citeAtom(&w.set.atoms[n.atom], truth)
		return
	}
	for k := i + 1; k < int(n.end); k = int(w.rule.nodes[k].end) {
		if w.answer(k) == truth {
			w.cite(k, truth)
		}
	}
}

// ask gives the truth of an atom: of the instance's own fact, or, for an
// aggregate, over all instances. An aggregate over no instances is unknown:
// that nothing is there settles nothing.
func (w *walk) ask(a *compiled) fact.Truth {
	if a.take == fact.Alone {
		truth, _ := w.weigh(a, w.index(a))
		return truth
	}
	n := w.vector.Count(a.scope)
	if n == 0 {
		return fact.Unknown
	}
	settles := a.settles()
	total := settles.Not()
	for i := range n {
		truth, _ := w.weigh(a, i)
		if truth == settles {
			return settles
		}
		if truth == fact.Unknown {
			total = fact.Unknown
		}
	}
	return total
}

func (w *walk) index(a *compiled) int {
	if a.own {
		return w.instance
	}
	return 0
}

// settles gives the answer of one instance that settles the whole aggregate:
// True for any, False for every. The largest is less than a bound only if
// every one is.
func (a *compiled) settles() fact.Truth {
	if a.take == fact.Any {
		return fact.True
	}
	return fact.False
}

func (w *walk) citeAtom(a *compiled, truth fact.Truth) {
	if a.take == fact.Alone {
		i := w.index(a)
		_, footing := w.weigh(a, i)
		w.out.Cited = append(w.out.Cited, Cited{a.slot, a.scope, footing, int32(i)})
		return
	}
	n := w.vector.Count(a.scope)
	if n == 0 {
		w.out.Cited = append(w.out.Cited, Cited{a.slot, a.scope, fact.Missing, -1})
		return
	}
	for i := range n {
		if one, footing := w.weigh(a, i); one == truth {
			w.out.Cited = append(w.out.Cited, Cited{a.slot, a.scope, footing, int32(i)})
		}
	}
}

// weigh gives what the sources that count make of the atom. A source that does
// not count and says what would hurt makes it unknown; one that would help is
// ignored. A value that hurts already needs no doubt to stop.
func (w *walk) weigh(a *compiled, index int) (fact.Truth, fact.Footing) {
	cell := w.vector.Cell(a.scope, index, a.slot)
	counts := w.rule.counts
	doubters := cell.Doubters(counts)
	value, footing := cell.Heard(counts)
	if footing == fact.Settled && !a.holds(value) == a.wants {
		return fact.Of(!a.wants), fact.Settled
	}
	for rest := doubters; rest != 0; rest &= rest - 1 {
		s := fact.Source(bits.TrailingZeros8(uint8(rest)))
		if cell.Torn(s) || a.holds(cell.Said(s)) != a.wants {
			return fact.Unknown, fact.Doubted
		}
	}
	if footing != fact.Settled {
		return fact.Unknown, footing
	}
	return fact.Of(a.wants), fact.Settled
}

func (a *compiled) holds(v fact.Value) bool {
	switch a.op {
	case Equal:
		if a.kind == fact.Number {
			return v.Number() == a.number
		}
		return v == a.operand
	case Less:
		if a.kind == fact.Number {
			return v.Number() < a.number
		}
		return v.Days() < a.operand.Days()
	case AtMost:
		if a.kind == fact.Number {
			return v.Number() <= a.number
		}
		return v.Days() <= a.operand.Days()
	case Contains:
		return v&a.operand != 0
	}
	return a.operand&(1<<v) != 0
}
