package rule

import (
	"slices"
	"strings"

	"github.com/rogatory/rogatory/fact"
)

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
