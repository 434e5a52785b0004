package api

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// What is shown of cases as JSON, here and at the command line. The members keep
// their names and their meaning; new ones may be added. docs/cases.md lists them.
// Times are UTC. Lists are written as [] where they are empty.

// A Row is a case as the queue shows it: nothing of what is asked or said.
type Row struct {
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
	Sender     string     `json:"sender"` // how far the sender is known
}

// RowOf shows a row.
func RowOf(r *docket.Row) Row {
	out := Row{
		Case: r.Case, Seq: r.Seq, Authority: r.Authority, Country: r.Country, Instrument: r.Instrument, Lane: r.Lane, Stage: r.Stage,
		Waiting: r.Waiting, Assignee: r.Assignee, Received: r.Received.UTC(), Warned: r.Escalated, Outside: r.Outside, Open: r.Open, Sender: r.Sender,
	}
	if !r.Due.IsZero() {
		due := r.Due.UTC()
		out.Due = &due
	}
	return out
}

// A Case is a case as whoever may read it sees it.
type Case struct {
	Case      docket.Ref      `json:"case"`
	Seq       int             `json:"seq"`
	Reference string          `json:"reference"` // the requester's own
	State     lifecycle.State `json:"state"`
	Proposal  Proposal        `json:"proposal"`
	Pending   *Pending        `json:"pending"` // null: nothing waits for a second person
	Grant     *Grant          `json:"grant"`   // in force; null: none
	Files     []File          `json:"files"`
	Clocks    []Clock         `json:"clocks"`
	Assigned  []string        `json:"assigned"`
	Links     []docket.Ref    `json:"links"`
	Duties    []Duty          `json:"duties"` // what is owed in public
	Told      []string        `json:"told"`   // targets whose persons were told, or found to be beyond reach
	Untold    []string        `json:"untold"` // those who were not
	Leaves    *time.Time      `json:"leaves"` // before it nothing leaves; null: no time has to pass
	Unmet     []string        `json:"unmet"`  // safeguards that do not hold where a court above compels
	Rehearsal bool            `json:"rehearsal"`
}

// A Proposal is what screening proposed.
type Proposal struct {
	Outcome  string   `json:"outcome"`
	Grounds  []string `json:"grounds"`
	Answer   string   `json:"answer"`
	Form     string   `json:"form"`
	Preserve bool     `json:"preserve"`
	Rulebook string   `json:"rulebook"` // the version asked
	Law      string   `json:"law"`
}

// A Pending act waits for a second person.
type Pending struct {
	Do lifecycle.Event `json:"do"`
	By string          `json:"by"`
}

// A Grant is what was authorised.
type Grant struct {
	By      string    `json:"by"`
	Name    string    `json:"name"`
	Expires time.Time `json:"expires"`
	Items   []Item    `json:"items"`
}

// An Item is one measure, or less of it.
type Item struct {
	Measure int       `json:"measure"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
}

// A File is one that was collected.
type File struct {
	Name    string `json:"name"`
	Measure int    `json:"measure"`
	Size    int64  `json:"size"` // bytes
	SHA256  string `json:"sha256"`
}

// A Clock is a deadline that runs.
type Clock struct {
	Clock string    `json:"clock"`
	At    time.Time `json:"at"`
	Rule  string    `json:"rule"` // empty: a person or a court set it
}

// CaseOf shows a case as it stands at a time.
func CaseOf(c *docket.Case, now time.Time, rehearsal bool) Case {
	out := Case{
		Case: c.Ref, Seq: c.Seq(), State: c.State, Assigned: list(c.Assigned), Links: list(c.Links), Duties: DutiesOf(c),
		Files: FilesOf(c.Files), Clocks: []Clock{}, Rehearsal: rehearsal, Grant: GrantOf(c),
		Proposal: proposalOf(&c.Proposal), Told: []string{}, Untold: []string{}, Unmet: list(c.Unmet()),
	}
	if told, untold := c.Told(); c.Duty != lifecycle.NoDuty {
		out.Told, out.Untold = list(told), list(untold)
	}
	if at, _ := Leaves(c, now); !at.IsZero() {
		out.Leaves = &at
	}
	if c.Request != nil {
		out.Reference = c.Request.Reference
	}
	if c.Proposed != nil {
		out.Pending = &Pending{c.Proposed.Do, c.Proposed.By}
	}
	for _, k := range c.Clocks() {
		out.Clocks = append(out.Clocks, Clock{k.ID, k.At.UTC(), k.Rule})
	}
	return out
}

func proposalOf(p *docket.Proposal) Proposal {
	return Proposal{p.Outcome, list(p.Grounds), p.Answer, p.Form, p.Preserve, p.Rulebook, p.Law}
}

// GrantOf shows the grant in force; nil: none.
func GrantOf(c *docket.Case) *Grant {
	if c.Basis != lifecycle.Order {
		return nil
	}
	return granted(c.Grant)
}

func granted(g *docket.Grant) *Grant {
	if g == nil {
		return nil
	}
	out := &Grant{By: g.By, Name: g.Name, Expires: g.Expires.UTC(), Items: []Item{}}
	for _, i := range g.Items {
		out.Items = append(out.Items, Item(i))
	}
	return out
}

// FilesOf shows files, without where they are kept.
func FilesOf(files []docket.File) []File {
	out := []File{}
	for _, f := range files {
		out = append(out, File{f.Name, f.Measure, f.Size, f.SHA256})
	}
	return out
}

// Gathering reports whether something may leave from a stage.
func Gathering(s lifecycle.Stage) bool {
	return s == lifecycle.Granted || s == lifecycle.Compelled || s == lifecycle.Collected || s == lifecycle.Sealed
}

// Leaves is before which time nothing leaves, and what makes it so; zero: no
// time has to pass.
func Leaves(c *docket.Case, now time.Time) (at time.Time, because []string) {
	if !Gathering(c.Stage) {
		return at, nil
	}
	later := func(end time.Time, why string) {
		if !end.After(now) {
			return
		}
		because = append(because, fmt.Sprintf("%s, until %s UTC", why, end.UTC().Format("2006-01-02 15:04")))
		if end.After(at) {
			at = end.UTC()
		}
	}
	var lastTold, lastRejected time.Time
	cleared := false
	for i := range c.Events {
		switch e := &c.Events[i]; {
		case e.Do == lifecycle.Tell || e.Do == lifecycle.TellOne:
			lastTold = e.At
		case e.Do == lifecycle.RejectChallenge && e.Role == lifecycle.Senior.String():
			lastRejected = e.At
		case e.Do == lifecycle.Clear:
			cleared = true
		case e.Document != nil:
			cleared = false
		}
	}
	for _, k := range c.Clocks() {
		if k.ID == "wait" && !cleared {
			later(k.At, "the instrument says wait")
		}
	}
	if c.Basis == lifecycle.Order && !lastTold.IsZero() {
		later(lastTold.AddDate(0, 0, docket.ChallengeDays), "the person was told and may challenge")
	}
	if c.Basis == lifecycle.Order && !lastRejected.IsZero() {
		later(lastRejected.AddDate(0, 0, docket.AppealDays), "the office rejected a challenge and the person may appeal")
	}
	return at, because
}

// list is a list that is written as [] where it is empty.
func list[T any](items []T) []T { return append([]T{}, items...) }
