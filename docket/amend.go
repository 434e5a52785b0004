package docket

import (
	"reflect"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/request"
)

// carryOver keeps, when a requester has sent another document, what people said
// about what is still the same. About a measure, offence or person that has
// changed nobody has said anything yet. And no answer to a doubt carries over:
// the doubt may now come from other words.
func carryOver(said []Statement, before, after *request.Request) []Statement {
	if before == nil {
		return said
	}
	var kept []Statement
	for _, s := range said {
		of, err := parseInstance(s.Of)
		if err == nil && same(of, before, after) {
			s.Answers = nil
			kept = append(kept, s)
		}
	}
	return kept
}

func same(of fact.Instance, before, after *request.Request) bool {
	switch of.Scope {
	case fact.OfMeasure:
		return sameAt(before.Measures, after.Measures, of.Index)
	case fact.OfOffence:
		return sameAt(before.Offences, after.Offences, of.Index)
	case fact.OfPerson:
		return sameAt(before.Persons, after.Persons, of.Index)
	}
	return true
}

func sameAt[T any](before, after []T, i int) bool {
	return i < len(before) && i < len(after) && reflect.DeepEqual(before[i], after[i])
}
