package main

import (
	"reflect"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/screen"
)

// replaced finds what the latest proposal has put away: who had proposed the same
// with other particulars, and which.
func replaced(c *docket.Case, do lifecycle.Event) (by string, differs []string) {
	n := len(c.Events)
	if n < 2 || c.Events[n-1].Proposed == nil {
		return "", nil
	}
	mine := c.Events[n-1].Proposed
	for i := n - 2; i >= 0; i-- {
		e := &c.Events[i]
		if e.Do == do || e.After.Stage != c.Stage {
			return "", nil
		}
		if e.Proposed != nil && e.Proposed.Do == do {
			if screen.Folded(e.Proposed.By) == screen.Folded(mine.By) {
				return "", nil
			}
			return e.Proposed.By, differences(e.Proposed, mine)
		}
	}
	return "", nil
}

func differences(a, b *docket.Proposed) []string {
	var list []string
	for _, part := range []struct {
		word string
		a, b any
	}{
		{"reason told", a.Told, b.Told},
		{"ground", a.Body.Grounds, b.Body.Grounds},
		{"measure", a.Body.Measures, b.Body.Measures},
		{"offence", a.Body.Offences, b.Body.Offences},
		{"grant", a.Body.Grant, b.Body.Grant},
		{"decision", a.Body.Decision, b.Body.Decision},
		{"end", a.Body.Until, b.Body.Until},
		{"contact", a.Body.Contact, b.Body.Contact},
		{"risk", a.Body.Risk, b.Body.Risk},
		{"remedy", a.Body.Remedy, b.Body.Remedy},
		{"harm", a.Body.Harm, b.Body.Harm},
		{"person", a.Body.Whom, b.Body.Whom},
		{"way", a.Body.Way, b.Body.Way},
		{"proof", a.Body.Proof, b.Body.Proof},
		{"recipient", a.Body.To, b.Body.To},
		{"version of the rulebook or program", a.Body.Accordance, b.Body.Accordance},
	} {
		if !reflect.DeepEqual(part.a, part.b) {
			list = append(list, part.word)
		}
	}
	return list
}
