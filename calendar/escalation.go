package calendar

import (
	"slices"
	"time"
)

// Escalations are the instants at which to warn that something is due: when
// half the time is gone, so that it can still be done at leisure; at three
// quarters, so that somebody else can take it over; at nine tenths, the last at
// which it can still be done at all. They are shares of the time, so that
// eight hours and ninety days are warned of alike.
//
// Each is rounded down to the minute, lies after the start and before what is
// due, and none comes twice. What is due at once has none.
func Escalations(start, due time.Time) []time.Time {
	var list []time.Time
	twentieth := due.Sub(start) / 20
	for _, share := range []time.Duration{10, 15, 18} {
		at := start.Add(share * twentieth).Truncate(time.Minute)
		if at.After(start) && at.Before(due) && !slices.ContainsFunc(list, at.Equal) {
			list = append(list, at)
		}
	}
	return list
}
