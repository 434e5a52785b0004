package api

import (
	"context"
	"sync"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// A lane is what a group of senders has to itself: so many bodies being read, so
// many requests being worked on, so many in a time. What one group sends never
// takes the place of another's; and where a group is whoever comes, what one of
// them sends takes no more than a part.
type lane struct {
	reading   chan struct{}
	working   chan struct{}
	bucket    bucket
	addresses *shares // of each that sends
	codes     *shares // of each that opens something; nobody makes one up, so no flood crowds them out

	mu   sync.Mutex     // guards what follows
	held map[string]int // places for reading, by address; as many as there are places
}

// A width is how wide a lane is.
type width struct {
	reading, working int
	rate             float64 // a second
	burst            float64
	each             float64 // of the rate and the burst, to each who comes; 0: all of it
}

// The widths. Reading is wide, because whoever is slow takes no work; what is read
// of a lane is held in memory, and reading times the limit of what is read there
// bounds that. An authority has a lane of its own, and only what it has signed
// counts against its rate: whoever forges its name spends nothing of it. Those who
// send without a signature share one that leaves the office most of its time; those
// who ask by a code, and the persons concerned, have others, so that a flood of
// forged requests keeps nobody from challenging one. Whoever comes without a code
// that opens something spends only what belongs to their address.
var (
	ofAuthority = width{reading: 32, working: 4, rate: 50, burst: 200}
	ofStrangers = width{reading: 64, working: 2, rate: 100, burst: 400, each: 0.2}
	ofCodes     = width{reading: 256, working: 4, rate: 50, burst: 200, each: 0.1}
	ofPersons   = width{reading: 256, working: 2, rate: 20, burst: 100, each: 0.1}
)

// placesEach is how many bodies are read at once from one address.
const placesEach = 8

func newLane(w width, now time.Time) *lane {
	if w.each == 0 {
		w.each = 1
	}
	return &lane{
		reading: make(chan struct{}, w.reading), working: make(chan struct{}, w.working),
		bucket:    bucket{rate: w.rate, burst: w.burst, level: w.burst, at: now},
		addresses: newShares(w.rate*w.each, max(w.burst*w.each, 1), now),
		codes:     newShares(w.rate*w.each, max(w.burst*w.each, 1), now), held: map[string]int{},
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
	b.fill(now)
	if b.level < 1 {
		return false
	}
	b.level--
	return true
}

func (b *bucket) fill(now time.Time) {
	if now.After(b.at) {
		b.level, b.at = min(b.burst, b.level+b.rate*now.Sub(b.at).Seconds()), now
	}
}

// full reports whether a bucket is as if nobody had ever taken of it.
func (b *bucket) full(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill(now)
	return b.level >= b.burst
}

// mostShares is of how many shares are kept. Whoever finds no room has one with
// all others, so that a flood from everywhere costs no memory.
const mostShares = 4096

// shares are a bucket for each who comes, by name.
type shares struct {
	rate, burst float64

	mu     sync.Mutex // guards what follows
	by     map[string]*bucket
	others bucket
	swept  time.Time // when those that are full were last dropped
}

func newShares(rate, burst float64, now time.Time) *shares {
	return &shares{rate: rate, burst: burst, by: map[string]*bucket{}, others: bucket{rate: rate, burst: burst, level: burst, at: now}}
}

func (s *shares) take(name string, now time.Time) bool { return s.of(name, now).take(now) }

func (s *shares) of(name string, now time.Time) *bucket {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.by[name]; ok {
		return b
	}
	if len(s.by) >= mostShares && now.Sub(s.swept) >= time.Second {
		s.swept = now
		for n, b := range s.by {
			if b.full(now) {
				delete(s.by, n)
			}
		}
	}
	if len(s.by) >= mostShares {
		return &s.others
	}
	b := &bucket{rate: s.rate, burst: s.burst, level: s.burst, at: now}
	s.by[name] = b
	return b
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

// chargeAddress counts a request against the share of an address, and nobody
// else's.
func (l *lane) chargeAddress(from string, now time.Time) error {
	if !l.addresses.take(from, now) {
		return busy()
	}
	return nil
}

// chargeStranger counts a request against the share of an address, and then
// against the rate of the lane: what is refused to one costs the others nothing.
func (l *lane) chargeStranger(from string, now time.Time) error {
	if err := l.chargeAddress(from, now); err != nil {
		return err
	}
	return l.charge(now)
}

// chargeCode counts a request by a code that opens something against the share of
// that code, wherever it comes from, and then against the rate of the lane.
func (l *lane) chargeCode(name string, now time.Time) error {
	if !l.codes.take(name, now) {
		return busy()
	}
	return l.charge(now)
}

// read takes a place among those whose body is read; whoever finds none comes
// back later. One address has a few of them; empty: whoever comes is known, and
// has the lane to themselves.
func (l *lane) read(from string) (leave func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if from != "" && l.held[from] >= placesEach {
		return nil, busy()
	}
	select {
	case l.reading <- struct{}{}:
	default:
		return nil, busy()
	}
	l.held[from]++
	return func() { l.leaveReading(from) }, nil
}

func (l *lane) leaveReading(from string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	<-l.reading
	if l.held[from]--; l.held[from] == 0 {
		delete(l.held, from)
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
