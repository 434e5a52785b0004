package docket

import (
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
	"github.com/rogatory/rogatory/screen"
)

// A Case is what its events amount to. It is never written; only events are.
type Case struct {
	Ref Ref
	lifecycle.State
	Received  time.Time
	Document  []byte // the request as it stands, byte for byte
	Request   *request.Request
	Channel   request.Channel
	Proposal  Proposal
	Said      []Statement
	Measures  []int // in play; nil: all of the document
	Offences  []int
	Grant     *Grant
	Recipient string // id in the register of who gets what is released, where the authority that asks is not enrolled
	Files     []File
	Proposed  *Proposed
	Assigned  []string
	Outside   int // what oversight has yet to see: looks from outside, cases taken, orders on paper
	Escalated bool
	Links     []Ref
	Events    []Event

	key    string
	public *publicSide
	duties []PublicDuty
	head   [32]byte
	last   time.Time
	sealer *sealer
	clocks []Clock
	loaded int      // number of the last event that was on record
	added  []Event  // not yet durable
	fresh  []Leaf   // of what was added
	urgent []string // leaves that wait, and became urgent by what was added
	facts  []byte   // the sealed fact record, if it was made anew

	parsed  *request.Request // the document that comes next, if it was read already
	dropped bool             // by what was added, what was collected has lost its purpose
	named   string           // the enrolled authority whose name an unverified sender uses

	earlier *[]screen.Earlier // what was decided before about the same accounts, once read
}

// Seq is the number of the last event.
func (c *Case) Seq() int { return len(c.Events) }

// apply takes an event into the case. What is written here and nowhere else is
// what a case is.
func (c *Case) apply(e Event) error {
	if e.Document != nil {
		r, err := c.parsed, error(nil)
		if c.parsed = nil; r == nil {
			r, err = request.Read(e.Document)
		}
		if err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
		c.Said = carryOver(c.Said, c.Request, r)
		c.Document, c.Request = e.Document, r
		c.Measures, c.Offences, c.Grant, c.Files, c.earlier = nil, nil, nil, nil, nil
		c.Recipient = ""
	}
	if e.Channel != nil {
		c.Channel = *e.Channel
	}
	if c.Request != nil {
		channel := c.Channel
		c.Request.Requesting.Channel = &channel // never the requester's word
		c.Request.Received = request.Moment{Time: c.Received}
	}
	c.took(&e)
	for _, k := range e.Set {
		c.clocks = slices.DeleteFunc(c.clocks, func(old Clock) bool { return old.ID == k.ID })
		if !k.At.IsZero() {
			c.clocks = append(c.clocks, k)
		}
	}
	if !slices.Contains(silent, e.Do) {
		c.Proposed = nil // a second signature must not be given to what has become another thing
	}
	c.State = e.After
	c.last = e.At
	c.Events = append(c.Events, e)
	c.Escalated = slices.ContainsFunc(c.clocks, func(k Clock) bool { return k.Warned > 0 && c.matters(&k) })
	return nil
}

// took is what each kind of event adds.
func (c *Case) took(e *Event) {
	if e.Proposal != nil {
		c.Proposal = *e.Proposal
	}
	c.Said = append(c.Said, e.Said...)
	switch e.Do {
	case receive:
		c.Received = e.At
		c.Request.Received = request.Moment{Time: e.At}
	case lifecycle.Propose:
		c.Proposed = e.Proposed
	case lifecycle.Forward, lifecycle.Compel, lifecycle.OpenLane:
		c.Measures, c.Offences, c.Grant, c.Files = e.Measures, e.Offences, e.Grant, nil
		c.Recipient = e.To
	case lifecycle.Grant:
		c.Grant, c.Files = e.Grant, nil
	case lifecycle.Collect:
		c.Files = e.Files
	case lifecycle.ExpireGrant, lifecycle.Revoke:
		c.Grant, c.Files = nil, nil
	case lifecycle.Discard:
		c.Files = nil
	case lifecycle.Assign:
		c.Assigned = slices.DeleteFunc(c.Assigned, func(name string) bool { return sameName(name, e.To) })
		c.Assigned = append(c.Assigned, e.To) // the last is in charge
		if e.Why != "" && sameName(e.To, e.By) {
			c.Outside++ // who takes a case looks from outside
		}
	case lifecycle.Unassign:
		c.Assigned = slices.DeleteFunc(c.Assigned, func(name string) bool { return sameName(name, e.To) })
	case lifecycle.LookOutside:
		c.Outside++
	case lifecycle.SeeLooks:
		c.Outside = 0
	case lifecycle.Link, lifecycle.Note:
		if e.Link != "" {
			c.Links = append(c.Links, e.Link)
		}
	case lifecycle.Escalate:
		c.warn(e)
	}
	c.tookDuties(e)
	if e.onPaper() {
		c.Outside++ // what is done on paper is for oversight to see
	}
}

// warn marks that a clock has warned, or that its time was told.
func (c *Case) warn(e *Event) {
	k := c.clock(e.Clock)
	if k == nil {
		return
	}
	k.Warned = e.Warning
	if e.Warning == 0 {
		k.Warned = len(k.Warn) + 1
	}
}

// did lists who caused any of some events, both where it took two, the latest
// last.
func (c *Case) did(events ...lifecycle.Event) []string {
	var names []string
	for i := range c.Events {
		e := &c.Events[i]
		if !slices.Contains(events, e.Do) {
			continue
		}
		if e.First != "" {
			names = append(names, e.First)
		}
		names = append(names, e.By)
	}
	return names
}

// count is how often an event happened.
func (c *Case) count(do lifecycle.Event) int {
	n := 0
	for i := range c.Events {
		if c.Events[i].Do == do {
			n++
		}
	}
	return n
}

// silent are the events that change nothing a decision rests on.
var silent = []lifecycle.Event{
	lifecycle.Look, lifecycle.LookOutside, lifecycle.SeeLooks, lifecycle.Note,
	lifecycle.Escalate, lifecycle.Assign, lifecycle.Unassign, lifecycle.Propose, lifecycle.SettleDuty,
}

// since gives the first event after a number that a decision may rest on.
func (c *Case) since(seq int) (Event, bool) {
	for i := max(seq, 0); i < len(c.Events); i++ {
		if !slices.Contains(silent, c.Events[i].Do) {
			return c.Events[i], true
		}
	}
	return Event{}, false
}
