package register

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
)

// historyLimit is how much a history holds; no more is proposed or verified then.
// A few events more are kept for what must always be possible: to confirm, to
// stop, to suspend.
const historyLimit = 2_000 - 5

// Propose proposes that an authority be enrolled, or that its entry be changed.
// Nothing is in force by that. Who verified a contact is nobody's claim: a contact
// that is said to be verified is so by the one who proposes it, and of others
// Verify tells. A suspension stays; Resume lifts it.
//
// It is fault.Conflict while another change of the entry is pending.
func (r *Register) Propose(ctx context.Context, who Actor, to authority.Authority, why string) (*Entry, error) {
	if err := who.check(proposers, "propose an entry of the register"); err != nil {
		return nil, err
	}
	if !authority.IsID(to.ID) {
		return nil, to.CheckForm()
	}
	return r.change(ctx, to.ID, func(rec *record, now time.Time) error {
		to := normal(to)
		if rec.Stands != nil {
			to.Suspended = cmp.Or(to.Suspended, rec.Stands.Suspended)
		}
		if err := r.opens(to.Recipients); err != nil {
			return err
		}
		return rec.propose(who, to, why, now)
	})
}

// opens refuses recipients to whom nothing could be encrypted: what was granted
// would be ready, and could not be fetched.
func (r *Register) opens(recipients []string) error {
	if len(recipients) == 0 || r.set.Recipients == nil {
		return nil
	}
	if err := r.set.Recipients(recipients); err != nil {
		return fault.Invalidf("/recipients", "%v", err)
	}
	return nil
}

// Resume proposes that a suspension be lifted.
func (r *Register) Resume(ctx context.Context, who Actor, id, why string) (*Entry, error) {
	if err := who.check(proposers, "propose that a suspension be lifted"); err != nil {
		return nil, err
	}
	return r.change(ctx, id, func(rec *record, now time.Time) error {
		if rec.Stands == nil {
			return notEnrolled(id)
		}
		if rec.Stands.Suspended == "" {
			return fault.Conflictf(id, "is not suspended")
		}
		to := normal(*rec.Stands)
		to.Suspended = ""
		return rec.propose(who, to, why, now)
	})
}

func (rec *record) propose(who Actor, to authority.Authority, why string, now time.Time) error {
	why, err := stated("the reason of the change", why)
	if err != nil {
		return err
	}
	if err := rec.free(); err != nil {
		return err
	}
	if to.From.IsZero() {
		to.From = now
		if rec.Stands != nil {
			to.From = rec.Stands.From
		}
	}
	if err := rec.attribute(who, &to, now); err != nil {
		return err
	}
	if err := to.CheckForm(); err != nil {
		return err
	}
	rec.Pending = &Change{To: to, Why: why, By: who.Name, Role: who.Role.String(), At: now}
	if err := rec.lasting(now); err != nil {
		return err
	}
	changes := rec.changes()
	if len(changes) == 0 {
		return fault.Conflictf(rec.ID, "stands just so: nothing would be changed")
	}
	rec.add(Event{At: now, Did: Proposed, By: who.Name, Role: who.Role.String(), Why: why, Digest: rec.digest(), Changes: changes, Enrols: rec.Stands == nil})
	return nil
}

// free refuses a proposal while another is pending, and where the history is full.
func (rec *record) free() error {
	if p := rec.Pending; p != nil {
		return fault.Conflictf(rec.ID, "has a change pending, proposed by %s", p.By).
			WithHint("let it be confirmed and take effect, or object to it first")
	}
	return rec.room()
}

func (rec *record) room() error {
	if len(rec.History) >= historyLimit {
		return fault.Conflictf(rec.ID, "has a full history of %d events", len(rec.History)).WithHint("enrol the authority under another id, and suspend this one")
	}
	return nil
}

// attribute sees to it that a contact is verified by who says so now, or as it
// stands already.
func (rec *record) attribute(who Actor, to *authority.Authority, now time.Time) error {
	for i := range to.Contacts {
		c := &to.Contacts[i]
		if rec.knows(*c) {
			continue
		}
		switch {
		case strings.TrimSpace(c.How) == "":
			*c = authority.Contact{Value: c.Value}
			continue
		case c.By != "" && !same(c.By, who.Name):
			return fault.Forbiddenf(c.Value, "is said to be verified by %s, who has not said so", c.By).
				WithHint("leave out how and by whom, and let them say that they verified it")
		case c.On.After(now):
			return fault.Invalidf(c.Value, "is said to be verified on a day that has not come")
		}
		if c.By = who.Name; c.On.IsZero() {
			c.On = now
		}
	}
	return nil
}

// lasting refuses a change that would be over before it began, but for one that
// is meant to end the entry.
func (rec *record) lasting(now time.Time) error {
	if until := rec.Pending.To.Until; !until.After(now) && !rec.tightens() {
		return fault.Invalidf("/until", "%s has passed", until.Format(time.DateOnly))
	}
	return nil
}

// Verify records that somebody verified a contact of what is proposed, and how,
// without asking the authority's own messages. It changes the digest.
func (r *Register) Verify(ctx context.Context, who Actor, id, contact, how string) (*Entry, error) {
	if err := who.check(proposers, "verify a contact"); err != nil {
		return nil, err
	}
	how, err := stated("how the contact was verified", how)
	if err != nil {
		return nil, err
	}
	return r.change(ctx, id, func(rec *record, now time.Time) error {
		if err := rec.open(); err != nil {
			return err
		}
		if err := rec.room(); err != nil {
			return err
		}
		p := rec.Pending
		i := slices.IndexFunc(p.To.Contacts, func(c authority.Contact) bool { return reaches(contact, c) })
		if i < 0 {
			return fault.NotFoundf(id, "%q is no contact of what is proposed", contact)
		}
		p.To = normal(p.To)
		p.To.Contacts[i] = authority.Contact{Value: p.To.Contacts[i].Value, How: how, By: who.Name, On: now}
		rec.add(Event{
			At: now, Did: Verified, By: who.Name, Role: who.Role.String(), Why: how, Called: p.To.Contacts[i].Value,
			Digest: rec.digest(), Changes: rec.changes(), Enrols: rec.Stands == nil,
		})
		return nil
	})
}

// open refuses where nothing waits for a second person.
func (rec *record) open() error {
	if rec.Pending == nil {
		return fault.Conflictf(rec.ID, "has no change pending").WithHint("look at its history: it has taken effect, or somebody objected")
	}
	if c := rec.Pending.Confirmed; c != nil {
		return fault.Conflictf(rec.ID, "was confirmed by %s and takes effect on %s", c.By, c.Effective.Format(time.DateOnly)).
			WithHint("object to it, and propose it anew")
	}
	return nil
}

// reaches reports whether a contact is this one, in any spelling.
func reaches(contact string, one authority.Contact) bool {
	a := authority.Authority{Contacts: []authority.Contact{one}}
	return a.Reaches(contact, nil)
}
