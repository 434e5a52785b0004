// Command race runs the floor rulebook on the same requests with four engines
// and compares verdicts, time and allocations. It exits 1 if a verdict differs
// or a goal is missed.
package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/rogatory/rogatory/crosscheck/handwritten"
	"github.com/rogatory/rogatory/crosscheck/ours"
	"github.com/rogatory/rogatory/crosscheck/sample"
	"github.com/rogatory/rogatory/crosscheck/withcel"
	"github.com/rogatory/rogatory/crosscheck/withopa"
	"github.com/rogatory/rogatory/rule"
	"github.com/rogatory/rogatory/rulebook"
)

const (
	requests = 1000
	seed     = 1
	rounds   = 11
)

// The goals: how many times faster than the peers, how many times slower than
// generated Go.
const (
	goalOPA         = 40
	goalCEL         = 8
	goalHandwritten = 5
)

// A contestant runs over the same requests again and again.
type contestant struct {
	name   string
	passes int // over the requests in one round, so that a round takes long enough to measure
	run    func(i int)
	nanos  []float64 // per request, one of each round
	allocs float64   // per request
}

func main() {
	runtime.GOMAXPROCS(1)
	book := rulebook.Floor()
	drawn := sample.Draw(book.Vocabulary(), seed, requests)
	contestants, instances, err := prepare(book, drawn)
	if err != nil {
		fmt.Fprintln(os.Stderr, "race:", err)
		os.Exit(1)
	}
	fmt.Printf("%d rules, %d requests, %.1f verdicts per request, all equal in all engines; %s, %d rounds\n\n",
		len(book.Rules()), requests, float64(instances)/requests, runtime.Version(), rounds)
	for range rounds {
		for _, c := range contestants {
			c.round()
		}
	}
	if !report(contestants) {
		os.Exit(1)
	}
}

// prepare makes the engines ready and compares every verdict of every request.
func prepare(book *rulebook.Book, drawn []*sample.Request) ([]*contestant, int, error) {
	voc, rules := book.Vocabulary(), book.Rules()
	own := ours.New(voc, rules)
	inCEL, err := withcel.New(voc, rules)
	if err != nil {
		return nil, 0, err
	}
	inOPA, err := withopa.New(voc, rules)
	if err != nil {
		return nil, 0, err
	}
	var byHand handwritten.Verdicts
	prepared := make([]*handwritten.Prepared, len(drawn))
	vectors := make([]*ours.Engine, len(drawn)) // converted beforehand, for the evaluation alone
	instances := 0
	for i, r := range drawn {
		prepared[i] = handwritten.Prepare(r)
		vectors[i] = ours.New(voc, nil)
		if err := vectors[i].Convert(r); err != nil {
			return nil, 0, err
		}
		if err := own.Convert(r); err != nil {
			return nil, 0, err
		}
		own.Evaluate()
		want := own.Verdicts()
		instances += len(want)
		if err := inCEL.Evaluate(r); err != nil {
			return nil, 0, err
		}
		if err := inOPA.Evaluate(r); err != nil {
			return nil, 0, err
		}
		handwritten.Evaluate(prepared[i], &byHand)
		cel, err := inCEL.Verdicts()
		if err != nil {
			return nil, 0, err
		}
		opa, err := inOPA.Verdicts()
		if err != nil {
			return nil, 0, err
		}
		for _, other := range []struct {
			name string
			got  []rule.Verdict
		}{{"cel", cel}, {"opa", opa}, {"handwritten", byHand.List()}} {
			if !slices.Equal(other.got, want) {
				return nil, 0, fmt.Errorf("request %d: %s and ours differ:\n%v\n%v", i, other.name, other.got, want)
			}
		}
	}
	return []*contestant{
		{name: "ours", passes: 10, run: func(i int) { must(own.Convert(drawn[i])); own.Evaluate() }},
		{name: "ours: conversion", passes: 10, run: func(i int) { must(own.Convert(drawn[i])) }},
		{name: "ours: evaluation", passes: 10, run: func(i int) { own.EvaluateVector(vectors[i].Vector) }},
		{name: "handwritten", passes: 50, run: func(i int) { handwritten.Evaluate(prepared[i], &byHand) }},
		{name: "cel", passes: 1, run: func(i int) { must(inCEL.Evaluate(drawn[i])) }},
		{name: "opa", passes: 1, run: func(i int) { must(inOPA.Evaluate(drawn[i])) }},
	}, instances, nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// round measures one round. Garbage of the one before is collected first, so
// that nobody pays for the others.
func (c *contestant) round() {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	for range c.passes {
		for i := range requests {
			c.run(i)
		}
	}
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	n := float64(c.passes * requests)
	c.nanos = append(c.nanos, float64(took.Nanoseconds())/n)
	c.allocs = float64(after.Mallocs-before.Mallocs) / n
}
