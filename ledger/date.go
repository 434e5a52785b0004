package ledger

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/fault"
)

// A Date is a day in UTC. Every date at which something is due is the last of a
// month, so that it does not tell when the request came in.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf gives the day on which t lies.
func DateOf(t time.Time) Date {
	y, m, d := t.UTC().Date()
	return Date{y, m, d}
}

// Time gives the moment at which d begins.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// AddDays gives the day n days after d.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// MonthEnd gives the last day of the month of d.
func (d Date) MonthEnd() Date {
	return DateOf(time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC))
}

// IsMonthEnd reports whether d is the last day of its month.
func (d Date) IsMonthEnd() bool { return d == d.MonthEnd() }

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.Time().Before(o.Time()) }

// String prints d as YYYY-MM-DD.
func (d Date) String() string { return string(d.append(nil)) }

// MarshalText and UnmarshalText are String and ParseDate.
func (d Date) MarshalText() ([]byte, error) { return d.append(nil), nil }

func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// YearMonth prints the month of d as YYYY-MM, the form in which a policy says
// from when it holds.
func (d Date) YearMonth() string { return d.String()[:7] }

// Quarter prints the quarter of d as YYYY-Qn, the form in which a report names
// its period.
func (d Date) Quarter() string { return fmt.Sprintf("%04d-Q%d", d.Year, (d.Month+2)/3) }

func (d Date) append(b []byte) []byte {
	b = append(appendDigits(b, d.Year, 4), '-')
	b = append(appendDigits(b, int(d.Month), 2), '-')
	return appendDigits(b, d.Day, 2)
}

// ParseDate reads what String prints.
func ParseDate(s string) (Date, error) {
	d, ok := parseDate([]byte(s))
	if !ok {
		return Date{}, fault.Invalidf("date", "%q is no date", s).WithHint("write year, month and day: 2027-09-30")
	}
	return d, nil
}

func parseDate(s []byte) (Date, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, false
	}
	year, ok1 := digits(s[:4])
	month, ok2 := digits(s[5:7])
	dom, ok3 := digits(s[8:])
	d := Date{int(year), time.Month(month), int(dom)}
	return d, ok1 && ok2 && ok3 && year > 0 && DateOf(d.Time()) == d
}

// isYearMonth reports whether s is a month as YearMonth prints it.
func isYearMonth(s []byte) bool {
	_, ok := parseDate(append(append(make([]byte, 0, 16), s...), "-01"...))
	return ok
}

// isQuarter reports whether s is a quarter as Quarter prints it.
func isQuarter(s []byte) bool {
	if len(s) != 7 || s[4] != '-' || s[5] != 'Q' {
		return false
	}
	year, ok := digits(s[:4])
	return ok && year > 0 && '1' <= s[6] && s[6] <= '4'
}
