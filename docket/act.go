package docket

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// receive is the first event of every case. It is no event of the table: there
// is no state before it.
const receive lifecycle.Event = "receive"

// An Act is what somebody wants done to a case: one event of the table of
// package lifecycle, and what it is about.
type Act struct {
	Do   lifecycle.Event `json:"do"`
	Why  string          `json:"why,omitempty"`  // inside
	Told string          `json:"told,omitempty"` // to the requester, in letters; who joins an act may leave it out
	Seen int             `json:"seen,omitempty"` // number of the last event the actor has seen; 0: whatever stands
	Body

	signed *Signed
}

// Done is how an act ended. The case is given to whoever may read it; others
// see no more than where it stands.
type Done struct {
	Case     *Case
	Proposed bool // it waits for a second person
}

// Do causes an event. What the table does not allow is a fault.Forbidden with
// everything that stands in the way. An act that takes two people and lacks
// only the second is recorded as proposed. An act that carries what its event is
// not about is a fault.Invalid.
func (d *Docket) Do(ctx context.Context, who Actor, ref Ref, a Act) (*Done, error) {
	if a.Do == lifecycle.Link && a.Body.digest(a.Do) == (&Body{Link: a.Link}).digest(a.Do) {
		return d.Link(ctx, who, ref, a.Link, a.Why)
	}
	if err := who.check(); err != nil {
		return nil, err
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	if err := d.checkGrounds(&a); err != nil {
		return nil, err
	}
	if a.signed == nil && d.mustSign(who, a.Do) {
		return nil, fault.Forbiddenf(string(ref), "a %s signs what is decided, and %s is not signed", who.Role, a.Do).WithHint("write the act down and sign it with your role key: rogatory sign")
	}
	return d.do(ctx, who, ref, a)
}

// do causes an event that was checked.
func (d *Docket) do(ctx context.Context, who Actor, ref Ref, a Act) (*Done, error) {
	done, loaded := &Done{}, 0
	c, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
		if err := c.mayAct(who); err != nil && !open[a.Do] {
			return err
		}
		seen := max(a.Seen, loaded) // loaded: what stood when it was tried before
		if e, ok := c.since(seen); ok && seen > 0 {
			return overtaken(c, &e)
		}
		loaded = c.loaded
		var err error
		done.Proposed, err = d.act(ctx, c, who, a, now)
		return err
	})
	if err != nil {
		if open[a.Do] {
			return nil, err
		}
		return nil, hide(err, ref, who)
	}
	done.Case = c
	switch {
	case !who.inside():
		done.Case = c.seenFromOutside()
	case a.Do == lifecycle.Assign && c.mayAct(who) != nil:
		done.Case = c.outline()
	}
	return done, nil
}

// open are the events for which a case need not be one's own.
var open = map[lifecycle.Event]bool{lifecycle.LookOutside: true, lifecycle.Assign: true}

// hide makes a case that does not exist look like one that is somebody else's,
// and to those outside one that was erased as well.
func hide(err error, ref Ref, who Actor) error {
	var none *absent
	var gone *erased
	if who.Role != lifecycle.Oversight && (errors.As(err, &none) || !who.inside() && errors.As(err, &gone)) {
		return notTheirs(ref, who)
	}
	return err
}

// outline is where a case stands, and nothing of what was asked or said.
func (c *Case) outline() *Case {
	return &Case{Ref: c.Ref, State: c.State, Received: c.Received, Assigned: slices.Clone(c.Assigned)}
}

// seenFromOutside is what whoever asks, and whoever is asked about, learns: how
// far it is. Who challenges, who freezes and who works on it stays inside.
func (c *Case) seenFromOutside() *Case {
	return &Case{Ref: c.Ref, State: lifecycle.State{Stage: stageOutside(c)}, Received: c.Received}
}

