// Command race runs the floor rulebook on the same requests with four engines
// and compares verdicts, time and allocations. It exits 1 if a verdict differs
// or a goal is missed.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/rogatory/rogatory/crosscheck/generate/source"
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
	batch    = 4 // of requests, laid out anew before the clock starts: nobody waits for memory last touched long ago
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
	name    string
	passes  int         // over the requests in one round, so that a round takes long enough to measure
	prepare func(i int) // off the clock
	run     func(i int)
	result
}

type result struct {
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
	now, err := source.Of(voc, rules)
	if err != nil {
		return nil, 0, err
	}
	if !bytes.Equal(now, handwritten.Source) {
		return nil, 0, errors.New("the floor has changed since handwritten/rules.go was generated: run `go generate ./...` in crosscheck")
	}
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
	var fresh [batch]sample.Request
	copied := func(i int) { fresh[i%batch].Copy(drawn[i]) }
	var prepared [batch]handwritten.Prepared
	var converted [batch]*ours.Engine
	for i := range converted {
		converted[i] = ours.New(voc, nil)
	}
	instances := 0
	for i, r := range drawn {
		prepared[0].Prepare(r)
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
		handwritten.Evaluate(&prepared[0], &byHand)
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
		{"ours", 10, copied, func(i int) { must(own.Convert(&fresh[i%batch])); own.Evaluate() }, result{}},
		{"ours: conversion", 10, copied, func(i int) { must(own.Convert(&fresh[i%batch])) }, result{}},
		{"ours: evaluation", 10,
			func(i int) { must(converted[i%batch].Convert(drawn[i])) },
			func(i int) { own.EvaluateVector(converted[i%batch].Vector) }, result{}},
		{"handwritten", 20,
			func(i int) { prepared[i%batch].Prepare(drawn[i]) },
			func(i int) { handwritten.Evaluate(&prepared[i%batch], &byHand) }, result{}},
		{"cel", 1, copied, func(i int) { must(inCEL.Evaluate(&fresh[i%batch])) }, result{}},
		{"opa", 1, copied, func(i int) { must(inOPA.Evaluate(&fresh[i%batch])) }, result{}},
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
	var took time.Duration
	for range c.passes {
		for from := 0; from < requests; from += batch {
			for i := from; i < from+batch; i++ {
				c.prepare(i)
			}
			start := time.Now()
			for i := from; i < from+batch; i++ {
				c.run(i)
			}
			took += time.Since(start)
		}
	}
	runtime.ReadMemStats(&after)
	n := float64(c.passes * requests)
	c.nanos = append(c.nanos, float64(took.Nanoseconds())/n)
	c.allocs = float64(after.Mallocs-before.Mallocs) / n
}
