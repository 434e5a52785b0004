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
	Seq   int       `json:"-"`
	At    time.Time `json:"-"`
	Do    lifecycle.Event
	By    string                  `json:",omitempty"`
	First string                  `json:",omitempty"` // who did the same before, where it takes two
	Role  string                  `json:",omitempty"`
	Why   string                  `json:",omitempty"` // inside
	Told  string                  `json:",omitempty"` // to the requester; never what the office knows of the account
	With  lifecycle.Circumstances `json:",omitzero"`  // what was established
	After lifecycle.State         // where the case stands now
	Body
}

// A Body is what an act is about. Two people join the same act if its Body is
// the same.
type Body struct {
	Document   []byte           `json:"-"` // as received, byte for byte
	Channel    *request.Channel `json:",omitempty"`
	Proposal   *Proposal        `json:",omitempty"`
	Said       []Statement      `json:",omitempty"`
	Grounds    []string         `json:",omitempty"`
	Measures   []int            `json:",omitempty"` // positions in the document
	Offences   []int            `json:",omitempty"`
	Grant      *Grant           `json:",omitempty"`
	Decision   *Decision        `json:",omitempty"`
	Files      []File           `json:",omitempty"`
	Until      time.Time        `json:",omitzero"`
	Contact    string           `json:",omitempty"` // whom somebody called
	Risk       string           `json:",omitempty"` // to whose life
	Remedy     string           `json:",omitempty"` // what was filed against a compulsion, or why nothing; of a notice, where one can complain
	Harm       string           `json:",omitempty"` // that telling the person would do
	Way        string           `json:",omitempty"` // how the person is reached safely
	Proof      string           `json:",omitempty"` // reference of what proves it
	To         string           `json:",omitempty"` // to whom it is assigned or passed on
	From       string           `json:",omitempty"` // who files, where intake enters it
	Whom       []string         `json:",omitempty"` // who is told, as the targets of measures: /measures/0/targets/1
	Unmet      []string         `json:",omitempty"` // safeguards that do not hold where a court above compels
	Link       Ref              `json:",omitempty"`
	Clock      string           `json:",omitempty"` // which clock struck
	Warning    int              `json:",omitempty"` // how often it has warned; 0: its time has come
	Set        []Clock          `json:",omitempty"` // clocks set by this
	Proposed   *Proposed        `json:",omitempty"`
	Accordance *Accordance      `json:",omitempty"`
}

// Accordance says by which versions a gate was asked.
type Accordance struct{ Program, Rulebook, Law string }

// A Proposed act waits for a second person.
type Proposed struct {
	Do     lifecycle.Event
	By     string
	Told   string `json:",omitempty"`
	Digest [32]byte
	Body   Body
}

// A Proposal is what screening proposed. The findings are not kept: they follow
// from the document, what was said and the versions.
type Proposal struct {
	Outcome  string
	Grounds  []string `json:",omitempty"`
	Answer   string   // its kind
	Form     string
	Preserve bool `json:",omitempty"`
	Accordance
}

// A Statement is a fact added by a person. Answers names what it answers.
type Statement struct {
	ID      string `json:",omitempty"`
	Fact    string
	Of      string `json:",omitempty"` // "" or request, /measures/0, /offences/0, /persons/0
	Value   string // true, false, a number, a date, or an option
	Reason  string
	Answers []string `json:",omitempty"`
	Senior  bool     `json:",omitempty"`
	Court   bool     `json:",omitempty"`
	Before  bool     `json:"-"` // it was said of what has changed since: it stops and clears nothing
	By      string   `json:",omitempty"`
}

// A Grant is what was authorised, item by item.
type Grant struct {
	Items   []Item
	By      string // court, judge, prosecutor, administrative-authority, own-decision
	Name    string // of the court or authority
	Expires time.Time
}

// An Item is one measure, or less of it.
type Item struct {
	Measure int // position in the document
	From    time.Time
	To      time.Time
}

// A Decision of a court or authority, as somebody read it, with the text itself.
type Decision struct {
	By        string // court, judge, prosecutor, administrative-authority, enforcing-authority
	Name      string `json:",omitempty"`
	State     string `json:",omitempty"` // ISO 3166-1 alpha-2; empty: the office's own
	Reference string
	Date      time.Time `json:",omitzero"`
	Ends      time.Time `json:",omitzero"` // an end that the decision itself names
	Text      []byte    `json:",omitempty"`
	SHA256    string    `json:",omitempty"` // of Text, computed here
}

// A File is something collected for an item.
type File struct {
	Name    string
	Measure int
	Size    int64
	SHA256  string
	Kept    string `json:",omitempty"` // its name in the vault
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
