package docket

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// FreezeSince freezes every case in which a person's role key has authorised
// something since a time: what oversight does when such a key was stolen. It
// gives the cases that are frozen, and goes on past those that cannot be; what
// went wrong is in the error.
func (d *Docket) FreezeSince(ctx context.Context, who Actor, signer string, since time.Time, why string) ([]Ref, error) {
	if who.Role != lifecycle.Oversight {
		return nil, fault.Forbiddenf("", "a %s freezes nothing", who.Role)
	}
	if err := checkName(signer, true); err != nil {
		return nil, err
	}
	return d.eachOpen(ctx, Query{}, func(ref Ref) (bool, error) {
		c, err := d.load(ctx, ref)
		if err != nil {
			return false, unlessErased(err)
		}
		if c.Freeze == lifecycle.Frozen || c.Freeze == lifecycle.FrozenByTwo || !slices.ContainsFunc(c.Events, func(e Event) bool {
			return slices.Contains(keyed, e.Do) && sameName(e.By, signer) && !e.At.Before(since)
		}) {
			return false, nil
		}
		_, err = d.do(ctx, who, ref, Act{Do: lifecycle.FreezeCase, Why: why})
		return err == nil, err
	})
}

// keyed are the acts that a stolen role key could have done, and that bring
// something nearer to leaving or keep it from being known.
var keyed = []lifecycle.Event{
	lifecycle.Grant, lifecycle.Release, lifecycle.UpholdReview, lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy,
	lifecycle.AllowOnward, lifecycle.RejectChallenge, lifecycle.Hold,
}

// SuspendAll tells every open case of an authority that it is suspended: what is
// in flight stops. The register says so already; the cases show it.
func (d *Docket) SuspendAll(ctx context.Context, who Actor, authority, why string) ([]Ref, error) {
	if who.Role != lifecycle.Senior && who.Role != lifecycle.Oversight {
		return nil, fault.Forbiddenf("", "a %s suspends nobody", who.Role)
	}
	return d.eachOpen(ctx, Query{Authority: authority}, func(ref Ref) (bool, error) {
		c, err := d.load(ctx, ref)
		if err != nil || c.Sender == lifecycle.Doubted {
			return false, unlessErased(err)
		}
		a := Act{Do: lifecycle.Suspend, Why: why}
		after, err := lifecycle.Next(c.State, who.Role, a.Do, lifecycle.Reasoned)
		if err != nil {
			return false, nil // it is past being stopped
		}
		_, err = d.change(ctx, ref, func(c *Case, now time.Time) error {
			e := Event{Do: a.Do, By: who.Name, Role: who.Role.String(), Why: why, With: lifecycle.Reasoned, After: after}
			if e.After, err = lifecycle.Next(c.State, who.Role, a.Do, lifecycle.Reasoned); err != nil {
				return nil
			}
			e.Set = d.clocksOf(c, &e, now)
			return c.add(e, now)
		})
		return err == nil, err
	})
}

// eachOpen does something to every case that a query finds and in which something
// is owed or can still be fetched, and gives those in which it was done.
func (d *Docket) eachOpen(ctx context.Context, q Query, do func(Ref) (bool, error)) ([]Ref, error) {
	var done []Ref
	var wrong []error
	var all []Ref
	q.Limit = 500
	for { // first the list, because what is done to a case may move it in the list
		rows, next, err := d.records.Rows(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if !slices.Contains([]string{lifecycle.Closed.String(), lifecycle.Erased.String()}, rows[i].Stage) {
				all = append(all, rows[i].Case)
			}
		}
		if next == "" {
			break
		}
		q.After = next
	}
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

// sampleLimit bounds a sample.
const sampleLimit = 100

// Sample gives oversight cases at random, of all that are on record.
func (d *Docket) Sample(ctx context.Context, who Actor, n int) ([]Ref, error) {
	if who.Role != lifecycle.Oversight {
		return nil, fault.Forbiddenf("", "a %s takes no samples", who.Role)
	}
	if n < 1 || n > sampleLimit {
		return nil, fault.Invalidf("n", "%d cases; a sample has 1 to %d", n, sampleLimit)
	}
	var found []Ref
	for try := 0; try < 4*n && len(found) < n; try++ {
		place, err := newRef(d.random, d.now())
		if err != nil {
			return nil, err
		}
		// References are random, so the case behind a random place is one at random.
		list, err := d.records.Figures(ctx, place, 1)
		if err == nil && len(list) == 0 {
			list, err = d.records.Figures(ctx, "", 1)
		}
		if err != nil {
			return nil, err
		}
		if len(list) == 1 && !slices.Contains(found, list[0].Case) {
			found = append(found, list[0].Case)
		}
	}
	return found, nil
}
