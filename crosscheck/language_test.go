package crosscheck

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"github.com/rogatory/rogatory/crosscheck/withcel"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "1000"); err != nil {
		panic(err)
	}
	m.Run()
}

// Random vocabularies, random expressions, random assertions by all sources:
// CEL's partial evaluation gives the same verdict for every instance, and for an
// unknown one the same facts that are needed.
//
// CEL is given what the test itself makes of the assertions, as fact.Unknown
// and the rule's own words define it, and for an aggregate the disjunction or
// conjunction over the instances. It is asked twice: the expression as it was
// written, and as Expr.Write prints it.
//
// In no class of cases is CEL's set of unknowns larger or smaller than ours.
func TestLanguageAgainstCEL(t *testing.T) {
	var seen [3]int
	rapid.Check(t, func(t *rapid.T) {
		g := generate(t)
		voc, err := fact.NewVocabulary(g.declarations)
		if err != nil {
			t.Fatal(err)
		}
		holds, err := rule.Parse(g.written, voc, g.scope)
		if err != nil {
			t.Fatalf("%s: %v", g.written, err)
		}
		set := rule.NewSet([]*rule.Rule{{ID: "r", For: g.scope, Holds: holds, Counts: g.counts}})
		programs := []cel.Program{g.compile(t, g.inCEL)}
		if !g.aggregates {
			programs = append(programs, g.compile(t, holds.Write(voc)))
		}
		vector := fact.NewVector(voc)
		var found rule.Findings
		for range 30 {
			g.say(t, voc, vector)
			set.Evaluate(vector, &found)
			if len(found.List) != g.count[g.scope] {
				t.Fatalf("%d findings for %d instances", len(found.List), g.count[g.scope])
			}
			for _, f := range found.List {
				for _, program := range programs {
					vars := g.vars(t, int(f.Instance))
					answer, _, err := program.Eval(vars)
					want, err := withcel.Verdict(answer, err)
					if err != nil || want != f.Verdict {
						t.Fatalf("%s: %s, and CEL says %v: %v", g.written, f.Verdict, answer, err)
					}
					seen[want]++
					if want != rule.Unknown {
						continue
					}
					if got, want := g.names(voc, found.Of(f)), withcel.Needs(answer); !maps.Equal(got, want) {
						t.Fatalf("%s needs %v, and CEL says %v", g.written, names(got), names(want))
					}
				}
			}
		}
	})
	t.Logf("unknown, met, not met: %d", seen)
	if slices.Min(seen[:]) < 5000 {
		t.Errorf("some verdict hardly occurs: %d", seen)
	}
}

// A generated rule with its vocabulary, in our words and in CEL's.
type generated struct {
	declarations []fact.Declaration
	scope        fact.Scope
	counts       fact.Sources
	count        [4]int // instances
	atoms        []*atom
	written      string
	inCEL        string
	aggregates   bool

	known map[string]any // by CEL variable; what is missing here is unknown
}

// An atom asks about one fact, alone or in an aggregate.
type atom struct {
	d         fact.Declaration
	aggregate fact.Name // empty: the fact alone
	take      fact.Take
	text      func(subject string) string
	holds     func(raw any) bool
	wanted    bool // the atom as written helps if true
}

var scopes = []fact.Scope{fact.OfRequest, fact.OfMeasure, fact.OfOffence, fact.OfPerson}

func generate(t *rapid.T) *generated {
	g := &generated{
		scope:  rapid.SampledFrom(scopes).Draw(t, "scope"),
		counts: fact.Sources(rapid.IntRange(1, 31).Draw(t, "counts")),
		count:  [4]int{1, rapid.IntRange(0, 3).Draw(t, "measures"), rapid.IntRange(0, 3).Draw(t, "offences"), rapid.IntRange(0, 3).Draw(t, "persons")},
	}
	n := rapid.IntRange(1, 6).Draw(t, "atoms")
	for i := range n {
		g.atom(t, i)
	}
	g.written, g.inCEL = g.expression(t, g.atoms, true)
	return g
}

// atom declares a fact the rule can see and asks something about it.
func (g *generated) atom(t *rapid.T, i int) {
	a := &atom{d: fact.Declaration{
		Kind:     rapid.SampledFrom([]fact.Kind{fact.Bool, fact.Number, fact.Date, fact.Choice, fact.Set}).Draw(t, "kind"),
		Scope:    rapid.SampledFrom(scopes).Draw(t, "of"),
		Settle:   fact.People,
		Question: "?",
	}}
	a.d.Name = fact.Name(fmt.Sprintf("%s.fact_%d", a.d.Scope, i))
	seen := a.d.Scope == fact.OfRequest || a.d.Scope == g.scope
	if a.d.Scope != fact.OfRequest && (!seen || rapid.IntRange(0, 4).Draw(t, "aggregate") == 0) {
		a.take = rapid.SampledFrom([]fact.Take{fact.Any, fact.Every, fact.Most}).Draw(t, "take")
		a.aggregate = fact.Name(fmt.Sprintf("all.fact_%d", i))
		a.d.Kind = fact.Bool
		if a.take == fact.Most {
			a.d.Kind = rapid.SampledFrom([]fact.Kind{fact.Number, fact.Date}).Draw(t, "kind of the most")
		}
	}
	if a.d.Kind == fact.Choice || a.d.Kind == fact.Set {
		a.d.Options = []string{"red", "green-ish", "blue", "black"}[:rapid.IntRange(2, 4).Draw(t, "options")]
	}
	a.ask(t)
	g.atoms = append(g.atoms, a)
	g.declarations = append(g.declarations, a.d)
	if a.aggregate != "" {
		g.aggregates = true
		g.declarations = append(g.declarations, fact.Declaration{Name: a.aggregate, Take: a.take, Of: a.d.Name})
	}
}

