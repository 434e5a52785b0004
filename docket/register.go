package docket

import (
	"context"
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

// sender is the authority a case names, as the register has it now; nil: it is
// not enrolled, or somebody uses its name from another State.
func (d *Docket) sender(ctx context.Context, c *Case) (*authority.Authority, error) {
	a, err := d.register.Authority(ctx, authorityOf(c))
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if a.Country != c.Request.Requesting.Country {
		a = authority.Authority{Suspended: a.Suspended}
	}
	return &a, nil
}

// routeOpen is the fact that powers bear on.
const routeOpen fact.Name = "request.route_open"

// powers is what the register says of the sender's competence: that it lacks the
// power to ask for something. That it has it is no news. It speaks beside the
// law data and not for them: where they disagree a person looks.
func (d *Docket) powers(ctx context.Context, c *Case, now time.Time) ([]fact.Assertion, error) {
	a, err := d.sender(ctx, c)
	if err != nil || a == nil || len(a.Powers) == 0 {
		return nil, err
	}
	for i := range c.Request.Measures {
		m := &c.Request.Measures[i]
		if m.Data == "" || a.May(m.Data, c.Request.Instrument) {
			continue
		}
		return []fact.Assertion{{
			ID: "register:" + a.ID, Fact: routeOpen, Source: fact.Registry, Author: "register of authorities", At: now, Value: fact.OfBool(false),
			Reason: "the register has no power of this authority to ask for " + m.Data + " under " + c.Request.Instrument,
			Place:  fact.Place{Path: "/requesting/authority"},
		}}, nil
	}
	return nil, nil
}
