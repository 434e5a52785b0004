package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/calendar"
)

func TestEaster(t *testing.T) {
	for _, sunday := range []string{
		"1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23",
		"2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21",
		"2038-04-25", // as late as it can be
		"2285-03-22", // as early as it can be
	} {
		easter := on(t, sunday)
		monday := named(t, "FR", easter.Year, "Easter Monday")
		if monday != easter.Add(1) {
			t.Errorf("Easter Monday is %s, want the day after %s", monday, sunday)
		}
	}
}

// Knuth's algorithm E (The Art of Computer Programming, 1.3.2, exercise 14)
// reckons by another way and has to come to the same day.
func knuth(year int) calendar.Day {
	golden, century := year%19+1, year/100+1
	skipped := 3*century/4 - 12
	moon := (8*century+5)/25 - 5
	epact := (11*golden + 20 + moon - skipped + 30) % 30
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	full := 44 - epact
	if full < 21 {
		full += 30
	}
	sunday := 5*year/4 - skipped - 10
	return calendar.Day{Year: year, Month: time.March, Day: full + 7 - (sunday+full)%7}.Add(0)
}

func TestEasterReckonedInTwoWays(t *testing.T) {
	for year := 1583; year < 4200; year++ {
		monday := named(t, "FR", year, "Easter Monday")
		if monday != knuth(year).Add(1) {
			t.Errorf("Easter Monday is %s, by the other way %s", monday, knuth(year).Add(1))
		}
	}
}

func named(t *testing.T, id string, year int, name string) calendar.Day {
	t.Helper()
	list := of(t, id).Holidays(year)
	i := slices.IndexFunc(list, func(h calendar.Holiday) bool { return h.Name == name })
	if i < 0 {
		t.Fatalf("%s has no %s in %d", id, name, year)
	}
	return list[i].Day
}

// The years were chosen for what falls badly in them.
func TestHolidays(t *testing.T) {
	for _, c := range []struct {
		id   string
		year int
		want string
	}{
		{"BR", 2026, "01-01 04-03 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25"},
		{"BR", 2023, "01-01 04-07 04-21 05-01 09-07 10-12 11-02 11-15 12-25"}, // the year before 20 November
		{"DE", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"},
		{"EU", 2026, "01-01 12-25"},
		{"FR", 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"},
		{"IE", 2026, "01-01 02-02 03-17 04-06 05-04 06-01 08-03 10-26 12-25 12-28"},
		{"IE", 2027, "01-01 02-01 03-17 03-29 05-03 06-07 08-02 10-25 12-27 12-28"}, // Christmas on a Saturday
		{"IE", 2030, "01-01 02-01 03-18 04-22 05-06 06-03 08-05 10-28 12-25 12-26"}, // 1 February on a Friday
		{"IE", 2022, "01-03 03-17 04-18 05-02 06-06 08-01 10-31 12-26 12-27"},       // before St Brigid's
		{"KE", 2022, "01-01 04-15 04-18 05-02 06-01 10-10 10-20 12-12 12-26 12-27"}, // Christmas on a Sunday
		{"NL", 2025, "01-01 04-18 04-21 04-26 05-05 05-29 06-09 12-25 12-26"},       // 27 April on a Sunday
		{"NL", 2026, "01-01 04-03 04-06 04-27 05-05 05-14 05-25 12-25 12-26"},
		{"US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"},
		{"US", 2021, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"}, // New Year 2022 on a Saturday
		{"US", 2022, "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26"},
		{"US", 2020, "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25"}, // before Juneteenth
	} {
		var got []string
		for _, h := range of(t, c.id).Holidays(c.year) {
			if h.Day.Year != c.year || h.Name == "" {
				t.Errorf("%s %d lists %v", c.id, c.year, h)
			}
			got = append(got, h.Day.String()[5:])
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s %d: %s", c.id, c.year, diff)
		}
	}
}

func TestAHolidayNeverHidesAnother(t *testing.T) {
	for _, id := range calendar.IDs() {
		for year := 2024; year < 2124; year++ {
			seen := map[calendar.Day]string{}
			for _, h := range of(t, id).Holidays(year) {
				moved := strings.HasSuffix(h.Name, ", observed")
				if first := seen[h.Day]; first != "" && moved {
					t.Errorf("%s: %s falls on %s, which is %s already", id, h.Name, h.Day, first)
				}
				seen[h.Day] = h.Name
			}
		}
	}
}
