package docket

import (
	"context"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// asksRegister says what the register of authorities makes of who asks, and of
// who gets what is released. A contact counts if the register has it for the
// authority that asks, or if it is one of the receiving State's own points where
// those count.
func (d *Docket) asksRegister(ctx context.Context, c *Case, a *Act, e *established) error {
	asker, err := d.asker(ctx, c)
	if err != nil {
		return err
	}
	known := asker != nil && asker.ID != "" // and not somebody who uses its name
	if a.Do == lifecycle.OpenLane {
		if err := d.checkRecipient(ctx, c, a.To, known); err != nil {
			return err
		}
	}
	if err := d.asksRecipient(ctx, c, e); err != nil {
		return err
	}
	e.suspended = e.suspended || asker != nil && asker.Suspended != ""
	if asker != nil && !known {
		return nil // the register has it, and it counts for nothing
	}
	if asker == nil {
		asker = new(authority.Authority) // of which no contact is known
	}
	e.enrolled = asker.ID
	var points []string
	if c.pointsCount(a, known) {
		if points, err = d.register.Points(ctx); err != nil {
			return err
		}
	}
	e.called = asker.Reaches(a.Contact, points)
	if e.called && (!e.suspended || c.Sender != lifecycle.Quarantined) {
		e.holds |= lifecycle.ContactConfirmed
	}
	signed := c.Channel.Authenticated != nil && *c.Channel.Authenticated && (c.Channel.Kind == "registered" || c.Channel.Kind == "portal")
	if known && !e.suspended && (e.called || signed && a.Contact == "" && c.Channel.CallBack != "failed") {
		e.holds |= lifecycle.Authentic
	}
	return nil
}

// asksRecipient says whether anything may go to who gets what is released. A
// recipient that two people named for an authority nobody enrolled gets what
// leaves in the emergency lane, and nothing on any other authority.
func (d *Docket) asksRecipient(ctx context.Context, c *Case, e *established) error {
	to, err := d.sender(ctx, c)
	if err != nil || to == nil {
		return err
	}
	e.suspended = to.Suspended != ""
	if to.Ready(d.now()) && (c.Recipient == "" || c.Basis == lifecycle.Need) {
		e.holds |= lifecycle.KeyEnrolled
	}
	return nil
}

// pointsCount reports whether a call through the receiving State's own points
// confirms: to open the lane without an order, and to let in who claims that a
// life is at risk. Whoever is in doubt has denied the request, or somebody did
// in its name: that no point makes good.
func (c *Case) pointsCount(a *Act, enrolled bool) bool {
	switch a.Do {
	case lifecycle.OpenLane:
		return enrolled || c.claimsLife()
	case lifecycle.Accept:
		return c.Sender == lifecycle.Quarantined // and the row wants a life at risk
	}
	return false
}

// checkRecipient refuses to open the lane without an order for an authority that
// nobody enrolled, unless two people name one of the same State that is enrolled
// and gets what is released in its stead. What an enrolled authority asked for goes
// to nobody else.
func (d *Docket) checkRecipient(ctx context.Context, c *Case, to string, enrolled bool) error {
	if enrolled || c.Sender != lifecycle.Verified {
		if to != "" {
			return fault.Invalidf(to, "gets nothing: what is released goes to the authority that asks")
		}
		return nil
	}
	hint := "name one that is: the id in the register of that State's central authority or point, which passes it on"
	if to == "" {
		return fault.Invalidf(string(c.Ref), "the authority that asks is not enrolled, and no other is named that gets what is released").WithHint(hint)
	}
	a, err := d.register.Authority(ctx, to)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return fault.Invalidf(to, "is not enrolled").WithHint(hint)
	case err != nil:
		return err
	case a.Country != c.Request.Requesting.Country:
		return fault.Invalidf(to, "is of another State than the authority that asks").WithHint(hint)
	case !a.Ready(d.now()):
		return fault.Invalidf(to, "is suspended, or has no key in force that anything could be encrypted to").WithHint(hint)
	}
	return nil
}

// claimsLife reports whether the request itself says that a life is at risk now.
func (c *Case) claimsLife() bool {
	return c.Request.Urgency.Level == "emergency" && c.Request.Urgency.Threat == "life"
}

// lifeOrdered reports whether a court has granted it and states in the grant that
// a life is at risk now, in a request that claims so.
func (c *Case) lifeOrdered() bool {
	if c.Basis != lifecycle.Order || !c.claimsLife() {
		return false
	}
	for i := len(c.Events) - 1; i >= 0; i-- {
		if e := &c.Events[i]; e.Do == lifecycle.Grant {
			return stated(e.Risk) && rank(e.Grant.By) == rank("court")
		}
	}
	return false
}

// callSays is what people say by having called: that the emergency is real. What
// somebody has denied before stays in dispute.
func (c *Case) callSays(who Actor, a *Act, e *established) []Statement {
	calls := a.Do == lifecycle.OpenLane || a.Do == lifecycle.Accept
	if !calls || !c.claimsLife() || !e.holds.Has(lifecycle.ContactConfirmed|lifecycle.LifeAtRisk|lifecycle.Reasoned) {
		return nil
	}
	return []Statement{{ID: c.saidID(0), Fact: "request.emergency_confirmed", Value: "true", Reason: a.Risk, By: who.Name}}
}

// asCalled lets the request stand as one that a call has confirmed, until what it
// gives is called: who opens the lane has called before its gates are asked.
func (c *Case) asCalled() (undo func()) {
	before := c.Request.Requesting.Channel
	called := *before
	called.CallBack = "confirmed"
	c.Request.Requesting.Channel = &called
	return func() { c.Request.Requesting.Channel = before }
}
