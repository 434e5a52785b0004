package letter

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// form fills a pattern of the language: names in braces and what they stand for.
func (t *tongue) form(id string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(t.words["form"][id])
}

// day is a date as the language writes it, in the zone the time carries.
func (t *tongue) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	number := strconv.Itoa(at.Day())
	if number == "1" {
		number = t.form("first")
	}
	return t.form("day", "{day}", number, "{month}", t.words["month"][strconv.Itoa(int(at.Month()))], "{year}", strconv.Itoa(at.Year()))
}

// moment is a date and a time, to the minute, with its zone: by name, where it has
// one, and by its distance from UTC, because the reader may be anywhere.
func (t *tongue) moment(at time.Time) string {
	return t.at(at, t.day(at), at.Format("15"), at.Format("04"))
}

// end is the moment something ends. Midnight ends the day before: nobody should
// read a date and come a day late.
func (t *tongue) end(at time.Time) string {
	if midnight(at) {
		return t.at(at, t.endDay(at), "24", "00")
	}
	return t.moment(at)
}

// endDay is the last day on which something has not ended.
func (t *tongue) endDay(at time.Time) string {
	if midnight(at) {
		return t.day(at.Add(-time.Nanosecond))
	}
	return t.day(at)
}

func midnight(at time.Time) bool {
	return !at.IsZero() && at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0
}

func (t *tongue) at(at time.Time, day, hour, minute string) string {
	if at.IsZero() {
		return ""
	}
	return t.form("moment", "{date}", day, "{hour}", hour, "{minute}", minute, "{zone}", zone(at))
}

// zone is "CET, UTC+1", or what of it there is.
func zone(at time.Time) string {
	name, seconds := at.Zone()
	if seconds == 0 && (name == "UTC" || name == "") {
		return "UTC"
	}
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	far := fmt.Sprintf("UTC%c%d", sign, seconds/3600)
	if minutes := seconds / 60 % 60; minutes != 0 {
		far += fmt.Sprintf(":%02d", minutes)
	}
	if name == "" || strings.ContainsAny(name[:1], "+-") || strings.HasPrefix(name, "UTC") {
		return far
	}
	return name + ", " + far
}
