package docket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/screen"
)

// A Delivery is a request as it arrived.
type Delivery struct {
	Document []byte
	Channel  request.Channel // how it arrived, from whoever received it, never from the document
	By       Actor           // who or what received it
	Sender   string          // id in the register under which the channel authenticated the sender; empty: the channel names nobody
	Scope    string          // whose idempotency keys these are
	Once     string          // the sender's key for this message; empty: every delivery is a new case
}

// Receive opens a case. It is kept and hashed before anything is made of it; a
// sender who is authenticated is accepted at once, and the duty to tell the
// person opened with it; any other is in quarantine. Screening proposes; where it
// cannot, the case is kept as received and screened later. What is returned is
// durable.
func (d *Docket) Receive(ctx context.Context, in Delivery) (*Case, error) {
	r, err := request.Read(in.Document)
	if err != nil {
		return nil, err
	}
	if err := in.check(r); err != nil {
		return nil, err
	}
	now := d.now()
	c, err := d.open(ctx, now)
	if err != nil {
		return nil, err
	}
	c.parsed = r
	err = c.add(Event{
		Do: receive, By: in.By.Name, Role: in.By.Role.String(),
		Body: Body{
			Document: bytes.Clone(in.Document), Channel: &in.Channel,
			Set: []Clock{d.clockFor(clockQuarantine, lifecycle.LapseQuarantine, "own-answer", now)},
		},
	}, now)
	if err != nil {
		return nil, err
	}
	if err := d.authenticate(ctx, c, now); err != nil {
		return nil, err
	}
	// What cannot be screened, because the record of an earlier case is broken,
	// is kept all the same: see Wake.
	if err := d.screen(ctx, c, now); err != nil && ctx.Err() != nil {
		return nil, err
	}
	// Whoever opens a case by hand goes on with it.
	if in.By.Role == lifecycle.Intake {
		err := c.add(Event{Do: lifecycle.Assign, By: in.By.Name, Role: in.By.Role.String(), After: c.State, Body: Body{To: in.By.Name}}, now)
		if err != nil {
			return nil, err
		}
	}
	return d.file(ctx, c, r, in)
}

// check refuses a delivery by nobody. Whoever authenticated as one authority and
// asks as another is not authenticated.
func (in *Delivery) check(r *request.Request) error {
	if in.By.Role != lifecycle.Machine && in.By.Role != lifecycle.Intake {
		return fault.Forbiddenf("", "a %s receives no requests; intake does", in.By.Role)
	}
	if err := checkName(in.By.Name, in.By.Role == lifecycle.Intake); err != nil {
		return err
	}
	if in.Sender != "" && in.Sender != nameOf(&r.Requesting.Authority) {
		no := false
		in.Channel.Authenticated = &no
	}
	return nil
}

// open begins a case under a key of its own.
func (d *Docket) open(ctx context.Context, now time.Time) (*Case, error) {
	ref, err := newRef(d.random, now)
	if err != nil {
		return nil, err
	}
	id, key, err := d.keys.Fresh(ctx)
	if err != nil {
		return nil, err
	}
	c := &Case{Ref: ref, key: id}
	if c.sealer, err = newSealer(key, d.random); err != nil {
		return nil, err
	}
	c.public, err = d.publicSide(ctx, key)
	return c, err
}

// file makes a new case durable, with the keyed hashes it is found by.
func (d *Docket) file(ctx context.Context, c *Case, r *request.Request, in Delivery) (*Case, error) {
	b, err := c.batch()
	if err != nil {
		return nil, err
	}
	if b.Figures, err = d.count(ctx, c); err != nil {
		return nil, err
	}
	b.Accounts, err = d.hashes(ctx, r, byAccounts)
	if err != nil {
		return nil, err
	}
	if in.Once != "" {
		b.Once = &Once{Scope: in.Scope, Key: in.Once, Body: sha256.Sum256(in.Document)}
	}
	ref, err := d.records.Append(ctx, b)
	if err != nil {
		return nil, err
	}
	if ref != c.Ref { // the same message again
		if err := d.keys.Destroy(ctx, c.key); err != nil {
			return nil, err
		}
		return d.load(ctx, ref)
	}
	c.added, c.fresh, c.urgent = nil, nil, nil
	return c, nil
}

// authenticate accepts a sender whom the register and the channel vouch for.
func (d *Docket) authenticate(ctx context.Context, c *Case, now time.Time) error {
	found := new(established)
	if err := d.asksRegister(ctx, c, &Act{}, found); err != nil {
		return err
	}
	after, err := lifecycle.Next(c.State, lifecycle.Machine, lifecycle.Authenticate, found.holds)
	if err != nil {
		c.named = found.enrolled // it stays in quarantine, and whose name it uses is told
		return nil
	}
	e := Event{Do: lifecycle.Authenticate, By: "register", Role: lifecycle.Machine.String(), With: found.holds, After: after}
	e.Set = d.clocksOf(c, &e, now)
	return c.add(e, now)
}

// screen lets the machine propose.
func (d *Docket) screen(ctx context.Context, c *Case, now time.Time) error {
	said, err := d.said(ctx, c, now)
	if err != nil {
		return err
	}
	history, err := d.history(ctx, c)
	if err != nil {
		return err
	}
	result, record, err := d.screener.Conclude(c.Request, screen.Situation{At: c.Received, Today: now, History: history, Said: said})
	if err != nil {
		return err
	}
	c.facts, err = c.sealer.seal(record, boundFacts(c.Ref))
	if err != nil {
		return err
	}
	var x lifecycle.Circumstances
	if preserveOnly(c.Request) {
		x |= lifecycle.OnlyKeep
	}
	after, err := lifecycle.Next(c.State, lifecycle.Machine, lifecycle.Screen, x)
	if err != nil {
		return err
	}
	return c.add(Event{
		Do: lifecycle.Screen, By: "screening", Role: lifecycle.Machine.String(), With: x, After: after,
		Body: Body{Proposal: &Proposal{
			Outcome: result.Outcome, Grounds: result.Grounds, Answer: result.Answer.Kind, Form: result.Answer.Form,
			Preserve: result.Preserve, Accordance: d.versions,
		}},
	}, now)
}

// propel lets follow what follows by itself: after anything new was said or
// sent, screening proposes again.
func (d *Docket) propel(ctx context.Context, c *Case, e *Event, now time.Time) error {
	switch e.Do {
	case lifecycle.Answer, lifecycle.Assert, lifecycle.Authenticate, lifecycle.Accept, lifecycle.Doubt, lifecycle.Correct:
		if c.Stage == lifecycle.Received || c.Stage == lifecycle.Screened {
			return d.screen(ctx, c, now)
		}
		return d.recordAnew(ctx, c, now)
	case lifecycle.Forward, lifecycle.Compel, lifecycle.OpenLane:
		return d.recordAnew(ctx, c, now)
	}
	return nil
}

// Propose screens a stored case as it stands, with every finding.
func (d *Docket) Propose(ctx context.Context, c *Case) (*screen.Result, error) {
	now := d.now()
	said, err := d.said(ctx, c, now)
	if err != nil {
		return nil, err
	}
	history, err := d.history(ctx, c)
	if err != nil {
		return nil, err
	}
	return d.screener.Screen(c.Request, screen.Situation{At: c.Received, Today: now, History: history, Said: said})
}
