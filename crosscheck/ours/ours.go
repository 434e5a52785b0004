// Package ours runs Rogatory's evaluator on the same maps the others are given.
package ours

import (
	"github.com/rogatory/rogatory/crosscheck/sample"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/rule"
)

// An Engine is reused from request to request and then allocates nothing.
type Engine struct {
	set    *rule.Set
	facts  [4][]entry
	Vector *fact.Vector
	Found  rule.Findings
}

type entry struct {
	name string
	slot fact.Slot
	d    *fact.Declaration
}

// New makes an engine for rules parsed with a vocabulary.
func New(voc *fact.Vocabulary, rules []*rule.Rule) *Engine {
	e := &Engine{set: rule.NewSet(rules), Vector: fact.NewVector(voc)}
	for _, declared := range voc.All() {
		if declared.Take != fact.Alone {
			continue
		}
		d, slot, _ := voc.Find(declared.Name)
		e.facts[d.Scope] = append(e.facts[d.Scope], entry{string(d.Name), slot, d})
	}
	return e
}

// Convert puts the facts of a request into the vector, every one as said by a
// court, whose word counts for every rule.
func (e *Engine) Convert(r *sample.Request) error {
	e.Vector.Reset(len(r[fact.OfMeasure]), len(r[fact.OfOffence]), len(r[fact.OfPerson]))
	for scope, instances := range r {
		for i, facts := range instances {
			for k := range e.facts[scope] {
				f := &e.facts[scope][k]
				raw, ok := facts[f.name]
				if !ok {
					continue
				}
				v, err := f.d.Parse(raw)
				if err != nil {
					return err
				}
				e.Vector.Cell(fact.Scope(scope), i, f.slot).Say(fact.Court, v)
			}
		}
	}
	return nil
}

// Evaluate asks every rule, with the facts each finding rests on or needs.
func (e *Engine) Evaluate() { e.set.Evaluate(e.Vector, &e.Found) }

// EvaluateVector asks every rule about facts converted beforehand.
func (e *Engine) EvaluateVector(v *fact.Vector) { e.set.Evaluate(v, &e.Found) }

// Verdicts gives the verdicts of the last request, rule by rule and instance by
// instance.
func (e *Engine) Verdicts() []rule.Verdict {
	list := make([]rule.Verdict, len(e.Found.List))
	for i, f := range e.Found.List {
		list[i] = f.Verdict
	}
	return list
}
