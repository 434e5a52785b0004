package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/tools/cluster/house"
)

// A node is one of the processes that are the office together: it is killed and
// comes back, in the same folder and on the same port.
type node struct {
	plan     *house.Plan
	inFlight atomic.Int64 // calls it has not answered

	mu      sync.Mutex     // guards process
	process *house.Process // nil: none runs
	up      atomic.Bool    // it has answered since it was started
}

// nodes are the three of them, in an office whose clock stands, or goes.
type nodes struct {
	list   []*node
	clock  time.Time // zero: it goes
	random *rand.Rand
	mu     sync.Mutex // guards random

	kills  int
	early  int   // before the node had answered
	flying int64 // calls in flight at all kills
	faults chan error
}

// at is where a node listens.
func (n *node) at() string { return "http://" + n.plan.Listen }

// now is the time of the office.
func (c *nodes) now() time.Time {
	if c.clock.IsZero() {
		return time.Now()
	}
	return c.clock
}

// any gives a node, which may be dead.
func (c *nodes) any() *node {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.list[c.random.IntN(len(c.list))]
}

func (c *nodes) below(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.IntN(n)
}

// start opens a node and, in time, notes that it answers.
func (c *nodes) start(ctx context.Context, n *node) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	process, err := n.plan.Start(c.clock)
	if err != nil {
		return err
	}
	n.process = process
	go func() {
		err := process.Ready(ctx)
		n.mu.Lock()
		defer n.mu.Unlock()
		switch {
		case n.process != process || ctx.Err() != nil: // it was killed while it opened
		case err != nil:
			c.faults <- err
		default:
			n.up.Store(true)
		}
	}()
	return nil
}

// open opens all of them, at a time of the office's clock, and waits until they
// answer.
func (c *nodes) open(ctx context.Context, clock time.Time) error {
	c.clock = clock
	for _, n := range c.list {
		if err := c.start(ctx, n); err != nil {
			return err
		}
	}
	return c.ready(ctx)
}

// ready waits until every node answers.
func (c *nodes) ready(ctx context.Context) error {
	for _, n := range c.list {
		for !n.up.Load() {
			if err := c.pause(ctx, 20*time.Millisecond); err != nil {
				return err
			}
		}
	}
	return nil
}

// pause waits; a node that did not open ends every wait.
func (c *nodes) pause(ctx context.Context, d time.Duration) error {
	select {
	case err := <-c.faults:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// end ends a node, in the way that is given.
func (n *node) end(how func(*house.Process) error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.up.Store(false)
	if n.process == nil {
		return nil
	}
	p := n.process
	n.process = nil
	return how(p)
}

// close lets every node finish what is under way.
func (c *nodes) close() error {
	var wait sync.WaitGroup
	errs := make([]error, len(c.list))
	for i, n := range c.list {
		wait.Go(func() { errs[i] = n.end((*house.Process).Stop) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// clear leaves no process behind.
func (c *nodes) clear() {
	for _, n := range c.list {
		_ = n.end((*house.Process).Kill) // there is nothing more to be done about it
	}
}

// kill kills a number of nodes, at random moments: most while they work, some
// while they open, now and then two at once. Each comes back at once.
func (c *nodes) kill(ctx context.Context, times int, longest time.Duration) error {
	for left := times; left > 0; {
		wait := longest
		if c.below(4) == 0 {
			wait /= 10
		}
		if err := c.pause(ctx, time.Duration(c.below(int(wait/time.Millisecond)))*time.Millisecond); err != nil {
			return err
		}
		n := c.any()
		if !n.up.Load() && c.below(4) > 0 {
			continue // it opens; that is seen often enough
		}
		hit := []*node{n}
		if other := c.any(); left > 1 && other != n && c.below(8) == 0 {
			hit = append(hit, other)
		}
		for _, n := range hit {
			if err := c.strike(ctx, n); err != nil {
				return err
			}
			left--
		}
	}
	return c.ready(ctx)
}

func (c *nodes) strike(ctx context.Context, n *node) error {
	c.kills++
	if !n.up.Load() {
		c.early++
	}
	c.flying += n.inFlight.Load()
	if err := n.end((*house.Process).Kill); err != nil {
		return err
	}
	return c.start(ctx, n)
}
