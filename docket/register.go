package docket

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/authority"
	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
)

// A Register knows the authorities that may ask, and how to reach them without
// asking the message itself.
type Register interface {
	// Authority finds an authority by id; fault.NotFound if it is not enrolled.
	Authority(ctx context.Context, id string) (authority.Authority, error)
	// Points are the contacts that the receiving State itself keeps open at all
	// times.
	Points(ctx context.Context) ([]string, error)
}

// sender is the authority the office answers in a case, as the register has it
// now: the one that asks; or, where nobody enrolled that, the one of the same
// State that two people named and that gets what is released. nil: neither is
// enrolled.
func (d *Docket) sender(ctx context.Context, c *Case) (*authority.Authority, error) {
	return d.entry(ctx, c, c.answers())
}

// asker is the authority that a request names, as the register has it now; nil:
// it is not enrolled.
func (d *Docket) asker(ctx context.Context, c *Case) (*authority.Authority, error) {
	return d.entry(ctx, c, authorityOf(c))
}

// answers is the id in the register of whom the office answers in a case, and who
// may ask how it stands and fetch what was released.
func (c *Case) answers() string {
	if c.Recipient != "" {
		return c.Recipient
	}
	return authorityOf(c)
}

// entry is an authority as the register has it now. Of an entry that counts for nothing, because somebody uses its
// name from another State or its time is not or no longer, nothing is left but
// that the authority is suspended, if it is.
func (d *Docket) entry(ctx context.Context, c *Case, id string) (*authority.Authority, error) {
	a, err := d.register.Authority(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if a.Country != c.Request.Requesting.Country || !a.InForce(d.now()) {
		a = authority.Authority{Suspended: a.Suspended}
	}
	return &a, nil
}

// routeOpen is the fact that powers bear on.
const routeOpen fact.Name = "request.route_open"

// powers is what the register says of the sender's competence: that it lacks the
// power to ask for something. That it has it is no news. It speaks beside the
// law data and not for them: where they disagree a person looks, and answers
// what they have read: what else is lacking later is another word.
func (d *Docket) powers(ctx context.Context, c *Case, now time.Time) ([]fact.Assertion, error) {
	a, err := d.asker(ctx, c)
	if err != nil || a == nil || len(a.Powers) == 0 {
		return nil, err
	}
	var lacks []string
	for i := range c.Request.Measures {
		if data := c.Request.Measures[i].Data; data != "" && !a.May(data, c.Request.Instrument) && !slices.Contains(lacks, data) {
			lacks = append(lacks, data)
		}
	}
	if lacks == nil {
		return nil, nil
	}
	slices.Sort(lacks)
	return []fact.Assertion{{
		ID:   "register:" + a.ID + ":" + strings.Join(lacks, "+") + "/" + c.Request.Instrument,
		Fact: routeOpen, Source: fact.Registry, Author: "register of authorities", At: now, Value: fact.OfBool(false),
		Reason: "the register has no power of this authority to ask for " + strings.Join(lacks, ", ") + " under " + c.Request.Instrument,
		Place:  fact.Place{Path: "/requesting/authority"},
	}}, nil
}
