package fact

import (
	"math"
	"testing"
	"time"
)

var (
	flag    = &Declaration{Name: "flag", Kind: Bool}
	years   = &Declaration{Name: "years", Kind: Number}
	begun   = &Declaration{Name: "begun", Kind: Date}
	colour  = &Declaration{Name: "colour", Kind: Choice, Options: []string{"red", "green", "blue"}}
	colours = &Declaration{Name: "colours", Kind: Set, Options: []string{"red", "green", "blue"}}
)

func TestValuesAreReadAndPrinted(t *testing.T) {
	for _, c := range []struct {
		name string
		fact *Declaration
		raw  any
		want string
	}{
		{"yes", flag, true, "true"},
		{"no", flag, false, "false"},
		{"whole number", years, 4, "4"},
		{"fraction", years, 2.5, "2.5"},
		{"negative", years, -3.0, "-3"},
		{"million, without an exponent", years, 1000000, "1000000"},
		{"minus zero is zero", years, math.Copysign(0, -1), "0"},
		{"largest", years, math.MaxFloat64, "179769313486231570" + string(make0(291))},
		{"date", begun, "2026-08-18", "2026-08-18"},
		{"leap day", begun, "2024-02-29", "2024-02-29"},
		{"date before 1970", begun, "1948-12-10", "1948-12-10"},
		{"first year", begun, "0000-01-01", "0000-01-01"},
		{"date as YAML reads it", begun, time.Date(2026, 8, 18, 0, 0, 0, 0, time.UTC), "2026-08-18"},
		{"moment on another day in UTC", begun, time.Date(2026, 8, 18, 23, 0, 0, 0, time.FixedZone("", -2*3600)), "2026-08-19"},
		{"first option", colour, "red", "red"},
		{"last option", colour, "blue", "blue"},
		{"empty set", colours, []any{}, "[]"},
		{"set in the declared order", colours, []any{"blue", "red"}, "[red, blue]"},
		{"option named twice", colours, []any{"green", "green"}, "[green]"},
	} {
		v, err := c.fact.Parse(c.raw)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := c.fact.Format(v); got != c.want {
			t.Errorf("%s: %v prints as %s, want %s", c.name, c.raw, got, c.want)
		}
	}
}

func make0(n int) []byte {
	zeros := make([]byte, n)
	for i := range zeros {
		zeros[i] = '0'
	}
	return zeros
}

func TestValuesOfAnotherTypeAreRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		fact *Declaration
		raw  any
		want string
	}{
		{"text for a bool", flag, "true", `flag is a bool, not the text "true"`},
		{"number for a bool", flag, 1, "flag is a bool, not 1"},
		{"nothing for a bool", flag, nil, "flag is a bool, not <nil>"},
		{"text for a number", years, "4", `years is a number, not the text "4"`},
		{"no number", years, math.NaN(), "years is a number, not NaN"},
		{"infinite", years, math.Inf(1), "years is a number, not +Inf"},
		{"minus infinite", years, math.Inf(-1), "years is a number, not -Inf"},
		{"no such day", begun, "2026-02-30", `begun: "2026-02-30" is no date; write 2026-08-18`},
		{"date written otherwise", begun, "18.8.2026", `begun: "18.8.2026" is no date; write 2026-08-18`},
		{"number for a date", begun, 2026, "begun is a date, not 2026"},
		{"no such option", colour, "Red", `colour has no option "Red": use one of red, green, blue`},
		{"bool for a choice", colour, true, "colour is a choice, not true"},
		{"word for a set", colours, "red", `colours is a set, not the text "red"`},
		{"no such member", colours, []any{"red", "pink"}, `colours has no option "pink": use one of red, green, blue`},
		{"number in a set", colours, []any{1}, "colours: a set holds words, not 1"},
	} {
		_, err := c.fact.Parse(c.raw)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v gives %v, want %s", c.name, c.raw, err, c.want)
		}
	}
}

// A date is the same value however late in the day, also before 1970.
func TestDateIsTheDay(t *testing.T) {
	for _, day := range []string{"1969-12-31", "1970-01-01", "2026-11-23"} {
		morning, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if early, late := OfDate(morning), OfDate(morning.Add(24*time.Hour-time.Nanosecond)); early != late {
			t.Errorf("%s is day %d in the morning and %d at night", day, early.Days(), late.Days())
		}
	}
	if got := OfDate(time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)).Days(); got != -1 {
		t.Errorf("the day before 1 January 1970 is %d, want -1", got)
	}
	if got := OfNumber(2.5).Number(); got != 2.5 {
		t.Errorf("2.5 comes back as %v", got)
	}
	if OfBool(true) == OfBool(false) {
		t.Error("yes and no are one value")
	}
}
