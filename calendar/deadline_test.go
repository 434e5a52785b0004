package calendar_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/calendar"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/law"
)

// means reports whether a row of the law's table and a clock are one. What the
// table calls a ceiling ends by itself, what it calls a floor is a minimum.
func means(row law.Deadline, d calendar.Deadline) bool {
	unit := map[string]bool{
		"clock hours":   d.Period.Unit == calendar.Hours,
		"calendar days": d.Period.Unit == calendar.CalendarDays,
		"working days":  d.Period.Unit == calendar.WorkingDays,
		"ceiling":       d.Period.Unit == calendar.CalendarDays && d.Kind == calendar.Lapse,
		"floor":         d.Period.Unit == calendar.CalendarDays && d.Kind == calendar.Minimum,
	}[row.Unit]
	words := strings.FieldsFunc(row.Rule, func(r rune) bool { return r < '0' || r > '9' })
	return unit && row.Provision == d.Provision && slices.Contains(words, strconv.Itoa(d.Period.N))
}

func TestEveryClockOfTheLawIsHere(t *testing.T) {
	rows := law.Starting().Deadlines()
	if len(rows) < 20 {
		t.Fatalf("the law has only %d clocks: the test would test little", len(rows))
	}
	for _, row := range rows {
		if !slices.ContainsFunc(calendar.Deadlines(), func(d calendar.Deadline) bool { return means(row, d) }) {
			t.Errorf("%s (%s, %s, %s) has no deadline", row.Event, row.Provision, row.Rule, row.Unit)
		}
	}
}

// amongClauses are clocks that the law has in a clause and not in its table.
var amongClauses = map[string]string{"eu:11.5": "Five-day answer"}

func TestEveryDeadlineIsALawsOrTheOfficesOwn(t *testing.T) {
	book := law.Starting()
	for _, d := range calendar.Deadlines() {
		clause, known := book.Clause(d.Provision)
		if d.Own() {
			if d.Why == "" || d.Provision != "" && clause.Instrument != "std" {
				t.Errorf("%s has no reason, or rests on %q, which is no standard", d.ID, d.Provision)
			}
			continue
		}
		if !known || clause.Instrument != d.Instrument {
			t.Errorf("%s rests on %q of %q, which is no clause of it", d.ID, d.Provision, d.Instrument)
		}
		if words := amongClauses[d.Provision]; words != "" && strings.Contains(clause.Summary, words) {
			continue
		}
		if !slices.ContainsFunc(book.Deadlines(), func(row law.Deadline) bool { return means(row, d) }) {
			t.Errorf("%s: %s, %s %v, is no clock of the law", d.ID, d.Provision, d.Kind, d.Period)
		}
	}
}

// What extends a period stands in the law's words as well.
func TestExtensionsAreTheLaws(t *testing.T) {
	for _, d := range calendar.Deadlines() {
		if d.Own() || d.Extension.Times == 0 {
			continue
		}
		i := slices.IndexFunc(law.Starting().Deadlines(), func(row law.Deadline) bool { return means(row, d) })
		if i < 0 {
			t.Errorf("%s is extended and in no table", d.ID)
			continue
		}
		rule := law.Starting().Deadlines()[i].Rule
		clause, _ := law.Starting().Clause(d.Provision)
		once := strings.Contains(rule+clause.Summary, "once")
		if once != (d.Extension.Times == 1) || !strings.Contains(rule, strconv.Itoa(d.Extension.Period.N)) {
			t.Errorf("%s is extended by %v, the law says %q and %q", d.ID, d.Extension, rule, clause.Summary)
		}
	}
}

func TestDeadlinesAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range calendar.Deadlines() {
		if seen[d.ID] {
			t.Errorf("there are two %s", d.ID)
		}
		seen[d.ID] = true
		if d.What == "" || d.Event == "" || d.Then == "" || d.Party == "" || d.Period.N <= 0 {
			t.Errorf("%s is not complete: %+v", d.ID, d)
		}
		if d.Own() != strings.HasPrefix(d.ID, "own-") || !d.Own() && !strings.HasPrefix(d.ID, d.Instrument+"-") {
			t.Errorf("%s does not say whose it is", d.ID)
		}
		if d.Extension.Times != 0 && d.Extension.Period.Unit != d.Period.Unit {
			t.Errorf("%s is extended in another unit", d.ID)
		}
	}
}

// The reading follows from what the clock is for. What departs has a reason.
func TestReadingsAreTheSafeOnes(t *testing.T) {
	held := map[string]bool{} // provisions with a floor or minimum
	for _, d := range calendar.Deadlines() {
		if d.Kind == calendar.Floor || d.Kind == calendar.Minimum {
			held[d.Provision] = true
		}
	}
	for _, d := range calendar.Deadlines() {
		var want calendar.Reading
		switch {
		case d.Kind == calendar.Floor, d.Kind == calendar.Minimum, held[d.Provision]:
			want = calendar.Late
		case d.Kind == calendar.Ceiling && d.Party != calendar.Office:
			want = calendar.Late
		}
		if d.Reading != want {
			t.Errorf("%s (%s of the %s) is read %q, want %q", d.ID, d.Kind, d.Party, d.Reading, want)
		}
		if held[d.Provision] && d.Why == "" {
			t.Errorf("%s is read late and gives no reason", d.ID)
		}
	}
}

