// Package calendar counts legal time: which days are worked in a State, when a
// period ends, and which clocks run for an office that receives requests.
//
// It promises that hours, calendar days and working days are never mixed, that
// every end is one instant, and that where a period can be read in two ways
// the reading taken is the one that is safe for the person. It makes the
// office late in neither, but for one duty: data held back under eu:10.2 are
// held in both. It refuses to look at a clock, and to guess a holiday: days
// fixed by proclamation or by the moon are named as not computed, and an office
// adds them.
//
// Every end is exclusive: the instant at which the next day begins in the
// calendar's zone. Done before it is in time; what may not happen before the
// end of a day may happen from it on.
package calendar

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// ToBeChecked is the certainty of what nobody has compared with the text of
// the law. Every calendar here starts with it.
const ToBeChecked = "to be checked"

// A Calendar knows the days not worked in one State, and its time zone. It is
// never changed once made; With and In give another.
type Calendar struct {
	id        string
	zone      *time.Location
	source    string
	rules     []rule
	uncounted []string
	added     map[Day]bool
}

// weekend is what is not worked in every State that has a calendar here.
func weekend(d Day) bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}

// Of gives the calendar of a State by its code, as office profiles name it, or
// EU for the days common to the Union.
func Of(id string) (*Calendar, error) {
	i := slices.IndexFunc(states, func(s state) bool { return s.id == id })
	if i < 0 {
		return nil, fault.NotFoundf("", "there is no calendar %q", id).
			WithHint("there are " + strings.Join(IDs(), ", ") + "; for another State take its time zone with Saturdays and Sundays, and add its holidays")
	}
	return states[i].open()
}

// Default is a calendar of Saturdays and Sundays only, for a State whose
// holidays are not on record. It counts holidays as worked, so a period in
// working days ends too early there: add the days that are known.
func Default(zone string) (*Calendar, error) {
	s := state{id: zone, zone: zone, source: "Saturdays and Sundays only", uncounted: []string{"every public holiday"}}
	return s.open()
}

// IDs are the calendars there are, in alphabetical order.
func IDs() []string {
	var ids []string
	for _, s := range states {
		ids = append(ids, s.id)
	}
	return ids
}

func (s state) open() (*Calendar, error) {
	zone, err := location(s.zone)
	if err != nil {
		return nil, err
	}
	return &Calendar{id: s.id, zone: zone, source: s.source, rules: s.rules, uncounted: s.uncounted}, nil
}

// location refuses what the time package reads from the machine: the zone of a
// deadline is a fact of the office, not of the host it runs on.
func location(zone string) (*time.Location, error) {
	const hint = "write an IANA name, like Europe/Berlin"
	if zone == "" || zone == "Local" {
		return nil, fault.Invalidf("", "%q names no time zone", zone).WithHint(hint)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, &fault.Fault{Kind: fault.Invalid, What: "there is no such time zone", Hint: hint, Cause: err}
	}
	return loc, nil
}

// ID is the code the calendar was asked for by.
func (c *Calendar) ID() string { return c.id }

// Zone is where its days begin and end.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Source is the law the holidays are taken from.
func (c *Calendar) Source() string { return c.source }

// Certainty says how far the holidays were compared with that law.
func (c *Calendar) Certainty() string { return ToBeChecked }

// Uncounted are the holidays that cannot be computed, for an office to add.
func (c *Calendar) Uncounted() []string { return slices.Clone(c.uncounted) }

// With gives a calendar in which these days are not worked either: holidays
// proclaimed, of a region, or of the office's own court.
func (c *Calendar) With(days ...Day) *Calendar {
	d := *c
	d.added = maps.Clone(c.added)
	if d.added == nil {
		d.added = make(map[Day]bool, len(days))
	}
	for _, day := range days {
		d.added[day.Add(0)] = true
	}
	return &d
}

// In gives the same holidays in another time zone, for States that have
// several and offices that do not sit in the capital.
func (c *Calendar) In(zone string) (*Calendar, error) {
	loc, err := location(zone)
	if err != nil {
		return nil, err
	}
	d := *c
	d.zone = loc
	return &d, nil
}

// Working reports whether a day is worked.
func (c *Calendar) Working(d Day) bool {
	d = d.Add(0)
	return !weekend(d) && !c.added[d] && !among(c.computed(d.Year), d)
}

// Holidays are the public holidays of a year as observed, first day first.
// Days an office added stand among them without a name.
func (c *Calendar) Holidays(year int) []Holiday {
	list := c.computed(year)
	for d := range c.added {
		if d.Year == year && !among(list, d) {
			list = append(list, Holiday{Day: d})
		}
	}
	slices.SortStableFunc(list, func(a, b Holiday) int { return a.Day.Compare(b.Day) })
	return list
}
