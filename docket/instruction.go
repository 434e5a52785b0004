package docket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogatory/rogatory/fault"
	"github.com/rogatory/rogatory/lifecycle"
)

// An Instruction is an act as it is written down: to be sent, and by whoever has
// a role key to be signed. What was signed is kept with the event, byte for byte,
// so that anybody who may read the case can check who decided what.
type Instruction struct {
	Case     Ref       `json:"case"`
	By       string    `json:"by"`
	Role     string    `json:"role"`
	At       time.Time `json:"at,omitzero"`        // when it was signed
	Document []byte    `json:"document,omitempty"` // a request that takes the place of the one before
	Act
}

// instructionLimit bounds an instruction, in bytes: a decision's text travels in
// it.
const instructionLimit = 2 << 20

// signedFor is how long a signed instruction may be on its way.
const signedFor = 24 * time.Hour

// ReadInstruction reads an instruction. What it does not know it refuses: a
// misspelt limit would be none. It also refuses what could be read in two ways,
// because what was signed is shown to people by other programs than this one.
func ReadInstruction(text []byte) (*Instruction, error) {
	if len(text) > instructionLimit {
		return nil, fault.Invalidf("", "an instruction of %d bytes; at most %d are read", len(text), instructionLimit)
	}
	read := json.NewDecoder(bytes.NewReader(text))
	read.DisallowUnknownFields()
	in := new(Instruction)
	if err := read.Decode(in); err != nil {
		return nil, fault.Invalidf("", "the instruction cannot be read: %v", err).WithHint("write a JSON object with case, by, role, do, why and what the act is about")
	}
	if _, err := read.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.Invalidf("", "there is more behind the instruction").WithHint("send one act at a time")
	}
	if err := unambiguous(text); err != nil {
		return nil, err
	}
	if in.Document != nil {
		in.Act.Document = in.Document
	}
	return in, nil
}

// unambiguous refuses a member that stands twice in an object, a name that is
// not spelt as it is here, and half a character: encoding/json takes "DO" for
// "do", the last of two for both, and U+FFFD for what is no character (RFC 8259,
// section 4: of such an object no two readers need to see the same). What it is
// given is JSON.
func unambiguous(text []byte) error {
	type level struct {
		names map[string]bool // nil: an array
		named bool            // a value comes next
	}
	levels := []level{{}}
	read := json.NewDecoder(bytes.NewReader(text))
	for {
		token, err := read.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.Invalidf("", "the instruction cannot be read: %v", err)
		}
		in := &levels[len(levels)-1]
		if word, ok := token.(string); ok {
			if strings.ContainsRune(word, utf8.RuneError) {
				return fault.Invalidf("", "the instruction has %q, which is no text", word).WithHint("write it in UTF-8")
			}
			if in.names != nil && !in.named {
				if in.names[word] || strings.Trim(word, nameLetters) != "" {
					return fault.Invalidf(word, "stands twice, or is not spelt as it is here").WithHint("write each member once, in small letters")
				}
				in.names[word], in.named = true, true
				continue
			}
		}
		in.named = false
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{names: map[string]bool{}})
		case json.Delim('['):
			levels = append(levels, level{})
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
			levels[len(levels)-1].named = false
		}
	}
}

// nameLetters are those of the name of any member of an Instruction.
const nameLetters = "abcdefghijklmnopqrstuvwxyz0123456789_"

// Signers knows the role keys: those of judges, notifiers and oversight, which
// never enter the server. It verifies what they signed.
type Signers interface {
	// Signed verifies a person's signature over an act and gives the public key
	// as it is enrolled; fault.Forbidden if none is, or the signature is not by it.
	Signed(name string, act, signature []byte) (key string, err error)
	// Check verifies a signature by a key of that person which is enrolled, or was.
	Check(name, key string, act, signature []byte) error
}

// A Signed act is on record with its signature, and the key that verifies it.
type Signed struct {
	Text      []byte `json:"text"` // an Instruction, as it was signed
	Signature []byte `json:"signature"`
	Key       string `json:"key"`
}

// signing are the roles that sign what they decide.
var signing = []lifecycle.Role{lifecycle.Judge, lifecycle.Notifier, lifecycle.Oversight}