func TestDue(t *testing.T) {
	const friday = "2026-11-27T16:20:00+01:00"
	for _, c := range []struct{ name, calendar, id, event, want string }{
		{"the hold goes on to Monday where ten days end on a Saturday", "DE", "eu-hold", "2026-11-25T09:00:00+01:00", "2026-12-08T00:00:00+01:00"},
		{"sending is due when the hold ends", "DE", "eu-send-after-hold", "2026-11-25T09:00:00+01:00", "2026-12-08T00:00:00+01:00"},
		{"without notification ten days are ten days", "DE", "eu-send", "2026-11-25T09:00:00+01:00", "2026-12-06T00:00:00+01:00"},
		{"an emergency knows no weekend", "DE", "eu-send-emergency", friday, "2026-11-28T00:20:00+01:00"},
		{"ninety-six hours, the hour of the event not counted", "DE", "eu-assess-emergency", friday, "2026-12-01T17:00:00+01:00"},
		{"working days of the enforcing authority", "DE", "eu-enforcement-decision", friday, "2026-12-05T00:00:00+01:00"},
		{"an objection is never late", "IE", "eu-third-country-objection", "2026-12-15T09:00:00Z", "2026-12-26T00:00:00Z"},
		{"a requester has its five days", "FR", "eu-clarification", "2026-12-20T09:00:00+01:00", "2026-12-29T00:00:00+01:00"},
		{"sixty days are a minimum under the Budapest Convention", "BR", "bud-preserve-foreign", "2026-12-01T09:00:00-03:00", "2027-02-02T00:00:00-03:00"},
		{"ninety days are a maximum under it", "BR", "bud-preserve-domestic", "2026-12-01T09:00:00-03:00", "2027-03-02T00:00:00-03:00"},
		{"secrecy ends on a Sunday too", "KE", "own-secrecy", "2026-12-01T09:00:00+03:00", "2027-03-02T00:00:00+03:00"},
		{"review within forty-eight hours", "US", "own-emergency-review", "2026-03-07T09:00:00-05:00", "2026-03-09T10:00:00-04:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := calendar.Find(c.id)
			if err != nil {
				t.Fatal(err)
			}
			got := of(t, c.calendar).Due(d, at(t, c.event)).Format(time.RFC3339)
			if got != c.want {
				t.Errorf("due %s, want %s", got, c.want)
			}
		})
	}
}

func TestNothingIsDueBeforeItIsAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, event := drawn(t), instant(t, "event")
		for _, low := range calendar.Deadlines() {
			if low.Kind != calendar.Floor && low.Kind != calendar.Minimum {
				continue
			}
			for _, high := range calendar.Deadlines() {
				if high.Provision == low.Provision && high.ID != low.ID && c.Due(high, event).Before(c.Due(low, event)) {
					t.Fatalf("%s ends before %s", high.ID, low.ID)
				}
			}
		}
	})
}

func TestExtended(t *testing.T) {
	for _, c := range []struct {
		name, id string
		times, n int // n 0: refused
		left     int
	}{
		{"not at all", "eu-preserve", 0, 60, 1},
		{"thirty days once", "eu-preserve", 1, 90, 0},
		{"not twice", "eu-preserve", 2, 0, 0},
		{"the lapse moves with the duty", "eu-preserve-lapse", 1, 90, 0},
		{"what has no extension", "eu-send", 1, 0, 0},
		{"secrecy to a year, nearly", "own-secrecy", 3, 360, 0},
		{"secrecy no longer", "own-secrecy", 4, 0, 0},
		{"ninety days each", "us-delayed-notice", 5, 540, calendar.Unlimited},
		{"backwards", "us-delayed-notice", -1, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := calendar.Find(c.id)
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.Extended(c.times)
			if c.n == 0 {
				if fault.KindOf(err) != fault.Conflict || got.ID != "" {
					t.Errorf("got %+v, %v, want a refusal", got, err)
				}
				return
			}
			if err != nil || got.Period.N != c.n || got.Extension.Times != c.left {
				t.Errorf("got %v, %v, want %d with %d left", got, err, c.n, c.left)
			}
		})
	}
	d, err := calendar.Find("eu-preserve")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Extended(2)
	if err == nil || err.Error() != "eu-preserve cannot be extended 2 times, only once" {
		t.Errorf("got %v", err)
	}
}

func TestNoSuchDeadline(t *testing.T) {
	_, err := calendar.Find("eu-whenever")
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestTheTableIsNotSharedWithItsReaders(t *testing.T) {
	calendar.Deadlines()[0].Period.N = 1
	if calendar.Deadlines()[0].Period.N == 1 {
		t.Error("a reader changed the law")
	}
}
