package docket

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/lifecycle"
)

// A Duty is what the office owes in public: it stands in the public log with its
// due date, under an id that says nothing of the case, and it is settled there
// by the signature of a role. What the case says of itself settles nothing.
type Duty struct {
	Class ledger.Class `json:"class"`
	ID    ledger.ID    `json:"id"`
	Due   ledger.Date  `json:"due"`
}

// A PublicDuty is one that was opened, and how it was settled.
type PublicDuty struct {
	Duty
	Opened   int // number of the event that opened it
	At       time.Time
	As       ledger.Settlement // empty: it is open
	Settled  int               // number of the event in which it was settled
	Extended int               // how often it was, before this one took its place
	label    string            // of its leaf
}

// A Settled duty is the leaf that settles it, as it was signed.
type Settled struct {
	ID   ledger.ID         `json:"id"`
	As   ledger.Settlement `json:"as"`
	Next *Duty             `json:"next,omitempty"` // what takes its place, where it was extended
	Leaf []byte            `json:"leaf"`
}

// opening gives the duties that an event opens. A duty that is open already is
// not opened again: what is told anew is told under it.
func (c *Case) opening(e *Event, now time.Time) []Duty {
	var list []Duty
	open := func(class ledger.Class, when bool) {
		if when && c.openDuty(class) == nil {
			list = append(list, c.newDuty(class, len(c.Events)+1, now))
		}
	}
	never := !slices.ContainsFunc(c.duties, func(s PublicDuty) bool { return s.Class == ledger.Notify })
	anew := c.State.Duty != lifecycle.DutyOpen || slices.Contains(authorises, e.Do) // what oversight has voided stays so until there is more to tell
	open(ledger.Notify, e.After.Duty == lifecycle.DutyOpen && (never || anew))
	issuer := c.Request != nil && c.Request.Instrument == "eu-eevidence"
	open(ledger.Chase, e.Do == lifecycle.Release && issuer && e.After.Duty == lifecycle.DutyOpen) // the issuer tells: who sees that it does
	if e.Do == lifecycle.File || e.Do == lifecycle.Appeal {
		list = append(list, c.newDuty(ledger.Remedy, len(c.Events)+1, now)) // each has a decision of its own
	}
	open(ledger.Erase, e.After.Remedy == lifecycle.Owed && c.Remedy != lifecycle.Owed)
	return list
}

// newDuty draws the id of a duty from the key of the case and the time: nobody
// relates it to the case who does not have the key, nobody at all once that is
// destroyed, and no duty that was lost with a database has it already.
func (c *Case) newDuty(class ledger.Class, seq int, now time.Time) Duty {
	policy := c.public.policy
	return Duty{
		Class: class, ID: c.public.id(string(class) + " " + strconv.Itoa(seq) + " " + stamp(now)),
		Due: policy.DueFor(class, ledger.EpochAt(now, policy.EpochMinutes)),
	}
}

// openDuty gives the duty of a class that is open; nil: none is.
func (c *Case) openDuty(class ledger.Class) *PublicDuty {
	i := slices.IndexFunc(c.duties, func(s PublicDuty) bool { return s.Class == class && s.As == "" })
	if i < 0 {
		return nil
	}
	return &c.duties[i]
}

// Duties are those the office owed or owes in public, in the order in which they
// were opened.
func (c *Case) Duties() []PublicDuty { return slices.Clone(c.duties) }

// owesInPublic reports whether a public duty is open. A case is not over before
// that: without its key nobody could settle it.
func (c *Case) owesInPublic() bool {
	return slices.ContainsFunc(c.duties, func(s PublicDuty) bool { return s.As == "" })
}

// tookDuties is what an event does to the public duties.
func (c *Case) tookDuties(e *Event) {
	for _, d := range e.Duties {
		c.duties = append(c.duties, PublicDuty{Duty: d, Opened: e.Seq, At: e.At, label: strconv.Itoa(e.Seq) + " " + string(d.Class)})
	}
	if e.Settled == nil {
		return
	}
	s := c.standing(e.Settled.ID)
	if s == nil {
		return
	}
	s.As, s.Settled = e.Settled.As, e.Seq
	if n := e.Settled.Next; n != nil {
		c.duties = append(c.duties, PublicDuty{Duty: *n, Opened: e.Seq, At: e.At, Extended: s.Extended + 1, label: strconv.Itoa(e.Seq) + " settle"})
	}
}

// A Settlement is how an open duty can be settled as the case stands, and by
// whom.
type Settlement struct {
	Case Ref
	Of   PublicDuty
	As   ledger.Settlement
	By   lifecycle.Role
	Next *Duty // what takes its place
}

// Settlements are how the open duties of the case can be settled as it stands.
// That oversight may void any duty is not among them: nothing in a case asks for
// that.
func (c *Case) Settlements() []Settlement {
	var list []Settlement
	for i := range c.duties {
		if s := c.duties[i]; s.As == "" {
			if x, ok := c.settlement(&s); ok {
				x.Case, x.Of = c.Ref, s
				list = append(list, x)
			}
		}
	}
	return list
}

