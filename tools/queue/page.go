package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/store"
	"github.com/rogatory/rogatory/tools/queue/million"
)

// A kind of page, as somebody asks for it.
type kind struct {
	name string
	full bool // it has as many rows in a small office
	ask  func(middle string) docket.Query
}

func person() string    { return fmt.Sprintf("person-%d", rand.IntN(million.People)) }
func authority() string { return fmt.Sprintf("authority-%d", rand.IntN(million.Authorities)) }

var kinds = []kind{
	{"first page of what is open", true, func(string) docket.Query { return docket.Query{Open: true} }},
	{"first page of all", true, func(string) docket.Query { return docket.Query{} }},
	{"a page in the middle", true, func(middle string) docket.Query { return docket.Query{Open: true, After: middle} }},
	{"somebody's desk", false, func(string) docket.Query { return docket.Query{Open: true, Assignee: person()} }},
	{"everything somebody had", false, func(string) docket.Query { return docket.Query{Assignee: person()} }},
	{"what is screened", true, func(string) docket.Query {
		return docket.Query{Open: true, Stage: lifecycle.Screened.String()}
	}},
	{"what is closed", true, func(string) docket.Query { return docket.Query{Stage: lifecycle.Closed.String()} }},
	{"an authority's", false, func(string) docket.Query { return docket.Query{Authority: authority()} }},
	{"an authority's that are open", false, func(string) docket.Query { return docket.Query{Open: true, Authority: authority()} }},
	{"a country's that are granted", false, func(string) docket.Query {
		return docket.Query{Open: true, Country: fmt.Sprintf("C%02d", rand.IntN(million.Countries)), Stage: lifecycle.Granted.String()}
	}},
	{"what waits for a court", true, func(string) docket.Query {
		return docket.Query{Open: true, Waiting: lifecycle.ForCourt.String()}
	}},
	{"overdue", true, func(string) docket.Query { return docket.Query{Open: true, DueBefore: million.Today} }},
	{"what a notifier has to sign", true, func(string) docket.Query { return docket.Query{Settles: lifecycle.Notifier.String()} }},
	{"looked at from outside", false, func(string) docket.Query { return docket.Query{Outside: true} }},
}

// asked is how often each kind is asked for in a round.
const asked = 40

// measure asks for every kind of page in turn, after one unmeasured round that
// brings in what a cache would hold in an office at work.
func (o *office) measure(ctx context.Context) error {
	s, err := store.Open(ctx, o.at.Records)
	if err != nil {
		return err
	}
	defer s.Close()
	middle, err := o.middle(ctx, s)
	if err != nil {
		return err
	}
	if o.times == nil {
		o.times = make(map[string][]time.Duration)
	}
	for i := range asked + 5 {
		for _, k := range kinds {
			q := k.ask(middle)
			start := time.Now()
			if _, _, err := s.Rows(ctx, q); err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			if i >= 5 {
				o.times[k.name] = append(o.times[k.name], time.Since(start))
			}
		}
	}
	return nil
}

// middle goes through half of what is open, as somebody would.
func (o *office) middle(ctx context.Context, s *store.Store) (string, error) {
	q := docket.Query{Open: true, Limit: 500}
	for seen := 0; seen < o.size/14; seen += q.Limit {
		_, next, err := s.Rows(ctx, q)
		if err != nil || next == "" {
			return q.After, err
		}
		q.After = next
	}
	return q.After, nil
}

func (o *office) quantiles(kind string) (p50, p95 time.Duration) {
	list := slices.Sorted(slices.Values(o.times[kind]))
	return list[len(list)/2], list[len(list)*95/100]
}

// slowest gives the p95 of the kind of page for which it is longest.
func (o *office) slowest() (most time.Duration) {
	for _, k := range kinds {
		_, p95 := o.quantiles(k.name)
		most = max(most, p95)
	}
	return most
}

// median gives the p50 of a page, averaged over the kinds that are full in every
// office: of the others more is read where there is more to show.
func (o *office) median() time.Duration {
	var sum, n time.Duration
	for _, k := range kinds {
		if k.full {
			p50, _ := o.quantiles(k.name)
			sum, n = sum+p50, n+1
		}
	}
	return sum / n
}
