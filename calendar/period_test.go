package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/calendar"
)

func hours(n int) calendar.Period   { return calendar.Period{N: n, Unit: calendar.Hours} }
func days(n int) calendar.Period    { return calendar.Period{N: n, Unit: calendar.CalendarDays} }
func working(n int) calendar.Period { return calendar.Period{N: n, Unit: calendar.WorkingDays} }

func TestPeriodsEnd(t *testing.T) {
	for _, c := range []struct {
		name, calendar, start string
		period                calendar.Period
		want, late            string // late empty: as want
	}{
		{"eight hours", "DE", "2026-11-23T14:06:05+01:00", hours(8), "2026-11-23T22:06:05+01:00", "2026-11-23T23:00:00+01:00"},
		{"eight hours over the change to summer time in Germany", "DE", "2026-03-29T00:30:00+01:00", hours(8), "2026-03-29T09:30:00+02:00", "2026-03-29T10:00:00+02:00"},
		{"eight hours over the change to winter time in Germany", "DE", "2026-10-25T00:30:00+02:00", hours(8), "2026-10-25T07:30:00+01:00", "2026-10-25T08:00:00+01:00"},
		{"eight hours over the change to summer time in New York", "US", "2026-03-08T00:30:00-05:00", hours(8), "2026-03-08T09:30:00-04:00", "2026-03-08T10:00:00-04:00"},
		{"eight hours over the change to winter time in New York", "US", "2026-11-01T00:30:00-04:00", hours(8), "2026-11-01T07:30:00-05:00", "2026-11-01T08:00:00-05:00"},
		{"ninety-six hours do not wait for Monday", "DE", "2026-11-25T10:00:00+01:00", hours(96), "2026-11-29T10:00:00+01:00", "2026-11-29T11:00:00+01:00"},
		{"the hour of the event where clocks are half an hour off", "Asia/Kolkata", "2026-11-23T14:20:00+05:30", hours(1), "2026-11-23T15:20:00+05:30", "2026-11-23T16:00:00+05:30"},
		{"no hours", "DE", "2026-11-23T14:00:00+01:00", hours(0), "2026-11-23T14:00:00+01:00", "2026-11-23T15:00:00+01:00"},

		{"ten days: the day of the event is not counted", "DE", "2026-11-23T14:06:00+01:00", days(10), "2026-12-04T00:00:00+01:00", ""},
		{"the hour of the day does not matter", "DE", "2026-11-23T00:00:00+01:00", days(10), "2026-12-04T00:00:00+01:00", ""},
		{"nor at the end of it", "DE", "2026-11-23T23:59:59.999999999+01:00", days(10), "2026-12-04T00:00:00+01:00", ""},
		{"the day is that of the calendar's zone", "DE", "2026-11-22T23:30:00Z", days(10), "2026-12-04T00:00:00+01:00", ""},
		{"and not of the sender's", "US", "2026-11-24T03:00:00Z", days(10), "2026-12-04T00:00:00-05:00", ""},
		{"ten days to a Saturday", "DE", "2026-11-25T09:00:00+01:00", days(10), "2026-12-06T00:00:00+01:00", "2026-12-08T00:00:00+01:00"},
		{"ten days to Christmas", "DE", "2026-12-15T09:00:00+01:00", days(10), "2026-12-26T00:00:00+01:00", "2026-12-29T00:00:00+01:00"},
		{"ten days to Christmas Eve in the United States", "US", "2027-12-14T09:00:00-05:00", days(10), "2027-12-25T00:00:00-05:00", "2027-12-28T00:00:00-05:00"},
		{"ten days over the change to summer time", "DE", "2026-03-24T15:00:00+01:00", days(10), "2026-04-04T00:00:00+02:00", "2026-04-08T00:00:00+02:00"},
		{"a day of twenty-three hours", "DE", "2026-03-28T15:00:00+01:00", days(1), "2026-03-30T00:00:00+02:00", "2026-03-31T00:00:00+02:00"},
		{"a day of twenty-five hours in New York", "US", "2026-10-31T15:00:00-04:00", days(1), "2026-11-02T00:00:00-05:00", "2026-11-03T00:00:00-05:00"},
		{"a leap day counts", "NL", "2028-02-28T10:00:00+01:00", days(1), "2028-03-01T00:00:00+01:00", ""},
		{"no leap day", "NL", "2027-02-28T10:00:00+01:00", days(1), "2027-03-02T00:00:00+01:00", ""},
		{"over the end of the year", "FR", "2026-12-28T10:00:00+01:00", days(10), "2027-01-08T00:00:00+01:00", ""},
		{"sixty days", "IE", "2026-06-30T10:00:00+01:00", days(60), "2026-08-30T00:00:00+01:00", "2026-09-01T00:00:00+01:00"},
		{"ninety days over a leap February", "BR", "2028-01-15T10:00:00-03:00", days(90), "2028-04-15T00:00:00-03:00", "2028-04-18T00:00:00-03:00"},
		{"five days over Easter have two days worked in them", "DE", "2026-04-02T13:00:00+02:00", days(5), "2026-04-08T00:00:00+02:00", "2026-04-09T00:00:00+02:00"},
		{"no days: the day of the event", "DE", "2026-11-22T13:00:00+01:00", days(0), "2026-11-23T00:00:00+01:00", "2026-11-24T00:00:00+01:00"},

		{"five working days in an ordinary week", "NL", "2026-11-23T09:00:00+01:00", working(5), "2026-12-01T00:00:00+01:00", ""},
		{"five working days over Christmas 2025 in Germany", "DE", "2025-12-22T09:00:00+01:00", working(5), "2026-01-01T00:00:00+01:00", ""},
		{"and in the United States, where 26 December is worked", "US", "2025-12-22T09:00:00-05:00", working(5), "2025-12-31T00:00:00-05:00", ""},
		{"five working days over Christmas 2027 in Germany, on a Saturday", "DE", "2027-12-22T09:00:00+01:00", working(5), "2027-12-30T00:00:00+01:00", ""},
		{"and in the United States, where Friday is kept for it", "US", "2027-12-22T09:00:00-05:00", working(5), "2027-12-31T00:00:00-05:00", ""},
		{"and in Ireland, where Monday and Tuesday are", "IE", "2027-12-22T09:00:00Z", working(5), "2028-01-01T00:00:00Z", ""},
		{"from a Saturday", "DE", "2026-11-21T09:00:00+01:00", working(1), "2026-11-24T00:00:00+01:00", ""},
		{"no working days, on a Sunday", "DE", "2026-11-22T09:00:00+01:00", working(0), "2026-11-24T00:00:00+01:00", ""},
		{"no working days, on a Monday", "DE", "2026-11-23T09:00:00+01:00", working(0), "2026-11-24T00:00:00+01:00", ""},

		{"below zero is zero", "DE", "2026-11-23T09:00:00+01:00", days(-3), "2026-11-24T00:00:00+01:00", ""},
		{"below zero hours", "DE", "2026-11-23T09:00:00+01:00", hours(-3), "2026-11-23T09:00:00+01:00", "2026-11-23T10:00:00+01:00"},
		{"no period is longer than a hundred years", "Etc/UTC", "2026-11-23T09:00:00Z", days(1 << 40), "2126-11-25T00:00:00Z", "2126-11-26T00:00:00Z"},
		{"nor in hours", "Etc/UTC", "2026-11-23T09:00:00Z", hours(1 << 40), "2126-11-24T09:00:00Z", "2126-11-24T10:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cal, start := of(t, c.calendar), at(t, c.start)
			got := cal.After(start, c.period).Format(time.RFC3339Nano)
			if got != c.want {
				t.Errorf("ends %s, want %s", got, c.want)
			}
			if c.late == "" {
				c.late = c.want
			}
			late := cal.Late(start, c.period).Format(time.RFC3339Nano)
			if late != c.late {
				t.Errorf("in the late reading ends %s, want %s", late, c.late)
			}
		})
	}
}

