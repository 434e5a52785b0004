package register

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fault"
)

// Imported says what came of a directory.
type Imported struct {
	New, Changed, Same int
	Problems           []string // one an entry that was not proposed, and why
}

// errSame says that a directory says of an authority what is on record.
var errSame = fmt.Errorf("nothing is changed")

// Import proposes what a directory says: entries that are new, and changes. None
// of it is in force before another person confirmed it, one by one.
//
// A directory verifies nobody: its contacts are nobody's until somebody says how
// they were verified. It adds contacts and removes none that people verified; and
// what it does not speak of stays, keys and recipients first of all.
//
// What is returned beside an error was done.
func (r *Register) Import(ctx context.Context, who Actor, list []authority.Authority, why string) (Imported, error) {
	var done Imported
	if err := who.check(proposers, "import a directory"); err != nil {
		return done, err
	}
	for i := range list {
		said, enrols := normal(list[i]), false
		if !authority.IsID(said.ID) {
			done.Problems = append(done.Problems, fmt.Sprintf("%.100q: %v", said.ID, said.CheckForm()))
			continue
		}
		_, err := r.change(ctx, said.ID, func(rec *record, now time.Time) error {
			enrols = rec.Stands == nil
			if rec.Pending != nil && len(authority.Differences(&rec.Pending.To, merged(said, &rec.Pending.To))) == 0 {
				return errSame
			}
			to := merged(said, rec.Stands)
			if rec.Stands != nil && len(authority.Differences(rec.Stands, to)) == 0 {
				return errSame
			}
			if err := r.opens(to.Recipients); err != nil {
				return err
			}
			return rec.propose(who, *to, why, now)
		})
		switch kind := fault.KindOf(err); {
		case err == errSame:
			done.Same++
		case err == nil && enrols:
			done.New++
		case err == nil:
			done.Changed++
		case kind == fault.Internal:
			return done, err
		default:
			done.Problems = append(done.Problems, fmt.Sprintf("%s: %v", said.ID, err))
		}
	}
	return done, nil
}

// merged is what a directory says of an authority, on what is on record, nil:
// nothing is.
func merged(said authority.Authority, known *authority.Authority) *authority.Authority {
	said = normal(said)
	for i := range said.Contacts {
		said.Contacts[i] = authority.Contact{Value: said.Contacts[i].Value}
	}
	said.Keys, said.Certificates, said.Recipients, said.Hook, said.Suspended = nil, nil, nil, "", ""
	if known == nil {
		return &said
	}
	old := normal(*known)
	said.Keys, said.Certificates, said.Recipients, said.Hook, said.Suspended = old.Keys, old.Certificates, old.Recipients, old.Hook, old.Suspended
	said.Mail, said.Language = cmp.Or(said.Mail, old.Mail), cmp.Or(said.Language, old.Language)
	if said.From.IsZero() {
		said.From = old.From
	}
	added := slices.DeleteFunc(said.Contacts, func(c authority.Contact) bool { return old.Reaches(c.Value, nil) })
	said.Contacts = append(old.Contacts, added...)
	return &said
}
