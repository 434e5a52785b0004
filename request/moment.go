package request

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/rogatory/rogatory/fault"
)

const (
	dateLayout  = "2006-01-02"
	stampLayout = "2006-01-02T15:04:05.999999999Z07:00"
)

// timeOfDay is what may follow the date in a timestamp. time.Parse alone takes
// more than RFC 3339 allows, such as a comma before the fraction.
var timeOfDay = regexp.MustCompile(`^T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)

// ParseMoment reads a date (2026-01-31) or a timestamp (2026-01-31T12:00:00Z)
// of the years 1900 to 2200. A timestamp keeps the offset it was written with.
func ParseMoment(s string) (Moment, error) {
	m, wrong := parseMoment(s)
	if wrong != "" {
		return Moment{}, fault.Invalidf("", "%s %s", quote(s), wrong)
	}
	return m, nil
}

// parseMoment gives the moment, or what is wrong with s.
func parseMoment(s string) (m Moment, wrong string) {
	if !datelike(s) {
		return Moment{}, `is not a date such as "2026-01-31" or a timestamp such as "2026-01-31T12:00:00Z"`
	}
	if year := s[:4]; year < "1900" || year > "2200" {
		return Moment{}, "lies outside the years 1900 to 2200"
	}
	day, err := time.Parse(dateLayout, s[:len(dateLayout)])
	if err != nil {
		return Moment{}, "does not exist in the calendar"
	}
	if len(s) == len(dateLayout) {
		return Moment{Time: day, Date: true}, ""
	}
	if !timeOfDay.MatchString(s[len(dateLayout):]) {
		return Moment{}, `has no valid time of day; write it with seconds and with Z or an offset, such as "2026-01-31T12:00:00Z"`
	}
	// In UTC, not in the zone of this machine: the same bytes give the same value everywhere.
	at, err := time.ParseInLocation(time.RFC3339, s, time.UTC)
	if err != nil {
		return Moment{}, "is not a timestamp: " + err.Error() // not met since date and time of day are good
	}
	return Moment{Time: at}, ""
}

// datelike reports whether s begins as 0000-00-00 does.
func datelike(s string) bool {
	if len(s) < len(dateLayout) {
		return false
	}
	for i := range len(dateLayout) {
		if i == 4 || i == 7 {
			if s[i] != '-' {
				return false
			}
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// String prints the moment as it stands in a document, and nothing if it is absent.
func (m Moment) String() string {
	switch {
	case m.IsZero():
		return ""
	case m.Date:
		return m.Time.Format(dateLayout)
	}
	return m.Time.Format(stampLayout)
}

// Day is UTC midnight of the calendar day that was written. For a timestamp
// that is the day at its own offset, the one its author saw on the calendar.
func (m Moment) Day() time.Time {
	if m.IsZero() {
		return time.Time{}
	}
	y, mo, d := m.Time.Date()
	return time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
}

// Compare gives -1 if m is before n, 1 if it is after, and 0 if neither can be
// said. Two timestamps compare as instants; where one is only a date, days are
// compared, since a date stands for its whole day. An absent moment comes
// before every other.
//
// A date is therefore equal to every timestamp of its day: do not sort a
// mixture of both by Compare.
func (m Moment) Compare(n Moment) int {
	switch {
	case m.IsZero() || n.IsZero():
		return cmp.Compare(present(m), present(n))
	case m.Date || n.Date:
		return m.Day().Compare(n.Day())
	}
	return m.Time.Compare(n.Time)
}

func present(m Moment) int {
	if m.IsZero() {
		return 0
	}
	return 1
}

// MarshalJSON writes the moment as String does, null if it is absent.
func (m Moment) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + m.String() + `"`), nil
}

// UnmarshalJSON reads a string as ParseMoment does; null is an absent moment.
func (m *Moment) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*m = Moment{}
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("read a date: %w", err)
	}
	read, err := ParseMoment(s)
	if err != nil {
		return err
	}
	*m = read
	return nil
}
