package docket

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// A Standing is what whoever asks learns of its request: how far it is, what it
// was told, and what it may fetch. Nothing in it is what the office knows of an
// account, or thinks; it is the same whether or not there is such an account.
type Standing struct {
	Case      Ref       `json:"case"`
	Reference string    `json:"reference,omitempty"` // its own
	Received  time.Time `json:"received"`
	Stage     string    `json:"stage"`
	Sender    string    `json:"sender"` // verified or not
	Answers   []Answer  `json:"answers"`
	Items     []Item    `json:"items,omitempty"` // granted
	Until     time.Time `json:"until,omitzero"`  // when the grant ends
	Ready     bool      `json:"ready"`           // there is something to fetch
	Files     []File    `json:"files,omitempty"`
}

// An Answer is something the requester was told.
type Answer struct {
	At        time.Time       `json:"at"`
	Do        lifecycle.Event `json:"do"`
	Told      string          `json:"told,omitempty"`
	Grounds   []string        `json:"grounds,omitempty"`
	Questions []string        `json:"questions,omitempty"`
	Due       time.Time       `json:"due,omitzero"`
}

// answers are the events that the requester is told of.
var answers = []lifecycle.Event{
	lifecycle.Return, lifecycle.Offer, lifecycle.Redirect, lifecycle.Refuse, lifecycle.Object, lifecycle.Postpone, lifecycle.Resume,
	lifecycle.Grant, lifecycle.Deny, lifecycle.Release, lifecycle.Withdraw, lifecycle.LapseQuestions, lifecycle.Annul,
	lifecycle.DemandErasure, lifecycle.ConfirmErasure, lifecycle.AllowOnward, lifecycle.RefuseOnward, lifecycle.Correct,
}

// verifyYourself is all that a sender learns whom nobody has verified.
const verifyYourself = "Nobody has verified yet that you are the authority you name. The office reaches that authority over a contact of its own, and not over one that the message gives. Send the request again signed with an enrolled key, or have your authority enrolled. If a life is in danger now, do not wait for that: ask your State's contact point, or an authority of yours that is enrolled here, to send or to confirm the request."

// Standing tells the authority that asks how its request stands.
func (d *Docket) Standing(ctx context.Context, who Actor, ref Ref) (*Standing, error) {
	if who.Role != lifecycle.Requester {
		return nil, fault.Forbiddenf(string(ref), "a %s is told by other means", who.Role)
	}
	c, err := d.theirs(ctx, who, ref)
	if err != nil {
		return nil, err
	}
	if c.Sender == lifecycle.Quarantined {
		return unverified(c), nil // somebody uses its name, or it is to verify itself as anybody
	}
	return d.standing(ctx, c)
}

// StandingOf tells the sender of a receipt how the request stands. It says no
// more than that somebody has to verify who asks, until somebody has; then the
// authority itself asks, with its key.
func (d *Docket) StandingOf(ctx context.Context, code string) (*Standing, error) {
	ref, _, err := d.byCode(ctx, doorReceipt, code)
	if err != nil {
		return nil, err
	}
	c, err := d.change(ctx, ref, func(*Case, time.Time) error { return nil })
	if err != nil {
		return nil, hide(err, ref, Actor{Role: lifecycle.Requester})
	}
	return unverified(c), nil
}

// unverified is what whoever is not known to be the authority learns.
func unverified(c *Case) *Standing {
	s := &Standing{Case: c.Ref, Received: c.Received, Stage: lifecycle.Received.String(), Sender: verifiedOrNot(c), Answers: []Answer{}}
	if c.Sender != lifecycle.Verified {
		s.Answers = []Answer{{At: c.Received, Do: lifecycle.Return, Questions: []string{verifyYourself}}}
	}
	if c.Stage == lifecycle.Closed {
		s.Stage = lifecycle.Closed.String()
	}
	return s
}

// verifiedOrNot is all of what is thought of a sender that the sender learns.
func verifiedOrNot(c *Case) string {
	if c.Sender == lifecycle.Verified {
		return lifecycle.Verified.String()
	}
	return lifecycle.Quarantined.String()
}

