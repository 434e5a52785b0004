package main

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// A walk goes through the events of a case again, from the state before any:
// each must be one that the table allows, no earlier than the one before, and
// no clock may strike twice for one setting.
type walk struct {
	ref      docket.Ref
	findings *findings
	state    lifecycle.State
	last     time.Time
	clocks   map[string]*setting
	strikes  int
	broken   bool // the first impossible event was told; the others follow from it
}

// A setting is a clock as it was set last.
type setting struct {
	warned int
	struck bool
}

func (w *walk) take(e *docket.Event) {
	w.step(e)
	if e.At.Before(w.last) {
		w.wrong(e, "it is at %s and the one before at %s", e.At, w.last)
	}
	w.last = e.At
	w.strike(e)
	for _, k := range e.Set {
		if w.clocks == nil {
			w.clocks = make(map[string]*setting)
		}
		w.clocks[k.ID] = &setting{}
	}
}

// step asks the table.
func (w *walk) step(e *docket.Event) {
	before := w.state
	w.state = e.After
	if e.Seq == 1 {
		if e.Do != "receive" || e.After != (lifecycle.State{}) {
			w.wrong(e, "it is the first")
		}
		return
	}
	who, err := lifecycle.ParseRole(e.Role)
	if err != nil {
		w.wrong(e, "%v", err)
		return
	}
	after, err := lifecycle.Next(before, who, e.Do, lifecycle.Circumstances(e.With))
	switch {
	case err != nil:
		w.wrong(e, "%v", err)
	case after != e.After:
		w.wrong(e, "it leads to %+v and not to %+v", after, e.After)
	}
}

func (w *walk) strike(e *docket.Event) {
	if e.Clock == "" || e.Role != lifecycle.Machine.String() {
		return
	}
	w.strikes++
	k := w.clocks[e.Clock]
	switch {
	case k == nil:
		w.wrong(e, "the clock %q struck and was never set", e.Clock)
		return
	case k.struck, e.Warning > 0 && e.Warning <= k.warned:
		w.findings.twice = append(w.findings.twice, fmt.Sprintf("%s: the clock %q struck again in event %d", w.ref, e.Clock, e.Seq))
	}
	k.warned, k.struck = e.Warning, e.Warning == 0
}

func (w *walk) wrong(e *docket.Event, format string, args ...any) {
	if !w.broken {
		w.broken = true
		w.findings.wrong = append(w.findings.wrong, fmt.Sprintf("%s: event %d (%s by %s): %s", w.ref, e.Seq, e.Do, e.Role, fmt.Sprintf(format, args...)))
	}
}
