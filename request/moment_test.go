package request_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/request"
	"pgregory.net/rapid"
)

func moment(t testing.TB, s string) request.Moment {
	t.Helper()
	if s == "" {
		return request.Moment{}
	}
	m, err := request.ParseMoment(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMomentDay(t *testing.T) {
	for _, c := range []struct{ written, day string }{
		{"2026-01-31", "2026-01-31"},
		{"2026-01-31T12:00:00Z", "2026-01-31"},
		{"2026-01-31T23:30:00-05:00", "2026-01-31"}, // the next day in UTC
		{"2026-01-31T00:30:00+09:00", "2026-01-31"}, // the day before in UTC
	} {
		want, _ := time.Parse(time.DateOnly, c.day)
		if got := moment(t, c.written).Day(); got != want {
			t.Errorf("%s: got %v, want %v", c.written, got, want)
		}
	}
	if got := (request.Moment{}).Day(); !got.IsZero() {
		t.Errorf("absent: got %v", got)
	}
}

func TestMomentCompare(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		want       int
	}{
		{"dates", "2026-01-31", "2026-02-01", -1},
		{"same date", "2026-01-31", "2026-01-31", 0},
		{"a date stands for its whole day", "2026-01-31T18:00:00Z", "2026-01-31", 0},
		{"a date and the next day", "2026-01-31", "2026-02-01T00:00:00Z", -1},
		{"instants", "2026-01-31T12:00:00Z", "2026-01-31T12:00:01Z", -1},
		{"the same instant at two offsets", "2026-01-31T12:00:00Z", "2026-01-31T14:00:00+02:00", 0},
		{"absent before present", "", "1900-01-01", -1},
		{"both absent", "", "", 0},
	} {
		a, b := moment(t, c.a), moment(t, c.b)
		if got := a.Compare(b); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
		if got := b.Compare(a); got != -c.want {
			t.Errorf("%s, turned round: got %d, want %d", c.name, got, -c.want)
		}
	}
}

func TestMomentJSON(t *testing.T) {
	for _, s := range []string{`null`, `"2026-01-31"`, `"2026-01-31T12:00:00Z"`, `"2026-01-31T12:00:00.25+02:00"`} {
		m := moment(t, "2000-01-01") // to be overwritten, also by null
		if err := json.Unmarshal([]byte(s), &m); err != nil {
			t.Errorf("%s: %v", s, err)
		}
		got, err := json.Marshal(m)
		if err != nil || string(got) != s {
			t.Errorf("got %s, %v, want %s", got, err, s)
		}
	}
	for _, s := range []string{`7`, `""`, `"yesterday"`, `"2023-02-29"`, `{}`} {
		var m request.Moment
		if err := json.Unmarshal([]byte(s), &m); err == nil || !m.IsZero() {
			t.Errorf("%s: got %v, %v", s, m, err)
		}
	}
	if got := (request.Moment{}).String(); got != "" {
		t.Errorf("absent prints %q", got)
	}
	if _, err := request.ParseMoment("\x1b"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestMomentSurvivesPrinting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := time.Date(1901, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
		last := time.Date(2199, 12, 31, 0, 0, 0, 0, time.UTC).Unix()
		zone := time.FixedZone("", 60*rapid.IntRange(-14*60, 14*60).Draw(t, "offset"))
		at := time.Unix(rapid.Int64Range(first, last).Draw(t, "seconds"), rapid.Int64Range(0, 999999999).Draw(t, "nanoseconds"))
		for _, m := range []request.Moment{
			{Time: at.In(zone)},
			{Time: at.UTC().Truncate(24 * time.Hour), Date: true},
		} {
			got, err := request.ParseMoment(m.String())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(m, got); diff != "" {
				t.Fatalf("%s: %s", m, diff)
			}
		}
	})
}
