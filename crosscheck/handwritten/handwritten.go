// Package handwritten is the floor as Go source: what the evaluator is measured
// against. It decides values only.
package handwritten

import (
	_ "embed"
	"slices"

	"github.com/rogatory/rogatory/crosscheck/sample"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
)

//go:generate go run ../generate

// Source is the generated part, to be compared with what the floor says now.
//
//go:embed rules.go
var Source []byte

// A Number is a number, known or not.
type Number struct {
	Value float64
	Known bool
}

// A Choice is one of a list, known or not; its value is its position.
type Choice struct {
	Value uint8
	Known bool
}

func (n Number) is(f float64) fact.Truth     { return known(n.Known, n.Value == f) }
func (n Number) less(f float64) fact.Truth   { return known(n.Known, n.Value < f) }
func (n Number) atMost(f float64) fact.Truth { return known(n.Known, n.Value <= f) }

func (c Choice) is(v uint8) fact.Truth     { return known(c.Known, c.Value == v) }
func (c Choice) has(set uint64) fact.Truth { return known(c.Known, set&(1<<c.Value) != 0) }

func known(known, answer bool) fact.Truth {
	if !known {
		return fact.Unknown
	}
	return fact.Of(answer)
}

func verdict(t fact.Truth) rule.Verdict {
	switch t {
	case fact.True:
		return rule.Met
	case fact.False:
		return rule.NotMet
	}
	return rule.Unknown
}

func boolOf(raw any) fact.Truth {
	b, ok := raw.(bool)
	return known(ok, b)
}

func numberOf(raw any) Number {
	f, ok := raw.(float64)
	return Number{f, ok}
}

func choiceOf(raw any, options []string) Choice {
	word, ok := raw.(string)
	return Choice{uint8(max(0, slices.Index(options, word))), ok}
}

// A Prepared request is what Evaluate reads.
type Prepared struct {
	Request  Request
	Measures []Measure
	Offences []Offence
	Persons  []Person
}

// Prepare reads the maps. This is not part of what is measured.
func (p *Prepared) Prepare(r *sample.Request) {
	p.Measures = resize(p.Measures, len(r[fact.OfMeasure]))
	p.Offences = resize(p.Offences, len(r[fact.OfOffence]))
	p.Persons = resize(p.Persons, len(r[fact.OfPerson]))
	p.Request.prepare(r[fact.OfRequest][0])
	p.Request.aggregate(r)
	for i := range p.Measures {
		p.Measures[i].prepare(r[fact.OfMeasure][i])
	}
	for i := range p.Offences {
		p.Offences[i].prepare(r[fact.OfOffence][i])
	}
	for i := range p.Persons {
		p.Persons[i].prepare(r[fact.OfPerson][i])
	}
}

func resize[T any](list []T, n int) []T { return slices.Grow(list[:0], n)[:n] }

// Verdicts receives what Evaluate decides; reused.
type Verdicts struct {
	Request  RequestVerdicts
	Measures []MeasureVerdicts
	Offences []OffenceVerdicts
	Persons  []PersonVerdicts
}

// Evaluate asks every rule for every instance.
func Evaluate(p *Prepared, out *Verdicts) {
	out.Measures = resize(out.Measures, len(p.Measures))
	out.Offences = resize(out.Offences, len(p.Offences))
	out.Persons = resize(out.Persons, len(p.Persons))
	evaluateRequest(&p.Request, &out.Request)
	for i := range p.Measures {
		evaluateMeasure(&p.Request, &p.Measures[i], &out.Measures[i])
	}
	for i := range p.Offences {
		evaluateOffence(&p.Request, &p.Offences[i], &out.Offences[i])
	}
	for i := range p.Persons {
		evaluatePerson(&p.Request, &p.Persons[i], &out.Persons[i])
	}
}

// List gives the verdicts rule by rule and instance by instance.
func (v *Verdicts) List() []rule.Verdict {
	var list []rule.Verdict
	for _, o := range order {
		switch o.scope {
		case fact.OfRequest:
			list = append(list, v.Request[o.at])
		case fact.OfMeasure:
			for i := range v.Measures {
				list = append(list, v.Measures[i][o.at])
			}
		case fact.OfOffence:
			for i := range v.Offences {
				list = append(list, v.Offences[i][o.at])
			}
		case fact.OfPerson:
			for i := range v.Persons {
				list = append(list, v.Persons[i][o.at])
			}
		}
	}
	return list
}
