package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Times are how long something took, each time. It may be used by many goroutines.
type times struct {
	mu   sync.Mutex // guards list
	list []time.Duration
}

func (t *times) add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, d)
}

func (t *times) quantile(percent int) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.list) == 0 {
		return 0
	}
	list := slices.Sorted(slices.Values(t.list))
	return list[min(len(list)*percent/100, len(list)-1)]
}

func (t *times) p50() time.Duration { return t.quantile(50) }
func (t *times) p99() time.Duration { return t.quantile(99) }

// String shows both, and of how many.
func (t *times) String() string {
	return fmt.Sprintf("p50 %v, p99 %v of %d", short(t.p50()), short(t.p99()), len(t.list))
}

// ratio gives how many times as long a is as b.
func ratio(a, b time.Duration) float64 { return float64(a) / float64(max(b, 1)) }

func short(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }
