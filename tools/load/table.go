package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// A table holds every cell of every round.
type table struct {
	cells map[place][]cell
	order []place
}

// A place in the table: what was measured, with how many writers.
type place struct {
	what    string
	writers int
}

func newTable() *table { return &table{cells: make(map[place][]cell)} }

func (t *table) add(what string, writers int, c cell) {
	p := place{what, writers}
	if t.cells[p] == nil {
		t.order = append(t.order, p)
	}
	t.cells[p] = append(t.cells[p], c)
}

// round measures everything once, one right after the other.
func (t *table) round(ctx context.Context, g *gate, o *off, engines []*engine, writers int, length time.Duration) error {
	c, err := g.submit(ctx, o.Docket, writers, length)
	if err != nil {
		return err
	}
	t.add("no storage", writers, c)
	for _, e := range engines {
		c, err := g.submit(ctx, e.office.Docket, writers, length)
		if err != nil {
			return err
		}
		t.add(e.name, writers, c)
	}
	return nil
}

func (t *table) print(engines []*engine, size int) {
	fmt.Printf("submissions a second, %d bytes stored for each; median [min..max] of rounds\n", size)
	fmt.Printf("%-14s %7s  %-24s %-9s %-9s %-9s %s\n", "", "writers", "a second", "p50", "p99", "cpu each", "to no storage, to the bare loop")
	for _, p := range t.order {
		rates := t.values(p, func(c cell) float64 { return c.rate })
		low, mid, high := spread(rates)
		_, p50, _ := spread(t.values(p, func(c cell) float64 { return float64(c.p50) }))
		_, p99, _ := spread(t.values(p, func(c cell) float64 { return float64(c.p99) }))
		_, each, _ := spread(t.values(p, func(c cell) float64 { return float64(c.cpu) }))
		line := fmt.Sprintf("%-14s %7d  %-24s %-9v %-9v %-9v", p.what, p.writers, fmt.Sprintf("%.0f [%.0f..%.0f]", mid, low, high), short(p50), short(p99), short(each))
		if slices.ContainsFunc(engines, func(e *engine) bool { return e.name == p.what }) {
			line += fmt.Sprintf(" %s  %s", t.ratio(p, place{"no storage", p.writers}), t.ratio(p, place{p.what + " bare", 1}))
		}
		fmt.Println(line)
	}
	line := "load:"
	most := writers[len(writers)-1]
	for _, e := range engines {
		_, off, _ := spread(t.ratios(place{e.name, most}, place{"no storage", most}))
		_, bare, _ := spread(t.ratios(place{e.name, most}, place{e.name + " bare", 1}))
		line += fmt.Sprintf(" %s-nostore=%.2f %s-bare=%.2f", e.name, off, e.name, bare)
	}
	fmt.Println(line)
}

func (t *table) values(p place, of func(cell) float64) []float64 {
	var list []float64
	for _, c := range t.cells[p] {
		list = append(list, of(c))
	}
	return list
}

// ratios compares two places round by round: within a round the machine is
// most nearly the same.
func (t *table) ratios(p, to place) []float64 {
	var list []float64
	for i := range t.cells[p] {
		list = append(list, t.cells[p][i].rate/t.cells[to][i].rate)
	}
	return list
}

func (t *table) ratio(p, to place) string {
	low, mid, high := spread(t.ratios(p, to))
	return fmt.Sprintf("%.2f [%.2f..%.2f]", mid, low, high)
}

// spread gives the least, the median and the most.
func spread(list []float64) (low, mid, high float64) {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1]
}

func short(d float64) time.Duration { return time.Duration(d).Round(10 * time.Microsecond) }