// stageOutside is how far a case is to whoever asks. What is collected is not
// given yet: that there was something to collect is learnt with the data.
func stageOutside(c *Case) lifecycle.Stage {
	switch {
	case c.Stage == lifecycle.Closed && !c.Given:
		return c.fate() // that it is closed says that the person was told
	case c.Stage != lifecycle.Collected && c.Stage != lifecycle.Sealed:
		return c.Stage
	}
	if c.Basis == lifecycle.Compulsion {
		return lifecycle.Compelled
	}
	return lifecycle.Granted
}

// theirs reads a case for the authority that asks, once what is due was applied.
// What is somebody else's is answered as what does not exist.
func (d *Docket) theirs(ctx context.Context, who Actor, ref Ref) (*Case, error) {
	if err := who.check(); err != nil {
		return nil, err
	}
	c, err := d.change(ctx, ref, func(c *Case, _ time.Time) error { return c.mayAct(who) })
	return c, hide(err, ref, who)
}

func (d *Docket) standing(ctx context.Context, c *Case) (*Standing, error) {
	s := &Standing{Case: c.Ref, Reference: c.Request.Reference, Received: c.Received, Stage: stageOutside(c).String(), Sender: verifiedOrNot(c), Answers: []Answer{}}
	for i := range c.Events {
		e := &c.Events[i]
		if c.refusedBy(e) {
			s.Answers = append(s.Answers, Answer{At: e.At, Do: lifecycle.Refuse})
			continue
		}
		if !slices.Contains(answers, e.Do) {
			continue
		}
		a := Answer{At: e.At, Do: e.Do, Told: e.Told, Grounds: c.outward(e.Grounds)}
		if k := clockIn(e.Set, clockQuestions); k != nil {
			a.Due = k.At
		}
		if e.Do == lifecycle.Return && c.Stage == lifecycle.Returned && !answeredSince(c, e.Seq) {
			var err error
			if a.Questions, err = d.asked(ctx, c, e); err != nil {
				return nil, err
			}
		}
		s.Answers = append(s.Answers, a)
	}
	if c.Grant != nil && c.Basis != lifecycle.NoBasis {
		s.Items, s.Until = c.Grant.Items, c.Grant.Expires
	}
	who := Actor{authorityOf(c), lifecycle.Requester}
	if err := d.mayFetch(ctx, who, c); err == nil {
		s.Ready, s.Files = true, shown(c.Files)
	}
	return s, nil
}

func answeredSince(c *Case, seq int) bool {
	return slices.ContainsFunc(c.Events[seq:], func(e Event) bool { return e.Do == lifecycle.Answer || e.Do == lifecycle.Return })
}

// shown are files without where they are kept.
func shown(files []File) []File {
	list := slices.Clone(files)
	for i := range list {
		list[i].Kept = ""
	}
	return list
}

// Released is what the requester fetches: a manifest, the files it lists, and for
// whom all of it is encrypted.
type Released struct {
	Manifest   []byte // JSON
	Files      []File
	Recipients []string // age
}

// Release gives what was released to the authority that asks, if it may still be
// fetched. Each file is then read with Fetch.
func (d *Docket) Release(ctx context.Context, who Actor, ref Ref) (*Released, error) {
	if who.Role != lifecycle.Requester {
		return nil, fault.Forbiddenf(string(ref), "a %s fetches no package", who.Role)
	}
	c, err := d.theirs(ctx, who, ref)
	if err != nil {
		return nil, err
	}
	if err := d.mayFetch(ctx, who, c); err != nil {
		return nil, err
	}
	sender, err := d.sender(ctx, c)
	if err != nil {
		return nil, err
	}
	manifest, err := json.MarshalIndent(d.Manifest(c), "", "  ")
	if err != nil {
		return nil, err
	}
	return &Released{Manifest: manifest, Files: shown(c.Files), Recipients: sender.Recipients}, nil
}
