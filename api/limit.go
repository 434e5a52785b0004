package api

import (
	"context"
	"sync"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// A lane is what a group of senders has to itself: so many bodies being read, so
// many requests being worked on, so many in a time. What one group sends never
// takes the place of another's.
type lane struct {
	reading chan struct{}
	working chan struct{}
	bucket  bucket
}

// A width is how wide a lane is.
type width struct {
	reading, working int
	rate             float64 // a second
	burst            float64
}

// The widths. Reading is wide, because whoever is slow takes no work; what is read
// of a lane is held in memory, and reading times documentLimit bounds that. An
// authority has a lane of its own, and only what it has signed counts against its
// rate: whoever forges its name spends nothing of it. Those who send without a signature share one
// that leaves the office most of its time; those who ask by a code, and the persons
// concerned, have others, so that a flood of forged requests keeps nobody from
// challenging one.
var (
	ofAuthority = width{reading: 32, working: 4, rate: 50, burst: 200}
	ofStrangers = width{reading: 64, working: 2, rate: 100, burst: 400}
	ofCodes     = width{reading: 64, working: 4, rate: 50, burst: 200}
	ofPersons   = width{reading: 64, working: 2, rate: 20, burst: 100}
)

func newLane(w width, now time.Time) *lane {
	return &lane{
		reading: make(chan struct{}, w.reading), working: make(chan struct{}, w.working),
		bucket: bucket{rate: w.rate, burst: w.burst, level: w.burst, at: now},
	}
}

// A bucket fills at a rate, up to a burst, and gives one at a time.
type bucket struct {
	mu          sync.Mutex // guards all below
	rate, burst float64
	level       float64
	at          time.Time
}

func (b *bucket) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.After(b.at) {
		b.level, b.at = min(b.burst, b.level+b.rate*now.Sub(b.at).Seconds()), now
	}
	if b.level < 1 {
		return false
	}
	b.level--
	return true
}

// lanes are all there are.
type lanes struct {
	clock                     func() time.Time
	strangers, codes, persons *lane

	mu          sync.Mutex       // guards what follows
	authorities map[string]*lane // by id; as many as are enrolled
}

func newLanes(clock func() time.Time) *lanes {
	now := clock()
	return &lanes{
		clock: clock, strangers: newLane(ofStrangers, now), codes: newLane(ofCodes, now), persons: newLane(ofPersons, now),
		authorities: map[string]*lane{},
	}
}

// of gives the lane of an authority. The id is one of the register.
func (l *lanes) of(id string) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.authorities[id] == nil {
		l.authorities[id] = newLane(ofAuthority, l.clock())
	}
	return l.authorities[id]
}

// inUse counts the work being done by lane; authorities are counted together.
func (l *lanes) inUse() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := map[string]int{"strangers": len(l.strangers.working), "codes": len(l.codes.working), "persons": len(l.persons.working), "authorities": 0}
	for _, a := range l.authorities {
		n["authorities"] += len(a.working)
	}
	return n
}

// charge counts a request against the rate of the lane.
func (l *lane) charge(now time.Time) error {
	if !l.bucket.take(now) {
		return busy()
	}
	return nil
}

// read takes a place among those whose body is read; whoever finds none comes
// back later.
func (l *lane) read() (leave func(), err error) {
	select {
	case l.reading <- struct{}{}:
		return func() { <-l.reading }, nil
	default:
		return nil, busy()
	}
}

// workTime is how long a request waits for a place to be worked on.
const workTime = 10 * time.Second

// work takes a place among those whose request is worked on, and waits for one.
// Whoever waits keeps the place it was read in, so that no more wait than can be
// read.
func (l *lane) work(ctx context.Context) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, workTime)
	defer cancel()
	select {
	case l.working <- struct{}{}:
		return func() { <-l.working }, nil
	case <-ctx.Done():
		return nil, busy()
	}
}

func busy() error {
	return fault.Busyf("", "more comes in than can be taken now; nothing of this was kept").WithHint("send it again after the time in Retry-After")
}
