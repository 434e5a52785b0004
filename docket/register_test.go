package docket_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/authority"
	. "github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// route lists the questions about the route, with what stands about it.
func (l *life) route() []Open {
	l.t.Helper()
	list, err := l.Questions(l.t.Context(), l.see(l.ref))
	ok(l.t, err)
	return slices.DeleteFunc(list, func(o Open) bool { return o.Fact != "request.route_open" })
}

// TestPowers: what an authority may not ask for is asked of people; what it may
// is no news.
func TestPowers(t *testing.T) {
	t.Parallel()
	power := func(data string, instruments ...string) authority.Power {
		return authority.Power{Data: data, Instruments: instruments}
	}
	o := newOffice(t, "authority-de")
	for name, c := range map[string]struct {
		powers []authority.Power
		lacks  string // which powers; empty: none
	}{
		"nothing is known of its powers":     {nil, ""},
		"it has them":                        {[]authority.Power{power("subscriber"), power("traffic", "budapest", "uncc")}, ""},
		"and more":                           {[]authority.Power{power("content"), power("traffic"), power("subscriber")}, ""},
		"it lacks one":                       {[]authority.Power{power("subscriber")}, "traffic"},
		"it has it under another instrument": {[]authority.Power{power("subscriber"), power("traffic", "uncc")}, "traffic"},
		"it lacks both":                      {[]authority.Power{power("content")}, "subscriber+traffic"},
	} {
		doc := document(t, "leg-13", about("account of "+name, "central authority"))
		o.enrol(doc)
		a := o.register["central authority"]
		a.Powers = c.powers
		o.register["central authority"] = a
		got := o.receive(doc, registered)
		o.assign(got.Ref)
		l := &life{o, got.Ref, doc}
		open := l.route()
		if c.lacks == "" {
			if len(open) > 0 || got.Proposal.Outcome != "forward" {
				t.Errorf("%s: screening proposes %s, and asks %+v", name, got.Proposal.Outcome, open)
			}
			l.forwarded()
			continue
		}
		if len(open) != 1 || got.Proposal.Outcome == "forward" {
			t.Errorf("%s: screening proposes %s, and asks %+v", name, got.Proposal.Outcome, open)
			continue
		}
		var says []string
		for _, s := range open[0].Stands {
			if data, is := strings.CutPrefix(s.ID, "register:central authority:"); is {
				says = append(says, strings.TrimSuffix(data, "/budapest"))
			}
		}
		if !slices.Equal(says, []string{c.lacks}) {
			t.Errorf("%s: the register says that it lacks %q", name, says)
		}
		l.no(reviewer, lifecycle.Forward, Body{}, "not every safeguard of intake and screening")
		l.forwarded() // once a person has answered it
		ok(t, l.Verify(t.Context(), l.ref))
	}
}

// TestPowersChange: what was answered stays answered, and answers nothing else.
func TestPowersChange(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil)
	l.settle(reviewer, l.ref, "intake", "screening")
	a := l.register[l.asks().Name]
	a.Powers = []authority.Power{{Data: "subscriber"}}
	l.register[a.ID] = a
	l.no(reviewer, lifecycle.Forward, Body{}, "not every safeguard of intake and screening")
	if len(l.route()) != 1 {
		t.Errorf("nobody is asked: %+v", l.route())
	}
	l.settle(reviewer, l.ref, "screening")
	if len(l.route()) > 0 {
		t.Errorf("what was answered is asked: %+v", l.route())
	}
	a.Powers = []authority.Power{{Data: "content"}}
	l.register[a.ID] = a
	l.no(reviewer, lifecycle.Forward, Body{}, "not every safeguard of intake and screening")
	a.Powers = nil
	l.register[a.ID] = a
	l.does(reviewer, lifecycle.Forward, Body{})
}

// TestOutOfForce: an entry whose time is not, or no longer, counts for nothing.
func TestOutOfForce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(*authority.Authority)
		verified bool
	}{
		"in force":            {func(a *authority.Authority) { a.From, a.Until = start, start.Add(time.Second) }, true},
		"reviewed by nobody":  {func(*authority.Authority) {}, true}, // the register refuses such an entry
		"not yet":             {func(a *authority.Authority) { a.From = start.Add(time.Second) }, false},
		"no longer":           {func(a *authority.Authority) { a.Until = start }, false},
		"suspended":           {func(a *authority.Authority) { a.Suspended = "stolen key" }, false},
		"of another State":    {func(a *authority.Authority) { a.Country = "US" }, false},
		"suspended, and over": {func(a *authority.Authority) { a.Suspended, a.Until = "stolen key", start }, false},
	} {
		o := newOffice(t, "authority-de")
		doc := document(t, "leg-13", nil)
		o.enrol(doc)
		a := o.register["central authority"]
		c.change(&a)
		o.register[a.ID] = a
		got := o.receive(doc, registered)
		if (got.Sender == lifecycle.Verified) != c.verified {
			t.Errorf("%s: the sender is %s", name, got.Sender)
		}
		if c.verified {
			continue
		}
		o.assign(got.Ref)
		if _, err := o.Do(t.Context(), intake, got.Ref, Act{Do: lifecycle.Authenticate, Body: Body{Contact: "+33 1 0000"}}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: a call to its number verifies it: %v", name, err)
		}
	}
}

// TestRunsOut: an entry that ends while a case is on its way stops it.
func TestRunsOut(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied().granted(0)
	l.does(custodian, lifecycle.Collect, files(0))
	a := l.register[l.asks().Name]
	a.Until = l.now.Add(time.Hour)
	l.register[a.ID] = a
	l.now = l.now.Add(time.Hour)
	l.no(custodian, lifecycle.Seal, Body{}, "no enrolled key")
	a.Until = l.now.Add(time.Hour)
	l.register[a.ID] = a
	l.does(custodian, lifecycle.Seal, Body{})
}

// TestSuspendedAndOver: that its time is over does not hide that it is suspended.
func TestSuspendedAndOver(t *testing.T) {
	t.Parallel()
	l := begin(t, "authority-de", "leg-13", nil).forwarded().applied()
	a := l.register[l.asks().Name]
	a.Suspended, a.Until = "stolen key", l.now
	l.register[a.ID] = a
	l.no(judge, lifecycle.Grant, l.grant(0), "suspended in the register")
}