func (c *Case) settlement(s *PublicDuty) (Settlement, bool) {
	switch s.Class {
	case ledger.Notify:
		return c.noticeSettlement(s)
	case ledger.Chase:
		if e := c.latest(s.Opened, lifecycle.ToldByIssuer, lifecycle.Tell); e != nil {
			return Settlement{As: ledger.Chased, By: lifecycle.Notifier}, true
		}
	case ledger.Remedy:
		if e := c.decidedAfter(s.Opened); e != nil {
			by := lifecycle.Oversight
			if e.Role == lifecycle.Judge.String() {
				by = lifecycle.Judge
			}
			return Settlement{As: ledger.Decided, By: by}, true
		}
	case ledger.Erase:
		if e := c.latest(s.Opened, lifecycle.ConfirmErasure); e != nil && c.Remedy == lifecycle.Confirmed {
			return Settlement{As: ledger.Erased, By: lifecycle.Notifier}, true
		}
	}
	return Settlement{}, false
}

// decidedAfter gives the decision on the challenge or appeal that an event filed:
// the first that follows, since nothing is filed while one is undecided.
func (c *Case) decidedAfter(seq int) *Event {
	for i := seq; i < len(c.Events); i++ {
		if e := &c.Events[i]; e.Do == lifecycle.RejectChallenge || e.Do == lifecycle.UpholdChallenge {
			return e
		}
	}
	return nil
}

// noticeSettlement: a duty to tell is met once everybody was told, given up by
// oversight where one of them can be reached by nobody, and put off by a judge as
// far as secrecy goes, and not further.
func (c *Case) noticeSettlement(s *PublicDuty) (Settlement, bool) {
	if c.Duty == lifecycle.Settled {
		e := c.latest(0, lifecycle.Tell, lifecycle.ToldByIssuer, lifecycle.Unreachable)
		if e == nil {
			return Settlement{}, false
		}
		x := Settlement{As: ledger.Notified, By: lifecycle.Notifier}
		if e.Do == lifecycle.ToldByIssuer {
			x.As = ledger.ToldByIssuer
		}
		for _, how := range c.heard(e.Seq) {
			if how == lifecycle.Unreachable {
				x.As, x.By = ledger.Unreachable, lifecycle.Oversight
			}
		}
		return x, true
	}
	k := c.clock(clockSecrecy)
	if !c.Secret() || k == nil {
		return Settlement{}, false
	}
	due := ledger.DateOf(k.At.AddDate(0, 0, noticeDays)).MonthEnd()
	if !s.Due.Before(due) {
		return Settlement{}, false
	}
	next := Duty{Class: ledger.Notify, ID: c.public.id("next " + s.ID.String() + " " + due.String()), Due: due}
	return Settlement{As: ledger.Extended, By: lifecycle.Judge, Next: &next}, true
}

// latest gives the last of some events from a number on; nil: none happened.
func (c *Case) latest(from int, events ...lifecycle.Event) *Event {
	for i := len(c.Events) - 1; i >= 0 && c.Events[i].Seq >= from; i-- {
		if slices.Contains(events, c.Events[i].Do) {
			return &c.Events[i]
		}
	}
	return nil
}

// settles are the roles whose signatures duties wait for, as a row has them; empty:
// nobody's.
func (c *Case) settles() string {
	var roles []lifecycle.Role
	for _, s := range c.Settlements() {
		roles = append(roles, s.By)
	}
	return roleSet(roles)
}

// roleSet writes a set of roles that sign: those of signing, in its order.
func roleSet(roles []lifecycle.Role) string {
	var list []string
	for _, r := range signing {
		if slices.Contains(roles, r) {
			list = append(list, r.String())
		}
	}
	return strings.Join(list, "+")
}

// roleSets lists the sets in which a role is.
func roleSets(of lifecycle.Role) []string {
	var list []string
	for mask := range 1 << len(signing) {
		var roles []lifecycle.Role
		for i, r := range signing {
			if mask&(1<<i) != 0 {
				roles = append(roles, r)
			}
		}
		if slices.Contains(roles, of) {
			list = append(list, roleSet(roles))
		}
	}
	return list
}

// published reports whether the public log holds what has to stand there before
// anything leaves: what authorises it, and the duty to tell.
func (d *Docket) published(ctx context.Context, c *Case) (bool, error) {
	e := c.latest(0, lifecycle.Grant, lifecycle.Compel, lifecycle.OpenLane)
	if e == nil {
		return false, nil
	}
	for i := len(c.duties) - 1; i >= 0; i-- {
		if s := &c.duties[i]; s.Class == ledger.Notify {
			return d.log.Published(ctx, c.leafKey(strconv.Itoa(e.Seq)), c.leafKey(s.label))
		}
	}
	return false, nil
}
