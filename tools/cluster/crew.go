package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/tools/cluster/house"
)

// A crew sends requests to whichever node, and has others acted upon, until it is
// told to stop; then it goes on until every message has its answer.
type crew struct {
	house  *house.House
	nodes  *nodes
	ledger *ledger
	next   atomic.Int64 // number of the next document
	marks  atomic.Int64
}

const (
	senders = 6
	actors  = 2
)

// work sends until ctx ends. What is wrong with an answer ends it as well.
func (c *crew) work(ctx, whole context.Context) error {
	whole, stop := context.WithCancelCause(whole)
	defer stop(nil)
	var wait sync.WaitGroup
	each := func(do func(context.Context) error) {
		for ctx.Err() == nil && whole.Err() == nil {
			if err := do(whole); err != nil {
				stop(err)
			}
		}
	}
	for range senders {
		wait.Go(func() { each(c.request) })
	}
	for range actors {
		wait.Go(func() { each(c.act) })
	}
	wait.Wait()
	return context.Cause(whole)
}

// request sends a new message until it is accepted. Some go to two nodes at once,
// and some are sent again when they were accepted long before.
func (c *crew) request(ctx context.Context) error {
	n := int(c.next.Add(1))
	body, err := c.house.Document(n)
	if err != nil {
		return err
	}
	how := rand.IntN(10)
	if how == 0 {
		c.ledger.count(&c.ledger.together)
		second := make(chan error, 1)
		go func() { second <- c.submit(ctx, n, body) }()
		err := c.submit(ctx, n, body)
		if other := <-second; err == nil {
			err = other
		}
		return err
	}
	if err := c.submit(ctx, n, body); err != nil || how > 1 {
		return err
	}
	c.ledger.count(&c.ledger.again)
	n = 1 + rand.IntN(n)
	if body, err = c.house.Document(n); err != nil {
		return err
	}
	return c.submit(ctx, n, body) // perhaps one that nobody has accepted yet
}

// longest is how long a message may go without an answer: then the office is not
// up, whatever is killed.
const longest = 90 * time.Second

// submit sends a message to one node after the other, under one key, until one
// accepts it.
func (c *crew) submit(ctx context.Context, n int, body []byte) error {
	from := c.house.By(n)
	for began := time.Now(); time.Since(began) < longest; {
		to := c.nodes.any()
		to.inFlight.Add(1)
		a, err := from.Send(ctx, to.at(), http.MethodPost, "/v1/requests", body, fmt.Sprintf("message-%d", n), c.nodes.now())
		to.inFlight.Add(-1)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			c.ledger.count(&c.ledger.cut)
		case a.Status == http.StatusCreated:
			var out struct{ Case docket.Ref }
			if err := json.Unmarshal(a.Body, &out); err != nil {
				return err
			}
			c.ledger.accepted(n, from.ID, body, out.Case)
			return nil
		case a.Status == http.StatusServiceUnavailable:
			c.ledger.count(&c.ledger.busy)
		default:
			return fmt.Errorf("message %d: %d: %s", n, a.Status, bytes.TrimSpace(a.Body))
		}
		if err := c.nodes.pause(ctx, time.Duration(10+rand.IntN(40))*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("message %d has no answer after %v", n, longest)
}

// act has somebody of intake take a case or hand it on, or the machine that acts for
// them note something in one they have taken, once. Whether it happened that was
// cut off nobody knows, and nobody sends it again.
func (c *crew) act(ctx context.Context) error {
	ref, mine, ok := c.ledger.pick(rand.Uint64())
	if !ok {
		return c.nodes.pause(ctx, 20*time.Millisecond)
	}
	mark := fmt.Sprintf("mark %d", c.marks.Add(1))
	who := c.house.Person
	in := map[string]any{"case": ref, "by": who.Name, "role": "intake", "do": "assign", "to": who.Name, "why": mark}
	switch people := house.People(); {
	case mine && rand.IntN(3) == 0:
		in["to"] = people[rand.IntN(len(people))]
	case mine:
		who = c.house.Intake
		in["do"] = "note"
		delete(in, "to")
	}
	to := c.nodes.any()
	to.inFlight.Add(1)
	a, err := who.Do(ctx, to.at(), http.MethodPost, "/v1/cases/"+string(ref)+"/acts", in)
	to.inFlight.Add(-1)
	word := wordCut
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		c.ledger.count(&c.ledger.cut)
	case a.Status == http.StatusOK:
		word = wordAccepted
		c.ledger.take(ref)
	case a.Status == http.StatusServiceUnavailable || a.Status == http.StatusConflict:
		word = wordRefused
	case a.Status == http.StatusInternalServerError: // the database of a node that ends
	default:
		return fmt.Errorf("%s in %s: %d: %s", mark, ref, a.Status, bytes.TrimSpace(a.Body))
	}
	c.ledger.acted(act{ref, mark, word})
	return c.nodes.pause(ctx, time.Duration(rand.IntN(30))*time.Millisecond)
}
