package calendar_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rogatory/rogatory/calendar"
)

func TestEscalations(t *testing.T) {
	for _, c := range []struct{ name, start, due, want string }{
		{"eight hours", "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z", "11-23 12:00:00, 11-23 14:00:00, 11-23 15:12:00"},
		{"to the minute, rounded down", "2026-11-23T08:00:31Z", "2026-11-23T16:00:31Z", "11-23 12:00:00, 11-23 14:00:00, 11-23 15:12:00"},
		{"ten days", "2026-11-20T00:00:00Z", "2026-11-30T00:00:00Z", "11-25 00:00:00, 11-27 12:00:00, 11-29 00:00:00"},
		{"two minutes", "2026-11-23T08:00:00Z", "2026-11-23T08:02:00Z", "11-23 08:01:00"},
		{"less than a minute", "2026-11-23T08:00:10Z", "2026-11-23T08:00:50Z", ""},
		{"due at once", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z", ""},
		{"due before it began", "2026-11-23T08:00:00Z", "2026-11-22T08:00:00Z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, e := range calendar.Escalations(at(t, c.start), at(t, c.due)) {
				got = append(got, e.Format("01-02 15:04:05"))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

func TestEscalationsLieBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := instant(t, "start")
		due := start.Add(time.Duration(rapid.Int64Range(0, int64(2000*time.Hour)).Draw(t, "time")))
		last := start
		for _, e := range calendar.Escalations(start, due) {
			if !e.After(last) || !e.Before(due) || e.Second() != 0 || e.Nanosecond() != 0 {
				t.Fatalf("from %s to %s a warning comes at %s, after %s", start, due, e, last)
			}
			last = e
		}
	})
}
