package main

import (
	"time"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A promise is an open duty, as the books of the simulation have it. They are kept
// from the leaves alone, apart from the monitor, which is compared with them.
type promise struct {
	id  ledger.ID
	due ledger.Date
	at  uint64 // the leaf that set the date
}

// book gives the duties that are open after some leaves of an honest log, without
// those leaves that are lost.
func book(leaves [][]byte, lost func(uint64) bool) map[ledger.ID]promise {
	open := make(map[ledger.ID]promise)
	for i, text := range leaves {
		l, err := ledger.Parse(text)
		if err != nil || lost(uint64(i)) {
			continue
		}
		switch l := l.(type) {
		case ledger.Duty:
			open[l.ID] = promise{l.ID, l.Due, uint64(i)}
		case ledger.Settle:
			delete(open, l.ID)
			if l.As == ledger.Extended {
				open[l.Next] = promise{l.Next, l.Due, uint64(i)}
			}
		}
	}
	return open
}

// owed are the findings about duties of which the days of grace too are over.
func owed(open map[ledger.ID]promise, kind monitor.Kind, grace int, now time.Time) []finding {
	var list []finding
	for _, p := range open {
		if !now.Before(p.due.AddDays(grace + 1).Time()) {
			list = append(list, finding{kind, p.at, p.id})
		}
	}
	return list
}

func none(uint64) bool { return false }
