package ledger_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/ledger"
)

func TestEpochs(t *testing.T) {
	at := time.Date(2027, time.February, 3, 13, 59, 59, 999, time.FixedZone("", 2*3600)) // 11:59 UTC
	for _, c := range []struct {
		minutes                int
		want, next, start, end string
	}{
		{360, "2027-034.1", "2027-034.2", "2027-02-03T06:00:00Z", "2027-02-03T12:00:00Z"},
		{1440, "2027-034.0", "2027-035.0", "2027-02-03T00:00:00Z", "2027-02-04T00:00:00Z"},
		{60, "2027-034.11", "2027-034.12", "2027-02-03T11:00:00Z", "2027-02-03T12:00:00Z"},
		{1, "2027-034.719", "2027-034.720", "2027-02-03T11:59:00Z", "2027-02-03T12:00:00Z"},
	} {
		e := ledger.EpochAt(at, c.minutes)
		if e.String() != c.want || e.Next(c.minutes).String() != c.next {
			t.Errorf("%d minutes: got %s and %s, want %s and %s", c.minutes, e, e.Next(c.minutes), c.want, c.next)
		}
		if got := e.Start(c.minutes).Format(time.RFC3339); got != c.start {
			t.Errorf("%s begins %s, want %s", e, got, c.start)
		}
		if got := e.End(c.minutes).Format(time.RFC3339); got != c.end {
			t.Errorf("%s ends %s, want %s", e, got, c.end)
		}
		if got := e.Date().String(); got != "2027-02-03" {
			t.Errorf("%s lies on %s", e, got)
		}
	}
	last := ledger.Epoch{Year: 2028, Day: 366, Slot: 3}
	if got := last.Next(360).String(); got != "2029-001.0" {
		t.Errorf("after %s comes %s", last, got)
	}
}

func TestEpochsFollowTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "time"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		minutes := rapid.SampledFrom([]int{1, 2, 15, 60, 90, 360, 720, 1440}).Draw(t, "minutes")
		e := ledger.EpochAt(at, minutes)
		if at.Before(e.Start(minutes)) || !at.Before(e.End(minutes)) {
			t.Fatalf("%s does not lie in %s", at, e)
		}
		next := e.Next(minutes)
		if !next.Start(minutes).Equal(e.End(minutes)) || !e.Before(next) || next.Before(e) || e.Before(e) || e.Compare(e) != 0 {
			t.Fatalf("%s does not follow %s", next, e)
		}
		again, err := ledger.ParseEpoch(e.String())
		if err != nil || again != e {
			t.Fatalf("%s is read as %s: %v", e, again, err)
		}
	})
}

func TestTheZeroEpochIsNone(t *testing.T) {
	var none ledger.Epoch
	if got := none.String(); got != "0000-000.0" {
		t.Errorf("got %s", got)
	}
	if e, err := ledger.ParseEpoch("0000-000.0"); err != nil || e != none {
		t.Errorf("got %s, %v", e, err)
	}
	if _, err := ledger.ParseEpoch("0000-000.1"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a slot of no day: %v", err)
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct{ date, end, yearMonth, quarter string }{
		{"2027-01-31", "2027-01-31", "2027-01", "2027-Q1"},
		{"2027-02-01", "2027-02-28", "2027-02", "2027-Q1"},
		{"2028-02-29", "2028-02-29", "2028-02", "2028-Q1"},
		{"2027-04-01", "2027-04-30", "2027-04", "2027-Q2"},
		{"2027-09-30", "2027-09-30", "2027-09", "2027-Q3"},
		{"2027-12-01", "2027-12-31", "2027-12", "2027-Q4"},
	} {
		d, err := ledger.ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.MonthEnd().String(); got != c.end || d.IsMonthEnd() != (c.date == c.end) || !d.MonthEnd().IsMonthEnd() {
			t.Errorf("the month of %s ends %s, want %s", d, got, c.end)
		}
		if d.YearMonth() != c.yearMonth || d.Quarter() != c.quarter {
			t.Errorf("%s lies in %s and %s", d, d.YearMonth(), d.Quarter())
		}
	}
	d := ledger.Date{Year: 2027, Month: 12, Day: 31}
	if got := d.AddDays(60).String(); got != "2028-02-29" {
		t.Errorf("got %s", got)
	}
	if !d.Before(d.AddDays(1)) || d.Before(d) || d.AddDays(1).Before(d) {
		t.Error("days are out of order")
	}
	if got := ledger.DateOf(time.Date(2027, 1, 1, 0, 30, 0, 0, time.FixedZone("", 3600))).String(); got != "2026-12-31" {
		t.Errorf("a day is not one in UTC: %s", got)
	}
}

// FuzzParseNames tries everything short that is read: epochs, dates, duties,
// classes.
func FuzzParseNames(f *testing.F) {
	for _, s := range []string{"2027-034.2", "0000-000.0", "2027-09-30", "BAQEBAQEBAQEBAQEBAQEBA==", "notify"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if e, err := ledger.ParseEpoch(s); err == nil && e.String() != s {
			t.Errorf("epoch %q is printed as %q", s, e)
		}
		if d, err := ledger.ParseDate(s); err == nil && d.String() != s {
			t.Errorf("date %q is printed as %q", s, d)
		}
		if id, err := ledger.ParseID(s); err == nil && id.String() != s {
			t.Errorf("duty %q is printed as %q", s, id)
		}
		var c ledger.Class
		if err := c.UnmarshalText([]byte(s)); err == nil && c.String() != s {
			t.Errorf("class %q is printed as %q", s, c)
		}
	})
}

// What names an epoch, a date, a duty or a class stands in JSON as in a leaf.
func TestNamesInJSON(t *testing.T) {
	type names struct {
		Epoch ledger.Epoch
		Date  ledger.Date
		ID    ledger.ID
		Class ledger.Class
	}
	in := names{ledger.Epoch{Year: 2027, Day: 34, Slot: 2}, ledger.Date{Year: 2027, Month: 9, Day: 30}, id(4), ledger.Remedy}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Epoch":"2027-034.2","Date":"2027-09-30","ID":"BAQEBAQEBAQEBAQEBAQEBA==","Class":"remedy"}`
	if string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
	var out names
	if err := json.Unmarshal(text, &out); err != nil || out != in {
		t.Errorf("got %v, %v", out, err)
	}
	for _, bad := range []string{
		`{"Epoch":"2027-034"}`, `{"Date":"2027-09-31"}`, `{"Date":"2027-9-30"}`, `{"Class":"inform"}`, `{"ID":"BAQE"}`,
		`{"ID":"BAQEBAQEBAQEBAQEBAQEBB=="}`, `{"ID":"BAQEBAQEBAQEBAQEBAQEBA==\n"}`,
	} {
		if err := json.Unmarshal([]byte(bad), &out); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if got := id(4).String(); got != "BAQEBAQEBAQEBAQEBAQEBA==" {
		t.Errorf("got %s", got)
	}
}
