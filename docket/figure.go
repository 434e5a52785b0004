package docket

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	"github.com/rogatory/rogatory/lifecycle"
)

// Figures are what is counted of a case, for the public and for oversight. They
// outlive the case's key: otherwise whoever erases a file erases what it says
// about the office. So they hold no name, no account and nothing anybody wrote.
type Figures struct {
	Received   time.Time
	Country    string
	Role       string // of the authority that asks
	Instrument string
	Lane       string
	Categories []string // of data asked for
	Modes      []string
	Accounts   int  // asked about
	Ordered    bool // a decision was attached
	Outcome    string
	Grounds    []string
	Decided    time.Time // the first decision of the office
	By         string    // whose grant it was: court, judge, prosecutor, …
	Given      []string  // categories of which something left
	Basis      string    // on which
	Review     string    // of an emergency
	Secrecy    string    // how far it went
	Notice     string    // how the duty was settled, empty: it was not
	Noticed    time.Time
	Challenge  string
	Remedy     string
	Closed     time.Time
}

// decisive are the events by which the office first says where a case goes.
var decisive = []lifecycle.Event{
	lifecycle.Return, lifecycle.Offer, lifecycle.Redirect, lifecycle.Refuse, lifecycle.Object, lifecycle.Forward,
	lifecycle.Preserve, lifecycle.OpenLane, lifecycle.Compel,
}

// endings are the events that say how a case ended; the last one counts.
var endings = []lifecycle.Event{
	lifecycle.Redirect, lifecycle.Refuse, lifecycle.Object, lifecycle.Grant, lifecycle.Deny, lifecycle.Compel,
	lifecycle.OpenLane, lifecycle.Release, lifecycle.Withdraw, lifecycle.Annul, lifecycle.LapseQuestions, lifecycle.LapseQuarantine,
}

// figures counts a case as it stands.
func (c *Case) figures() Figures {
	r := c.Request
	f := Figures{
		Received: c.Received, Country: r.Requesting.Country, Role: r.Requesting.Authority.Role, Instrument: r.Instrument, Lane: c.Lane.String(),
		Ordered: len(r.Orders) > 0, Review: c.Review.String(), Secrecy: c.furthestSecrecy(), Challenge: c.Challenge.String(), Remedy: c.Remedy.String(),
	}
	targets := make(map[string]bool)
	for _, m := range r.Measures {
		f.Categories, f.Modes = addNew(f.Categories, m.Data), addNew(f.Modes, m.Mode)
		for _, t := range m.Targets {
			targets[t.Type+" "+t.Value] = true
		}
	}
	f.Accounts = len(targets)
	for i := range c.Events {
		c.countEvent(&f, &c.Events[i])
	}
	return f
}

func (c *Case) countEvent(f *Figures, e *Event) {
	if f.Decided.IsZero() && slices.Contains(decisive, e.Do) {
		f.Decided = e.At
	}
	if slices.Contains(endings, e.Do) {
		f.Outcome, f.Grounds = string(e.Do), e.Grounds
	}
	switch e.Do {
	case lifecycle.Grant:
		f.By = e.Grant.By
	case lifecycle.Release:
		f.Basis = e.After.Basis.String()
		for _, file := range c.Files {
			f.Given = addNew(f.Given, c.Request.Measures[file.Measure].Data)
		}
	case lifecycle.Tell, lifecycle.ToldByIssuer, lifecycle.Unreachable:
		f.Notice, f.Noticed = string(e.Do), e.At
	}
	if e.After.Stage == lifecycle.Closed && f.Closed.IsZero() {
		f.Closed = e.At
	}
}

// furthestSecrecy is the last period that was ordered, also when it is over.
func (c *Case) furthestSecrecy() string {
	var furthest lifecycle.Secrecy
	for i := range c.Events {
		if s := c.Events[i].After.Secrecy; s > furthest && s <= lifecycle.Beyond {
			furthest = s
		}
	}
	return furthest.String()
}

func addNew(list []string, word string) []string {
	if word == "" || slices.Contains(list, word) {
		return list
	}
	return append(list, word)
}

// boundFigures is what sealed figures are bound to.
func boundFigures(c Ref) []byte { return []byte("rogatory.figures/1\x00" + c) }

// figureSealer seals what is counted, under a key that follows from the office's
// and not from the case's.
func (d *Docket) figureSealer(ctx context.Context) (*sealer, error) {
	return d.officeSealer(ctx, "rogatory.figures/1")
}

// officeSealer seals under a key of the office for one purpose.
func (d *Docket) officeSealer(ctx context.Context, purpose string) (*sealer, error) {
	index, err := d.keys.Index(ctx)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, index[:], nil, purpose, 32)
	if err != nil {
		return nil, err
	}
	return newSealer([32]byte(key), d.random)
}

// count seals the figures of a case, if anything that was added is counted.
func (d *Docket) count(ctx context.Context, c *Case) ([]byte, error) {
	if !slices.ContainsFunc(c.added, func(e Event) bool { return !slices.Contains(silent, e.Do) }) {
		return nil, nil
	}
	s, err := d.figureSealer(ctx)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(c.figures())
	if err != nil {
		return nil, err
	}
	return s.seal(text, boundFigures(c.Ref))
}

// Figures gives what is counted of a page of cases, also of those that were
// erased; next is empty on the last page.
func (d *Docket) Figures(ctx context.Context, after Ref, limit int) (list []Figures, next Ref, err error) {
	s, err := d.figureSealer(ctx)
	if err != nil {
		return nil, "", err
	}
	sealed, err := d.records.Figures(ctx, after, limit)
	if err != nil {
		return nil, "", err
	}
	for _, x := range sealed {
		text, err := s.open(x.Sealed, boundFigures(x.Case))
		if err != nil {
			return nil, "", err
		}
		var f Figures
		if err := json.Unmarshal(text, &f); err != nil {
			return nil, "", err
		}
		list, next = append(list, f), x.Case
	}
	if len(sealed) < limit {
		next = ""
	}
	return list, next, nil
}
