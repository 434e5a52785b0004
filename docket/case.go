package docket

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogatory/rogatory/fact"
	"github.com/rogatory/rogatory/fault"
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
	Files     []File
	Proposed  *Proposed
	Assigned  []string
	Outside   int
	Escalated bool
	Links     []Ref
	Events    []Event

	key    string
	head   [32]byte
	last   time.Time
	sealer *sealer
	clocks []Clock
	added  []Event // not yet durable

	dropped bool // by what was added, what was collected has lost its purpose

	earlier *[]screen.Earlier // what was decided before about the same accounts, once read
}

// Seq is the number of the last event.
func (c *Case) Seq() int { return len(c.Events) }

// apply takes an event into the case. What is written here and nowhere else is
// what a case is.
func (c *Case) apply(e Event) error {
	if e.Document != nil {
		r, err := request.Read(e.Document)
		if err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
		c.Said = carryOver(c.Said, c.Request, r)
		c.Document, c.Request = e.Document, r
		c.Measures, c.Offences, c.Grant, c.Files, c.earlier = nil, nil, nil, nil, nil
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
		c.clocks = append(c.clocks, k)
	}
	if e.After.Stage != c.Stage {
		c.Proposed = nil // a second signature must not be given to what has become another thing
	}
	c.State = e.After
	c.last = e.At
	c.Events = append(c.Events, e)
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
		c.Measures, c.Offences = e.Measures, e.Offences
	case lifecycle.Grant:
		c.Grant = e.Grant
	case lifecycle.Collect:
		c.Files = e.Files
	case lifecycle.Discard, lifecycle.ExpireGrant, lifecycle.Revoke:
		c.Files = nil
	case lifecycle.Assign:
		if !slices.Contains(c.Assigned, e.To) {
			c.Assigned = append(c.Assigned, e.To)
		}
	case lifecycle.LookOutside:
		c.Outside++
	case lifecycle.SeeLooks:
		c.Outside = 0
	case lifecycle.Link, lifecycle.Note:
		if e.Link != "" {
			c.Links = append(c.Links, e.Link)
		}
	case lifecycle.Escalate:
		c.Escalated = true
		c.warn(e)
	}
	if c.Proposed != nil && e.Do == c.Proposed.Do {
		c.Proposed = nil
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

// wake is when something is due next; zero: nothing runs.
func (c *Case) wake() time.Time {
	var first time.Time
	for _, k := range c.running() {
		if at := k.next(); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// due is the next deadline a queue is sorted by: what the office can breach, or
// what ends; not how long the file is kept afterwards.
func (c *Case) due() time.Time {
	var first time.Time
	for _, k := range c.running() {
		if k.ID != clockRetention && k.ID != clockQuarantine && (first.IsZero() || k.At.Before(first)) {
			first = k.At
		}
	}
	return first
}

// running are the clocks that mean something where the case stands. The others
// stay: a case can come back to where they do.
func (c *Case) running() []*Clock {
	var list []*Clock
	for i := range c.clocks {
		if c.runs(&c.clocks[i]) {
			list = append(list, &c.clocks[i])
		}
	}
	return list
}

// Clocks are the running clocks, the next one first.
func (c *Case) Clocks() []Clock {
	var list []Clock
	for _, k := range c.running() {
		list = append(list, *k)
	}
	slices.SortFunc(list, func(a, b Clock) int { return a.At.Compare(b.At) })
	return list
}

// clock finds a clock that was set, whether or not it runs; nil: none was.
func (c *Case) clock(id string) *Clock {
	i := slices.IndexFunc(c.clocks, func(k Clock) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return &c.clocks[i]
}

// did lists who caused any of some events, the latest last.
func (c *Case) did(events ...lifecycle.Event) []string {
	var names []string
	for i := range c.Events {
		if e := &c.Events[i]; slices.Contains(events, e.Do) {
			names = append(names, e.By)
		}
	}
	return names
}

// count is how often an event happened.
func (c *Case) count(do lifecycle.Event) int { return len(c.did(do)) }

// silent are the events that change nothing a decision rests on.
var silent = []lifecycle.Event{
	lifecycle.Look, lifecycle.LookOutside, lifecycle.SeeLooks, lifecycle.Note,
	lifecycle.Escalate, lifecycle.Assign, lifecycle.Propose,
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

// inPlay are the measures and offences the case still rests on.
func (c *Case) inPlay() (measures, offences []int) {
	measures, offences = c.Measures, c.Offences
	if measures == nil {
		measures = upTo(len(c.Request.Measures))
	}
	if offences == nil {
		offences = upTo(len(c.Request.Offences))
	}
	return measures, offences
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// assertion reads a statement with today's vocabulary. A fact that is no longer
// declared says nothing.
func (s *Statement) assertion(voc *fact.Vocabulary, at time.Time) (fact.Assertion, error) {
	d, _, ok := voc.Find(fact.Name(s.Fact))
	if !ok || d.Take != fact.Alone {
		return fact.Assertion{}, fault.NotFoundf(s.Fact, "there is no such fact").WithHint("`case questions` lists what is open")
	}
	of, err := parseInstance(s.Of)
	if err != nil {
		return fact.Assertion{}, err
	}
	if of.Scope != d.Scope {
		return fact.Assertion{}, fault.Invalidf(s.Fact, "belongs to a %s and not to %q", d.Scope, s.Of).WithHint("name the instance, like /measures/0")
	}
	value, err := parseValue(d, s.Value)
	if err != nil {
		return fact.Assertion{}, fault.Invalidf("", "%v", err)
	}
	source := fact.Reviewer
	if s.Court {
		source = fact.Court
	}
	return fact.Assertion{
		ID: s.ID, Fact: d.Name, Of: of, Source: source, Author: s.By, Senior: s.Senior, At: at,
		Value: value, Reason: s.Reason, Answers: s.Answers,
	}, nil
}

func parseValue(d *fact.Declaration, text string) (fact.Value, error) {
	switch d.Kind {
	case fact.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return 0, fmt.Errorf("%s is true or false, not %q", d.Name, text)
		}
		return fact.OfBool(b), nil
	case fact.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0, fmt.Errorf("%s is a number, not %q", d.Name, text)
		}
		return d.Parse(n)
	case fact.Set:
		var list []any
		for _, word := range strings.Fields(strings.NewReplacer(",", " ", "[", " ", "]", " ").Replace(text)) {
			list = append(list, word)
		}
		return d.Parse(list)
	}
	return d.Parse(text)
}

// parseInstance reads "request", or a pointer such as "/measures/0".
func parseInstance(text string) (fact.Instance, error) {
	if text == "" || text == "request" {
		return fact.Instance{}, nil
	}
	for _, scope := range []fact.Scope{fact.OfMeasure, fact.OfOffence, fact.OfPerson} {
		if rest, ok := strings.CutPrefix(text, "/"+scope.String()+"s/"); ok {
			if n, err := strconv.Atoi(rest); err == nil && n >= 0 {
				return fact.Instance{Scope: scope, Index: n}, nil
			}
		}
	}
	return fact.Instance{}, fault.Invalidf(text, "is no instance").WithHint("write request, /measures/0, /offences/0 or /persons/0")
}