// raws are the values that facts take: few, so that bounds are met exactly.
func (a *atom) raws() []any {
	switch a.d.Kind {
	case fact.Bool:
		return []any{true, false}
	case fact.Number:
		return []any{-2.0, 0.0, 3.5, 4.0, 12.0}
	case fact.Date:
		return []any{"1969-12-31", "2024-02-29", "2024-03-01"}
	case fact.Choice:
		var list []any
		for _, o := range a.d.Options {
			list = append(list, o)
		}
		return list
	}
	return []any{[]any{}, []any{"red"}, []any{"green-ish"}, []any{"green-ish", "red"}}
}

// ask draws one of the questions the language has for the kind of fact.
func (a *atom) ask(t *rapid.T) {
	raw := rapid.SampledFrom(a.raws()).Draw(t, "operand")
	equal := func(v any) bool { return v == raw }
	if a.d.Kind == fact.Set || a.d.Kind == fact.Choice {
		raw = rapid.SampledFrom(a.d.Options).Draw(t, "option")
	}
	literal := fmt.Sprint(raw)
	if s, ok := raw.(string); ok {
		literal = `"` + s + `"`
	}
	op := rapid.SampledFrom([]string{"==", "!="}).Draw(t, "operator")
	switch a.d.Kind {
	case fact.Bool:
		if a.take != fact.Alone || rapid.Bool().Draw(t, "bare") {
			a.text, a.holds = func(s string) string { return s }, func(v any) bool { return v == true }
			return
		}
	case fact.Set:
		a.text = func(s string) string { return literal + " in " + s }
		a.holds = func(v any) bool { return slices.Contains(v.([]any), raw) }
		return
	case fact.Choice:
		if rapid.Bool().Draw(t, "list") {
			a.text = func(s string) string { return s + " in [" + literal + "]" }
			a.holds = equal
			return
		}
	case fact.Number, fact.Date:
		orders := []string{"<", "<=", ">", ">="}
		if a.take != fact.Most {
			orders = append(orders, "==", "!=")
		}
		op = rapid.SampledFrom(orders).Draw(t, "order")
	}
	a.text = func(s string) string { return s + " " + op + " " + literal }
	a.holds = func(v any) bool { return compare(v, op, raw) }
	if turned := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}[op]; rapid.Bool().Draw(t, "turned") {
		a.text = func(s string) string { return literal + " " + turned + " " + s }
	}
}