// mustSign reports whether an act counts only with a signature. In a rehearsal,
// where nothing is real, it counts without.
func (d *Docket) mustSign(who Actor, do lifecycle.Event) bool {
	return !d.rehearsal && slices.Contains(signing, who.Role) && !slices.Contains(passive, do)
}

// Obey does what an instruction says, for whoever is signed in. The signature is
// that of the role key; without one it is nil. One act is signed for one state of
// one case: it names the last event its author had seen.
func (d *Docket) Obey(ctx context.Context, who Actor, ref Ref, text, signature []byte) (*Done, error) {
	in, err := ReadInstruction(text)
	if err != nil {
		return nil, err
	}
	switch {
	case in.Case != ref:
		return nil, fault.Invalidf("case", "the instruction is for %q and was sent to %s", in.Case, ref)
	case !sameName(in.By, who.Name) || in.Role != who.Role.String():
		return nil, fault.Forbiddenf("by", "the instruction is by %q as %s, and who is signed in is %s as %s", in.By, in.Role, who.Name, who.Role)
	case in.Document != nil && in.Do != lifecycle.Answer:
		return nil, fault.Invalidf("document", "%s is not about a document", in.Do).WithHint("leave it out")
	}
	if signature != nil {
		if in.Act.signed, err = d.verifySigned(who, in, text, signature); err != nil {
			return nil, err
		}
		if err := d.hasSeen(ctx, who, in); err != nil {
			return nil, err
		}
	}
	return d.Do(ctx, who, ref, in.Act)
}

func (d *Docket) verifySigned(who Actor, in *Instruction, text, signature []byte) (*Signed, error) {
	if d.signers == nil {
		return nil, fault.Forbiddenf(who.Name, "no role keys are enrolled in this office")
	}
	key, err := d.signers.Signed(who.Name, text, signature)
	if err != nil {
		return nil, err
	}
	now := d.now()
	switch {
	case in.Seen == 0 && !slices.Contains(passive, in.Do):
		return nil, fault.Invalidf("seen", "a signed act says which event its author had seen last").WithHint("take the number from the case as you read it")
	case in.At.IsZero() || in.At.After(now.Add(5*time.Minute)) || now.Sub(in.At) > signedFor:
		return nil, fault.Invalidf("at", "it was signed at %s, and now it is %s", in.At.UTC().Format(time.RFC3339), now.Format(time.RFC3339)).WithHint("sign it again; a signature is on its way for a day at most")
	}
	return &Signed{Text: bytes.Clone(text), Signature: bytes.Clone(signature), Key: key}, nil
}

// hasSeen refuses a signed act whose author claims to have seen what has not
// happened: it would be good for whatever comes, and again and again.
func (d *Docket) hasSeen(ctx context.Context, who Actor, in *Instruction) error {
	c, err := d.load(ctx, in.Case)
	if err != nil || c.mayAct(who) != nil {
		return nil // Do answers, in its own way
	}
	if in.Seen < 0 || in.Seen > c.Seq() {
		return fault.Invalidf("seen", "event %d has not happened; the last is %d", in.Seen, c.Seq()).WithHint("take the number from the case as you read it")
	}
	return nil
}

// sweeping are the acts of oversight that go over many cases at once and only
// stop them. No instruction for one case can be signed for that: see FreezeSince
// and SuspendAll.
var sweeping = []lifecycle.Event{lifecycle.FreezeCase, lifecycle.Suspend}

// checkSigned verifies the signature on an event again, and that what was signed
// is what was recorded. The case is as the event has left it.
func (d *Docket) checkSigned(c *Case, e *Event) error {
	do := e.Do
	if e.Proposed != nil {
		do = e.Proposed.Do
	}
	if e.Signed == nil {
		if d.mustSign(Actor{e.By, roleOf(e)}, do) && !c.carriesOut(e) && !slices.Contains(sweeping, do) {
			return fault.Invalidf(string(c.Ref), "event %d, %s by %s, is not signed", e.Seq, e.Do, e.By)
		}
		return nil
	}
	if d.signers == nil {
		return nil
	}
	if err := d.signers.Check(e.By, e.Signed.Key, e.Signed.Text, e.Signed.Signature); err != nil {
		return fault.Invalidf(string(c.Ref), "event %d: %v", e.Seq, err)
	}
	in, err := ReadInstruction(e.Signed.Text)
	if err != nil {
		return fault.Invalidf(string(c.Ref), "event %d: %v", e.Seq, err)
	}
	if in.Case != c.Ref || in.Do != do || !sameName(in.By, e.By) || in.Role != e.Role || !d.saysTheSame(c, e, in.Act) {
		return fault.Invalidf(string(c.Ref), "event %d is %s by %s, and what was signed is %s by %s in %s, or says something else", e.Seq, do, e.By, in.Do, in.By, in.Case)
	}
	return nil
}

