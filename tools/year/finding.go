package main

import (
	"fmt"
	"io"

	"github.com/rogatory/rogatory/ledger"
	"github.com/rogatory/rogatory/ledger/monitor"
)

// A finding is what an alarm must say: what, of which leaf, of which duty.
type finding struct {
	kind  monitor.Kind
	index uint64
	duty  ledger.ID // zero: of none
}

func findingOf(a *monitor.Alarm) finding {
	f := finding{kind: a.Kind, index: a.Index}
	if a.Duty != nil {
		f.duty = *a.Duty
	}
	return f
}

func (f finding) String() string {
	s := fmt.Sprintf("%s at %d", f.kind, f.index)
	if f.duty != (ledger.ID{}) {
		s += " of duty " + f.duty.String()
	}
	return s
}

// A planted fault is found if every finding is reported that must be: the first,
// and what follows from it by the rules of the log, such as duties that are
// overdue because the leaf is gone that settled them.
type planted struct {
	name string
	want []finding
}

// A score counts, over all logs looked at.
type score struct {
	out                    io.Writer
	planted, found, untrue int
}

// judge compares what was reported of one log with what was planted. More than one
// look may be given: one report is enough for looks that go on from each other,
// and no look may say the same thing twice.
func (s *score) judge(log string, plants []planted, looks ...[]monitor.Alarm) {
	said := make(map[finding]bool)
	wanted := make(map[finding]bool)
	for _, p := range plants {
		for _, f := range p.want {
			wanted[f] = true
		}
	}
	for _, look := range looks {
		now := make(map[finding]bool)
		for i := range look {
			f := findingOf(&look[i])
			if now[f] || !said[f] && !wanted[f] {
				s.untrue++
				fmt.Fprintf(s.out, "%s: false: %s: %s\n", log, f, look[i].Text)
			}
			now[f], said[f] = true, true
		}
	}
	for _, p := range plants {
		s.planted++
		missed := 0
		for _, f := range p.want {
			if !said[f] {
				missed++
				fmt.Fprintf(s.out, "%s: %s: not found: %s\n", log, p.name, f)
			}
		}
		if missed == 0 {
			s.found++
		}
	}
}