func compare(v any, op string, raw any) bool {
	order := 0
	switch bound := raw.(type) {
	case float64:
		order = int(2 * (v.(float64) - bound))
	case string:
		order = strings.Compare(v.(string), bound)
	default:
		if v != raw {
			order = 1
		}
	}
	return map[string]bool{"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]
}

// expression joins atoms to a tree, some of it negated.
func (g *generated) expression(t *rapid.T, atoms []*atom, wanted bool) (written, inCEL string) {
	negated := rapid.IntRange(0, 2).Draw(t, "negated") == 0
	if negated {
		wanted = !wanted
	}
	if len(atoms) == 1 {
		atoms[0].wanted = wanted
		written, inCEL = atoms[0].text(string(atoms[0].subject())), g.expand(atoms[0])
	} else {
		at := rapid.IntRange(1, len(atoms)-1).Draw(t, "split")
		op := rapid.SampledFrom([]string{" && ", " || "}).Draw(t, "op")
		left, leftCEL := g.expression(t, atoms[:at], wanted)
		right, rightCEL := g.expression(t, atoms[at:], wanted)
		written, inCEL = "("+left+op+right+")", "("+leftCEL+op+rightCEL+")"
	}
	if negated {
		return "!(" + written + ")", "!(" + inCEL + ")"
	}
	return written, inCEL
}

func (a *atom) subject() fact.Name {
	if a.aggregate != "" {
		return a.aggregate
	}
	return a.d.Name
}

// variable is the CEL name of the fact; in an aggregate, of one instance. Of no
// instances, -1 stands for the one that is not there.
func (a *atom) variable(instance int) string {
	if a.aggregate == "" {
		return string(a.d.Name)
	}
	if instance < 0 {
		return string(a.d.Name) + ".of_none"
	}
	return fmt.Sprintf("%s.of_%d", a.d.Name, instance)
}

// expand writes an aggregate out over the instances. The largest is above a
// bound if some are, and below it if all are.
func (g *generated) expand(a *atom) string {
	if a.aggregate == "" {
		return "(" + a.text(a.variable(0)) + ")"
	}
	if g.count[a.d.Scope] == 0 {
		return "(" + a.text(a.variable(-1)) + ")"
	}
	op := " && "
	if a.take == fact.Any || a.take == fact.Most && !a.holds(smallest(a.d.Kind)) {
		op = " || "
	}
	var parts []string
	for i := range g.count[a.d.Scope] {
		parts = append(parts, "("+a.text(a.variable(i))+")")
	}
	return "(" + strings.Join(parts, op) + ")"
}

func smallest(k fact.Kind) any {
	if k == fact.Number {
		return -1e9
	}
	return "0001-01-01"
}

func (g *generated) compile(t *rapid.T, expression string) cel.Program {
	kinds := make(map[string]fact.Kind)
	for _, a := range g.atoms {
		for i := -1; i < g.count[a.d.Scope]; i++ {
			kinds[a.variable(i)] = a.d.Kind
		}
	}
	env, err := withcel.Env(kinds)
	if err != nil {
		t.Fatal(err)
	}
	program, err := withcel.Program(env, expression)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// say draws assertions, puts them into the vector, and notes what the rule may
// rest on.
func (g *generated) say(t *rapid.T, voc *fact.Vocabulary, vector *fact.Vector) {
	vector.Reset(g.count[fact.OfMeasure], g.count[fact.OfOffence], g.count[fact.OfPerson])
	g.known = make(map[string]any)
	many := rapid.Bool().Draw(t, "many voices")
	for _, a := range g.atoms {
		d, slot, _ := voc.Find(a.d.Name)
		for i := range g.count[a.d.Scope] {
			said := make(map[fact.Source][]any)
			n := rapid.IntRange(0, 4).Draw(t, "assertions")
			if !many {
				n = min(n, 1)
			}
			for range n {
				s := fact.Source(rapid.IntRange(0, 4).Draw(t, "source"))
				if !many {
					s = g.counts.List()[0]
				}
				raw := rapid.SampledFrom(a.raws()).Draw(t, "value")
				v, err := d.Parse(raw)
				if err != nil {
					t.Fatal(err)
				}
				vector.Cell(a.d.Scope, i, slot).Say(s, v)
				said[s] = append(said[s], raw)
			}
			if raw, ok := a.worth(said, g.counts); ok {
				g.known[fmt.Sprint(a.d.Scope, i, a.d.Name)] = raw
			}
		}
	}
}

// worth is what a rule makes of the assertions. Those who count must agree,
// unless the court has spoken; a doubt by somebody who does not count makes it
// unknown, unless the value itself hurts already. A source that does not count
// and contradicts itself casts a doubt whatever it says: the evaluator is more
// cautious there than the words "what would hurt" ask, because a cell keeps one
// value per source.
func (a *atom) worth(said map[fact.Source][]any, counts fact.Sources) (any, bool) {
	var heard, others []any
	torn := false
	for s, values := range said {
		if counts.Has(s) {
			heard = append(heard, values...)
		} else {
			others = append(others, values...)
			torn = torn || !alike(values)
		}
	}
	if court := said[fact.Court]; counts.Has(fact.Court) && len(court) > 0 {
		heard = court
	}
	if len(heard) == 0 || !alike(heard) {
		return nil, false
	}
	if a.holds(heard[0]) != a.wanted {
		return heard[0], true
	}
	if torn {
		return nil, false
	}
	for _, v := range others {
		if a.holds(v) != a.wanted {
			return nil, false
		}
	}
	return heard[0], true
}

func alike(values []any) bool {
	for _, v := range values {
		if fmt.Sprint(v) != fmt.Sprint(values[0]) {
			return false
		}
	}
	return true
}

// vars are the CEL variables for one instance of the rule, with an unknown
// pattern for each that has no value.
func (g *generated) vars(t *rapid.T, instance int) cel.PartialActivation {
	values := make(map[string]any)
	var unknown []*cel.AttributePatternType
	bind := func(a *atom, variable string, index int) {
		if raw, ok := g.known[fmt.Sprint(a.d.Scope, index, a.d.Name)]; ok {
			values[variable] = raw
			return
		}
		unknown = append(unknown, cel.AttributePattern(variable))
	}
	for _, a := range g.atoms {
		switch {
		case a.aggregate != "":
			for i := -1; i < g.count[a.d.Scope]; i++ {
				bind(a, a.variable(i), i)
			}
		case a.d.Scope == fact.OfRequest:
			bind(a, a.variable(0), 0)
		default:
			bind(a, a.variable(0), instance)
		}
	}
	vars, err := cel.PartialVars(values, unknown...)
	if err != nil {
		t.Fatal(err)
	}
	return vars
}

// names gives cited facts their CEL names.
func (g *generated) names(voc *fact.Vocabulary, cited []rule.Cited) map[string]bool {
	set := make(map[string]bool)
	for _, c := range cited {
		for _, a := range g.atoms {
			if voc.At(c.Scope, c.Slot).Name == a.d.Name {
				set[a.variable(int(c.Instance))] = true
			}
		}
	}
	return set
}
