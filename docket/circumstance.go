package docket

import (
	"context"
	"strings"
	"time"

	"github.com/rogatory/rogatory/lifecycle"
)

// established is what was found out about an act.
type established struct {
	holds     lifecycle.Circumstances
	open      []string    // safeguards that do not let it pass
	unmet     []string    // safeguards that a court above overrules
	says      []Statement // what a court says by it
	called    bool        // somebody reached a contact that the register has
	suspended bool        // the authority is, in the register
	enrolled  string      // id in the register of whoever the sender says it is; empty: nobody
}

// establish finds out what holds for an act, and names the safeguards that do
// not let it pass. What cannot be established does not hold.
func (d *Docket) establish(ctx context.Context, c *Case, who Actor, a *Act, now time.Time) (*established, error) {
	e := new(established)
	set := func(holds bool, what lifecycle.Circumstances) {
		if holds {
			e.holds |= what
		}
	}
	set(stated(a.Why), lifecycle.Reasoned)
	set(len(a.Grounds) > 0, lifecycle.Grounded)
	set(d.formFits(c, a), lifecycle.FormFits)
	set(c.first(who, a) != "", lifecycle.Seconded)
	set(c.uninvolved(who, a), lifecycle.Uninvolved)
	set(d.endsInTime(c, a, now), lifecycle.Ends)
	set(stated(a.Risk) && (a.Do == lifecycle.OpenLane || c.claimsLife()), lifecycle.LifeAtRisk)
	set(a.Do == lifecycle.Release && c.lifeOrdered(), lifecycle.LifeOrdered)
	set(stated(a.Remedy), lifecycle.RemedySought)
	set(stated(a.Way), lifecycle.ChannelChosen)
	set(stated(a.Proof), lifecycle.Proven)
	set(d.seen(c, a), lifecycle.DecisionSeen)
	set(c.longerEnd(a), lifecycle.LongerEnd)
	set(preserveOnly(c.Request), lifecycle.OnlyKeep)
	set(d.issuerTells(c), lifecycle.IssuerTells)
	set(d.officeTells(c), lifecycle.OfficeTells)
	set(c.everyoneTold(a), lifecycle.EveryoneTold)
	set(c.noticeDue(now), lifecycle.NoticeDue)
	set(stated(a.Remedy), lifecycle.RemedyNamed)
	set(c.newGround(who, a), lifecycle.NewGround)
	set(c.noObjection(), lifecycle.NoObjection)
	set(!among(who.Name, c.did(lifecycle.Collect)), lifecycle.NotCollector)
	set(d.competent(c, a), lifecycle.Competent)
	set(c.within(a), lifecycle.Within)
	set(c.limited(a), lifecycle.LimitedData)
	set(c.floorPassed(now) && c.timeForThePerson(now), lifecycle.FloorPassed)
	if a.Do == lifecycle.Link {
		asks, err := d.asksForKept(ctx, c, a.Link)
		if err != nil {
			return nil, err
		}
		set(asks, lifecycle.Linked)
	}
	if a.Do == lifecycle.Release {
		stands, err := d.published(ctx, c)
		if err != nil {
			return nil, err
		}
		set(stands, lifecycle.Published)
	}
	if err := d.asksRegister(ctx, c, a, e); err != nil {
		return nil, err
	}
	e.says = c.callSays(who, a, e)
	return e, d.askGates(ctx, c, who, a, now, e)
}

func stated(s string) bool { return strings.TrimSpace(s) != "" }

// first gives who has proposed this very act before, if it was another person;
// empty: nobody. A freeze is confirmed by another than the one who froze.
func (c *Case) first(who Actor, a *Act) string {
	if a.Do == lifecycle.ConfirmFreeze {
		frozen := c.did(lifecycle.FreezeCase)
		if n := len(frozen); n > 0 && !sameName(who.Name, frozen[n-1]) {
			return frozen[n-1]
		}
		return ""
	}
	if p := c.Proposed; p != nil && p.Do == a.Do && p.Digest == a.digest(a.Do) && !sameName(who.Name, p.By) && (a.Told == "" || a.Told == p.Told) {
		return p.By
	}
	return ""
}

// uninvolved reports whether an actor judges nothing of their own. A finding is
// corrected by two of whom at least one did not sign it.
func (c *Case) uninvolved(who Actor, a *Act) bool {
	deciders := c.did(
		lifecycle.Forward, lifecycle.Apply, lifecycle.Grant, lifecycle.OpenLane, lifecycle.Compel, lifecycle.Release,
		lifecycle.Refuse, lifecycle.Object, lifecycle.Redirect, lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy,
		lifecycle.HoldBeyond, lifecycle.UpholdReview, lifecycle.AllowOnward,
	)
	switch a.Do {
	case lifecycle.Correct:
		signed := c.did(lifecycle.Refuse, lifecycle.Redirect, lifecycle.Object)
		p := c.Proposed
		if p == nil || p.Do != a.Do || sameName(p.By, who.Name) {
			return true // the second will be asked
		}
		return !among(who.Name, signed) || !among(p.By, signed)
	case lifecycle.RejectChallenge, lifecycle.UpholdChallenge:
		if c.Challenge == lifecycle.Appealed {
			deciders = append(deciders, c.did(lifecycle.RejectChallenge)...)
		}
	}
	return !among(who.Name, deciders)
}

// formFits reports whether this kind of office answers so under the instrument.
func (d *Docket) formFits(c *Case, a *Act) bool {
	kind := d.office.Answer("refuse", c.Request.Instrument, a.Grounds).Kind
	switch a.Do {
	case lifecycle.Refuse:
		return kind == "refusal"
	case lifecycle.Object:
		return kind == "objection"
	case lifecycle.Postpone:
		// Regulation (EU) 2023/1543 knows no postponement, and an emergency no delay.
		return c.Request.Instrument != "eu-eevidence" && c.Request.Urgency.Level != "emergency"
	}
	return true
}

// issuerTells: Regulation (EU) 2023/1543, art. 13. No profile hands the notice
// to whoever asked under another instrument.
func (d *Docket) issuerTells(c *Case) bool { return c.Request.Instrument == "eu-eevidence" }

// officeTells reports whether the notice is the office's: also where the issuer's
// order asked for preservation alone, and that has lapsed.
func (d *Docket) officeTells(c *Case) bool {
	return !d.issuerTells(c) || preserveOnly(c.Request) && c.Preservation == lifecycle.Gone
}
