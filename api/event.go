package api

import (
	"time"

	"github.com/rogatory/rogatory/docket"
	"github.com/rogatory/rogatory/lifecycle"
)

// An Event is one thing that happened to a case.
type Event struct {
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
	Said     []Said            `json:"said,omitempty"`
	Proposal *Proposal         `json:"proposal,omitempty"`
	Grant    *Grant            `json:"grant,omitempty"`
	Decision *Decision         `json:"decision,omitempty"`
	Files    []File            `json:"files,omitempty"`
	Until    time.Time         `json:"until,omitzero"`
	Whom     []string          `json:"whom,omitempty"`    // who is told
	Unmet    []string          `json:"unmet,omitempty"`   // safeguards that do not hold where a court above compels
	Details  map[string]string `json:"details,omitempty"` // contact, risk, harm, remedy, way, proof, to, from, link, clock
	Key      string            `json:"key,omitempty"`     // the role key it was signed with, as it was enrolled
}

// Said is a fact that somebody found.
type Said struct {
	Of     string `json:"of"`
	Fact   string `json:"fact"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// A Decision is one that was read, without its text.
type Decision struct {
	By        string    `json:"by"`
	Name      string    `json:"name"`
	State     string    `json:"state"`
	Reference string    `json:"reference"`
	Date      time.Time `json:"date,omitzero"`
	Ends      time.Time `json:"ends,omitzero"`
	SHA256    string    `json:"sha256"` // of the decision itself, computed
}

// DecisionOf shows a decision without its text.
func DecisionOf(d *docket.Decision) *Decision {
	return &Decision{d.By, d.Name, d.State, d.Reference, d.Date, d.Ends, d.SHA256}
}

// EventOf shows an event.
func EventOf(e *docket.Event) Event {
	out := Event{
		Seq: e.Seq, At: e.At.UTC(), Do: e.Do, By: e.By, Role: e.Role, First: e.First, State: e.After, Why: e.Why, Told: e.Told,
		Grounds: e.Grounds, Measures: e.Measures, Offences: e.Offences, Grant: granted(e.Grant), Until: e.Until, Whom: e.Whom, Unmet: e.Unmet,
	}
	if e.Proposed != nil {
		out.Proposes = e.Proposed.Do
	}
	for _, s := range e.Said {
		out.Said = append(out.Said, Said{s.Of, s.Fact, s.Value, s.Reason})
	}
	if e.Signed != nil {
		out.Key = e.Signed.Key
	}
	if e.Proposal != nil {
		p := proposalOf(e.Proposal)
		out.Proposal = &p
	}
	if e.Decision != nil {
		out.Decision = DecisionOf(e.Decision)
	}
	if len(e.Files) > 0 {
		out.Files = FilesOf(e.Files)
	}
	for _, d := range DetailsOf(e) {
		if d.Text != "" {
			if out.Details == nil {
				out.Details = make(map[string]string)
			}
			out.Details[d.Word] = d.Text
		}
	}
	return out
}

// A Detail is one thing an act was about, by its name.
type Detail struct{ Word, Text string }

// DetailsOf are the things an event was about, in the order in which they are
// shown; those without a text as well.
func DetailsOf(e *docket.Event) []Detail {
	return []Detail{
		{"contact", e.Contact}, {"risk", e.Risk}, {"harm", e.Harm}, {"remedy", e.Remedy}, {"way", e.Way},
		{"proof", e.Proof}, {"to", e.To}, {"from", e.From}, {"link", string(e.Link)}, {"clock", e.Clock},
	}
}

// A Dead job was due, and failed so often that it was put aside.
type Dead struct {
	Key      string     `json:"key"`
	Case     docket.Ref `json:"case"` // empty: it belongs to none
	Kind     string     `json:"kind"`
	Due      time.Time  `json:"due"`
	Failures int        `json:"failures"`
	Reason   string     `json:"reason"` // of the last failure
}

// DeadOf shows a job that was put aside.
func DeadOf(j *docket.Leased) Dead {
	return Dead{j.Key, j.Case, j.Kind, j.At.UTC(), j.Attempt, j.Reason}
}
