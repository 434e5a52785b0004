package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rogatory/rogatory/tools/crash/desk"
)

// A trial is one engine under kills.
type trial struct {
	engine   string
	place    desk.Place
	examples *desk.Examples
	ledger   *ledger
	clock    fast
	random   *rand.Rand
	next     *worker // reads the rulebook while the one before works
	again    []int   // messages that were cut off

	kills    int // with commands in flight
	early    int // while the office was being opened, or with nothing in flight
	flying   int // commands in flight at all kills
	crews    int
	span     int // milliseconds a worker has at most, once it has accepted something
	lacking  int // commands that have to be accepted before it is killed
	strikes  int
	cases    int
	findings findings
}

// numbers is how many numbers one crew may use.
const numbers = 1_000_000

func newTrial(engine string, place desk.Place, examples *desk.Examples, seed uint64) *trial {
	return &trial{
		engine: engine, place: place, examples: examples, ledger: newLedger(), clock: fast{time.Now()},
		random: rand.New(rand.NewPCG(seed, uint64(len(engine)))),
	}
}

// hire makes the next worker ready.
func (t *trial) hire() (*worker, error) {
	t.crews++
	return hire(orders{Place: t.place, Epoch: t.clock.epoch, First: t.crews * numbers, Seed: t.random.Uint64()}, t.ledger)
}

// start lets the worker that waits begin, and has the next one wait.
func (t *trial) start() (*worker, error) {
	var err error
	if t.next == nil {
		t.next, err = t.hire()
		if err != nil {
			return nil, err
		}
	}
	w := t.next
	t.next, err = t.hire()
	if err != nil {
		return nil, err
	}
	return w, w.begin(t.again)
}

// life lets a worker work for a random time and kills it.
func (t *trial) life() error {
	w, err := t.start()
	if err != nil {
		return err
	}
	early := t.random.IntN(12) == 0 && t.lacking <= 0 // while it opens the office, or shortly after
	if early {
		time.Sleep(time.Duration(t.random.IntN(60)) * time.Millisecond)
	} else {
		if err := w.accepts(t.ledger); err != nil {
			return err
		}
		if err := t.goesOn(t.lacking); err != nil {
			return err
		}
		time.Sleep(time.Duration(10+t.random.IntN(t.span)) * time.Millisecond)
	}
	if err := w.kill(); err != nil {
		return err
	}
	flying, again := t.ledger.cut()
	t.again = again
	t.flying += flying
	if early || flying == 0 {
		t.early++
	} else {
		t.kills++
	}
	return nil
}

// every is after how many kills all is audited.
const every = 20

// run kills and audits until both numbers are reached, and once more at the end,
// when everything due was done.
func (t *trial) run(ctx context.Context, kills, accepted int) error {
	defer t.dismiss()
	for t.kills < kills || t.ledger.count() < accepted {
		before := t.kills
		t.pace(kills, accepted)
		if err := t.life(); err != nil {
			return err
		}
		if t.kills > before && t.kills%every == 0 {
			if err := t.audit(ctx, t.clock.now(), false); err != nil {
				return err
			}
			fmt.Printf("%s: %d kills, %d commands accepted, %d cases, %d strikes of clocks, %v\n",
				t.engine, t.kills, t.ledger.count(), t.cases, t.strikes, time.Since(t.clock.epoch).Round(time.Second))
		}
	}
	return t.end(ctx)
}

// pace gives workers more time where fewer commands were accepted than the
// number of kills so far would make. The last one works until all are.
func (t *trial) pace(kills, accepted int) {
	t.span, t.lacking = 300, 0
	if t.ledger.count()*kills < (t.kills+1)*accepted {
		t.span = 1200
	}
	if t.kills+1 == kills {
		t.lacking = accepted - t.ledger.count()
	}
}

func (t *trial) dismiss() {
	if t.next != nil {
		_ = t.next.kill() // it has done nothing
		t.next = nil
	}
}

// end sends again what was cut off, does what is due, and audits: at once, and
// twenty years later, when nothing is due any more and what was closed is erased.
func (t *trial) end(ctx context.Context) error {
	if err := t.resend(ctx); err != nil {
		return err
	}
	// The leases of whoever was killed are over by then.
	now := t.clock.now().Add(2 * lease)
	for _, at := range []time.Time{now, now.AddDate(20, 0, 0)} {
		if err := t.audit(ctx, at, true); err != nil {
			return err
		}
	}
	return nil
}

// resend sends the messages that are still without an outcome, twice each.
func (t *trial) resend(ctx context.Context) error {
	return t.open(ctx, t.clock.now, func(o *desk.Office) error {
		c := newCrew(o, t.examples, 0, t.ledger.take)
		for _, n := range t.again {
			c.receive(ctx, n)
			c.receive(ctx, n)
		}
		if _, t.again = t.ledger.cut(); len(t.again) > 0 {
			return fmt.Errorf("%d messages are not accepted and not refused", len(t.again))
		}
		return nil
	})
}

// open opens the office in this process.
func (t *trial) open(ctx context.Context, clock func() time.Time, do func(*desk.Office) error) error {
	o, err := desk.Open(ctx, t.examples, t.place, clock)
	if err != nil {
		return err
	}
	return errors.Join(do(o), o.Close())
}

// audit reads everything, after doing what is due if it is to be drained.
func (t *trial) audit(ctx context.Context, at time.Time, drained bool) error {
	clock := at
	return t.open(ctx, func() time.Time { return clock }, func(o *desk.Office) error {
		if drained {
			if err := drain(ctx, o, &clock); err != nil {
				t.findings.lost = append(t.findings.lost, "what is due cannot be done: "+err.Error())
			}
		}
		a, err := look(ctx, o, t.ledger, clock, drained)
		if err != nil {
			return err
		}
		t.cases, t.strikes = a.rows, a.strikes
		t.findings.add(&a.findings)
		if len(a.erased) > 0 {
			fmt.Printf("%s: %d of %d cases are erased, and their keys with them\n", t.engine, len(a.erased), a.rows)
		}
		return nil
	})
}
