// Command year lives a year of a public log, honestly and dishonestly, and looks
// at it as somebody does who has nothing but the published files: every fault
// must be found, of its kind and at its place, and nothing else may be said.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"
)

func main() {
	months := flag.Bool("short", false, "live two months instead of a year")
	two := flag.Bool("leak", false, "live two years that differ in their cases, and compare what is published of them")
	flag.Parse()
	do := show
	if *two {
		do = showLeak
	}
	ok, err := do(context.Background(), *months)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ledger-year:", err)
	}
	if !ok || err != nil {
		os.Exit(1)
	}
}

// seed is what makes the year.
func seed() (uint64, error) {
	text := os.Getenv("ROGATORY_SEED")
	if text == "" {
		return rand.Uint64N(1e9), nil
	}
	return strconv.ParseUint(text, 10, 64)
}

func show(ctx context.Context, months bool) (bool, error) {
	began := time.Now()
	seed, err := seed()
	if err != nil {
		return false, fmt.Errorf("ROGATORY_SEED: %w", err)
	}
	fmt.Printf("seed %d\n", seed)
	p := whole(seed)
	if months {
		p = short(seed)
	}
	dir, err := room()
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	y, err := run(ctx, p, dir, os.Stdout)
	if err != nil {
		return false, err
	}
	s := y.score
	fmt.Printf("ledger-year: leaves=%d planted=%d found=%d false=%d seconds=%.0f\n", len(y.leaves), s.planted, s.found, s.untrue, time.Since(began).Seconds())
	return s.found == s.planted && s.untrue == 0, nil
}

// showLeak compares two years as an adversary does.
func showLeak(ctx context.Context, months bool) (bool, error) {
	began := time.Now()
	seed, err := seed()
	if err != nil {
		return false, fmt.Errorf("ROGATORY_SEED: %w", err)
	}
	fmt.Printf("seed %d\n", seed)
	days := 120
	if months {
		days = 59
	}
	dir, err := room()
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	a, err := leak(ctx, seed, days, dir, os.Stdout)
	if err != nil {
		return false, err
	}
	fmt.Printf("ledger-leak: days=%d comparisons=%d differences=%d worst=%.1f seconds=%.0f\n", days, a.comparisons, a.differences, a.worst, time.Since(began).Seconds())
	return a.differences == 0, nil
}

// room gives a folder in memory where there is one: what is simulated is a year,
// and not the loss of power, and a disk that confirms every write would take most
// of the time.
func room() (string, error) {
	if dir, err := os.MkdirTemp("/dev/shm", "year"); err == nil {
		return dir, nil
	}
	return os.MkdirTemp("", "year")
}
