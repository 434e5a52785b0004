package rule

import (
	"math"
	"math/bits"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fact"
)

// An Op is what an atom asks of a fact's value.
type Op uint8

// The operations of atoms.
const (
	Equal    Op = iota // the value is the operand
	Less               // the value is less than the operand, or earlier
	AtMost             // the value is at most the operand
	Contains           // the option is one of the set's
	OneOf              // the value is one of the operands
)

// An Atom is the smallest question: one fact against one literal. It is never
// constant, and stands at most once in an expression, so its polarity is one:
// Wants says which answer helps the safeguard.
type Atom struct {
	Fact    fact.Name
	Pos     Pos
	Op      Op
	Operand fact.Value // for OneOf and Contains a set of options
	Wants   bool

	slot  fact.Slot
	scope fact.Scope
	take  fact.Take
	kind  fact.Kind
}

// atom checks one comparison against the declaration of its fact.
func (p *parser) atom(subject token, op string, literal token, list []token, negated bool) (*Expr, error) {
	if subject.kind != name || isLiteral(subject) {
		return nil, wrong(subject.pos, "expected a fact, not %s: compare a fact with a literal", subject)
	}
	d, slot, ok := p.voc.Find(fact.Name(subject.word))
	if !ok {
		return nil, wrong(subject.pos, "there is no fact %q; `rogatory rulebook list --facts` lists them", subject.word)
	}
	if d.Take == fact.Alone && d.Scope != fact.OfRequest && d.Scope != p.scope {
		return nil, wrong(subject.pos, "%s is a fact of each %s, and the rule is asked per %s; declare an aggregate", d.Name, d.Scope, p.scope)
	}
	a := &Atom{Fact: d.Name, Pos: subject.pos, slot: slot, scope: d.Scope, take: d.Take, kind: d.Kind}
	flip, err := a.ask(d, op, literal, list)
	if err != nil {
		return nil, err
	}
	if a.take == fact.Most && a.Op != Less && a.Op != AtMost {
		return nil, wrong(subject.pos, "%s is a most: compare it with < <= > >=", d.Name)
	}
	not := flip != negated
	a.Wants = !not
	return &Expr{Atom: a, Not: not}, nil
}

// ask sets the operation and operand; flip means the atom's answer is to be
// turned round.
func (a *Atom) ask(d *fact.Declaration, op string, literal token, list []token) (flip bool, err error) {
	switch op {
	case "in":
		if d.Kind != fact.Choice {
			return false, wrong(a.Pos, "in [...] asks about a choice, and %s is a %s", d.Name, d.Kind)
		}
		a.Op = OneOf
		for _, t := range list {
			v, err := operand(d, t)
			if err != nil {
				return false, err
			}
			a.Operand |= 1 << v
		}
		if bits.OnesCount64(uint64(a.Operand)) == len(d.Options) {
			return false, wrong(a.Pos, "this names every option of %s and is always true", d.Name)
		}
		return false, nil
	case "contains":
		if d.Kind != fact.Set {
			return false, wrong(a.Pos, "%s is a %s; only a set can contain something", d.Name, d.Kind)
		}
		if !isLiteral(literal) {
			return false, wrong(literal.pos, "expected a literal, not %s: ask \"option\" in %s", literal, d.Name)
		}
		a.Op = Contains
		one := fact.Declaration{Name: d.Name, Kind: fact.Choice, Options: d.Options}
		v, err := operand(&one, literal)
		a.Operand = 1 << v
		return false, err
	}
	if d.Kind == fact.Set {
		return false, wrong(a.Pos, "%s is a set; ask \"option\" in %s", d.Name, d.Name)
	}
	if !isLiteral(literal) {
		return false, wrong(literal.pos, "expected a literal, not %s: a fact is compared with a literal", literal)
	}
	if a.Operand, err = operand(d, literal); err != nil {
		return false, err
	}
	if op != "==" && op != "!=" && d.Kind != fact.Number && d.Kind != fact.Date {
		return false, wrong(a.Pos, "%s is a %s and has no order; use == or !=", d.Name, d.Kind)
	}
	switch op {
	case "<", ">=":
		a.Op = Less
	case "<=", ">":
		a.Op = AtMost
	}
	if least, greatest := bounds(d.Kind); a.Op == Less && a.Operand == least || a.Op == AtMost && a.Operand == greatest {
		return false, wrong(a.Pos, "nothing lies beyond %s, so this comparison always has the same answer", d.Format(a.Operand))
	}
	if d.Kind == fact.Bool && a.Operand == 0 {
		a.Operand = 1
		return op == "==", nil
	}
	return op == "!=" || op == ">=" || op == ">", nil
}

// bounds gives the least and the greatest value that can be said of a kind that
// has an order.
func bounds(k fact.Kind) (least, greatest fact.Value) {
	if k == fact.Number {
		return fact.OfNumber(-math.MaxFloat64), fact.OfNumber(math.MaxFloat64)
	}
	return fact.OfDate(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)), fact.OfDate(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
}

func operand(d *fact.Declaration, t token) (fact.Value, error) {
	var raw any = t.word
	switch {
	case t.kind == number:
		raw = t.value
	case t.kind == name:
		raw = t.word == "true"
	case d.Kind == fact.Date:
		if _, err := time.Parse(time.DateOnly, t.word); err != nil {
			return 0, wrong(t.pos, "%q is no date; write \"2026-08-18\"", t.word)
		}
	}
	v, err := d.Parse(raw)
	if err != nil {
		return 0, wrong(t.pos, "%v", err)
	}
	return v, nil
}

func (a *Atom) write(voc *fact.Vocabulary, not bool) string {
	d, _, _ := voc.Find(a.Fact)
	switch a.Op {
	case Contains, OneOf:
		var words []string
		for i, w := range d.Options {
			if a.Operand&(1<<i) != 0 {
				words = append(words, `"`+w+`"`)
			}
		}
		s := string(a.Fact) + " in [" + strings.Join(words, ", ") + "]"
		if a.Op == Contains {
			s = words[0] + " in " + string(a.Fact)
		}
		if not {
			return "!(" + s + ")"
		}
		return s
	}
	if a.kind == fact.Bool {
		if not {
			return "!" + string(a.Fact)
		}
		return string(a.Fact)
	}
	literal := d.Format(a.Operand)
	if a.kind != fact.Number {
		literal = `"` + literal + `"`
	}
	op := map[Op]string{Equal: "==", Less: "<", AtMost: "<="}[a.Op]
	if not {
		op = map[Op]string{Equal: "!=", Less: ">=", AtMost: ">"}[a.Op]
	}
	return string(a.Fact) + " " + op + " " + literal
}
