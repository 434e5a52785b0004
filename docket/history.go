package docket

import (
	"context"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/screen"
)

// Every case is found by the accounts it asks about; one in which the office
// decided against the request is found by a second hash as well, so that the
// history of a request is read without opening all that was ever sent.
const (
	byAccounts = "rogatory.account/1"
	byRefusals = "rogatory.refused/1"
)

// refusals are the events after which a case belongs to the history of its
// accounts.
var refusals = []lifecycle.Event{lifecycle.Refuse, lifecycle.Object, lifecycle.Deny, lifecycle.UpholdChallenge}

// hashes are the keyed hashes of the accounts a request asks about.
func (d *Docket) hashes(ctx context.Context, r *request.Request, label string) ([][]byte, error) {
	key, err := d.keys.Index(ctx)
	if err != nil {
		return nil, err
	}
	var list [][]byte
	for _, account := range screen.Accounts(r) {
		list = append(list, accountHash(key, label, account))
	}
	return list, nil
}

// historyLimit bounds how many earlier decisions about the same accounts are
// compared.
const historyLimit = 64

// history is what the office decided about the same accounts before.
func (d *Docket) history(ctx context.Context, c *Case) ([]screen.Earlier, error) {
	if c.earlier != nil {
		return *c.earlier, nil
	}
	hashes, err := d.hashes(ctx, c.Request, byRefusals)
	if err != nil || len(hashes) == 0 {
		return nil, err
	}
	refs, err := d.records.Find(ctx, hashes)
	if err != nil {
		return nil, err
	}
	list := []screen.Earlier{}
	slices.Reverse(refs) // the latest years first
	for _, ref := range refs {
		if ref == c.Ref || len(list) == historyLimit {
			continue
		}
		other, err := d.load(ctx, ref)
		if fault.KindOf(err) == fault.NotFound {
			continue // erased meanwhile
		}
		if err != nil {
			return nil, err
		}
		if outcome, grounds, when := decidedAs(other); outcome != "" {
			list = append(list, screen.Earlier{Request: other.Request, Outcome: outcome, Grounds: grounds, Decided: request.Moment{Time: when}})
		}
	}
	c.earlier = &list
	return list, nil
}

// afterAll asks Records for no entry, only for the row.
const afterAll = 1 << 30

// decidedAs is what the office decided of a case, in the words of package
// screen; empty: nothing, or what was corrected.
func decidedAs(c *Case) (outcome string, grounds []string, when time.Time) {
	for i := range c.Events {
		e := &c.Events[i]
		switch e.Do {
		case lifecycle.Refuse:
			outcome, grounds, when = "refused", e.Grounds, e.At
		case lifecycle.Object:
			outcome, grounds, when = "objected", e.Grounds, e.At
		case lifecycle.Deny:
			outcome, grounds, when = "denied", e.Grounds, e.At
		case lifecycle.UpholdChallenge:
			outcome, grounds, when = "refused", slices.Concat(grounds, e.Grounds), e.At
		case lifecycle.Correct:
			outcome, grounds = "", nil
		}
	}
	return outcome, grounds, when
}