func TestUnitsAreNamed(t *testing.T) {
	for unit, want := range map[calendar.Unit]string{
		calendar.Hours: "hours", calendar.CalendarDays: "calendar days", calendar.WorkingDays: "working days",
	} {
		if unit.String() != want {
			t.Errorf("got %q, want %q", unit, want)
		}
	}
}

// zones have clocks that change in every way there is, and one that has none.
var zones = []string{
	"DE", "US", "IE", "BR", "KE", "FR", "NL", "EU", "Asia/Kolkata", "America/Havana",
	"Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/St_Johns", "Asia/Beirut",
}

func instant(t *rapid.T, label string) time.Time {
	seconds := rapid.Int64Range(1_325_376_000, 2_524_608_000).Draw(t, label) // 2012 to 2050
	return time.Unix(seconds, rapid.Int64Range(0, 999_999_999).Draw(t, label+" nanoseconds")).UTC()
}

func period(t *rapid.T) calendar.Period {
	return calendar.Period{
		N:    rapid.IntRange(0, 100).Draw(t, "n"),
		Unit: rapid.SampledFrom([]calendar.Unit{calendar.Hours, calendar.CalendarDays, calendar.WorkingDays}).Draw(t, "unit"),
	}
}

func drawn(t *rapid.T) *calendar.Calendar {
	id := rapid.SampledFrom(zones).Draw(t, "calendar")
	if len(id) == 2 {
		c, err := calendar.Of(id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c, err := calendar.Default(id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestALaterEventNeverEndsEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p, a := drawn(t), period(t), instant(t, "start")
		b := a.Add(time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "later by")))
		if c.After(b, p).Before(c.After(a, p)) {
			t.Fatalf("%v from %s ends before that from %s", p, b, a)
		}
		if c.Late(b, p).Before(c.Late(a, p)) {
			t.Fatalf("late: %v from %s ends before that from %s", p, b, a)
		}
	})
}

func TestALongerPeriodNeverEndsEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p, a := drawn(t), period(t), instant(t, "start")
		q := p
		q.N++
		if c.After(a, q).Before(c.After(a, p)) || c.Late(a, q).Before(c.Late(a, p)) {
			t.Fatalf("%v from %s ends before %v", q, a, p)
		}
	})
}

func TestTheLateReadingIsNeverEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p, a := drawn(t), period(t), instant(t, "start")
		early, late := c.After(a, p), c.Late(a, p)
		if late.Before(early) || early.Before(a) {
			t.Fatalf("%v from %s ends %s, late %s", p, a, early, late)
		}
		if p.Unit != calendar.Hours && !c.Working(c.DayOf(late.Add(-1))) {
			t.Fatalf("%v from %s ends late on a day not worked, %s", p, a, late)
		}
	})
}

func TestWorkingDaysEndOnAWorkingDayAndAreThatMany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, a := drawn(t), instant(t, "start")
		n := rapid.IntRange(1, 60).Draw(t, "n")
		last := c.DayOf(c.After(a, working(n)).Add(-1))
		if !c.Working(last) {
			t.Fatalf("%d working days from %s end on %s, not worked", n, a, last)
		}
		counted := 0
		for d := c.DayOf(a).Add(1); d.Compare(last) <= 0; d = d.Add(1) {
			if c.Working(d) {
				counted++
			}
		}
		if counted != n {
			t.Fatalf("%d working days from %s to %s, want %d", counted, a, last, n)
		}
	})
}

// Days are at least as long as the hours they stand for, but for the hour that
// a change to summer time takes.
func TestDaysAreNotShorterThanTheirHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, a := drawn(t), instant(t, "start")
		n := rapid.IntRange(0, 100).Draw(t, "n")
		elapsed := c.After(a, hours(24*n))
		slack := time.Hour
		if c.ID() == "KE" || c.ID() == "Asia/Kolkata" {
			slack = 0 // no clock changes there
		}
		calendarDays, workingDays := c.After(a, days(n)), c.After(a, working(n))
		if calendarDays.Before(elapsed.Add(-slack)) {
			t.Fatalf("%d days from %s end %s, before as many hours, %s", n, a, calendarDays, elapsed)
		}
		if workingDays.Before(calendarDays) {
			t.Fatalf("%d working days from %s end %s, before as many calendar days, %s", n, a, workingDays, calendarDays)
		}
	})
}

func TestADayBeginsWhenItsDateFirstShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawn(t)
		d := c.DayOf(instant(t, "day"))
		begins := c.Begins(d)
		if c.DayOf(begins) != d || c.DayOf(begins.Add(-1)) != d.Add(-1) {
			t.Fatalf("%s begins %s, where it is %s after %s", d, begins, c.DayOf(begins), c.DayOf(begins.Add(-1)))
		}
	})
}
