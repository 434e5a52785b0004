package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/tools/cluster/house"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

const (
	connections = 64
	every       = 100 * time.Millisecond // a genuine request comes, and somebody looks at the queue
	warming     = 5 * time.Second        // for how long they do so unmeasured: the first request waits until everything is read
	before      = 15 * time.Second       // and then undisturbed
	knocking    = 10 * time.Second       // and then while others knock and want nothing
)

// A flood is an office that forged requests come to.
type flood struct {
	house  *house.House
	at     string
	size   int
	bodies [][]byte // of the forged requests, made ahead: their sender's work is not the office's

	mu       sync.Mutex      // guards what follows
	taken    map[string]bool // cases of forged requests
	putOff   int
	accepted map[string]int // cases of genuine requests, with the number of each
	genuine  int            // how many were sent
	late     int            // how often one of them was told to come back
	pages    int            // of the queue that were not shown
}

// A phase is what is measured before the flood and while it lasts.
type phase struct{ submit, queue times }

// runFlood floods an office, and gives what that did to others.
func runFlood(ctx context.Context, dir, program string, examples *desk.Examples, size int) (f *flood, quiet, flooded *phase, err error) {
	at, err := house.Address()
	if err != nil {
		return nil, nil, nil, err
	}
	p := &house.Plan{Program: program, Dir: filepath.Join(dir, "flooded"), Listen: at, Origin: "http://" + at}
	if err := p.Make(ctx); err != nil {
		return nil, nil, nil, err
	}
	h, err := house.Furnish(ctx, p, examples, time.Time{})
	if err != nil {
		return nil, nil, nil, err
	}
	if err := p.Run(ctx, time.Time{}, "ledger", "terms"); err != nil { // with it the public log begins
		return nil, nil, nil, err
	}
	s, err := p.Start(time.Time{})
	if err != nil {
		return nil, nil, nil, err
	}
	defer s.Kill() // of no effect on one that has ended
	if err := s.Ready(ctx); err != nil {
		return nil, nil, nil, err
	}
	f = &flood{house: h, at: s.At, size: size, taken: make(map[string]bool), accepted: make(map[string]int)}
	if err := f.make(); err != nil {
		return nil, nil, nil, err
	}
	quiet, flooded = &phase{}, &phase{}
	calm, err := s.Peak()
	if err != nil {
		return nil, nil, nil, err
	}
	knocked := &phase{}
	for _, part := range []struct {
		phase *phase
		while func(context.Context) error
	}{
		{&phase{}, func(ctx context.Context) error { return wait(ctx, warming) }},
		{quiet, func(ctx context.Context) error { return wait(ctx, before) }},
		{knocked, f.knock},
	} {
		if err := f.phase(ctx, part.phase, part.while); err != nil {
			return nil, nil, nil, err
		}
	}
	start := time.Now()
	if err := f.phase(ctx, flooded, f.pour); err != nil {
		return nil, nil, nil, err
	}
	took := time.Since(start)
	peak, err := s.Peak()
	if err != nil {
		return nil, nil, nil, err
	}
	fmt.Printf("flood: %d forged requests in %v on %d connections: %d taken in, %d put off; memory %d MiB at first, %d MiB at most\n",
		size, took.Round(time.Second), connections, len(f.taken), f.putOff, calm>>20, peak>>20)
	fmt.Printf("genuine submit: before %v; during %v; while as many knock and want nothing %v; told to come back %d times\n", &quiet.submit, &flooded.submit, &knocked.submit, f.late)
	fmt.Printf("page of the queue: before %v; during %v; while as many knock and want nothing %v\n", &quiet.queue, &flooded.queue, &knocked.queue)
	return f, quiet, flooded, errors.Join(f.check(ctx), s.Stop())
}

// phase measures while something goes on.
func (f *flood) phase(ctx context.Context, p *phase, while func(context.Context) error) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	errs := make(chan error, 2)
	go func() { errs <- f.repeat(working, func() error { return f.genuineOne(ctx, &p.submit) }) }()
	go func() { errs <- f.repeat(working, func() error { return f.page(ctx, &p.queue) }) }()
	err := while(ctx)
	stop()
	return errors.Join(err, <-errs, <-errs)
}

// repeat does something at every tick until ctx ends, also while the one before
// is not done, and waits for all.
func (f *flood) repeat(ctx context.Context, do func() error) error {
	var all sync.WaitGroup
	defer all.Wait()
	failed := make(chan error, 1)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			all.Wait()
			select {
			case err := <-failed:
				return err
			default:
				return nil
			}
		case <-tick.C:
			all.Go(func() {
				if err := do(); err != nil {
					select {
					case failed <- err:
					default:
					}
				}
			})
		}
	}
}

// enough is how long a genuine request may take until it is accepted, told to come
// back or not, before it counts as lost.
const enough = 30 * time.Second

// genuineOne sends a signed request until it is accepted.
func (f *flood) genuineOne(ctx context.Context, took *times) error {
	f.mu.Lock()
	n := desk.Distinct(f.genuine)
	f.genuine++
	f.mu.Unlock()
	body, err := f.house.Document(n)
	if err != nil {
		return err
	}
	for began := time.Now(); time.Since(began) < enough; {
		a, err := f.house.By(n).Send(ctx, f.at, http.MethodPost, "/v1/requests", body, desk.Reference(n), time.Now())
		if err != nil {
			return err
		}
		if a.Status == http.StatusCreated {
			took.add(time.Since(began))
			var out struct{ Case string }
			if err := json.Unmarshal(a.Body, &out); err != nil {
				return err
			}
			f.mu.Lock()
			f.accepted[out.Case] = n
			f.mu.Unlock()
			return nil
		}
		if a.Status != http.StatusServiceUnavailable {
			return fmt.Errorf("a genuine request: %d: %s", a.Status, a.Body)
		}
		f.mu.Lock()
		f.late++
		f.mu.Unlock()
		if err := wait(ctx, every); err != nil {
			return err
		}
	}
	return nil
}

