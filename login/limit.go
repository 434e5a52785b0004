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

// Of how many addresses from which somebody has signed in a limiter knows, and how
// long it does.
const (
	knownAddresses = 1024
	knownFor       = 30 * 24 * time.Hour
)

// A limiter bounds how often something is done, from one address and in all.
// Addresses from which somebody has signed in have an all of their own: whoever has
// networks without number uses up what is for strangers, and locks nobody out who
// comes from where they always come. After a start it knows of nobody.
type limiter struct {
	clock     func() time.Time
	each, sum rate

	mu       sync.Mutex // guards what follows
	by       map[string]*bucket
	others   bucket
	overall  bucket
	known    map[string]*habit
	reserved bucket    // as overall, of those that are known
	swept    time.Time // when buckets that are full were last dropped
}

// A habit is an address from which somebody has signed in.
type habit struct {
	bucket
	last time.Time
}

func newLimiter(clock func() time.Time, each, sum rate) *limiter {
	now := clock()
	return &limiter{
		clock: clock, each: each, sum: sum, by: make(map[string]*bucket),
		others: bucket{float64(each.burst), now}, overall: bucket{float64(sum.burst), now},
		known: make(map[string]*habit), reserved: bucket{float64(sum.burst), now},
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
	b, all := l.buckets(address, now)
	b.refill(l.each, now)
	all.refill(l.sum, now)
	if b.left < 1 || all.left < 1 {
		return fault.Busyf("", "too many tries").WithHint("wait a minute and try again")
	}
	b.left--
	all.left--
	return nil
}

// giveBack counts one less.
func (l *limiter) giveBack(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, all := l.buckets(address, l.clock())
	b.left = min(float64(l.each.burst), b.left+1)
	all.left = min(float64(l.sum.burst), all.left+1)
}

// signedIn remembers an address from which somebody has signed in; of too many it
// forgets the one that was so the longest ago.
func (l *limiter) signedIn(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if address == "" {
		return
	}
	now := l.clock()
	h := l.known[address]
	if h == nil {
		if len(l.known) >= knownAddresses {
			l.forget()
		}
		h = &habit{bucket: bucket{float64(l.each.burst), now}}
		l.known[address] = h
	}
	h.last = now
}

func (l *limiter) forget() {
	oldest := ""
	for a, h := range l.known {
		if oldest == "" || h.last.Before(l.known[oldest].last) {
			oldest = a
		}
	}
	delete(l.known, oldest)
}

// buckets are what is left to an address, and to all of its kind.
func (l *limiter) buckets(address string, now time.Time) (own, all *bucket) {
	if h, ok := l.known[address]; ok {
		if now.Sub(h.last) < knownFor {
			return &h.bucket, &l.reserved
		}
		delete(l.known, address)
	}
	return l.bucket(address, now), &l.overall
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
