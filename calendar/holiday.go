package calendar

import (
	"slices"
	"time"
)

// A Holiday is a day not worked, and why.
type Holiday struct {
	Day  Day
	Name string
}

// A rule says on which day of a year a holiday falls.
type rule struct {
	name  string
	on    func(year int) Day
	since int   // first year in which it is kept; 0: always
	moved shift // nil: stays where it falls
}

// A shift gives the day on which a holiday that falls badly is observed, or
// the same day. free tells which days are neither weekend nor taken.
type shift func(d Day, free func(Day) bool) Day

// computed are the holidays observed in a year, by the rules. The years beside
// are reckoned too, for a New Year observed on the last day of December.
func (c *Calendar) computed(year int) []Holiday {
	var list []Holiday
	for y := year - 1; y <= year+1; y++ {
		for _, h := range observed(c.rules, y) {
			if h.Day.Year == year {
				list = append(list, h)
			}
		}
	}
	return list
}

// observed are the days on which the holidays of one year are kept. A moved
// holiday never lands on another.
func observed(rules []rule, year int) []Holiday {
	rules = slices.DeleteFunc(slices.Clone(rules), func(r rule) bool { return year < r.since })
	list := make([]Holiday, len(rules))
	for i, r := range rules {
		list[i] = Holiday{Day: r.on(year), Name: r.name}
	}
	free := func(d Day) bool { return !weekend(d) && !among(list, d) }
	for i, r := range rules {
		if r.moved == nil {
			continue
		}
		to := r.moved(list[i].Day, free)
		if to != list[i].Day {
			list[i] = Holiday{Day: to, Name: r.name + ", observed"}
		}
	}
	return list
}

func among(list []Holiday, d Day) bool {
	return slices.ContainsFunc(list, func(h Holiday) bool { return h.Day == d })
}

func fixed(name string, month time.Month, day int) rule {
	return rule{name: name, on: func(year int) Day { return Day{year, month, day} }}
}

// fromEaster counts days from Easter Sunday; before it if negative.
func fromEaster(name string, days int) rule {
	return rule{name: name, on: func(year int) Day { return easter(year).Add(days) }}
}

// nth is the nth such weekday of a month.
func nth(name string, n int, weekday time.Weekday, month time.Month) rule {
	return rule{name: name, on: func(year int) Day { return onOrAfter(Day{year, month, 1}, weekday).Add(7 * (n - 1)) }}
}

// last is the last such weekday of a month: the first of the next, a week back.
func last(name string, weekday time.Weekday, month time.Month) rule {
	return rule{name: name, on: func(year int) Day {
		return onOrAfter(Day{year, month + 1, 1}, weekday).Add(-7)
	}}
}

func onOrAfter(d Day, weekday time.Weekday) Day {
	return d.Add((int(weekday) - int(d.Weekday()) + 7) % 7)
}

func (r rule) from(year int) rule {
	r.since = year
	return r
}

func (r rule) shifted(s shift) rule {
	r.moved = s
	return r
}

func nextFree(d Day, free func(Day) bool) Day {
	for d = d.Add(1); !free(d); d = d.Add(1) {
	}
	return d
}

// afterSunday: on a Sunday, the next day that is not a holiday.
func afterSunday(d Day, free func(Day) bool) Day {
	if d.Weekday() == time.Sunday {
		return nextFree(d, free)
	}
	return d
}

// afterWeekend: on a Saturday or Sunday, the next day worked.
func afterWeekend(d Day, free func(Day) bool) Day {
	if weekend(d) {
		return nextFree(d, free)
	}
	return d
}

// nearest: on a Saturday the Friday before, on a Sunday the Monday after.
func nearest(d Day, _ func(Day) bool) Day {
	switch d.Weekday() {
	case time.Saturday:
		return d.Add(-1)
	case time.Sunday:
		return d.Add(1)
	}
	return d
}

// dayBefore: on a Sunday, the day before.
func dayBefore(d Day, _ func(Day) bool) Day {
	if d.Weekday() == time.Sunday {
		return d.Add(-1)
	}
	return d
}

// easter is Easter Sunday by the Gregorian computus (the anonymous algorithm
// of 1876, printed in Meeus, Astronomical Algorithms, ch. 8).
func easter(year int) Day {
	a := year % 19
	b, c := year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Day{year, time.Month(n / 31), n%31 + 1}
}
