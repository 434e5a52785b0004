package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/tools/cluster/house"
)

// Findings are what a comparison finds: nothing, if all is well.
type findings struct {
	lost  []string // promised or due, and not there
	twice []string // there more than once
	wrong []string // there, and impossible
}

func (f *findings) any() bool { return len(f.lost)+len(f.twice)+len(f.wrong) > 0 }

func add(list *[]string, format string, args ...any) {
	*list = append(*list, fmt.Sprintf(format, args...))
}

// show prints the first of each kind.
func (f *findings) show() {
	const most = 10
	for _, kind := range []struct {
		name string
		list []string
	}{{"lost", f.lost}, {"twice", f.twice}, {"wrong", f.wrong}} {
		for _, text := range kind.list[:min(len(kind.list), most)] {
			fmt.Fprintf(os.Stderr, "%s: %s\n", kind.name, text)
		}
		if more := len(kind.list) - most; more > 0 {
			fmt.Fprintf(os.Stderr, "%s: and %d more\n", kind.name, more)
		}
	}
}

// A kept case is one as the records have it.
type kept struct {
	ref    docket.Ref
	number int // of its document
	sum    [32]byte
	events []docket.Event
	duties []docket.PublicDuty
}

// compare holds what was promised against what is on record, and against what
// letters came.
func compare(l *ledger, cases []kept, letters map[string][]string) *findings {
	f := &findings{}
	f.messages(l, cases)
	f.acts(l, cases)
	for i := range cases {
		f.clocks(&cases[i])
	}
	f.letters(l, cases, letters)
	return f
}

// messages: each that was accepted is exactly one case, with its own bytes.
func (f *findings) messages(l *ledger, cases []kept) {
	on := make(map[int][]*kept)
	for i := range cases {
		on[cases[i].number] = append(on[cases[i].number], &cases[i])
	}
	for n, p := range l.promises {
		switch there := on[n]; {
		case len(there) == 0:
			add(&f.lost, "message %d was accepted as %v", n, p.refs)
		case len(there) > 1 || len(p.refs) > 1:
			add(&f.twice, "message %d was accepted as %v and is in %d cases", n, p.refs, len(there))
		case there[0].ref != p.refs[0]:
			add(&f.lost, "message %d was accepted as %s and is in %s", n, p.refs[0], there[0].ref)
		case there[0].sum != p.sum:
			add(&f.lost, "message %d is in %s with other bytes", n, there[0].ref)
		}
	}
	for n, there := range on {
		if l.promises[n] == nil {
			add(&f.wrong, "message %d is in %s, and nobody was told so", n, there[0].ref)
		}
	}
}

// acts: each that was accepted is on record once, each that was refused never,
// and of what was cut off nothing twice.
func (f *findings) acts(l *ledger, cases []kept) {
	on := make(map[string][]docket.Ref)
	for i := range cases {
		for j := range cases[i].events {
			if why := cases[i].events[j].Why; why != "" {
				on[why] = append(on[why], cases[i].ref)
			}
		}
	}
	for _, a := range l.acts {
		there := on[a.mark]
		switch {
		case len(there) > 1:
			add(&f.twice, "%s is in %v", a.mark, there)
		case a.word == wordAccepted && !slices.Equal(there, []docket.Ref{a.ref}):
			add(&f.lost, "%s was accepted in %s and is in %v", a.mark, a.ref, there)
		case a.word == wordRefused && len(there) > 0:
			add(&f.wrong, "%s was refused and is in %v", a.mark, there)
		}
	}
}

// clocks: no clock strikes twice, or warns twice, for one setting.
func (f *findings) clocks(c *kept) {
	type strike struct {
		clock   string
		setting int // number of the event that set it
		warning int
	}
	set := make(map[string]int)
	struck := make(map[strike]int)
	for i := range c.events {
		e := &c.events[i]
		if e.Clock != "" && e.Role == lifecycle.Machine.String() {
			s := strike{e.Clock, set[e.Clock], e.Warning}
			if first := struck[s]; first > 0 {
				add(&f.twice, "%s: the clock %q struck in event %d and again in %d", c.ref, e.Clock, first, e.Seq)
			}
			struck[s] = e.Seq
		}
		for _, k := range e.Set {
			set[k.ID] = e.Seq
		}
	}
}

// messageID is what a letter calls itself that is the nth about an event.
func messageID(c docket.Ref, event, nth int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "rogatory.message/1\x00%s.%d.%d", c, event, nth))
	return "<" + hex.EncodeToString(sum[:24]) + "@office.example>"
}

// mostLetters bounds how many letters are about one event.
const mostLetters = 8

// letters: whoever is to be told of an event was told, and came one letter more
// than once it called itself the same.
func (f *findings) letters(l *ledger, cases []kept, letters map[string][]string) {
	known := 0
	for i := range cases {
		c := &cases[i]
		var assigned []string
		for j := range c.events {
			e := &c.events[j]
			told := make(map[string]string) // Message-ID by recipient
			for nth := range mostLetters {
				id := messageID(c.ref, e.Seq, nth)
				came := letters[id]
				if len(came) == 0 {
					continue
				}
				known++
				if slices.ContainsFunc(came, func(to string) bool { return to != came[0] }) {
					add(&f.wrong, "%s, event %d: one letter came for %v", c.ref, e.Seq, came)
				}
				if _, ok := told[came[0]]; ok {
					add(&f.twice, "%s, event %d: two letters for %s", c.ref, e.Seq, came[0])
				}
				told[came[0]] = id
			}
			for _, to := range due(l, c, e, &assigned) {
				if told[to] == "" {
					add(&f.lost, "%s, event %d (%s): no letter for %s", c.ref, e.Seq, e.Do, to)
				}
			}
		}
	}
	if known != len(letters) {
		add(&f.wrong, "%d letters of %d are about nothing that is on record", len(letters)-known, len(letters))
	}
}

// due is who has to be told of an event.
func due(l *ledger, c *kept, e *docket.Event, assigned *[]string) []string {
	switch e.Do {
	case lifecycle.Authenticate:
		if p := l.promises[c.number]; p != nil {
			return []string{p.id + "@authority.example"}
		}
	case lifecycle.Assign:
		*assigned = append(*assigned, house.Mail(e.To))
		return []string{house.Mail(e.To)}
	case lifecycle.Escalate:
		return *assigned
	}
	return nil
}
