// Package sample draws random requests, as every engine is given them: one map
// of facts, name to Go value, for the request and for each measure, offence and
// person. A fact that is missing is not in the map.
package sample

import (
	"maps"
	"math/rand/v2"

	"github.com/rogatory/rogatory/fact"
)

// A Request is the facts of one request, a list of instances per scope. There
// is always exactly one instance of fact.OfRequest.
//
// The values are bool, float64 and string, a date being its ISO form and a set
// a []any of strings.
type Request [4][]map[string]any

// Draw makes n requests with 1 to 3 measures, 1 to 2 offences and at most one
// person; about three facts in ten are missing. The same seed gives the same
// requests.
func Draw(voc *fact.Vocabulary, seed uint64, n int) []*Request {
	random := rand.New(rand.NewPCG(seed, 0))
	list := make([]*Request, n)
	for i := range list {
		count := [4]int{fact.OfRequest: 1, fact.OfMeasure: 1 + random.IntN(3), fact.OfOffence: 1 + random.IntN(2), fact.OfPerson: random.IntN(2)}
		r := new(Request)
		for scope, n := range count {
			for range n {
				r[scope] = append(r[scope], instance(voc, fact.Scope(scope), random))
			}
		}
		list[i] = r
	}
	return list
}

// Copy makes r a copy of other in maps of its own, which it keeps for the next.
// A copy is laid out anew, as a request is that was read a moment ago.
func (r *Request) Copy(other *Request) {
	for scope, instances := range other {
		for len(r[scope]) < len(instances) {
			if n := len(r[scope]); n < cap(r[scope]) {
				r[scope] = r[scope][:n+1]
				continue
			}
			r[scope] = append(r[scope], make(map[string]any))
		}
		r[scope] = r[scope][:len(instances)]
		for i, facts := range instances {
			clear(r[scope][i])
			maps.Copy(r[scope][i], facts)
		}
	}
}

func instance(voc *fact.Vocabulary, scope fact.Scope, random *rand.Rand) map[string]any {
	facts := make(map[string]any)
	for _, d := range voc.All() {
		if d.Take == fact.Alone && d.Scope == scope && random.IntN(10) >= 3 {
			facts[string(d.Name)] = value(&d, random)
		}
	}
	return facts
}

func value(d *fact.Declaration, random *rand.Rand) any {
	switch d.Kind {
	case fact.Bool:
		return random.IntN(2) == 1
	case fact.Number:
		return float64([]int{0, 1, 2, 3, 4, 5, 10, 30, 100, 731, 732, 1000}[random.IntN(12)])
	case fact.Date:
		return d.Format(fact.Value(20000 + random.IntN(1000)))
	case fact.Choice:
		return d.Options[random.IntN(len(d.Options))]
	}
	set := []any{}
	for _, option := range d.Options {
		if random.IntN(2) == 1 {
			set = append(set, option)
		}
	}
	return set
}

// Aggregate answers an `any` or `every` of a bool, as a caller must for an
// engine that has no aggregates. Of no instances nothing is known.
func Aggregate(take fact.Take, instances []map[string]any, of string) fact.Truth {
	settles := take == fact.Any
	answer := fact.Of(!settles)
	if len(instances) == 0 {
		return fact.Unknown
	}
	for _, facts := range instances {
		switch b, ok := facts[of].(bool); {
		case !ok:
			answer = fact.Unknown
		case b == settles:
			return fact.Of(settles)
		}
	}
	return answer
}
