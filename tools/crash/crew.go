package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// desks is how many work at once.
const desks = 16

// A crew is the office's people at work, all at once and on the same cases. It
// says what it is about to do, and what came of it.
type crew struct {
	office   *docket.Docket
	records  docket.Records
	examples *desk.Examples
	say      func(note)
	clock    func() time.Time
	facts    []string     // what may be said of a request
	first    int          // numbers of this crew begin here, so that no two crews share one
	marks    atomic.Int64 // commands so far
	received atomic.Int64 // documents so far

	mu    sync.Mutex // guards cases and sent
	cases []docket.Ref
	sent  map[docket.Ref]int // documents that were accepted
}

func newCrew(o *desk.Office, e *desk.Examples, first int, say func(note)) *crew {
	c := &crew{
		office: o.Docket, records: o.Parts.Records, examples: e, say: say, clock: o.Parts.Clock, first: first,
		sent: make(map[docket.Ref]int),
	}
	for _, d := range o.Parts.Book.Vocabulary().All() {
		if sayable(&d) {
			c.facts = append(c.facts, string(d.Name))
		}
	}
	return c
}

// work goes on until the context ends. What was under way when another crew was
// cut off is sent again first.
func (c *crew) work(ctx context.Context, seed uint64, again []int) error {
	rows, _, err := c.records.Rows(ctx, docket.Query{Limit: 40})
	if err != nil {
		return err
	}
	for _, row := range rows {
		c.know(row.Case, 0)
	}
	var wait sync.WaitGroup
	for i := range desks {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			for k := i; k < len(again); k += desks {
				c.receive(ctx, again[k])
			}
			for ctx.Err() == nil {
				c.step(ctx, r)
			}
		})
	}
	wait.Wait()
	return nil
}

// know remembers a case, the last ones only: that is where the desks meet.
func (c *crew) know(ref docket.Ref, document int) {
	const remembered = 48
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cases = append(c.cases, ref)
	if len(c.cases) > remembered {
		c.cases = c.cases[1:]
	}
	if document > 0 {
		c.sent[ref] = document
	}
}

func (c *crew) pick(r *rand.Rand) (docket.Ref, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.cases) < 4 {
		return "", false
	}
	return c.cases[r.IntN(len(c.cases))], true
}

// document gives the number of the document that made a case, if this crew sent
// it.
func (c *crew) document(ref docket.Ref) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.sent[ref]
	return n, ok
}

func (c *crew) mark() string { return fmt.Sprintf("m%d", c.first+int(c.marks.Add(1))) }

// try does one command between its two notes.
func (c *crew) try(do, mark string, ref docket.Ref, command func() (docket.Ref, error)) {
	c.say(note{wordIntent, mark, string(ref), do})
	got, err := command()
	switch {
	case err == nil:
		c.say(note{wordAccepted, mark, string(got), do})
	case fault.KindOf(err) != fault.Internal && !errors.Is(err, context.Canceled):
		c.say(note{wordRefused, mark, string(ref), err.Error()})
	default:
		c.say(note{wordDoubtful, mark, string(ref), err.Error()})
	}
}

// doReceive is what a message is called among commands.
const doReceive = "receive"

// receive takes in the document of a number, under a key of that number.
func (c *crew) receive(ctx context.Context, number int) (ref docket.Ref) {
	yes := true
	channel := request.Channel{Kind: "registered", Authenticated: &yes}
	if number%16 == 7 {
		channel = request.Channel{Kind: "email"}
	}
	c.try(doReceive, desk.Reference(number), "", func() (docket.Ref, error) {
		got, err := c.office.Receive(ctx, docket.Delivery{
			Document: c.examples.Document(number), Channel: channel, By: imke, Scope: "crash", Once: desk.Reference(number),
		})
		if err != nil {
			return "", err
		}
		c.know(got.Ref, number)
		ref = got.Ref
		return ref, nil
	})
	return ref
}

// open receives a new document and gives everybody a seat at it.
func (c *crew) open(ctx context.Context, r *rand.Rand) {
	number := c.first + int(c.received.Add(1))
	if r.IntN(8) == 0 { // the same message twice at once
		var second sync.WaitGroup
		second.Go(func() { c.receive(ctx, number) })
		defer second.Wait()
	}
	ref := c.receive(ctx, number)
	if ref == "" {
		return
	}
	for _, who := range []docket.Actor{rosa, sami, siri, cem, nils} {
		c.act(ctx, sami, ref, docket.Act{Do: lifecycle.Assign, Body: docket.Body{To: who.Name}})
	}
	if r.IntN(2) == 0 {
		c.course(ctx, r, ref)
	}
}

// act does one act, with its mark as the reason. The requester acts only in
// cases of which this crew knows who asks.
func (c *crew) act(ctx context.Context, who docket.Actor, ref docket.Ref, a docket.Act) {
	if who == asker {
		n, ok := c.document(ref)
		if !ok {
			return
		}
		who.Name = c.examples.Authority(n)
	}
	a.Why = c.mark()
	c.try(string(a.Do), a.Why, ref, func() (docket.Ref, error) {
		done, err := c.office.Do(ctx, who, ref, a)
		if err == nil && done.Proposed && !slices.ContainsFunc(done.Case.Events, func(e docket.Event) bool { return e.Why == a.Why }) {
			err = fault.Conflictf(string(ref), "it was proposed already, and nothing was added")
		}
		return ref, err
	})
}
