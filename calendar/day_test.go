package calendar_test

import (
	"testing"
	"time"

	"github.com/rogatory/rogatory/calendar"
)

func TestDaysBegin(t *testing.T) {
	for _, c := range []struct{ name, calendar, day, want string }{
		{"an ordinary night", "DE", "2026-11-23", "2026-11-23T00:00:00+01:00"},
		{"clocks go forward later that night", "DE", "2026-03-29", "2026-03-29T00:00:00+01:00"},
		{"the day after clocks went forward", "DE", "2026-03-30", "2026-03-30T00:00:00+02:00"},
		{"clocks go back in New York", "US", "2026-11-01", "2026-11-01T00:00:00-04:00"},
		{"the day after, in New York", "US", "2026-11-02", "2026-11-02T00:00:00-05:00"},
		{"clocks pass over midnight", "BR", "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"clocks show midnight twice", "America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"},
		{"a day that a zone left out", "Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},
		{"a quarter of an hour off", "Asia/Kathmandu", "2026-11-23", "2026-11-23T00:00:00+05:45"},
		{"the last zone to see it", "Pacific/Pago_Pago", "2026-11-23", "2026-11-23T00:00:00-11:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := of(t, c.calendar).Begins(on(t, c.day)).Format(time.RFC3339)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDaysAreOrdered(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"2026-11-23", "2026-11-23", 0},
		{"2026-11-23", "2026-11-24", -1},
		{"2026-12-01", "2026-11-30", 1},
		{"2026-12-31", "2027-01-01", -1},
	} {
		if got := on(t, c.a).Compare(on(t, c.b)); got != c.want {
			t.Errorf("%s against %s: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
	if got := on(t, "2028-02-28").Add(2); got != on(t, "2028-03-01") {
		t.Errorf("two days after 28 February of a leap year is %s", got)
	}
}

func TestMonthEnd(t *testing.T) {
	for _, c := range []struct{ name, at, want string }{
		{"in the month", "2026-11-23T14:06:00Z", "2026-11-30"},
		{"on its last day", "2026-11-30T23:59:59Z", "2026-11-30"},
		{"February of a leap year", "2028-02-01T00:00:00Z", "2028-02-29"},
		{"February of another", "2027-02-28T12:00:00Z", "2027-02-28"},
		{"December", "2026-12-01T00:00:00Z", "2026-12-31"},
		{"January in Berlin is December in UTC", "2027-01-01T00:30:00+01:00", "2026-12-31"},
		{"January in New York is February in UTC", "2027-01-31T22:00:00-05:00", "2027-02-28"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := calendar.MonthEnd(at(t, c.at))
			if got.Format(time.RFC3339) != c.want+"T00:00:00Z" {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
