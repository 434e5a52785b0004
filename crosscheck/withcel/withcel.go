// Package withcel evaluates rules by cel-go's partial evaluation.
//
// A fact's dotted name is declared as a CEL variable of that name. Every fact
// that is missing is declared to each evaluation as an unknown pattern: CEL
// answers in three values only about those, and a pattern forgotten turns
// unknown into an error or a definite answer.
package withcel

import (
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
)

// Env declares a variable per fact. A number is dynamic: CEL's checker refuses
// to compare a double with the integer literal 4, CEL's runtime does not.
func Env(kinds map[string]fact.Kind) (*cel.Env, error) {
	var options []cel.EnvOption
	for name, kind := range kinds {
		t := map[fact.Kind]*cel.Type{
			fact.Bool: cel.BoolType, fact.Number: cel.DynType, fact.Date: cel.StringType,
			fact.Choice: cel.StringType, fact.Set: cel.ListType(cel.StringType),
		}[kind]
		options = append(options, cel.Variable(name, t))
	}
	return cel.NewEnv(options...)
}

// Program compiles an expression for partial evaluation.
func Program(env *cel.Env, expression string) (cel.Program, error) {
	ast, issues := env.Compile(expression)
	if err := issues.Err(); err != nil {
		return nil, fmt.Errorf("compile %s: %w", expression, err)
	}
	return env.Program(ast, cel.EvalOptions(cel.OptOptimize, cel.OptPartialEval))
}

// Verdict reads CEL's answer. An error is never a verdict.
func Verdict(answer ref.Val, err error) (rule.Verdict, error) {
	switch {
	case types.IsUnknown(answer):
		return rule.Unknown, nil
	case err != nil:
		return rule.Unknown, err
	case answer == types.True:
		return rule.Met, nil
	case answer == types.False:
		return rule.NotMet, nil
	}
	return rule.Unknown, fmt.Errorf("CEL answers %v", answer)
}

// Needs gives the names of the variables an unknown answer waits for.
func Needs(answer ref.Val) map[string]bool {
	needs := make(map[string]bool)
	unknown, ok := answer.(*types.Unknown)
	if !ok {
		return needs
	}
	for _, id := range unknown.IDs() {
		trails, _ := unknown.GetAttributeTrails(id)
		for _, trail := range trails {
			needs[trail.String()] = true
		}
	}
	return needs
}
