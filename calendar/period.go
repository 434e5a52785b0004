package calendar

import "time"

// A Unit says how a period is counted. The zero Unit is Hours, the shortest.
type Unit uint8

// The units.
const (
	Hours        Unit = iota // elapsed time to the instant, also when clocks change
	CalendarDays             // every day counts
	WorkingDays              // only days worked count
)

func (u Unit) String() string {
	switch u {
	case Hours:
		return "hours"
	case WorkingDays:
		return "working days"
	default:
		return "calendar days"
	}
}

// A Period is so many units. Below zero counts as zero, and no period counts
// for more than a hundred years: numbers come from documents of others.
type Period struct {
	N    int
	Unit Unit
}

// A hundred years of every fourth a leap year.
const (
	mostDays  = 36_525
	mostHours = 24 * mostDays
)

func (p Period) days() int { return min(max(p.N, 0), mostDays) }

func (p Period) hours() time.Duration {
	return time.Duration(min(max(p.N, 0), mostHours)) * time.Hour
}

// After is the end of a period in its early reading: exactly as counted, and
// never later than any other reading.
//
// Hours run from the instant of the event. In days the day of the event is not
// counted, and the period ends with the last day: at the instant at which the
// next day begins. The last of so many calendar days may be a Sunday; the last
// of so many working days is worked.
func (c *Calendar) After(start time.Time, p Period) time.Time {
	day := c.DayOf(start)
	switch p.Unit {
	case Hours:
		return start.Add(p.hours()).In(c.zone)
	case WorkingDays:
		return c.ends(c.worked(day, p.days()))
	default:
		return c.ends(day.Add(p.days()))
	}
}

// Late is the end of a period in its late reading: never before any other.
// It follows Regulation (EEC, Euratom) No 1182/71, art. 3 (to be checked). The
// hour of the event is not counted; a period in days that would end on a day
// not worked goes on to the end of the next day worked; one of two days or
// more has at least two days worked in it.
//
// The days worked are those of whoever has to act: ask the calendar of the
// enforcing authority when its time to object ends.
func (c *Calendar) Late(start time.Time, p Period) time.Time {
	switch p.Unit {
	case Hours:
		return c.After(c.hourAfter(start), p)
	case WorkingDays:
		return c.After(start, p)
	default:
		day := c.DayOf(start)
		last := c.worked(day.Add(p.days()), 0)
		if p.N >= 2 {
			second := c.worked(day, 2)
			if second.Compare(last) > 0 {
				last = second
			}
		}
		return c.ends(last)
	}
}

// worked is the nth day worked after d; of none, d itself if it is worked and
// else the next that is.
func (c *Calendar) worked(d Day, n int) Day {
	for range n {
		d = c.worked(d.Add(1), 0)
	}
	for !c.Working(d) {
		d = d.Add(1)
	}
	return d
}

func (c *Calendar) ends(d Day) time.Time { return c.Begins(d.Add(1)) }

// hourAfter is the start of the hour after the one t falls in, on the clocks
// of the zone: there are zones half an hour off.
func (c *Calendar) hourAfter(t time.Time) time.Time {
	t = t.In(c.zone)
	gone := time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	return t.Add(time.Hour - gone)
}
