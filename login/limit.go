package login

import (
	"sync"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// addresses is of how many a limiter keeps count. The others share one count, so
// that a flood from everywhere costs no memory.
const addresses = 4096

// A rate lets so many happen at once, and one more each time so long has passed.
type rate struct {
	burst int
	every time.Duration
}

// A bucket counts what is left of a rate.
type bucket struct {
	left float64
	at   time.Time
}

// A limiter bounds how often something is done, from one address and in all.
type limiter struct {
	clock     func() time.Time
	each, sum rate

	mu      sync.Mutex // guards what follows
	by      map[string]*bucket
	others  bucket
	overall bucket
	swept   time.Time // when buckets that are full were last dropped
}

func newLimiter(clock func() time.Time, each, sum rate) *limiter {
	now := clock()
	return &limiter{
		clock: clock, each: each, sum: sum, by: make(map[string]*bucket),
		others: bucket{float64(each.burst), now}, overall: bucket{float64(sum.burst), now},
	}
}

// refill adds what the time that has passed gives.
func (b *bucket) refill(r rate, now time.Time) {
	if passed := now.Sub(b.at); passed > 0 {
		b.left = min(float64(r.burst), b.left+float64(passed)/float64(r.every))
	}
	b.at = now
}

// take counts one from an address; fault.Busy if there have been too many. What
// is refused for one address costs the others nothing.
func (l *limiter) take(address string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock()
	b := l.bucket(address, now)
	b.refill(l.each, now)
	l.overall.refill(l.sum, now)
	if b.left < 1 || l.overall.left < 1 {
		return fault.Busyf("", "too many tries").WithHint("wait a minute and try again")
	}
	b.left--
	l.overall.left--
	return nil
}

// giveBack counts one less.
func (l *limiter) giveBack(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(address, l.clock())
	b.left = min(float64(l.each.burst), b.left+1)
	l.overall.left = min(float64(l.sum.burst), l.overall.left+1)
}

func (l *limiter) bucket(address string, now time.Time) *bucket {
	if b, ok := l.by[address]; ok {
		return b
	}
	if len(l.by) >= addresses && now.Sub(l.swept) >= time.Second {
		l.swept = now
		for a, b := range l.by {
			if b.refill(l.each, now); b.left >= float64(l.each.burst) {
				delete(l.by, a) // it is as if it had never come
			}
		}
	}
	if address == "" || len(l.by) >= addresses {
		return &l.others
	}
	b := &bucket{float64(l.each.burst), now}
	l.by[address] = b
	return b
}
