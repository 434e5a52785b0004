package fact

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Kind is the type of a fact's value.
type Kind uint8

// The kinds. A Choice is one of a declared list, a Set any number of them.
const (
	Bool Kind = iota
	Number
	Date
	Choice
	Set
)

var kindNames = []string{"bool", "number", "date", "choice", "set"}

// String gives the word for k.
func (k Kind) String() string { return kindNames[k] }

// ParseKind reads the word for a kind.
func ParseKind(word string) (Kind, error) {
	if i := slices.Index(kindNames, word); i >= 0 {
		return Kind(i), nil
	}
	return 0, fmt.Errorf("unknown type %q: use one of %s", word, strings.Join(kindNames, ", "))
}

// A Value is what a fact is said to be, in eight bytes: 0 or 1 for a Bool, the
// bits of a float64 for a Number, days since 1970 for a Date, the position in
// the declared list for a Choice, one bit per option for a Set. Only the
// declaration of the fact says which.
type Value uint64

// OfBool makes the value of a Bool.
func OfBool(b bool) Value {
	if b {
		return 1
	}
	return 0
}

// OfNumber makes the value of a Number. Minus zero is zero: values are compared
// by their bits.
func OfNumber(f float64) Value {
	if f == 0 {
		return 0
	}
	return Value(math.Float64bits(f))
}

// OfDate makes the value of a Date from the day of t in UTC.
func OfDate(t time.Time) Value {
	days := t.UTC().Truncate(24*time.Hour).Unix() / 86400
	return Value(days)
}

// Number is the number v stands for.
func (v Value) Number() float64 { return math.Float64frombits(uint64(v)) }

// Days is the day v stands for, counted from 1 January 1970.
func (v Value) Days() int64 { return int64(v) }

// Parse reads a value of the declared type from what YAML or JSON gave:
// bool, int, float64, string, []any, and time.Time for a date without quotes.
func (d *Declaration) Parse(raw any) (Value, error) {
	switch d.Kind {
	case Bool:
		if b, ok := raw.(bool); ok {
			return OfBool(b), nil
		}
	case Number:
		switch n := raw.(type) {
		case float64:
			if !math.IsNaN(n) && !math.IsInf(n, 0) {
				return OfNumber(n), nil
			}
		case int:
			return OfNumber(float64(n)), nil
		}
	case Date:
		switch s := raw.(type) {
		case time.Time:
			return OfDate(s), nil
		case string:
			t, err := time.Parse(time.DateOnly, s)
			if err != nil {
				return 0, fmt.Errorf("%s: %q is no date; write 2026-08-18", d.Name, s)
			}
			return OfDate(t), nil
		}
	case Choice:
		if s, ok := raw.(string); ok {
			return d.option(s)
		}
	case Set:
		list, ok := raw.([]any)
		if !ok {
			break
		}
		var set Value
		for _, item := range list {
			s, ok := item.(string)
			if !ok {
				return 0, fmt.Errorf("%s: a set holds words, not %v", d.Name, item)
			}
			i, err := d.option(s)
			if err != nil {
				return 0, err
			}
			set |= 1 << i
		}
		return set, nil
	}
	if s, ok := raw.(string); ok {
		return 0, fmt.Errorf("%s is a %s, not the text %q", d.Name, d.Kind, s)
	}
	return 0, fmt.Errorf("%s is a %s, not %v", d.Name, d.Kind, raw)
}

func (d *Declaration) option(word string) (Value, error) {
	i := slices.Index(d.Options, word)
	if i < 0 {
		return 0, fmt.Errorf("%s has no option %q: use one of %s", d.Name, word, strings.Join(d.Options, ", "))
	}
	return Value(i), nil
}

// Format prints a value of the declared type.
func (d *Declaration) Format(v Value) string {
	switch d.Kind {
	case Bool:
		return strconv.FormatBool(v == 1)
	case Number:
		return strconv.FormatFloat(v.Number(), 'f', -1, 64)
	case Date:
		return time.Unix(v.Days()*86400, 0).UTC().Format(time.DateOnly)
	case Choice:
		return d.Options[v]
	}
	var words []string
	for rest := uint64(v); rest != 0; rest &= rest - 1 {
		words = append(words, d.Options[bits.TrailingZeros64(rest)])
	}
	return "[" + strings.Join(words, ", ") + "]"
}
