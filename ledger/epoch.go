package ledger

import (
	"cmp"
	"time"

	"github.com/rogatory/rogatory/fault"
)

const day = 24 * 60 // minutes

// An Epoch is a slot of a day, in UTC. What happened in it is published at its
// end. How long it lasts stands in the policy: a number of minutes that divides
// a day.
//
// The zero Epoch is none: a leaf that waits has it until the block is known with
// which it is published.
type Epoch struct {
	Year int
	Day  int // of the year, from 1
	Slot int // of the day, from 0
}

// EpochAt gives the epoch in which t lies.
func EpochAt(t time.Time, minutes int) Epoch {
	t = t.UTC()
	return Epoch{t.Year(), t.YearDay(), (t.Hour()*60 + t.Minute()) / minutes}
}

// Start gives the moment at which e begins.
func (e Epoch) Start(minutes int) time.Time {
	return time.Date(e.Year, time.January, e.Day, 0, e.Slot*minutes, 0, 0, time.UTC)
}

// End gives the moment at which e is over and its block is due.
func (e Epoch) End(minutes int) time.Time {
	return e.Start(minutes).Add(time.Duration(minutes) * time.Minute)
}

// Next gives the epoch that follows e.
func (e Epoch) Next(minutes int) Epoch { return EpochAt(e.End(minutes), minutes) }

// Date gives the day on which e lies.
func (e Epoch) Date() Date { return DateOf(e.Start(0)) }

// Compare orders epochs by time.
func (e Epoch) Compare(o Epoch) int {
	return cmp.Or(cmp.Compare(e.Year, o.Year), cmp.Compare(e.Day, o.Day), cmp.Compare(e.Slot, o.Slot))
}

// Before reports whether e is earlier than o.
func (e Epoch) Before(o Epoch) bool { return e.Compare(o) < 0 }

// String prints e as YYYY-DDD.N.
func (e Epoch) String() string { return string(e.append(nil)) }

// MarshalText and UnmarshalText are String and ParseEpoch.
func (e Epoch) MarshalText() ([]byte, error) { return e.append(nil), nil }

func (e *Epoch) UnmarshalText(text []byte) (err error) {
	*e, err = ParseEpoch(string(text))
	return err
}

func (e Epoch) append(b []byte) []byte {
	b = appendDigits(b, e.Year, 4)
	b = append(b, '-')
	b = appendDigits(b, e.Day, 3)
	b = append(b, '.')
	return appendDigits(b, e.Slot, 1)
}

// ParseEpoch reads what String prints, the zero Epoch too.
func ParseEpoch(s string) (Epoch, error) {
	e, ok := parseEpoch([]byte(s))
	if !ok {
		return Epoch{}, fault.Invalidf("epoch", "%q is no epoch", s).WithHint("write year, day of the year and slot: 2027-034.2")
	}
	return e, nil
}

func parseEpoch(s []byte) (Epoch, bool) {
	if len(s) < 10 || s[4] != '-' || s[8] != '.' {
		return Epoch{}, false
	}
	year, ok1 := digits(s[:4])
	yearDay, ok2 := digits(s[5:8])
	slot, ok3 := number(s[9:], day-1)
	e := Epoch{int(year), int(yearDay), int(slot)}
	if !ok1 || !ok2 || !ok3 {
		return Epoch{}, false
	}
	return e, e == Epoch{} || year > 0 && yearDay > 0 && e.Start(0).YearDay() == e.Day
}
