package docket

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// FreezeSince freezes every case in which a person's role key has authorised
// something since a time: what oversight does when such a key was stolen. It
// gives the cases that it froze, and goes on past those that cannot be; what
// went wrong is in the error. A closed case is frozen as well: what left in it
// can still be fetched.
func (d *Docket) FreezeSince(ctx context.Context, who Actor, signer string, since time.Time, why string) ([]Ref, error) {
	a := Act{Do: lifecycle.FreezeCase, Why: why}
	if err := sweeps(who, &a, lifecycle.Oversight); err != nil {
		return nil, err
	}
	if err := checkName(signer, true); err != nil {
		return nil, err
	}
	return d.each(ctx, Query{}, func(ref Ref) (bool, error) {
		c, err := d.load(ctx, ref)
		if err != nil {
			return false, unlessErased(err)
		}
		if c.Freeze == lifecycle.Frozen || c.Freeze == lifecycle.FrozenByTwo || !c.keyedBy(signer, since) {
			return false, nil
		}
		done, err := d.do(ctx, who, ref, a)
		if err == nil && done.Proposed {
			err = fault.Conflictf(string(ref), "was frozen before, and is not frozen again by one person").WithHint("let somebody else of oversight do the same")
		}
		return err == nil, err
	})
}

// sweeps refuses whoever may not do something to many cases at once, and a reason
// that is none.
func sweeps(who Actor, a *Act, roles ...lifecycle.Role) error {
	if err := who.check(); err != nil {
		return err
	}
	if !slices.Contains(roles, who.Role) {
		return fault.Forbiddenf("", "a %s does not %s many cases at once", who.Role, a.Do)
	}
	if err := a.check(); err != nil {
		return err
	}
	if a.Why == "" {
		return fault.Invalidf("", "it is not said why").WithHint("give the reason; it is on record in every case")
	}
	return nil
}

// keyedBy reports whether a person has done something since a time, alone or as
// one of two, that a stolen role key could have done in their name.
func (c *Case) keyedBy(signer string, since time.Time) bool {
	return slices.ContainsFunc(c.Events, func(e Event) bool {
		if e.At.Before(since) || !slices.Contains(keyed, e.Do) || e.Do == lifecycle.Assert && e.Role != lifecycle.Judge.String() {
			return false // what others than a judge say needs no key, and is answered by people
		}
		return sameName(e.By, signer) || e.First != "" && sameName(e.First, signer)
	})
}

// keyed are the acts that a stolen role key could have done, and that bring
// something nearer to leaving or keep it from being known: who is said to have
// been told, or planned to be told elsewhere, does not challenge.
var keyed = []lifecycle.Event{
	lifecycle.Grant, lifecycle.Release, lifecycle.UpholdReview, lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy,
	lifecycle.AllowOnward, lifecycle.RejectChallenge, lifecycle.Hold, lifecycle.Assert, lifecycle.Thaw,
	lifecycle.Tell, lifecycle.TellOne, lifecycle.ToldByIssuer, lifecycle.PlanNotice, lifecycle.Unreachable,
}

// SuspendAll tells every case of an authority that it is suspended: what is in
// flight stops. The register says so already; the cases show it.
func (d *Docket) SuspendAll(ctx context.Context, who Actor, authority, why string) ([]Ref, error) {
	a := Act{Do: lifecycle.Suspend, Why: why}
	if err := sweeps(who, &a, lifecycle.Senior, lifecycle.Oversight); err != nil {
		return nil, err
	}
	if authority == "" {
		return nil, fault.Invalidf("", "no authority is named")
	}
	return d.each(ctx, Query{Authority: authority}, func(ref Ref) (bool, error) {
		done := false
		_, err := d.change(ctx, ref, func(c *Case, now time.Time) error {
			done = false
			after, err := lifecycle.Next(c.State, who.Role, a.Do, lifecycle.Reasoned)
			if err != nil {
				return nil // it is in doubt already, or was never accepted
			}
			e := Event{Do: a.Do, By: who.Name, Role: who.Role.String(), Why: a.Why, With: lifecycle.Reasoned, After: after}
			e.Set = d.clocksOf(c, &e, now)
			done = true
			return c.add(e, now)
		})
		return done && err == nil, unlessErased(err)
	})
}

// each does something to every case that a query finds and that is not erased,
// and gives those in which it was done. It goes on past errors.
func (d *Docket) each(ctx context.Context, q Query, do func(Ref) (bool, error)) ([]Ref, error) {
	all, err := d.all(ctx, q) // first the list, because what is done to a case may move it in the list
	if err != nil {
		return nil, err
	}
	var done []Ref
	var wrong []error
	for _, ref := range all {
		ok, err := do(ref)
		if err != nil {
			wrong = append(wrong, err)
		}
		if ok {
			done = append(done, ref)
		}
	}
	return done, errors.Join(wrong...)
}

// all lists the cases that a query finds and that are not erased.
func (d *Docket) all(ctx context.Context, q Query) ([]Ref, error) {
	var list []Ref
	for q.Limit = 500; ; {
		rows, next, err := d.records.Rows(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if rows[i].Stage != lifecycle.Erased.String() {
				list = append(list, rows[i].Case)
			}
		}
		if next == "" {
			return list, nil
		}
		q.After = next
	}
}

// sampleLimit bounds a sample.
const sampleLimit = 100

// Sample gives oversight cases at random, of all that can still be read: each is
// as likely as any other, however many there are of its year.
func (d *Docket) Sample(ctx context.Context, who Actor, n int) ([]Ref, error) {
	if err := who.check(); err != nil {
		return nil, err
	}
	if who.Role != lifecycle.Oversight {
		return nil, fault.Forbiddenf("", "a %s takes no samples", who.Role)
	}
	if n < 1 || n > sampleLimit {
		return nil, fault.Invalidf("n", "%d cases; a sample has 1 to %d", n, sampleLimit)
	}
	list, err := d.all(ctx, Query{})
	if err != nil {
		return nil, err
	}
	n = min(n, len(list))
	for i := range n {
		k, err := rand.Int(d.random, big.NewInt(int64(len(list)-i)))
		if err != nil {
			return nil, err
		}
		j := i + int(k.Int64())
		list[i], list[j] = list[j], list[i]
	}
	return list[:n], nil
}
