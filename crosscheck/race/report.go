package main

import (
	"fmt"
	"slices"
)

// report prints the table and, last, the ratios on one line. It reports whether
// every goal is met.
func report(contestants []*contestant) bool {
	by := make(map[string]*contestant)
	for _, c := range contestants {
		by[c.name] = c
	}
	own := by["ours"]
	fmt.Printf("%-18s %12s %12s %10s   %s\n", "engine", "ns/request", "allocs", "to ours", "fastest to slowest round")
	for _, c := range contestants {
		fmt.Printf("%-18s %12.0f %12.0f %9.2fx   %.0f to %.0f\n", c.name, median(c.nanos), c.allocs, ratio(c, own), slices.Min(c.nanos), slices.Max(c.nanos))
	}
	fmt.Print(`
ours, cel and opa start from the maps; handwritten starts from a prepared struct
and gives no missing facts, so it is compared with our evaluation alone. Ratios
are medians of the rounds' ratios. Ours includes the facts each verdict rests on
or needs, cel the missing ones, opa and handwritten neither.

`)
	opa, cel, handwritten := ratio(by["opa"], own), ratio(by["cel"], own), ratio(by["ours: evaluation"], by["handwritten"])
	met := goal(opa >= goalOPA, "opa takes less than %d times our time", goalOPA)
	met = goal(cel >= goalCEL, "cel takes less than %d times our time", goalCEL) && met
	met = goal(handwritten <= goalHandwritten, "we take more than %d times the time of generated Go", goalHandwritten) && met
	met = goal(own.allocs == 0, "a request allocates %.2f times", own.allocs) && met
	fmt.Printf("race: opa=%.1fx cel=%.1fx handwritten=%.1fx allocs=%.0f\n", opa, cel, handwritten, own.allocs)
	return met
}

func goal(met bool, format string, args ...any) bool {
	if !met {
		fmt.Printf("goal missed: "+format+"\n", args...)
	}
	return met
}

// ratio is the median of a/b round by round: what disturbs one round disturbs
// both sides of it.
func ratio(a, b *contestant) float64 {
	var list []float64
	for i := range a.nanos {
		list = append(list, a.nanos[i]/b.nanos[i])
	}
	return median(list)
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
