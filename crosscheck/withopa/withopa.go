// Package withopa evaluates rules with OPA: one prepared query that answers for
// all rules and all instances of a request.
package withopa

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/rogatory/rogatory/crosscheck/sample"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
)

// An Engine holds the prepared query.
type Engine struct {
	query      rego.PreparedEvalQuery
	rules      []*rule.Rule
	names      [][2]string // of the truth and the falsity of each rule
	aggregates []*fact.Declaration
	request    *sample.Request
	answers    map[string]any
}

// New prepares the policy of the rules.
func New(voc *fact.Vocabulary, rules []*rule.Rule) (*Engine, error) {
	query, err := rego.New(
		rego.Query("data.floor"),
		rego.Module("floor.rego", Policy(voc, rules)),
	).PrepareForEval(context.Background())
	if err != nil {
		return nil, fmt.Errorf("prepare the policy: %w", err)
	}
	e := &Engine{query: query, rules: rules}
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
// directly: handing them over as they are makes OPA write and read JSON first.
func (e *Engine) Evaluate(r *sample.Request) error {
	aggregates := make(map[string]any, len(e.aggregates))
	for _, d := range e.aggregates {
		if answer := sample.Aggregate(d.Take, r[d.Scope], string(d.Of)); answer != fact.Unknown {
			aggregates[string(d.Name)] = answer == fact.True
		}
	}
	input, err := ast.InterfaceToValue(map[string]any{
		"request":    r[fact.OfRequest][0],
		"aggregates": aggregates,
		"measures":   list(r[fact.OfMeasure]),
		"offences":   list(r[fact.OfOffence]),
		"persons":    list(r[fact.OfPerson]),
	})
	if err != nil {
		return err
	}
	results, err := e.query.Eval(context.Background(), rego.EvalParsedInput(input))
	if err != nil {
		return err
	}
	if len(results) != 1 || len(results[0].Expressions) != 1 {
		return fmt.Errorf("OPA gives %d results", len(results))
	}
	answers, ok := results[0].Expressions[0].Value.(map[string]any)
	if !ok {
		return fmt.Errorf("OPA gives a %T", results[0].Expressions[0].Value)
	}
	e.request, e.answers = r, answers
	return nil
}

func list(instances []map[string]any) []any {
	out := make([]any, len(instances))
	for i, facts := range instances {
		out[i] = facts
	}
	return out
}

// Verdicts gives the verdicts of the last request, rule by rule and instance by
// instance. A rule that is both true and false is an error.
func (e *Engine) Verdicts() ([]rule.Verdict, error) {
	var out []rule.Verdict
	for i, r := range e.rules {
		for instance := range e.request[r.For] {
			isTrue, isFalse := holds(e.answers[e.names[i][0]], instance), holds(e.answers[e.names[i][1]], instance)
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

// holds reads what OPA answers: true for the request, a list of instances for
// the others, and nothing at all where it does not hold.
func holds(answer any, instance int) bool {
	switch a := answer.(type) {
	case bool:
		return a
	case []any:
		for _, n := range a {
			if k, ok := n.(json.Number); ok && k.String() == fmt.Sprint(instance) {
				return true
			}
		}
	}
	return false
}
