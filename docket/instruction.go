package docket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

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
// misspelt limit would be none.
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
	if in.Document != nil {
		in.Act.Document = in.Document
	}
	return in, nil
}

// Signers knows the role keys: those of judges, notifiers and oversight, which
// never enter the server. It verifies what they signed.
type Signers interface {
	// Signed verifies a person's signature over an act and gives the public key
	// as it is enrolled; fault.Forbidden if none is, or the signature is not by it.
	Signed(name string, act, signature []byte) (key string, err error)
	// Check verifies a signature by a key that was enrolled once.
	Check(key string, act, signature []byte) error
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

// checkSigned verifies the signature on an event again, and that what was signed
// is what was recorded.
func (d *Docket) checkSigned(c *Case, e *Event) error {
	if e.Signed == nil {
		who := Actor{e.By, roleOf(e)}
		do := e.Do
		if e.Proposed != nil {
			do = e.Proposed.Do
		}
		if e.Planned == 0 && d.mustSign(who, do) {
			return fault.Invalidf(string(c.Ref), "event %d, %s by %s, is not signed", e.Seq, e.Do, e.By)
		}
		return nil
	}
	if d.signers == nil {
		return nil
	}
	if err := d.signers.Check(e.Signed.Key, e.Signed.Text, e.Signed.Signature); err != nil {
		return fault.Invalidf(string(c.Ref), "event %d: %v", e.Seq, err)
	}
	in, err := ReadInstruction(e.Signed.Text)
	if err != nil {
		return fault.Invalidf(string(c.Ref), "event %d: %v", e.Seq, err)
	}
	do := e.Do
	if e.Proposed != nil {
		do = e.Proposed.Do
	}
	if in.Case != c.Ref || in.Do != do || !sameName(in.By, e.By) || in.Role != e.Role || in.Why != e.Why {
		return fault.Invalidf(string(c.Ref), "event %d is %s by %s, and what was signed is %s by %s in %s", e.Seq, do, e.By, in.Do, in.By, in.Case)
	}
	return nil
}

func roleOf(e *Event) lifecycle.Role {
	role, err := lifecycle.ParseRole(e.Role)
	if err != nil {
		return lifecycle.Nobody
	}
	return role
}