// carriesOut reports whether an event does what a notifier has decided before,
// and no more: the signature is on the decision.
func (c *Case) carriesOut(e *Event) bool {
	if e.Do != lifecycle.Tell && e.Do != lifecycle.TellOne || e.Planned < 1 || e.Planned >= e.Seq {
		return false
	}
	plan := &c.Events[e.Planned-1]
	return plan.Do == lifecycle.PlanNotice && sameName(plan.By, e.By) && plan.Way == e.Way && plan.Remedy == e.Remedy &&
		!slices.ContainsFunc(e.Whom, func(w string) bool { return !slices.Contains(plan.Whom, w) })
}

// saysTheSame reports whether what is on record is what an act says, with
// nothing but what follows from the case filled in: see complete.
func (d *Docket) saysTheSame(c *Case, e *Event, a Act) bool {
	do, got := e.Do, e.Body
	if e.Proposed != nil {
		do, got = e.Proposed.Do, e.Proposed.Body
	}
	if a.check() != nil || a.Why != e.Why || a.Told != e.Told && (a.Told != "" || e.First == "") {
		return false
	}
	if a.Grant != nil {
		if positions("measure", len(c.Request.Measures), a.Grant.measures()) != nil {
			return false
		}
		c.completeGrant(Actor{e.By, roleOf(e)}, &a)
	}
	if a.Decision != nil && a.Decision.complete(d.office.Jurisdiction) != nil {
		return false
	}
	want := a.Body
	want.Channel, want.Set, want.Unmet, want.Accordance = got.Channel, got.Set, got.Unmet, got.Accordance
	switch do {
	case lifecycle.Assert:
		if !sameStatements(a.Said, got.Said, a.Why) {
			return false
		}
		want.Said = got.Said
	case lifecycle.OrderSecrecy, lifecycle.ExtendSecrecy:
		want.Said = got.Said // what a court says by it follows from the harm
	case lifecycle.Forward, lifecycle.Compel, lifecycle.OpenLane:
		want.Measures, want.Offences = orElse(a.Measures, got.Measures), orElse(a.Offences, got.Offences)
	case lifecycle.HoldBeyond:
		if want.Until.IsZero() {
			want.Until = got.Until
		}
	case lifecycle.AllowOnward:
		if want.To == "" {
			want.To = got.To
		}
	case lifecycle.Tell, lifecycle.TellOne, lifecycle.PlanNotice, lifecycle.ToldByIssuer, lifecycle.Unreachable:
		if c.completeWhom(&a) != nil {
			return false
		}
		want.Whom = a.Whom
	}
	return want.digest(do) == got.digest(do)
}

// orElse are some positions in order, or others where none are named.
func orElse(named, others []int) []int {
	if len(named) == 0 {
		return others
	}
	return slices.Sorted(slices.Values(named))
}

// sameStatements reports whether statements on record are what was said, with
// what completeStatements fills in.
func sameStatements(said, got []Statement, why string) bool {
	return slices.EqualFunc(said, got, func(s, o Statement) bool {
		if s.Reason == "" {
			s.Reason = why
		}
		return s.Fact == o.Fact && s.Value == o.Value && s.Reason == o.Reason && sameInstance(s.Of, o.Of) &&
			(slices.Equal(s.Answers, o.Answers) || slices.Equal(s.Answers, []string{"*"}))
	})
}

func roleOf(e *Event) lifecycle.Role {
	role, err := lifecycle.ParseRole(e.Role)
	if err != nil {
		return lifecycle.Nobody
	}
	return role
}
