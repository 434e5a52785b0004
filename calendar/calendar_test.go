package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/office"
)

// of is a calendar that there is; of a zone, Saturdays and Sundays only.
func of(t testing.TB, id string) *calendar.Calendar {
	t.Helper()
	open := calendar.Of
	if strings.Contains(id, "/") {
		open = calendar.Default
	}
	c, err := open(id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func on(t testing.TB, s string) calendar.Day {
	t.Helper()
	v, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return calendar.Day{Year: v.Year(), Month: v.Month(), Day: v.Day()}
}

func TestEveryExampleOfficeHasItsCalendar(t *testing.T) {
	examples := office.Examples()
	if len(examples) < 8 {
		t.Fatalf("only %d example offices: the test would test little", len(examples))
	}
	for _, name := range examples {
		p, err := office.Example(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := calendar.Of(p.Calendar)
		if err != nil || c.ID() != p.Calendar {
			t.Errorf("%s: calendar %q: %v", name, p.Calendar, err)
		}
	}
}

func TestWhatACalendarSaysOfItself(t *testing.T) {
	if !slices.IsSorted(calendar.IDs()) || len(calendar.IDs()) < 8 {
		t.Errorf("calendars are %v", calendar.IDs())
	}
	for _, id := range append(calendar.IDs(), "Asia/Tbilisi") {
		c := of(t, id)
		if c.ID() != id || c.Source() == "" || c.Certainty() != calendar.ToBeChecked || len(c.Uncounted()) == 0 {
			t.Errorf("%s: %q, %q, %q, %v", id, c.ID(), c.Source(), c.Certainty(), c.Uncounted())
		}
	}
}

func TestNoSuchCalendar(t *testing.T) {
	_, err := calendar.Of("XX")
	if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), `"XX"; there are BR, DE, EU, FR, IE, KE, NL, US`) {
		t.Errorf("got %v", err)
	}
	for _, zone := range []string{"", "Local", "Mars/Olympus", "../etc/passwd"} {
		_, err := calendar.Default(zone)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "like Europe/Berlin") {
			t.Errorf("%q: got %v", zone, err)
		}
		_, err = of(t, "US").In(zone)
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("US in %q: got %v", zone, err)
		}
	}
}

func TestAnOfficeAddsDays(t *testing.T) {
	kenya := of(t, "KE")
	idd := on(t, "2026-03-20") // a Friday
	added := kenya.With(idd, on(t, "2026-12-25")).With(on(t, "2026-03-23"))
	if !kenya.Working(idd) {
		t.Error("adding a day changed the calendar it was added to")
	}
	if added.Working(idd) || added.Working(on(t, "2026-03-23")) || !added.Working(on(t, "2026-03-24")) {
		t.Error("a day added is worked, or another is not")
	}
	var names []string
	for _, h := range added.Holidays(2026)[:3] {
		names = append(names, h.Day.String()+" "+h.Name)
	}
	want := []string{"2026-01-01 New Year's Day", "2026-03-20 ", "2026-03-23 "}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if got := len(added.Holidays(2026)); got != len(kenya.Holidays(2026))+2 {
		t.Errorf("%d holidays: one that stood already was counted twice", got)
	}
	if got := len(added.Holidays(2027)); got != len(kenya.Holidays(2027)) {
		t.Errorf("%d holidays in a year to which none was added", got)
	}
}

func TestADayWrittenLooselyIsTheSameDay(t *testing.T) {
	c := of(t, "DE")
	thirty := calendar.Day{Year: 2026, Month: time.April, Day: 31} // Labour Day
	if c.Working(thirty) {
		t.Error("31 April is 1 May, and is worked")
	}
	if c.With(calendar.Day{Year: 2026, Month: time.November, Day: 31}).Working(on(t, "2026-12-01")) {
		t.Error("31 November was added, and 1 December is worked")
	}
}

func TestAnotherZoneOfTheSameState(t *testing.T) {
	capital := of(t, "US")
	west, err := capital.In("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	night := at(t, "2026-07-04T02:00:00-04:00")
	if capital.DayOf(night) != on(t, "2026-07-04") || west.DayOf(night) != on(t, "2026-07-03") {
		t.Error("the day is not that of the zone")
	}
	if west.Working(on(t, "2026-12-25")) || capital.Zone().String() != "America/New_York" {
		t.Error("the holidays went with the zone, or the zone of the first changed")
	}
}
