// Package withopa evaluates rules with OPA: one prepared query per scope, that
// answers for all its rules at once.
package withopa

import (
	"context"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/rogatory/rogatory/crosscheck/sample"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
)

// An Engine holds the prepared queries.
type Engine struct {
	queries    [4]rego.PreparedEvalQuery // per scope
	rules      []*rule.Rule
	names      [][2]string // of the truth and the falsity of each rule
	aggregates []*fact.Declaration
	answers    [4][]map[string]any // per scope and instance
}

// New prepares the policy of the rules.
func New(voc *fact.Vocabulary, rules []*rule.Rule) (*Engine, error) {
	e := &Engine{rules: rules}
	for i := range e.queries {
		scope := fact.Scope(i)
		query, err := rego.New(
			rego.Query("data."+scope.String()),
			rego.Module(scope.String()+".rego", Policy(voc, rules, scope)),
		).PrepareForEval(context.Background())
		if err != nil {
			return nil, fmt.Errorf("prepare the policy for a %s: %w", scope, err)
		}
		e.queries[scope] = query
	}
	for i := range rules {
		e.names = append(e.names, [2]string{fmt.Sprintf("true_%d", i), fmt.Sprintf("false_%d", i)})
	}
	for i := range voc.All() {
		if d := &voc.All()[i]; d.Take != fact.Alone {
			e.aggregates = append(e.aggregates, d)
		}
	}
	return e, nil
}

// Evaluate asks every rule for every instance. The maps become OPA's own values
// directly, the request's once for all instances: handing maps over as they are
// makes OPA write and read JSON first.
func (e *Engine) Evaluate(r *sample.Request) error {
	aggregates := make(map[string]any, len(e.aggregates))
	for _, d := range e.aggregates {
		if answer := sample.Aggregate(d.Take, r[d.Scope], string(d.Of)); answer != fact.Unknown {
			aggregates[string(d.Name)] = answer == fact.True
		}
	}
	request, err := ast.InterfaceToValue(r[fact.OfRequest][0])
	if err != nil {
		return err
	}
	for scope, instances := range r {
		e.answers[scope] = e.answers[scope][:0]
		for _, facts := range instances {
			own := request
			if fact.Scope(scope) != fact.OfRequest {
				if own, err = ast.InterfaceToValue(facts); err != nil {
					return err
				}
			}
			answers, err := ask(e.queries[scope], map[string]any{"request": request, "own": own, "aggregates": aggregates})
			if err != nil {
				return err
			}
			e.answers[scope] = append(e.answers[scope], answers)
		}
	}
	return nil
}

func ask(query rego.PreparedEvalQuery, facts map[string]any) (map[string]any, error) {
	input, err := ast.InterfaceToValue(facts)
	if err != nil {
		return nil, err
	}
	results, err := query.Eval(context.Background(), rego.EvalParsedInput(input))
	if err != nil {
		return nil, err
	}
	if len(results) != 1 || len(results[0].Expressions) != 1 {
		return nil, fmt.Errorf("OPA gives %d results", len(results))
	}
	answers, ok := results[0].Expressions[0].Value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("OPA gives a %T", results[0].Expressions[0].Value)
	}
	return answers, nil
}

// Verdicts gives the verdicts of the last request, rule by rule and instance by
// instance. A rule that is both true and false is an error.
func (e *Engine) Verdicts() ([]rule.Verdict, error) {
	var out []rule.Verdict
	for i, r := range e.rules {
		for _, answers := range e.answers[r.For] {
			isTrue, isFalse := answers[e.names[i][0]] == true, answers[e.names[i][1]] == true
			switch {
			case isTrue && isFalse:
				return nil, fmt.Errorf("rule %s is true and false", r.ID)
			case isTrue:
				out = append(out, rule.Met)
			case isFalse:
				out = append(out, rule.NotMet)
			default:
				out = append(out, rule.Unknown)
			}
		}
	}
	return out, nil
}
