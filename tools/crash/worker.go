package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/timer"
	"github.com/rogatory/rogatory/tools/crash/desk"
)

// orders are what a worker is told: in its environment when it is made, and the
// rest when it is to begin.
type orders struct {
	Place desk.Place
	Epoch time.Time
	First int
	Seed  uint64
	Again []int
}

// ordersIn is the variable that makes this program a worker.
const ordersIn = "ROGATORY_CRASH_WORKER"

// workerMain is the life of a process that will be killed. It reads the
// rulebook first and then waits to be told to begin, so that it is there at
// once when the one before is dead. Its notes go to the pipe it was given.
func workerMain(text string) error {
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	examples, err := desk.ReadExamples()
	if err != nil {
		return err
	}
	clock := fast{o.Epoch}.now
	if _, err := desk.Parts(examples, clock); err != nil { // what it reads is kept by the packages
		return err
	}
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return nil // it was not needed
	}
	if err := json.Unmarshal(line, &o); err != nil {
		return err
	}
	go func() { // never outlive whoever watches
		_, _ = io.Copy(io.Discard, in)
		os.Exit(0)
	}()
	out := os.NewFile(3, "notes")
	say := func(n note) {
		if _, err := out.WriteString(n.String()); err != nil {
			os.Exit(1) // nobody listens: nothing may be accepted any more
		}
	}
	ctx := context.Background()
	office, err := desk.Open(ctx, examples, o.Place, clock)
	if err != nil {
		return err
	}
	say(note{word: wordReady})
	go keepTime(ctx, office, fmt.Sprintf("worker-%d", o.First), say)
	return newCrew(office, examples, o.First, say).work(ctx, o.Seed, o.Again)
}

// keepTime lets the clocks of an office strike until the context ends.
func keepTime(ctx context.Context, o *desk.Office, node string, say func(note)) {
	poke := make(chan struct{})
	go func() { // the runner sleeps by our clock, jobs are due by the fast one
		for ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
			select {
			case poke <- struct{}{}:
			default:
			}
		}
	}()
	r := &timer.Runner{
		Jobs: o.Store, Node: node, Handle: handler(o), Clock: o.Parts.Clock, Lease: lease, Poke: poke,
		Report: func(j docket.Job, err error) { say(note{wordJob, j.Key, string(j.Case), j.Kind + ": " + err.Error()}) },
	}
	_ = r.Run(ctx) // it ends with the context
}

// handler does jobs as the office does them. Letters are written and go nowhere:
// what is looked at here is whether their jobs are done.
func handler(o *desk.Office) func(context.Context, docket.Job) error {
	return func(ctx context.Context, j docket.Job) error {
		switch j.Kind {
		case docket.JobTell:
			_, err := o.Postings(ctx, j.Case, j.Key)
			return err
		case docket.JobNotice:
			return notify(ctx, o, j.Case)
		}
		return o.Handle(ctx, j.Kind, j.Case)
	}
}

// notify tells persons as notifiers have decided.
func notify(ctx context.Context, o *desk.Office, ref docket.Ref) error {
	list, err := o.Notices(ctx, ref)
	if err != nil {
		return err
	}
	for _, n := range list {
		if err := o.Notified(ctx, ref, n.Plan, "sent"); err != nil {
			return err
		}
	}
	return nil
}

// drain does everything that is due by a time at which the clock stands still,
// and gives the time it did so by. A job that came in the way of another is
// given back and done a little later, as in life.
func drain(ctx context.Context, o *desk.Office, clock *time.Time) error {
	var err error
	for range 4 {
		r := &timer.Runner{
			Jobs: o.Store, Node: "drain", Handle: handler(o), Clock: frozen(*clock), Lease: time.Minute, Width: 32,
		}
		err = r.RunDue(ctx)
		if err == nil {
			return nil
		}
		*clock = clock.Add(time.Minute)
	}
	return err
}

// speed is how much faster the office's clock runs than ours: a second is a
// day, so that freezes, challenges, questions and preservations end while the
// office is at work and is killed.
const speed = 86_400

// beginning is when every office begins.
var beginning = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

// fast is a clock that every process of one trial shares.
type fast struct{ epoch time.Time }

func (f fast) now() time.Time { return beginning.Add(time.Since(f.epoch) * speed).UTC() }

// frozen is a clock that stands.
func frozen(at time.Time) func() time.Time { return func() time.Time { return at } }

// lease is long enough for a job at the fast clock: a second of ours.
const lease = speed * time.Second
