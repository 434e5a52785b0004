package docket

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
	"github.com/rogatory/rogatory/request"
)

// An Event is one thing that happened to a case, with everything that has to be
// answered for later: who, when, why, what held at that moment, and the state
// it led to.
type Event struct {
	Seq     int                     `json:"-"`
	At      time.Time               `json:"-"`
	Do      lifecycle.Event         `json:"do"`
	By      string                  `json:"by,omitempty"`
	First   string                  `json:"first,omitempty"` // who did the same before, where it takes two
	Role    string                  `json:"role,omitempty"`
	Why     string                  `json:"why,omitempty"`     // inside
	Told    string                  `json:"told,omitempty"`    // to the requester; never what the office knows of the account
	Signed  *Signed                 `json:"signed,omitempty"`  // with a role key
	Planned int                     `json:"planned,omitempty"` // number of the event in which this was decided
	With    lifecycle.Circumstances `json:"with,omitzero"`     // what was established
	After   lifecycle.State         `json:"after"`             // where the case stands now
	Duties  []Duty                  `json:"duties,omitempty"`  // opened in public by this
	Settled *Settled                `json:"settled,omitempty"` // in public by this
	Body
}

// A Body is what an act is about. Two people join the same act if its Body is
// the same.
type Body struct {
	Document   []byte           `json:"-"` // as received, byte for byte
	Channel    *request.Channel `json:"channel,omitempty"`
	Proposal   *Proposal        `json:"proposal,omitempty"`
	Said       []Statement      `json:"said,omitempty"`
	Grounds    []string         `json:"grounds,omitempty"`
	Measures   []int            `json:"measures,omitempty"` // positions in the document
	Offences   []int            `json:"offences,omitempty"`
	Grant      *Grant           `json:"grant,omitempty"`
	Decision   *Decision        `json:"decision,omitempty"`
	Files      []File           `json:"files,omitempty"`
	Until      time.Time        `json:"until,omitzero"`
	Contact    string           `json:"contact,omitempty"` // whom somebody called
	Risk       string           `json:"risk,omitempty"`    // to whose life
	Remedy     string           `json:"remedy,omitempty"`  // what was filed against a compulsion, or why nothing; of a notice, where one can complain
	Harm       string           `json:"harm,omitempty"`    // that telling the person would do
	Way        string           `json:"way,omitempty"`     // how the person is reached safely
	Proof      string           `json:"proof,omitempty"`   // reference of what proves it
	To         string           `json:"to,omitempty"`      // to whom it is assigned or passed on
	From       string           `json:"from,omitempty"`    // who files, where intake enters it
	Whom       []string         `json:"whom,omitempty"`    // who is told, as the targets of measures: /measures/0/targets/1
	Unmet      []string         `json:"unmet,omitempty"`   // safeguards that do not hold where a court above compels
	Link       Ref              `json:"link,omitempty"`
	Clock      string           `json:"clock,omitempty"`   // which clock struck
	Warning    int              `json:"warning,omitempty"` // how often it has warned; 0: its time has come
	Set        []Clock          `json:"set,omitempty"`     // clocks set by this
	Proposed   *Proposed        `json:"proposed,omitempty"`
	Accordance *Accordance      `json:"accordance,omitempty"`
}

// Accordance says by which versions a gate was asked.
type Accordance struct {
	Program  string `json:"program"`
	Rulebook string `json:"rulebook"`
	Law      string `json:"law"`
}

// A Proposed act waits for a second person.
type Proposed struct {
	Do     lifecycle.Event `json:"do"`
	By     string          `json:"by"`
	Told   string          `json:"told,omitempty"`
	Digest [32]byte        `json:"digest"`
	Body   Body            `json:"body"`
}

// A Proposal is what screening proposed. The findings are not kept: they follow
// from the document, what was said and the versions.
type Proposal struct {
	Outcome  string   `json:"outcome"`
	Grounds  []string `json:"grounds,omitempty"`
	Answer   string   `json:"answer"` // its kind
	Form     string   `json:"form"`
	Preserve bool     `json:"preserve,omitempty"`
	Accordance
}

// A Statement is a fact added by a person. Answers names what it answers.
type Statement struct {
	ID      string   `json:"id,omitempty"`
	Fact    string   `json:"fact"`
	Of      string   `json:"of,omitempty"` // "" or request, /measures/0, /offences/0, /persons/0
	Value   string   `json:"value"`        // true, false, a number, a date, or an option
	Reason  string   `json:"reason"`
	Answers []string `json:"answers,omitempty"`
	Senior  bool     `json:"senior,omitempty"`
	Court   bool     `json:"court,omitempty"`
	Before  bool     `json:"-"` // it was said of what has changed since: it stops and clears nothing
	By      string   `json:"by,omitempty"`
}

// A Grant is what was authorised, item by item.
type Grant struct {
	Items   []Item    `json:"items"`
	By      string    `json:"by"`   // court, judge, prosecutor, administrative-authority, own-decision
	Name    string    `json:"name"` // of the court or authority
	Expires time.Time `json:"expires"`
}

// An Item is one measure, or less of it.
type Item struct {
	Measure int       `json:"measure"` // position in the document
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
}

// A Decision of a court or authority, as somebody read it, with the text itself.
type Decision struct {
	By        string    `json:"by"` // court, judge, prosecutor, administrative-authority, enforcing-authority
	Name      string    `json:"name,omitempty"`
	State     string    `json:"state,omitempty"` // ISO 3166-1 alpha-2; empty: the office's own
	Reference string    `json:"reference"`
	Date      time.Time `json:"date,omitzero"`
	Ends      time.Time `json:"ends,omitzero"` // an end that the decision itself names
	Text      []byte    `json:"text,omitempty"`
	SHA256    string    `json:"sha256,omitempty"` // of Text, computed here
}

// A File is something collected for an item.
type File struct {
	Name    string `json:"name"`
	Measure int    `json:"measure"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	Kept    string `json:"kept,omitempty"` // its name in the vault
}

// digest identifies what an act is about.
func (b *Body) digest(do lifecycle.Event) [32]byte {
	text, err := json.Marshal(b)
	if err != nil {
		panic(err) // a Body holds nothing that JSON cannot write
	}
	h := sha256.New()
	h.Write([]byte(do + "\x00"))
	h.Write(text)
	h.Write(b.Document)
	return [32]byte(h.Sum(nil))
}

// encode writes an event as its JSON, preceded by its length, and the document
// behind it as it came.
func (e *Event) encode() ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	out := binary.AppendUvarint(make([]byte, 0, len(text)+len(e.Document)+binary.MaxVarintLen64), uint64(len(text)))
	out = append(out, text...)
	return append(out, e.Document...), nil
}

func decode(plain []byte) (*Event, error) {
	n, used := binary.Uvarint(plain)
	if used <= 0 || n > uint64(len(plain)-used) {
		return nil, fault.Invalidf("", "an event is cut short")
	}
	text, rest := plain[used:used+int(n)], plain[used+int(n):]
	var e Event
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, fault.Invalidf("", "an event cannot be read: %v", err)
	}
	if len(rest) > 0 {
		e.Document = bytes.Clone(rest)
	}
	return &e, nil
}