// act tries the table, and adds the event or the proposal.
func (d *Docket) act(ctx context.Context, c *Case, who Actor, a Act, now time.Time) (proposed bool, err error) {
	if err := c.oneSided(who, a.Do); err != nil {
		return false, err
	}
	if err := c.fits(&a, now); err != nil {
		return false, err
	}
	if err := d.complete(ctx, c, who, &a, now); err != nil {
		return false, err
	}
	found, err := d.establish(ctx, c, who, &a, now)
	if err != nil {
		return false, err
	}
	alone := false
	after, err := lifecycle.Next(c.State, who.Role, a.Do, found.holds)
	if err != nil {
		if _, second := lifecycle.Next(c.State, who.Role, a.Do, found.holds|lifecycle.Seconded); second != nil || a.Do == lifecycle.ConfirmFreeze {
			return false, notAllowed(c, err, found.open) // a freeze is not confirmed by who froze
		}
		alone = true
	}
	if err := c.inGoodStanding(who, &a, found); err != nil {
		return false, err
	}
	switch a.Do {
	case lifecycle.Return:
		err = d.asksSomething(ctx, c, &a)
	case lifecycle.RejectChallenge, lifecycle.UpholdChallenge:
		err = c.tellsWhoChallenged(&a)
	case lifecycle.Postpone:
		err = c.tellsWhyNotYet(&a)
	default:
		err = nil
	}
	if err != nil {
		return false, err
	}
	if alone {
		if p := c.Proposed; p != nil && p.Do == a.Do && sameName(p.By, who.Name) && p.Digest == a.digest(a.Do) && p.Told == a.Told {
			return true, nil // it is proposed already, and waits
		}
		return true, d.propose(c, who, a, found.holds, now)
	}
	e := Event{Do: a.Do, By: who.Name, Role: who.Role.String(), Why: a.Why, Told: a.Told, Signed: a.signed, With: found.holds, After: after, Body: a.Body}
	if e.First = c.first(who, &a); e.First != "" && e.Told == "" && c.Proposed != nil {
		e.Told = c.Proposed.Told
	}
	e.Channel = c.channelAfter(&a, found)
	e.Said = append(e.Said, found.says...)
	e.Unmet = found.unmet
	e.Set = append(e.Set, d.clocksOf(c, &e, now)...)
	if err := c.add(e, now); err != nil {
		return false, err
	}
	return false, d.propel(ctx, c, &e, now)
}

// inGoodStanding stops what needs a sender in good standing while the register
// has the authority suspended, also where nobody has told the case yet.
func (c *Case) inGoodStanding(who Actor, a *Act, found *established) error {
	if !found.suspended || c.Sender != lifecycle.Verified {
		return nil
	}
	doubted := c.State
	doubted.Sender = lifecycle.Doubted
	_, err := lifecycle.Next(doubted, who.Role, a.Do, found.holds|lifecycle.Seconded)
	if err == nil || a.Do == lifecycle.Suspend || a.Do == lifecycle.Doubt {
		return nil
	}
	return fault.Forbiddenf(string(c.Ref), "%s is not allowed here: the authority is suspended in the register", a.Do).
		WithHint("suspend the case as well, so that everybody sees it; or lift the suspension there")
}

// channelAfter is what is known of the channel once somebody has called back;
// nil: what was known.
func (c *Case) channelAfter(a *Act, found *established) *request.Channel {
	channel := c.Channel
	switch {
	case a.Do == lifecycle.Doubt:
		channel.CallBack = "failed"
	case found.called && (a.Do == lifecycle.Authenticate || a.Do == lifecycle.Accept || a.Do == lifecycle.OpenLane):
		channel.CallBack = "confirmed"
	default:
		return nil
	}
	return &channel
}

func (d *Docket) propose(c *Case, who Actor, a Act, x lifecycle.Circumstances, now time.Time) error {
	after, err := lifecycle.Next(c.State, who.Role, lifecycle.Propose, x)
	if err != nil {
		return notAllowed(c, err, nil)
	}
	return c.add(Event{
		Do: lifecycle.Propose, By: who.Name, Role: who.Role.String(), Why: a.Why, Told: a.Told, Signed: a.signed, With: x, After: after,
		Body: Body{Proposed: &Proposed{Do: a.Do, By: who.Name, Told: a.Told, Digest: a.digest(a.Do), Body: a.Body}},
	}, now)
}

// notAllowed turns the table's answer into one for people, with the safeguards
// that are open.
func notAllowed(c *Case, err error, open []string) error {
	var no *lifecycle.NotAllowed
	if !errors.As(err, &no) {
		return err
	}
	because := no.Because
	if len(open) > 0 && len(open) <= 12 {
		because = append(slices.Clone(because), "open: "+strings.Join(open, ", "))
	} else if len(open) > 12 {
		because = append(slices.Clone(because), "open: "+strings.Join(open[:12], ", ")+" and more; `case questions` lists them")
	}
	return fault.Forbiddenf(string(c.Ref), "%s is not allowed here: %s", no.Do, strings.Join(because, "; "))
}

// overtaken tells an actor that somebody else was first.
func overtaken(c *Case, e *Event) error {
	return fault.Conflictf(string(c.Ref), "%s (%s) has done %q meanwhile, and the case is %s now; nothing of yours was recorded", e.By, e.Role, e.Do, c.Stage).
		WithHint("look at the case and decide again")
}
