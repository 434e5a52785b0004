package docket_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// A life is one case on its way.
type life struct {
	*officeRig
	ref Ref
	doc []byte
}

// begin opens a case from an authority that the register knows, and lets
// everybody of the office work on it.
func begin(t *testing.T, profile, name string, change func(map[string]any)) *life {
	t.Helper()
	return newOffice(t, profile).begin(name, change)
}

func (o *officeRig) begin(name string, change func(map[string]any)) *life {
	o.t.Helper()
	doc := document(o.t, name, change)
	o.enrol(doc)
	c := o.receive(doc, registered)
	o.assign(c.Ref)
	return &life{o, c.Ref, doc}
}

// asks is the authority that asks.
func (l *life) asks() Actor {
	r, err := request.Read(l.doc)
	ok(l.t, err)
	return Actor{r.Requesting.Authority.Name, lifecycle.Requester}
}

func (l *life) does(who Actor, do lifecycle.Event, body Body) *Done {
	l.t.Helper()
	return l.do(who, l.ref, Act{Do: do, Why: "because of the file", Told: asks(do), Body: body})
}

func (l *life) two(first, second Actor, do lifecycle.Event, body Body) *Done {
	l.t.Helper()
	return l.both(first, second, l.ref, Act{Do: do, Why: "because of the file", Body: body})
}

func (l *life) no(who Actor, do lifecycle.Event, body Body, because string) {
	l.t.Helper()
	l.refused(who, l.ref, Act{Do: do, Why: "because of the file", Body: body}, because)
}

// after lets time pass, and the timer prompt.
func (l *life) after(d time.Duration) {
	l.t.Helper()
	l.now = l.now.Add(d)
	ok(l.t, l.Wake(l.t.Context(), l.ref))
}

const day = 24 * time.Hour

// is checks where the case stands, track by track, and what is on record.
func (l *life) is(want string) *Case {
	l.t.Helper()
	c := l.see(l.ref)
	if got := c.State.String(); got != want {
		l.t.Fatalf("the case is\n  %s; want\n  %s", got, want)
	}
	ok(l.t, l.Verify(l.t.Context(), l.ref))
	return c
}

// has checks some tracks.
func (l *life) has(want ...string) *Case {
	l.t.Helper()
	c := l.see(l.ref)
	parts := strings.Split(c.State.String(), ", ")
	for _, w := range want {
		if lacks, no := strings.CutPrefix(w, "no "); no && !strings.Contains(c.State.String(), lacks+":") || slices.Contains(parts, w) {
			continue
		}
		l.t.Fatalf("the case is %q, want %q", c.State, w)
	}
	ok(l.t, l.Verify(l.t.Context(), l.ref))
	return c
}

// clock checks when a clock ends; a zero time: it does not run.
func (l *life) clock(id string, want time.Time) {
	l.t.Helper()
	var got time.Time
	for _, k := range l.see(l.ref).Clocks() {
		if k.ID == id {
			got = k.At
		}
	}
	if !got.Equal(want) {
		l.t.Errorf("clock %s ends %v, want %v", id, got, want)
	}
}

// berlin is the beginning of a day where the clocks of authority-de are read.
func berlin(y int, m time.Month, d int) time.Time {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

func (l *life) forwarded() *life {
	l.t.Helper()
	l.settle(reviewer, l.ref, "intake", "screening")
	l.does(reviewer, lifecycle.Forward, Body{})
	return l
}

func (l *life) applied() *life {
	l.t.Helper()
	l.settle(reviewer, l.ref, "court")
	l.does(reviewer, lifecycle.Apply, Body{})
	return l
}

// grant of some measures, for a month.
func (l *life) grant(measures ...int) Body {
	g := &Grant{By: "court", Name: "Local court", Expires: l.now.Add(30 * day)}
	for _, m := range measures {
		g.Items = append(g.Items, Item{Measure: m})
	}
	return Body{Grant: g}
}

func (l *life) granted(measures ...int) *life {
	l.t.Helper()
	l.does(judge, lifecycle.Grant, l.grant(measures...))
	return l
}

var sum = strings.Repeat("0af1", 16)

func files(measures ...int) Body {
	var list []File
	for _, m := range measures {
		list = append(list, File{Name: "measure-" + string(rune('0'+m)) + ".csv", Measure: m, Size: 10, SHA256: sum})
	}
	return Body{Files: list}
}

func (l *life) sealed(measures ...int) *life {
	l.t.Helper()
	l.does(custodian, lifecycle.Collect, files(measures...))
	l.does(custodian, lifecycle.Seal, Body{})
	return l
}

func (l *life) released() *life {
	l.t.Helper()
	l.settle(reviewer, l.ref, "disclosure")
	l.two(reviewer, senior, lifecycle.Release, Body{})
	return l
}

// disclosed goes the whole way, in secret until the data have left.
func (l *life) disclosed() *life {
	l.t.Helper()
	return l.forwarded().applied().granted(0, 1).sealed(0, 1).hushed().released().lifted()
}

func (l *life) assignTo(who Actor) {
	l.t.Helper()
	l.does(senior, lifecycle.Assign, Body{To: who.Name})
}
