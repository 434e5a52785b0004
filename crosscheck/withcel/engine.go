package withcel

import (
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"
	"github.com/rogatory/rogatory/crosscheck/sample"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
)

// An Engine evaluates all rules on a request.
type Engine struct {
	programs   [4][]program // per scope
	rules      int
	facts      [4][]variable
	aggregates []aggregate

	// Answers holds, per rule and instance, what CEL answered.
	Answers [][]ref.Val
}

type program struct {
	rule int
	run  cel.Program
}

type variable struct {
	name    string
	unknown *cel.AttributePatternType
}

type aggregate struct {
	variable
	of string
	d  *fact.Declaration
}

// New compiles the rules. Aggregates must be `any` or `every` of a bool, which
// is all the floor has.
func New(voc *fact.Vocabulary, rules []*rule.Rule) (*Engine, error) {
	e := &Engine{rules: len(rules), Answers: make([][]ref.Val, len(rules))}
	kinds := make(map[string]fact.Kind)
	for i := range voc.All() {
		d := &voc.All()[i]
		name := string(d.Name)
		kinds[name] = d.Kind
		v := variable{name, cel.AttributePattern(name)}
		switch {
		case d.Take == fact.Alone:
			e.facts[d.Scope] = append(e.facts[d.Scope], v)
		case d.Kind == fact.Bool:
			e.aggregates = append(e.aggregates, aggregate{v, string(d.Of), d})
		default:
			return nil, fmt.Errorf("aggregate %s is not of a bool", name)
		}
	}
	env, err := Env(kinds)
	if err != nil {
		return nil, err
	}
	for i, r := range rules {
		run, err := Program(env, r.Holds.Write(voc))
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", r.ID, err)
		}
		e.programs[r.For] = append(e.programs[r.For], program{i, run})
	}
	return e, nil
}

// facts are what the rules for one instance can see.
type facts struct {
	own, request map[string]any
	aggregates   map[string]any
}

func (f *facts) ResolveName(name string) (any, bool) {
	for _, m := range [...]map[string]any{f.own, f.request, f.aggregates} {
		if v, ok := m[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (f *facts) Parent() cel.Activation { return nil }

// Evaluate asks every rule for every instance. The unknown patterns are made
// once per program start and picked per request.
func (e *Engine) Evaluate(r *sample.Request) error {
	for i := range e.Answers {
		e.Answers[i] = e.Answers[i][:0]
	}
	common := make([]*cel.AttributePatternType, 0, 64)
	aggregates := make(map[string]any, len(e.aggregates))
	for i := range e.aggregates {
		a := &e.aggregates[i]
		switch sample.Aggregate(a.d.Take, r[a.d.Scope], a.of) {
		case fact.Unknown:
			common = append(common, a.unknown)
		case fact.True:
			aggregates[a.name] = true
		case fact.False:
			aggregates[a.name] = false
		}
	}
	common = missing(common, e.facts[fact.OfRequest], r[fact.OfRequest][0])
	for scope, programs := range e.programs {
		for _, own := range r[scope] {
			unknown := common
			if fact.Scope(scope) != fact.OfRequest {
				unknown = missing(common[:len(common):len(common)], e.facts[scope], own)
			}
			vars, err := cel.PartialVars(&facts{own, r[fact.OfRequest][0], aggregates}, unknown...)
			if err != nil {
				return err
			}
			for _, p := range programs {
				answer, _, err := p.run.Eval(vars)
				if err != nil {
					return err
				}
				e.Answers[p.rule] = append(e.Answers[p.rule], answer)
			}
		}
	}
	return nil
}

func missing(list []*cel.AttributePatternType, declared []variable, facts map[string]any) []*cel.AttributePatternType {
	for i := range declared {
		if _, ok := facts[declared[i].name]; !ok {
			list = append(list, declared[i].unknown)
		}
	}
	return list
}

// Verdicts gives the verdicts of the last request, rule by rule and instance
// by instance.
func (e *Engine) Verdicts() ([]rule.Verdict, error) {
	var list []rule.Verdict
	for _, answers := range e.Answers {
		for _, answer := range answers {
			v, err := Verdict(answer, nil)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
	}
	return list, nil
}
