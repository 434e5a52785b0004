package docket

import (
	"slices"
	"time"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// Limits that the gateway sets itself, in days.
const (
	grantDays    = 90
	postponeDays = 90
	holdDays     = 365
)

// lastTraffic is how far back connection and location data go in the emergency
// lane: to where somebody was last, and no history of where they have been.
const lastTraffic = 72 * time.Hour

// competent reports whether whoever granted may decide on every category.
// Traffic and content are for a court, whatever a profile says; nothing is for
// the police, and what a profile does not say is for a court.
func (d *Docket) competent(c *Case, a *Act) bool {
	if a.Grant == nil || len(a.Grant.Items) == 0 {
		return false
	}
	for _, item := range a.Grant.Items {
		needed := rank("court")
		if data := c.Request.Measures[item.Measure].Data; data == "subscriber" || data == "sole-identification" {
			if said := rank(d.office.Authoriser(data)); said > 0 {
				needed = said
			}
		}
		if rank(a.Grant.By) < needed {
			return false
		}
	}
	return true
}

// rank orders authorities by independence; what is unknown ranks lowest.
func rank(authority string) int {
	switch authority {
	case "court", "judge":
		return 4
	case "prosecutor":
		return 3
	case "administrative-authority":
		return 2
	case "own-decision":
		return 1
	}
	return 0
}

// within reports whether an act goes no further than what it rests on: a grant
// than the request, a collection than the grant or the compulsion. Only what is
// stored leaves: nothing is collected live, and what is asked to be kept is not
// asked for.
func (c *Case) within(a *Act) bool {
	measures, _ := c.inPlay()
	stored := func(i int) bool { return c.Request.Measures[i].Mode == "stored" }
	switch a.Do {
	case lifecycle.Grant:
		return a.Grant != nil && len(a.Grant.Items) > 0 && !slices.ContainsFunc(a.Grant.Items, func(i Item) bool {
			return !slices.Contains(measures, i.Measure) || !stored(i.Measure) || !i.within(&c.Request.Measures[i.Measure])
		})
	case lifecycle.Compel:
		if a.Grant != nil && (len(a.Grant.Items) == 0 || slices.ContainsFunc(a.Grant.Items, func(i Item) bool {
			return !slices.Contains(a.Measures, i.Measure) || !i.within(&c.Request.Measures[i.Measure])
		})) {
			return false
		}
		return len(a.Measures) > 0 && !slices.ContainsFunc(a.Measures, func(i int) bool { return !stored(i) })
	case lifecycle.Collect:
		if c.Basis == lifecycle.Order && c.Grant == nil {
			return false
		}
		if c.Grant != nil {
			measures = c.Grant.measures()
		}
		return len(a.Files) > 0 && !slices.ContainsFunc(a.Files, func(f File) bool { return !slices.Contains(measures, f.Measure) || !stored(f.Measure) })
	case lifecycle.Seal, lifecycle.Release:
		return len(c.Files) > 0
	}
	return true
}

// within reports whether an item asks for no more than its measure.
func (i *Item) within(m *request.Measure) bool {
	switch {
	case !m.From.IsZero() && i.From.Before(m.From.Time):
		return false
	case !m.To.IsZero() && (i.To.IsZero() || i.To.After(endOf(m.To))):
		return false
	}
	return i.To.IsZero() || !i.From.After(i.To)
}

// endOf is when a window ends that ends with a day.
func endOf(m request.Moment) time.Time {
	if m.Date {
		return m.Time.AddDate(0, 0, 1)
	}
	return m.Time
}

// limited reports whether nothing but subscriber, connection and last-location
// data are concerned.
func (c *Case) limited(a *Act) bool {
	return len(a.Measures) > 0 && !slices.ContainsFunc(a.Measures, func(i int) bool {
		m := &c.Request.Measures[i]
		switch m.Data {
		case "subscriber", "sole-identification":
			return m.Mode != "stored"
		case "traffic":
			return m.Mode != "stored" || !c.last72(m)
		}
		return true
	})
}

// last72 reports whether a window is short and ends when the request came.
func (c *Case) last72(m *request.Measure) bool {
	if m.From.IsZero() || m.To.IsZero() {
		return false
	}
	end := endOf(m.To)
	return end.After(m.From.Time) && end.Sub(m.From.Time) <= lastTraffic && end.After(c.Received.Add(-lastTraffic))
}

// floorPassed reports whether no clock says wait: what leaves early cannot be
// brought back. That the enforcing authority lets pass counts for the document
// it was said of.
func (c *Case) floorPassed(now time.Time) bool {
	k := c.clock(clockFloor)
	if k == nil || !now.Before(k.At) || c.Request.Urgency.Level == "emergency" {
		return true
	}
	cleared := false
	for i := range c.Events {
		e := &c.Events[i]
		cleared = (cleared || e.Do == lifecycle.Clear || e.Do == lifecycle.Exempt) && !slices.ContainsFunc(e.Set, func(k Clock) bool { return k.ID == clockFloor })
	}
	return cleared
}

// reviewBeyond is when secrecy held beyond the limit is looked at again: counted
// from the end of what the office could order itself, and once that is over from
// now, so that it is never held in advance.
func (d *Docket) reviewBeyond(c *Case, now time.Time) time.Time {
	from := now
	if k := c.clock(clockSecrecy); c.Secrecy == lifecycle.ExtendedThrice && k != nil && k.At.After(now) {
		from = k.At
	}
	return from.AddDate(0, 0, d.office.SecrecyLimit())
}

// endsInTime reports whether an act that needs an end has one within its limit.
func (d *Docket) endsInTime(c *Case, a *Act, now time.Time) bool {
	limit := func(until time.Time, days int) bool { return until.After(now) && !until.After(now.AddDate(0, 0, days)) }
	switch a.Do {
	case lifecycle.Grant:
		return a.Grant != nil && limit(a.Grant.Expires, grantDays)
	case lifecycle.OrderSecrecy:
		from := c.Received // nobody gains by ordering late
		if end := from.AddDate(0, 0, d.office.SecrecyLimit()); !end.After(now) {
			from = now
		}
		return a.Until.After(now) && !a.Until.After(from.AddDate(0, 0, d.office.SecrecyLimit()))
	case lifecycle.HoldBeyond:
		return a.Until.After(now) && !a.Until.After(d.reviewBeyond(c, now)) || c.longerEnd(a)
	case lifecycle.ExtendSecrecy:
		k := c.clock(clockSecrecy)
		return k != nil && a.Until.After(k.At) && !a.Until.After(k.At.AddDate(0, 0, d.office.SecrecyLimit()))
	case lifecycle.Preserve:
		return true // by the calendar, see clocksOf
	case lifecycle.ExtendPreserving:
		deadline, err := calendar.Find(keepFor(c.Request))
		if err != nil {
			return false
		}
		_, err = deadline.Extended(c.count(lifecycle.ExtendPreserving) + 1)
		return err == nil
	case lifecycle.Postpone:
		return limit(a.Until, postponeDays)
	case lifecycle.Hold, lifecycle.AllowOnward:
		return limit(a.Until, holdDays)
	}
	return !a.Until.IsZero()
}
