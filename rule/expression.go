package rule

import (
	"math"
	"math/bits"
	"slices"
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

// An Expr is a checked expression: an atom, or the conjunction or disjunction
// of several, possibly negated (pushed down into Atom and the connective, so
// that no negation remains but an atom's own).
type Expr struct {
	Atom *Atom
	All  []*Expr // conjunction
	Some []*Expr // disjunction
	Not  bool    // of an atom
}

const (
	maxLength = 4096
	maxDepth  = 32
)

// Parse reads and checks an expression about the facts of a vocabulary, for
// rules that are evaluated per instance of scope.
//
// The language is a strict subset of CEL's syntax: && || ! == != < <= > >= in,
// literals, fact names, parentheses. No functions, no macros, no test of
// presence. A fact stands at most once and no atom is constant: then the
// three-valued answer is exact, and the missing facts are those that matter.
func Parse(src string, voc *fact.Vocabulary, scope fact.Scope) (*Expr, error) {
	if len(src) > maxLength {
		return nil, wrong(0, "an expression has at most %d bytes; write two rules", maxLength)
	}
	tokens, err := scan(src)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, voc: voc, scope: scope}
	e, err := p.disjunction(false)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		return nil, wrong(t.pos, "expected && or || or the end, not %s", t)
	}
	if err := p.once(e); err != nil {
		return nil, err
	}
	return e, nil
}

type parser struct {
	tokens []token
	at     int
	depth  int
	voc    *fact.Vocabulary
	scope  fact.Scope
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

func (p *parser) accept(word string) bool {
	if t := p.peek(); t.kind == symbol && t.word == word {
		p.at++
		return true
	}
	return false
}

// disjunction reads a || b || c. Under a negation it becomes a conjunction.
func (p *parser) disjunction(negated bool) (*Expr, error) {
	return p.chain("||", negated, p.conjunction)
}

func (p *parser) conjunction(negated bool) (*Expr, error) {
	return p.chain("&&", negated, p.unary)
}

func (p *parser) chain(word string, negated bool, part func(bool) (*Expr, error)) (*Expr, error) {
	first, err := part(negated)
	if err != nil {
		return nil, err
	}
	parts := []*Expr{first}
	for p.accept(word) {
		e, err := part(negated)
		if err != nil {
			return nil, err
		}
		parts = append(parts, e)
	}
	switch {
	case len(parts) == 1:
		return first, nil
	case (word == "&&") != negated:
		return &Expr{All: parts}, nil
	}
	return &Expr{Some: parts}, nil
}

func (p *parser) unary(negated bool) (*Expr, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, wrong(p.peek().pos, "nested deeper than %d; write two rules", maxDepth)
	}
	if p.accept("!") {
		if t := p.peek(); t.kind != symbol && t.kind != end {
			if op := p.tokens[p.at+1]; op.kind == symbol && relation(op.word) {
				return nil, wrong(op.pos, "! binds closer than %s; write !(a %s b)", op.word, op.word)
			}
		}
		return p.unary(!negated)
	}
	if p.accept("(") {
		e, err := p.disjunction(negated)
		if err != nil {
			return nil, err
		}
		if t := p.peek(); !p.accept(")") {
			return nil, wrong(t.pos, "expected ), not %s", t)
		}
		if t := p.peek(); t.kind == symbol && relation(t.word) {
			return nil, wrong(t.pos, "%s compares a fact with a literal, not an expression", t.word)
		}
		return e, nil
	}
	return p.comparison(negated)
}

func relation(word string) bool {
	return slices.Contains([]string{"==", "!=", "<", "<=", ">", ">=", "in"}, word)
}

// comparison reads fact, fact op literal, literal op fact, fact in [literals],
// literal in fact.
func (p *parser) comparison(negated bool) (*Expr, error) {
	left := p.next()
	op := p.peek()
	if op.kind != symbol || !relation(op.word) {
		switch {
		case left.kind != name || isLiteral(left):
			return nil, wrong(left.pos, "expected a fact, not %s: an expression is made of facts and comparisons", left)
		case op.kind == symbol && op.word == "(":
			return nil, wrong(left.pos, "there are no functions, no macros and no test of presence, so %s( means nothing; name the fact itself", left.word)
		}
		if d, _, ok := p.voc.Find(fact.Name(left.word)); ok && d.Kind != fact.Bool {
			return nil, wrong(left.pos, "%s is a %s, which says nothing by itself; compare it with a literal", d.Name, d.Kind)
		}
		return p.atom(left, "==", token{kind: name, pos: left.pos, word: "true"}, nil, negated)
	}
	p.next()
	if op.word == "in" && p.accept("[") {
		list, err := p.literals()
		if err != nil {
			return nil, err
		}
		return p.atom(left, "in", token{}, list, negated)
	}
	right := p.next()
	if t := p.peek(); t.kind == symbol && relation(t.word) {
		return nil, wrong(t.pos, "comparisons do not chain; join two with &&")
	}
	switch {
	case op.word == "in":
		return p.atom(right, "contains", left, nil, negated)
	case isLiteral(left) && !isLiteral(right):
		return p.atom(right, turned(op.word), left, nil, negated)
	}
	return p.atom(left, op.word, right, nil, negated)
}

func (p *parser) literals() ([]token, error) {
	var list []token
	for {
		t := p.next()
		if !isLiteral(t) {
			return nil, wrong(t.pos, "expected a literal, not %s", t)
		}
		list = append(list, t)
		if p.accept("]") {
			return list, nil
		}
		if t := p.peek(); !p.accept(",") {
			return nil, wrong(t.pos, "expected , or ], not %s", t)
		}
	}
}

func isLiteral(t token) bool {
	return t.kind == number || t.kind == text || t.kind == name && (t.word == "true" || t.word == "false")
}

func turned(op string) string {
	switch op {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return op
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

// once refuses an expression in which two atoms could know of each other: the
// same fact twice, or two aggregates of one fact, or a fact and its aggregate.
func (p *parser) once(e *Expr) error {
	seen := make(map[fact.Name]fact.Name)
	for _, a := range e.Atoms() {
		d, _, _ := p.voc.Find(a.Fact)
		base := d.Name
		if d.Take != fact.Alone {
			base = d.Of
		}
		if first, twice := seen[base]; twice {
			return wrong(a.Pos, "%s stands a second time (%s before): each fact may stand once; write two rules", a.Fact, first)
		}
		seen[base] = a.Fact
	}
	return nil
}

// Atoms lists the atoms from left to right.
func (e *Expr) Atoms() []*Atom {
	if e.Atom != nil {
		return []*Atom{e.Atom}
	}
	var list []*Atom
	for _, part := range append(slices.Clone(e.All), e.Some...) {
		list = append(list, part.Atoms()...)
	}
	return list
}

// Write prints the expression so that Parse reads the same one again.
func (e *Expr) Write(voc *fact.Vocabulary) string {
	if e.Atom != nil {
		return e.Atom.write(voc, e.Not)
	}
	word, parts := " && ", e.All
	if len(e.Some) > 0 {
		word, parts = " || ", e.Some
	}
	var out []string
	for _, part := range parts {
		s := part.Write(voc)
		if part.Atom == nil {
			s = "(" + s + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, word)
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
