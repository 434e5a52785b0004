package main

import (
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// What the commands on cases print as JSON. The members keep their names and
// their meaning; new ones may be added. docs/cases.md lists them.

type rowJSON struct {
	Case       docket.Ref `json:"case"`
	Seq        int        `json:"seq"`
	Authority  string     `json:"authority"`
	Country    string     `json:"country"`
	Instrument string     `json:"instrument"`
	Lane       string     `json:"lane"`
	Stage      string     `json:"stage"`
	Waiting    string     `json:"waiting"`
	Assignee   string     `json:"assignee"`
	Received   time.Time  `json:"received"`
	Due        *time.Time `json:"due"` // null: nothing runs
	Warned     bool       `json:"warned"`
	Outside    int        `json:"outside"` // what oversight has yet to see
	Open       bool       `json:"open"`
}

func rowOf(r *docket.Row) rowJSON {
	out := rowJSON{
		r.Case, r.Seq, r.Authority, r.Country, r.Instrument, r.Lane, r.Stage, r.Waiting, r.Assignee,
		r.Received.UTC(), nil, r.Escalated, r.Outside, r.Open,
	}
	if !r.Due.IsZero() {
		due := r.Due.UTC()
		out.Due = &due
	}
	return out
}

type caseJSON struct {
	Case      docket.Ref      `json:"case"`
	Seq       int             `json:"seq"`
	Reference string          `json:"reference"` // the requester's own
	State     lifecycle.State `json:"state"`
	Proposal  proposalJSON    `json:"proposal"`
	Pending   *pendingJSON    `json:"pending"` // null: nothing waits for a second person
	Grant     *grantJSON      `json:"grant"`   // in force; null: none
	Files     []fileJSON      `json:"files"`
	Clocks    []clockJSON     `json:"clocks"`
	Assigned  []string        `json:"assigned"`
	Links     []docket.Ref    `json:"links"`
	Told      []string        `json:"told"`   // targets whose persons were told, or found to be beyond reach
	Untold    []string        `json:"untold"` // those who were not
	Leaves    *time.Time      `json:"leaves"` // before it nothing leaves; null: no time has to pass
	Unmet     []string        `json:"unmet"`  // safeguards that do not hold where a court above compels
	Rehearsal bool            `json:"rehearsal"`
}

type proposalJSON struct {
	Outcome  string   `json:"outcome"`
	Grounds  []string `json:"grounds"`
	Answer   string   `json:"answer"`
	Form     string   `json:"form"`
	Preserve bool     `json:"preserve"`
	Rulebook string   `json:"rulebook"` // the version asked
	Law      string   `json:"law"`
}

type pendingJSON struct {
	Do lifecycle.Event `json:"do"`
	By string          `json:"by"`
}

type grantJSON struct {
	By      string     `json:"by"`
	Name    string     `json:"name"`
	Expires time.Time  `json:"expires"`
	Items   []itemJSON `json:"items"`
}

type itemJSON struct {
	Measure int       `json:"measure"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
}

type fileJSON struct {
	Name    string `json:"name"`
	Measure int    `json:"measure"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
}

type clockJSON struct {
	Clock string    `json:"clock"`
	At    time.Time `json:"at"`
	Rule  string    `json:"rule"` // empty: a person or a court set it
}

func (o *opened) caseOf(c *docket.Case) caseJSON {
	out := caseJSON{
		Case: c.Ref, Seq: c.Seq(), State: c.State, Assigned: list(c.Assigned), Links: list(c.Links),
		Files: filesOf(c.Files), Clocks: []clockJSON{}, Rehearsal: o.settings.Rehearsal, Grant: grantOf(c),
		Proposal: proposalOf(&c.Proposal), Told: []string{}, Untold: []string{}, Unmet: list(c.Unmet()),
	}
	if told, untold := c.Told(); c.Duty != lifecycle.NoDuty {
		out.Told, out.Untold = list(told), list(untold)
	}
	if at, _ := leaves(c, o.clock().UTC()); !at.IsZero() {
		out.Leaves = &at
	}
	if c.Request != nil {
		out.Reference = c.Request.Reference
	}
	if c.Proposed != nil {
		out.Pending = &pendingJSON{c.Proposed.Do, c.Proposed.By}
	}
	for _, k := range c.Clocks() {
		out.Clocks = append(out.Clocks, clockJSON{k.ID, k.At.UTC(), k.Rule})
	}
	return out
}

func proposalOf(p *docket.Proposal) proposalJSON {
	return proposalJSON{p.Outcome, list(p.Grounds), p.Answer, p.Form, p.Preserve, p.Rulebook, p.Law}
}

// grantOf is the grant in force; nil: none.
func grantOf(c *docket.Case) *grantJSON {
	if c.Basis != lifecycle.Order {
		return nil
	}
	return granted(c.Grant)
}

func granted(g *docket.Grant) *grantJSON {
	if g == nil {
		return nil
	}
	out := &grantJSON{By: g.By, Name: g.Name, Expires: g.Expires.UTC(), Items: []itemJSON{}}
	for _, i := range g.Items {
		out.Items = append(out.Items, itemJSON(i))
	}
	return out
}

func filesOf(files []docket.File) []fileJSON {
	out := []fileJSON{}
	for _, f := range files {
		out = append(out, fileJSON{f.Name, f.Measure, f.Size, f.SHA256})
	}
	return out
}

type eventJSON struct {
	Seq      int               `json:"seq"`
	At       time.Time         `json:"at"`
	Do       lifecycle.Event   `json:"do"`
	By       string            `json:"by"`
	Role     string            `json:"role"`
	First    string            `json:"first,omitempty"` // who proposed what By joined
	State    lifecycle.State   `json:"state"`           // after
	Why      string            `json:"why,omitempty"`
	Told     string            `json:"told,omitempty"`
	Proposes lifecycle.Event   `json:"proposes,omitempty"`
	Grounds  []string          `json:"grounds,omitempty"`
	Measures []int             `json:"measures,omitempty"`
	Offences []int             `json:"offences,omitempty"`
	Said     []saidJSON        `json:"said,omitempty"`
	Proposal *proposalJSON     `json:"proposal,omitempty"`
	Grant    *grantJSON        `json:"grant,omitempty"`
	Decision *decisionJSON     `json:"decision,omitempty"`
	Files    []fileJSON        `json:"files,omitempty"`
	Until    time.Time         `json:"until,omitzero"`
	Whom     []string          `json:"whom,omitempty"`    // who is told
	Unmet    []string          `json:"unmet,omitempty"`   // safeguards that do not hold where a court above compels
	Details  map[string]string `json:"details,omitempty"` // contact, risk, harm, remedy, way, proof, to, from, link, clock
}

type saidJSON struct {
	Of     string `json:"of"`
	Fact   string `json:"fact"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

type decisionJSON struct {
	By        string    `json:"by"`
	Name      string    `json:"name"`
	State     string    `json:"state"`
	Reference string    `json:"reference"`
	Date      time.Time `json:"date,omitzero"`
	Ends      time.Time `json:"ends,omitzero"`
	SHA256    string    `json:"sha256"` // of the decision itself, computed
}

// decisionOf is a decision without its text.
func decisionOf(d *docket.Decision) *decisionJSON {
	return &decisionJSON{d.By, d.Name, d.State, d.Reference, d.Date, d.Ends, d.SHA256}
}

func eventOf(e *docket.Event) eventJSON {
	out := eventJSON{
		Seq: e.Seq, At: e.At.UTC(), Do: e.Do, By: e.By, Role: e.Role, First: e.First, State: e.After, Why: e.Why, Told: e.Told,
		Grounds: e.Grounds, Measures: e.Measures, Offences: e.Offences, Grant: granted(e.Grant), Until: e.Until, Whom: e.Whom, Unmet: e.Unmet,
	}
	if e.Proposed != nil {
		out.Proposes = e.Proposed.Do
	}
	for _, s := range e.Said {
		out.Said = append(out.Said, saidJSON{s.Of, s.Fact, s.Value, s.Reason})
	}
	if e.Proposal != nil {
		p := proposalOf(e.Proposal)
		out.Proposal = &p
	}
	if e.Decision != nil {
		out.Decision = decisionOf(e.Decision)
	}
	if len(e.Files) > 0 {
		out.Files = filesOf(e.Files)
	}
	for _, d := range detailsOf(e) {
		if d.text != "" {
			if out.Details == nil {
				out.Details = make(map[string]string)
			}
			out.Details[d.word] = d.text
		}
	}
	return out
}

// A detail is one thing an act was about, by its name.
type detail struct{ word, text string }

func detailsOf(e *docket.Event) []detail {
	return []detail{
		{"contact", e.Contact}, {"risk", e.Risk}, {"harm", e.Harm}, {"remedy", e.Remedy}, {"way", e.Way},
		{"proof", e.Proof}, {"to", e.To}, {"from", e.From}, {"link", string(e.Link)}, {"clock", e.Clock},
	}
}

type deadJSON struct {
	Key      string     `json:"key"`
	Case     docket.Ref `json:"case"`
	Kind     string     `json:"kind"`
	Due      time.Time  `json:"due"`
	Failures int        `json:"failures"`
	Reason   string     `json:"reason"`
}

type changedJSON struct {
	Case     docket.Ref `json:"case"`
	Was      string     `json:"was"`
	Would    string     `json:"would"`
	Newly    []string   `json:"newly"`
	NoLonger []string   `json:"no_longer"`
	Unread   string     `json:"unread,omitempty"`
}

// list is a list that is written as [] where it is empty.
func list[T any](items []T) []T { return append([]T{}, items...) }

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }
