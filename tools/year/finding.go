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

// A verdict is what was planted in one log, and what was said of it: by one look,
// or by several that go on from each other.
type verdict struct {
	log    string
	plants []planted
	looks  [][]monitor.Alarm
	again  bool // the plants were counted before; what is missed now counts as false
}

// A score counts, over all logs looked at.
type score struct {
	out                    io.Writer
	planted, found, untrue int
	verdicts               []verdict
}

// judge compares what was said with what was planted. Of several looks one is
// enough to find a fault, and none may say the same thing twice.
func (s *score) judge(v verdict) {
	s.verdicts = append(s.verdicts, v)
	said := make(map[finding]bool)
	wanted := make(map[finding]bool)
	for _, p := range v.plants {
		for _, f := range p.want {
			wanted[f] = true
		}
	}
	for _, look := range v.looks {
		now := make(map[finding]bool)
		for i := range look {
			f := findingOf(&look[i])
			if now[f] || !said[f] && !wanted[f] {
				s.untrue++
				fmt.Fprintf(s.out, "%s: false: %s: %s\n", v.log, f, look[i].Text)
			}
			now[f], said[f] = true, true
		}
	}
	for _, p := range v.plants {
		missed := 0
		for _, f := range p.want {
			if !said[f] {
				missed++
				fmt.Fprintf(s.out, "%s: %s: not found: %s\n", v.log, p.name, f)
			}
		}
		switch {
		case v.again && missed > 0:
			s.untrue++
		case v.again:
		case missed > 0:
			s.planted++
		default:
			s.planted++
			s.found++
		}
	}
}
