package register

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
)

// Confirm is the word of the second person: they have seen the change with this
// digest, and called a contact that stands, or for an enrolment one that somebody
// else verified. From then on the cooling-off runs, and the old contact is told.
// What only takes away takes effect at once, and nobody need be called for it.
//
// It is fault.Forbidden for whoever proposed the change, and fault.Conflict if
// the change is not the one that was seen.
func (r *Register) Confirm(ctx context.Context, who Actor, id, digest, called string) (*Entry, error) {
	if err := who.check(confirmers, "confirm an entry of the register"); err != nil {
		return nil, err
	}
	return r.change(ctx, id, func(rec *record, now time.Time) error {
		if err := rec.open(); err != nil {
			return err
		}
		p := rec.Pending
		if same(p.By, who.Name) {
			return fault.Forbiddenf(id, "%s proposed this change and does not confirm it", p.By).WithHint("let another person confirm it")
		}
		if rec.digest() != digest {
			return fault.Conflictf(id, "is not to be changed to what was seen: the digest is another").WithHint("look at the change again")
		}
		if err := p.To.Check(); err != nil {
			return err
		}
		if err := rec.lasting(now); err != nil {
			return err
		}
		contact, err := rec.calledBy(who, called)
		if err != nil {
			return err
		}
		if err := r.claim(ctx, rec); err != nil {
			return err
		}
		p.Confirmed = &Confirmation{By: who.Name, At: now, Called: contact, Effective: now.Add(r.set.Cooling)}
		if rec.tightens() {
			p.Confirmed.Effective = now
		}
		rec.add(Event{
			At: now, Did: Confirmed, By: who.Name, Role: who.Role.String(), Called: contact, Digest: digest, Changes: rec.changes(),
			Effective: p.Confirmed.Effective, Enrols: rec.Stands == nil, Tell: addresses(rec.Stands, &p.To),
		})
		return nil
	})
}

// calledBy gives the contact that whoever confirms has called, as it is on
// record. It is one that stands, or for an enrolment one that somebody else has
// verified: whoever confirms does not rest on their own word alone.
func (rec *record) calledBy(who Actor, called string) (string, error) {
	others := func(c authority.Contact) bool { return rec.knows(c) || !same(c.By, who.Name) }
	if !slices.ContainsFunc(rec.Pending.To.Contacts, others) {
		return "", fault.Forbiddenf(rec.ID, "has no contact that anybody but %s verified", who.Name).WithHint("let another person verify one")
	}
	if strings.TrimSpace(called) == "" && rec.tightens() {
		return "", nil
	}
	known, hint := rec.Pending.To.Contacts, "call a contact that somebody else verified, and name it"
	if rec.Stands != nil {
		known, hint = rec.Stands.Contacts, "call a contact as it stands now, not one that the change brings, and name it"
	}
	i := slices.IndexFunc(known, func(c authority.Contact) bool { return others(c) && reaches(called, c) })
	if i < 0 {
		return "", fault.Forbiddenf(rec.ID, "nobody has called a contact that the office knew before").WithHint(hint)
	}
	return known[i].Value, nil
}

// knows reports whether a contact stands just so: two people stood for it.
func (rec *record) knows(c authority.Contact) bool {
	return rec.Stands != nil && slices.ContainsFunc(rec.Stands.Contacts, func(o authority.Contact) bool {
		return o.Value == c.Value && o.How == c.How && o.By == c.By && o.On.Equal(c.On)
	})
}

// addresses are where an authority is told of a change: where it was reached
// before, and where it will be.
func addresses(from, to *authority.Authority) []Address {
	var list []Address
	for _, a := range []*authority.Authority{from, to} {
		if a != nil && a.Mail != "" && !slices.ContainsFunc(list, func(o Address) bool { return strings.EqualFold(o.Mail, a.Mail) }) {
			list = append(list, Address{a.Mail, a.Language})
		}
	}
	return list
}

// Object stops a change that has not taken effect: anybody of the office who
// doubts it, also when the old contact says that it is not theirs.
func (r *Register) Object(ctx context.Context, who Actor, id, why string) (*Entry, error) {
	if err := who.check(objectors, "object to a change of the register"); err != nil {
		return nil, err
	}
	why, err := stated("the objection", why)
	if err != nil {
		return nil, err
	}
	return r.change(ctx, id, func(rec *record, now time.Time) error {
		if rec.Pending == nil {
			return fault.Conflictf(id, "has no change pending").WithHint("what has taken effect is stopped by suspending the entry")
		}
		rec.stop(who, why, now)
		return nil
	})
}

func (rec *record) stop(who Actor, why string, now time.Time) {
	rec.add(Event{At: now, Did: Stopped, By: who.Name, Role: who.Role.String(), Why: why, Digest: rec.digest(), Changes: rec.changes(), Enrols: rec.Stands == nil})
	rec.Pending = nil
}

// Suspend stops an authority at once, by one person: nothing is released to it
// until two have lifted that. It stops a pending change too, for whoever stole a
// mailbox may have asked for it.
func (r *Register) Suspend(ctx context.Context, who Actor, id, why string) (*Entry, error) {
	if err := who.check(suspenders, "suspend an authority"); err != nil {
		return nil, err
	}
	why, err := stated("the reason of the suspension", why)
	if err != nil {
		return nil, err
	}
	return r.change(ctx, id, func(rec *record, now time.Time) error {
		if rec.Stands == nil {
			return notEnrolled(id)
		}
		if rec.Stands.Suspended != "" && rec.Pending == nil {
			return fault.Conflictf(id, "is suspended already")
		}
		if rec.Pending != nil {
			rec.stop(who, why, now)
		}
		before := *rec.Stands
		rec.Stands.Suspended = why
		rec.add(Event{
			At: now, Did: Suspended, By: who.Name, Role: who.Role.String(), Why: why, Effective: now,
			Changes: authority.Differences(&before, rec.Stands), Tell: addresses(&before, rec.Stands),
		})
		return nil
	})
}