// page shows the first page of the queue, as whoever works there sees it.
func (f *flood) page(ctx context.Context, took *times) error {
	a, err := f.house.Intake.Do(ctx, f.at, http.MethodGet, "/v1/cases?open=true", nil)
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK {
		f.mu.Lock()
		f.pages++
		f.mu.Unlock()
		return nil
	}
	took.add(a.Took)
	return nil
}

// make makes the forged requests: each about somebody else than all others, in
// the name of an authority that is enrolled, or of one that is not.
func (f *flood) make() error {
	for n := range f.size {
		body, err := f.house.Document(desk.Distinct(1_000_000 + n))
		if err != nil {
			return err
		}
		if n%2 == 0 {
			if body, err = renamed(body, fmt.Sprintf("police-%d", n)); err != nil {
				return err
			}
		}
		f.bodies = append(f.bodies, body)
	}
	return nil
}

// pour sends the forged requests.
func (f *flood) pour(ctx context.Context) error {
	return f.crowd(ctx, func(n int) bool { return n < f.size }, f.forge)
}

// knock asks, on as many connections, whether the program is there: what that does
// to others is the machine's doing, which the senders share with the office.
func (f *flood) knock(ctx context.Context) error {
	until := time.Now().Add(knocking)
	return f.crowd(ctx, func(int) bool { return time.Now().Before(until) }, func(ctx context.Context, g *house.Stranger, _ int) error {
		a, err := g.Live(ctx, f.at)
		if err == nil && a.Status != http.StatusOK {
			err = fmt.Errorf("knock: %d: %s", a.Status, a.Body)
		}
		return err
	})
}

// crowd does something on so many connections at once, for as long as there is more
// of it. Each comes from an address of its own, so that it is a crowd: of one sender
// alone the office takes only a part.
func (f *flood) crowd(ctx context.Context, more func(n int) bool, do func(ctx context.Context, g *house.Stranger, n int) error) error {
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, connections)
	for i := range connections {
		all.Go(func() {
			g := house.NewStranger(net.IPv4(127, 0, 0, byte(2+i))) // those who are genuine come from the first
			for errs[i] == nil {
				n := int(next.Add(1)) - 1
				if !more(n) {
					return
				}
				errs[i] = do(ctx, g, n)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// forge sends a request that nobody signed.
func (f *flood) forge(ctx context.Context, g *house.Stranger, n int) error {
	a, err := g.Send(ctx, f.at, f.bodies[n], fmt.Sprintf("forged-%d", n))
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch a.Status {
	case http.StatusAccepted:
		var out struct{ Case string }
		if err := json.Unmarshal(a.Body, &out); err != nil {
			return err
		}
		f.taken[out.Case] = true
	case http.StatusServiceUnavailable:
		f.putOff++
	default:
		return fmt.Errorf("a forged request: %d: %s", a.Status, a.Body)
	}
	return nil
}

// renamed writes another authority into a document.
func renamed(body []byte, id string) ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, err
	}
	who := doc["requesting"].(map[string]any)["authority"].(map[string]any)
	who["id"], who["name"] = id, "The police of "+id
	return json.Marshal(doc)
}

// lost is how many genuine requests are not on record as they were accepted.
func (f *flood) lost() int { return f.genuine - len(f.accepted) }

// check compares what was answered with what is on record: what was taken in is
// in quarantine and nothing else is, and every genuine request stands accepted.
func (f *flood) check(ctx context.Context) error {
	if len(f.taken)+f.putOff != f.size {
		return fmt.Errorf("%d forged requests were sent, %d taken in as cases of their own and %d put off", f.size, len(f.taken), f.putOff)
	}
	if f.pages > 0 {
		return fmt.Errorf("%d pages of the queue were not shown", f.pages)
	}
	shown := make(map[string]bool)
	for after := ""; ; {
		var page struct {
			Rows []struct{ Case string }
			Next string
		}
		if err := f.house.Intake.Get(ctx, f.at, "/v1/quarantine?limit=500&after="+url.QueryEscape(after), &page); err != nil {
			return err
		}
		for _, row := range page.Rows {
			if !f.taken[row.Case] {
				return fmt.Errorf("%s is in quarantine, and no forged request was answered so", row.Case)
			}
			shown[row.Case] = true
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(shown) != len(f.taken) {
		return fmt.Errorf("%d forged requests were taken in, and %d are in quarantine", len(f.taken), len(shown))
	}
	for ref, n := range f.accepted {
		a, err := f.stands(ctx, ref, n)
		if err != nil {
			return err
		}
		if a.Status != http.StatusOK {
			delete(f.accepted, ref) // it is lost
		}
	}
	return nil
}

// stands asks as an authority how a case stands; it may have to come back.
func (f *flood) stands(ctx context.Context, ref string, n int) (*house.Answer, error) {
	for {
		a, err := f.house.By(n).Send(ctx, f.at, http.MethodGet, "/v1/requests/"+ref, nil, "", time.Now())
		if err != nil || a.Status != http.StatusServiceUnavailable {
			return a, err
		}
		if err := wait(ctx, every); err != nil {
			return nil, err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
