package calendar

import (
	"cmp"
	"fmt"
	"sort"
	"time"
)

// A Day is a date without a place. It is an instant only in a Calendar.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// dayOf is the date that a clock on the wall shows at t.
func dayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// utc stands for the day where only dates are reckoned and no zone matters.
func (d Day) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// Add gives the day n days later; Add(0) writes 31 April as 1 May.
func (d Day) Add(n int) Day { return dayOf(d.utc().AddDate(0, 0, n)) }

// Weekday is its day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Compare is negative if d is before e, zero if they are one, else positive.
func (d Day) Compare(e Day) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// String writes 2026-11-23.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// DayOf is the day in the calendar's zone at an instant.
func (c *Calendar) DayOf(t time.Time) Day { return dayOf(t.In(c.zone)) }

// Begins is the first instant of a day in the calendar's zone. It is searched
// for and not composed, because there are nights in which the clock passes
// over midnight and nights in which it shows it twice; a day that a zone left
// out begins where the next one does.
func (c *Calendar) Begins(d Day) time.Time {
	const reach = 24 * 60 * 60 // no zone is further from UTC
	from := d.utc().Add(-reach * time.Second)
	after := sort.Search(2*reach, func(s int) bool {
		return c.DayOf(from.Add(time.Duration(s)*time.Second)).Compare(d) >= 0
	})
	return from.Add(time.Duration(after) * time.Second).In(c.zone)
}

// MonthEnd is the last day, UTC, of the month that contains t, at midnight.
// Duties on the public ledger are due on it, so that nothing about a case is
// told by its date; they are overdue only when that day has passed.
func MonthEnd(t time.Time) time.Time {
	y, m, _ := t.UTC().Date()
	return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC)
}
